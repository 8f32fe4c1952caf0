//! The real app in a real window, driven over WebDriver: tauri-driver in front of WebKitWebDriver.
//!
//! Rejected: a headless browser with a mocked core for these stories. What breaks between the web view and the
//! core breaks only in the real window.

use crate::{
    driver::{self, Driver, free_port},
    world::{World, ahead, program},
};
use anyhow::{Context, Result, bail, ensure};
use fantoccini::{Client, Locator, elements::Element, key::Key};
use serde_json::json;
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tokio::time::sleep;

/// The app, built with the sample city's dump inside.
///
/// # Errors
/// When it has not been built.
pub fn app() -> Result<PathBuf> {
    program("weimenhu")
}

/// A Tauri program behind its driver, with its data in `folder`, its clock so many days ahead; nothing is waited for.
///
/// # Errors
/// When the driver or the program does not start.
pub async fn driven(app: &Path, folder: &Path, server: &str, days: i64) -> Result<(Driver, Client)> {
    let (port, native) = (free_port()?, free_port()?);
    let mut command = Command::new("tauri-driver");
    ahead(&mut command, days)
        .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
        .env("WEIMENHU_DATA_DIR", folder)
        .env("WEIMENHU_SERVER", server)
        // Pictures of the person's own desktop are none of a test's business.
        .env("XDG_DATA_HOME", folder.join("xdg"));
    let capabilities = json!({ "browserName": "wry", "tauri:options": { "application": app } });
    let started = Driver::start(&mut command, port, &capabilities).await;
    started.context("cargo install tauri-driver --locked")
}

/// An app in a window.
pub struct Window {
    /// The WebDriver session.
    pub client: Client,
    folder: PathBuf,
    _driver: Driver,
}

impl Window {
    /// Starts `app` with its data in `folder` against `server` (which may be down), in a window of this size.
    ///
    /// # Errors
    /// When the driver or the app does not start.
    pub async fn open(app: &Path, folder: &Path, server: &str, size: (u32, u32)) -> Result<Self> {
        Self::open_ahead(app, folder, server, size, 0).await
    }

    /// The app of somebody in this city, in Chinese, with its data in the city's folder `app`.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub async fn of(world: &World, size: (u32, u32)) -> Result<Self> {
        let folder = world.folder.path().join("app");
        let window = Self::open(&app()?, &folder, &world.address(), size).await?;
        window.prefer(json!({ "locale": "zh-CN" })).await?;
        Ok(window)
    }

    /// The same as [`Self::open`] with the app's clock so many days ahead.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub async fn open_ahead(
        app: &Path,
        folder: &Path,
        server: &str,
        size: (u32, u32),
        days: i64,
    ) -> Result<Self> {
        let (driver, client) = driven(app, folder, server, days).await?;
        client.set_window_rect(0, 0, size.0, size.1).await?;
        let window = Self {
            client,
            folder: folder.to_owned(),
            _driver: driver,
        };
        window.begin().await?;
        Ok(window)
    }

    /// Waits until the app begins, and leaves the questions of a first start unanswered. An app that cannot open its data
    /// says so, and does not begin.
    ///
    /// # Errors
    /// When it does neither.
    pub async fn begin(&self) -> Result<()> {
        for _ in 0..50 {
            match self.path().await?.as_str() {
                "/" => {
                    let trouble = Locator::Css("[data-testid=start-trouble]");
                    if !self.client.find_all(trouble).await?.is_empty() {
                        return Ok(());
                    }
                }
                "/welcome" => self.click("welcome-enter").await?,
                _ => return Ok(()),
            }
            sleep(Duration::from_millis(200)).await;
        }
        bail!("the app does not begin")
    }

    /// Gives the keyboard to the desktop behind the window: the person does something else.
    ///
    /// # Errors
    /// Without `xdotool`, or without an X server.
    pub fn look_away(&self) -> Result<()> {
        let run = |args: &[&str]| -> Result<String> {
            let output = Command::new("xdotool").args(args).output().context("xdotool")?;
            ensure!(output.status.success(), "xdotool {args:?} failed");
            Ok(String::from_utf8(output.stdout)?)
        };
        let roots = run(&["search", "--maxdepth", "0", ""])?;
        let root = roots.lines().next().context("no desktop")?;
        run(&["windowfocus", root])?;
        Ok(())
    }

    /// The address of the screen that is shown.
    ///
    /// # Errors
    /// The driver's.
    pub async fn path(&self) -> Result<String> {
        let path = self.client.execute("return location.pathname", vec![]).await?;
        Ok(path.as_str().context("a page without an address")?.to_owned())
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
        driver::css(&self.client, selector).await
    }

    /// Clicks the element with this `data-testid`, in the middle of the screen: the driver would bring it only as far
    /// as the edge, where the tabs may lie over it. What a toast covers, or what is drawn anew at this moment, is
    /// clicked a moment later, as a person would.
    ///
    /// # Errors
    /// When it does not appear in time, or stays covered.
    pub async fn click(&self, test_id: &str) -> Result<()> {
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let mut tries = 0;
        loop {
            let element = self.find(test_id).await?;
            let clicked = async {
                let arguments = vec![json!(element)];
                self.client.execute(script, arguments).await?;
                element.click().await
            };
            match clicked.await {
                Ok(()) => return Ok(()),
                Err(e) if tries == 20 => {
                    return Err(e).with_context(|| format!("{test_id} cannot be clicked"));
                }
                Err(_) => tries += 1,
            }
            sleep(Duration::from_millis(250)).await;
        }
    }

    /// Waits until the page shows `text`, or, with `shown` false, until it no longer does.
    ///
    /// # Errors
    /// When it does not come true in time.
    pub async fn wait_for_text(&self, text: &str, shown: bool) -> Result<()> {
        driver::wait_for_text(&self.client, text, shown).await
    }

    /// The visible text of the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn text(&self) -> Result<String> {
        driver::text(&self.client).await
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

    /// Closes the window, and waits until the app has ended: the next one started before would hand itself over to it, as
    /// a second start does, and find nobody there.
    ///
    /// # Errors
    /// The driver's, or when the app does not end.
    pub async fn close(self) -> Result<()> {
        self.client.close().await?;
        // The app holds this lock as long as it lives.
        let lock = File::open(self.folder.join("lock"))?;
        for _ in 0..100 {
            match lock.try_lock() {
                Ok(()) => return Ok(()),
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
        bail!("the app did not end with its window")
    }
}
