//! A browser at the desk, as far as the server can tell: a cookie, the token of its forms, and where a form came from.

use super::{
    Sample,
    http::{Answer, send},
};
use jiff::Timestamp;
use std::{collections::BTreeMap, net::SocketAddr};
use weimenhu_domain::petition::Role;
use weimenhu_server::petition::staff::{self, Given};

pub const PASSWORD: &str = "示例密码，只为了测试而设的";

/// Adds somebody; answers the secret of the one-time codes.
pub async fn hire(s: &Sample, login: &str, roles: &[Role], department: i64) -> String {
    staff::add(
        &s.city,
        (login, login),
        PASSWORD,
        Given::ForGood,
        roles,
        department,
    )
    .await
    .unwrap()
}

pub struct Browser {
    pub at: SocketAddr,
    pub cookie: String,
    pub csrf: String,
}

impl Browser {
    /// Signs in, with whatever cookie the browser had before.
    pub async fn sign_in(at: SocketAddr, login: &str, secret: &str, before: &str) -> (Answer, Self) {
        // The code of now may have been used; the next one is taken too.
        let now = Timestamp::now();
        let mut browser = Self {
            at,
            cookie: before.to_owned(),
            csrf: String::new(),
        };
        let mut answer = None;
        for later in [0, 30] {
            let then = now + jiff::SignedDuration::from_secs(later);
            let code = staff::code_of(secret, then).unwrap();
            let fields = [("login", login), ("password", PASSWORD), ("code", &code)];
            let sent = browser
                .post_from(Some("http://x"), "/desk/sign-in", &fields)
                .await;
            let done = sent.status == 303;
            answer = Some(sent);
            if done {
                break;
            }
        }
        let answer = answer.unwrap();
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        browser.cookie = set_cookie(&answer).split(';').next().unwrap().to_owned();
        let page = browser.get("/desk").await;
        let text = String::from_utf8(page.body).unwrap();
        let csrf = text.split("name=\"csrf\" value=\"").nth(1).unwrap();
        browser.csrf = csrf.split('"').next().unwrap().to_owned();
        (answer, browser)
    }

    pub async fn get(&self, path: &str) -> Answer {
        let headers = format!("cookie: {}\r\n", self.cookie);
        send(self.at, "GET", path, &headers, b"").await
    }

    /// A form of this very page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = [("csrf", &*self.csrf)];
        self.post_from(Some("http://x"), path, &[fields, &csrf].concat())
            .await
    }

    /// A form of this very page, sent by a browser, which wants to see a page.
    pub async fn fill_in(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = [("csrf", &*self.csrf)];
        let wants = "accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n";
        self.form(wants, Some("http://x"), path, &[fields, &csrf].concat())
            .await
    }

    /// A form as it stands, from a page of this origin.
    pub async fn post_from(&self, origin: Option<&str>, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.form("", origin, path, fields).await
    }

    async fn form(&self, wants: &str, origin: Option<&str>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", percent(value)))
            .collect();
        let body = fields.join("&");
        let origin = origin.map(|o| format!("origin: {o}\r\n")).unwrap_or_default();
        let headers = format!(
            "cookie: {}\r\n{wants}{origin}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            self.cookie,
            body.len()
        );
        send(self.at, "POST", path, &headers, body.as_bytes()).await
    }
}

pub fn set_cookie(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().to_owned()
}

fn percent(text: &str) -> String {
    let byte = |b: u8| {
        if b.is_ascii_alphanumeric() {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

/// Every route of the desk that takes a form, from the router's own text.
pub fn routes_that_write() -> Vec<String> {
    routes("post(")
}

/// Every route of the desk that shows a page.
pub fn routes_that_show() -> Vec<String> {
    let mut all = routes("get(");
    all.retain(|path| !path.contains('.') && !path.contains("/files/"));
    all
}

fn routes(method: &str) -> Vec<String> {
    let source = include_str!("../../src/routes/desk/mod.rs");
    let mut paths: BTreeMap<String, ()> = BTreeMap::new();
    for route in source.split(".route(").skip(1) {
        let whole = route.split(".route(").next().unwrap();
        let path = whole.split('"').nth(1).unwrap();
        if whole.contains(method) {
            paths.insert(path.to_owned(), ());
        }
    }
    paths.into_keys().collect()
}
