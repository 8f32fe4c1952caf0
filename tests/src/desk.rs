//! The staff's desk in a real browser: Debian's Chromium behind its driver, used as a clerk would.
//!
//! One browser a person, so that cookies do not mix. Rejected: HTTP requests with the fields of the forms. They would
//! pass over a form that nobody can reach, and over a page that does not open.

use crate::driver::{self, Driver, free_port};
use anyhow::{Context, Result, bail, ensure};
use fantoccini::{Client, Locator, elements::Element};
use serde_json::json;
use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;
use tokio::time::sleep;
use totp_rs::{Builder, Secret};

/// Where the browser saves files, in its profile.
const DOWNLOADS: &str = "downloads";

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

    /// The one-time code of a time so many days ahead, by a library of its own: as somebody else's authenticator app
    /// would make it.
    fn code(&self, days: i64) -> Result<String> {
        let secret = Secret::try_from_base32(&self.totp)
            .ok()
            .context("the TOTP secret is not base32")?;
        let totp = Builder::new().with_secret(secret).build();
        let totp = totp.ok().context("the TOTP secret is too short")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let then = now.checked_add_signed(days.saturating_mul(24 * 3600));
        Ok(totp.generate(then.context("no such time")?).to_string())
    }
}

/// A clerk at the desk.
pub struct Desk {
    /// The WebDriver session.
    pub client: Client,
    server: String,
    _driver: Driver,
    profile: TempDir,
}

impl Desk {
    /// Opens a browser and signs in.
    ///
    /// # Errors
    /// When the browser does not start, or the desk does not let this person in.
    pub async fn open(server: &str, who: &SignIn) -> Result<Self> {
        Self::open_ahead(server, who, 0).await
    }

    /// The same at a server whose clock is so many days ahead.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub async fn open_ahead(server: &str, who: &SignIn, days: i64) -> Result<Self> {
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
        let prefs = json!({ "download.default_directory": profile.path().join(DOWNLOADS) });
        let options = json!({ "args": arguments, "prefs": prefs });
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let port = free_port()?;
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}"));
        let (driver, client) = Driver::start(&mut command, port, &capabilities).await?;
        let desk = Self {
            client,
            server: server.to_owned(),
            _driver: driver,
            profile,
        };
        desk.go("/desk/sign-in").await?;
        for (name, value) in [
            ("login", &who.login),
            ("password", &who.password),
            ("code", &who.code(days)?),
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

    /// Looks for a letter in the queue by its number and a light (of [`weimenhu_domain`]'s names), with the form above
    /// the queue; answers the rows that are there, as they read.
    ///
    /// # Errors
    /// When the form is not there.
    pub async fn queue(&self, number: &str, light: &str) -> Result<Vec<String>> {
        self.go("/desk").await?;
        let field = self.css("[role=search] [name=text]").await?;
        field.send_keys(number).await?;
        // On a screen of this width the fold is shown although it is shut, which the driver does not believe.
        let open = "document.querySelector('[role=search] details').open = true";
        self.client.execute(open, vec![]).await?;
        let choice = self.css("[role=search] [name=light]").await?;
        choice.select_by_value(light).await?;
        self.press("[role=search] button").await?;
        let rows = "return [...document.querySelectorAll('main tbody tr')].map(row => row.innerText)";
        let rows = self.client.execute(rows, vec![]).await?;
        Ok(serde_json::from_value(rows)?)
    }

    /// The cells of every row of a table, as they read.
    ///
    /// # Errors
    /// When there is none.
    pub async fn table(&self, selector: &str) -> Result<Vec<Vec<String>>> {
        self.css(selector).await?;
        let script = "return [...document.querySelector(arguments[0]).querySelectorAll('tr')]
            .map(row => [...row.cells].map(cell => cell.innerText.trim()))";
        let rows = self.client.execute(script, vec![json!(selector)]).await?;
        Ok(serde_json::from_value(rows)?)
    }

    /// Follows a link to a file and waits until the browser has saved it; answers its bytes.
    ///
    /// # Errors
    /// When there is no such link, or no such file comes.
    pub async fn save(&self, link: &str, name: &str) -> Result<Vec<u8>> {
        let file = self.profile.path().join(DOWNLOADS).join(name);
        let link = self.client.find(Locator::LinkText(link)).await?;
        link.click().await?;
        for _ in 0..120 {
            // The browser gives a file its name once it is whole.
            if let Ok(bytes) = fs::read(&file) {
                return Ok(bytes);
            }
            sleep(Duration::from_millis(250)).await;
        }
        bail!("{name} was not saved:\n{}", self.text().await?)
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

    /// Contests a deduction of the letter on the page, or decides for whoever contested it.
    ///
    /// # Errors
    /// When there is no such form, or the desk refuses.
    pub async fn decide(&self, action: &str, cause: &str, reason: &str) -> Result<()> {
        let row = format!("//tr[td[.='{cause}']]");
        let rows = self.client.find_all(Locator::XPath(&row)).await?;
        let row = rows.first().with_context(|| format!("no deduction {cause}"))?;
        let field = row.find(Locator::Css("[name=reason]")).await?;
        field.send_keys(reason).await?;
        for check in row.find_all(Locator::Css("[name=upheld]")).await? {
            check.click().await?;
        }
        // Only the filled one is valid.
        let button = format!("tr form:has([name=reason]:valid) button[value={action}]");
        self.press(&button).await?;
        self.not_refused().await
    }

    /// What the page says of a letter under this name.
    ///
    /// # Errors
    /// When it says nothing.
    pub async fn fact(&self, name: &str) -> Result<String> {
        let found = format!("//dt[.='{name}']/following-sibling::dd[1]");
        let found = self.client.find(Locator::XPath(&found)).await?;
        Ok(found.text().await?)
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
