//! The staff's desk in a real browser: Debian's Chromium behind its driver, used as a clerk would.
//!
//! One browser a person, so that cookies do not mix. Rejected: HTTP requests with the fields of the forms. They would
//! pass over a form that nobody can reach, and over a page that does not open.

use crate::driver::{self, Driver, free_port};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator, elements::Element};
use serde_json::json;
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;
use totp_rs::{Builder, Secret};

/// What somebody needs to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
    /// Secret of the one-time codes, base32.
    pub totp: String,
    /// Whose staff; empty: the Office.
    pub department: String,
}

impl SignIn {
    /// The demo's staff, from the file that it leaves for its owner in `data`.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn of_the_demo(data: &Path) -> Result<Vec<Self>> {
        let file = fs::read_to_string(data.join("desk-sign-ins.txt"))?;
        let people = file.lines().filter_map(|line| line.strip_prefix("  "));
        let people = people.filter_map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let (login, password, totp) = (words.next()?, words.next()?, words.next()?);
            let _name = words.next()?;
            Some(Self {
                login,
                password,
                totp,
                department: words.next().unwrap_or_default(),
            })
        });
        Ok(people.collect())
    }

    /// The one-time code of now, by a library of its own: as somebody else's authenticator app would make it.
    fn code(&self) -> Result<String> {
        let secret = Secret::try_from_base32(&self.totp)
            .ok()
            .context("the TOTP secret is not base32")?;
        let totp = Builder::new().with_secret(secret).build();
        let totp = totp.ok().context("the TOTP secret is too short")?;
        Ok(totp.generate_current().to_string())
    }
}

/// A clerk at the desk.
pub struct Desk {
    /// The WebDriver session.
    pub client: Client,
    server: String,
    _driver: Driver,
    _profile: TempDir,
}

impl Desk {
    /// Opens a browser and signs in.
    ///
    /// # Errors
    /// When the browser does not start, or the desk does not let this person in.
    pub async fn open(server: &str, who: &SignIn) -> Result<Self> {
        let profile = TempDir::new()?;
        let folder = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,800",
            "--accept-lang=zh-CN",
            &folder,
        ];
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": arguments } });
        let port = free_port()?;
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}"));
        let (driver, client) = Driver::start(&mut command, port, &capabilities).await?;
        let desk = Self {
            client,
            server: server.to_owned(),
            _driver: driver,
            _profile: profile,
        };
        desk.go("/desk/sign-in").await?;
        for (name, value) in [
            ("login", &who.login),
            ("password", &who.password),
            ("code", &who.code()?),
        ] {
            desk.css(&format!("[name={name}]"))
                .await?
                .send_keys(value)
                .await?;
        }
        desk.press("main form button").await?;
        ensure!(
            !desk.client.current_url().await?.path().ends_with("sign-in"),
            "{} was not let in:\n{}",
            who.login,
            desk.text().await?
        );
        Ok(desk)
    }

    /// Opens a page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn go(&self, path: &str) -> Result<()> {
        Ok(self.client.goto(&format!("{}{path}", self.server)).await?)
    }

    /// Opens a letter.
    ///
    /// # Errors
    /// When this person sees no such letter.
    pub async fn letter(&self, number: &str) -> Result<()> {
        self.go(&format!("/desk/letters/{number}")).await?;
        driver::wait_for_text(&self.client, number, true).await
    }

    /// The visible text of the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn text(&self) -> Result<String> {
        driver::text(&self.client).await
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub async fn css(&self, selector: &str) -> Result<Element> {
        driver::css(&self.client, selector).await
    }

    /// Presses what sends a form, and waits for the page that answers it.
    ///
    /// # Errors
    /// When it is not there, or the answer is an error of the desk.
    pub async fn press(&self, selector: &str) -> Result<()> {
        let button = self.css(selector).await?;
        // The mark goes with the page: when it is gone, the next page is here.
        let mark = "document.documentElement.dataset.before = ''";
        self.client.execute(mark, vec![]).await?;
        button.click().await?;
        self.css("html:not([data-before]) main").await?;
        Ok(())
    }

    /// Does something to the letter on the page: opens the form of this action, fills it and sends it.
    ///
    /// # Errors
    /// When there is no such form or field, or the desk refuses.
    pub async fn act(&self, action: &str, fields: &[(&str, &str)]) -> Result<()> {
        let of_action = format!(":has(input[name=action][value={action}])");
        let form = format!("form{of_action}");
        let fold = self.css(&format!("details{of_action} summary")).await?;
        fold.click().await?;
        for (name, value) in fields {
            let field = self.css(&format!("{form} [name={name}]")).await?;
            match field.tag_name().await?.as_str() {
                "select" => field.select_by_label(value).await?,
                // A date is typed in the order of the browser's language; set as its picker would.
                _ if field.attr("type").await?.as_deref() == Some("date") => {
                    let script = "arguments[0].value = arguments[1]";
                    let field = serde_json::to_value(&field)?;
                    self.client.execute(script, vec![field, json!(value)]).await?;
                }
                _ => field.send_keys(value).await?,
            }
        }
        self.press(&format!("{form} button")).await?;
        self.not_refused().await
    }

    /// Approves every text of the letter that waits for it, as the reviewer does who has read them.
    ///
    /// # Errors
    /// When the desk refuses.
    pub async fn approve_all(&self) -> Result<()> {
        let waits = "form:has(textarea):not(:has(button[value=redact])) button[value=approve_text]";
        while !self.client.find_all(Locator::Css(waits)).await?.is_empty() {
            self.press(waits).await?;
            self.not_refused().await?;
        }
        Ok(())
    }

    async fn not_refused(&self) -> Result<()> {
        let alerts = self.client.find_all(Locator::Css("main [role=alert]")).await?;
        ensure!(alerts.is_empty(), "refused:\n{}", self.text().await?);
        Ok(())
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// The driver's.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}
