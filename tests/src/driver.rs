//! A WebDriver and the session behind it: what the app's window and the clerk's browser have in common.

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long a page is given to show something. Generous: machines are slow, and a test that waits for a condition
/// ends when it holds.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a driver may be silent over one command. A web view that hangs keeps its driver silent for ever, and a test
/// that never ends tells nobody what it was doing.
const SILENCE: Duration = Duration::from_secs(120);

/// A running driver; it ends with this value.
pub struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Driver {
    /// Starts a driver that listens on `port`, and a session of it.
    ///
    /// # Errors
    /// When it does not start or opens no session in time.
    pub async fn start(command: &mut Command, port: u16, capabilities: &Value) -> Result<(Self, Client)> {
        let driver = command.stdout(Stdio::null()).spawn();
        let driver = Self(driver.with_context(|| format!("{command:?}"))?);
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut connector = TimeoutConnector::new(HttpConnector::new());
            connector.set_read_timeout(Some(SILENCE));
            connector.set_reset_reader_on_write(true);
            let mut builder = ClientBuilder::new(connector);
            builder.capabilities(capabilities.clone());
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => return Ok((driver, client)),
                Err(e) if Instant::now() > deadline => bail!("{command:?} opens no session: {e}"),
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        }
    }
}

/// A port that nobody listens on.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Waits for an element.
///
/// # Errors
/// When it does not appear in time.
pub async fn css(client: &Client, selector: &str) -> Result<Element> {
    let found = client
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::Css(selector));
    found
        .await
        .with_context(|| format!("nothing like {selector} on the screen"))
}

/// The visible text of the page.
///
/// # Errors
/// The driver's.
pub async fn text(client: &Client) -> Result<String> {
    let text = client.execute("return document.body.innerText", vec![]).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Waits until the page shows `wanted`, or, with `shown` false, until it no longer does.
///
/// # Errors
/// When it does not come true in time.
pub async fn wait_for_text(client: &Client, wanted: &str, shown: bool) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let page = text(client).await?;
        if page.contains(wanted) == shown {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("{wanted:?} shown: {}, on this screen:\n{page}", !shown);
        }
        sleep(Duration::from_millis(150)).await;
    }
}
