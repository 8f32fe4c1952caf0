//! The real app in a real window, driven over WebDriver: tauri-driver in front of WebKitWebDriver.
//!
//! Rejected: a headless browser with a mocked core for these stories. What breaks between the web view and the
//! core breaks only in the real window.

use crate::world::program;
use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, key::Key};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long the window is given to show something. Generous: machines are slow, and a test that waits for a
/// condition ends when it holds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The app, built with the sample city's dump inside.
///
/// # Errors
/// When it has not been built.
pub fn app() -> Result<PathBuf> {
    program("weimenhu")
}

/// An app in a window.
pub struct Window {
    /// The WebDriver session.
    pub client: Client,
    _driver: Driver,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Window {
    /// Starts `app` with its data in `folder` against `server` (which may be down), in a window of this size.
    ///
    /// # Errors
    /// When the driver or the app does not start.
    pub async fn open(app: &Path, folder: &Path, server: &str, size: (u32, u32)) -> Result<Self> {
        let (port, native) = (free_port()?, free_port()?);
        let driver = Command::new("tauri-driver")
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .env("WEIMENHU_DATA_DIR", folder)
            .env("WEIMENHU_SERVER", server)
            // Pictures of the person's own desktop are none of a test's business.
            .env("XDG_DATA_HOME", folder.join("xdg"))
            .stdout(Stdio::null())
            .spawn()
            .context("tauri-driver: cargo install tauri-driver --locked")?;
        let driver = Driver(driver);
        let options = json!({ "browserName": "wry", "tauri:options": { "application": app } });
        let capabilities = options.as_object().cloned().unwrap_or_default();
        let deadline = Instant::now() + PATIENCE;
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(e) if Instant::now() > deadline => bail!("the window did not open: {e}"),
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        };
        client.set_window_rect(0, 0, size.0, size.1).await?;
        Ok(Self {
            client,
            _driver: driver,
        })
    }

    /// Waits for an element with this `data-testid`.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn find(&self, test_id: &str) -> Result<Element> {
        self.css(&format!("[data-testid=\"{test_id}\"]")).await
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn css(&self, selector: &str) -> Result<Element> {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await;
        found.with_context(|| format!("nothing like {selector} on the screen"))
    }

    /// Clicks the element with this `data-testid`.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn click(&self, test_id: &str) -> Result<()> {
        self.find(test_id).await?.click().await?;
        Ok(())
    }

    /// Waits until the page shows `text`, or, with `shown` false, until it no longer does.
    ///
    /// # Errors
    /// When it does not come true in time.
    pub async fn wait_for_text(&self, text: &str, shown: bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let page = self.text().await?;
            if page.contains(text) == shown {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{text:?} shown: {}, on this screen:\n{page}", !shown);
            }
            sleep(Duration::from_millis(150)).await;
        }
    }

    /// The visible text of the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn text(&self) -> Result<String> {
        let text = self
            .client
            .execute("return document.body.innerText", vec![])
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Goes to a path of the UI, as a link inside it would.
    ///
    /// # Errors
    /// The driver's.
    pub async fn go(&self, path: &str) -> Result<()> {
        let script = "history.pushState({}, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate', { state: {} }))";
        self.client.execute(script, vec![json!(path)]).await?;
        Ok(())
    }

    /// Presses 立即更新 and waits until the round is over.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn sync(&self) -> Result<()> {
        self.go("/me").await?;
        self.click("sync-now").await?;
        self.css("[data-testid='sync-now']:not([disabled]):not([aria-disabled='true'])")
            .await?;
        Ok(())
    }

    /// Presses keys on the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn press(&self, key: Key) -> Result<()> {
        self.css("body")
            .await?
            .send_keys(&char::from(key).to_string())
            .await?;
        Ok(())
    }

    /// Sets what the display menu sets (`size`, `theme`, `locale`), and reloads.
    ///
    /// # Errors
    /// The driver's.
    pub async fn prefer(&self, prefs: serde_json::Value) -> Result<()> {
        let script = "for (const [k, v] of Object.entries(arguments[0])) localStorage.setItem(k, v); location.reload()";
        self.client.execute(script, vec![prefs]).await?;
        sleep(Duration::from_millis(800)).await;
        Ok(())
    }

    /// Saves what the window shows as a PNG.
    ///
    /// # Errors
    /// The driver's, or file errors.
    pub async fn shoot(&self, file: &Path) -> Result<()> {
        std::fs::write(file, self.client.screenshot().await?)?;
        Ok(())
    }

    /// Closes the window.
    ///
    /// # Errors
    /// The driver's.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
