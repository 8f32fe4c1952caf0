//! Letters over the wire: uploads, the letter itself, what its writer does, and how it stands.
//!
//! An answer is believed when it is what we asked for: a receipt echoes our key, a refusal is a problem document.
//! Everything else, whatever its status, is somebody in between, and the same is tried again later.

use super::{Remote, classify, collect};
use crate::error::{Error, Result};
use data_encoding::BASE64;
use reqwest::{Method, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use weimenhu_domain::{
    petition::{
        receipt::QueryCode,
        wire::{Again, Own, Progress, Receipt, Recovered, Stands},
    },
    record::Sha256,
};

/// The largest answer: a letter with all its words.
const MAX_ANSWER: usize = 4 << 20;
/// More work than this is no fair question: it would take a phone half a minute.
const MAX_WORK: u32 = 20_000_000;

#[derive(Deserialize)]
struct Challenge {
    algorithm: String,
    challenge: String,
    maxnumber: u32,
    salt: String,
    signature: String,
}

/// A request as it is put together.
struct Ask<'a> {
    method: Method,
    path: String,
    headers: Vec<(&'static str, &'a str)>,
    body: Vec<u8>,
}

impl Remote {
    /// Asks for a challenge and solves it; answers what goes into the header. Blocks a thread for a moment.
    pub async fn proof(&self) -> Result<String> {
        let asked: Challenge = self.answer(get("api/v1/challenge", vec![])).await?;
        let solve = move || solved(&asked);
        tokio::task::spawn_blocking(solve)
            .await
            .map_err(|_| Error::Cancelled)?
            .ok_or_else(|| Error::Damaged("a challenge that has no solution".into()))
    }

    /// How much of a file is there; none when it was never begun.
    pub async fn uploaded(&self, key: &str, sha: &str) -> Result<Option<Progress>> {
        let asked = get(&format!("api/v1/uploads/{sha}"), vec![("idempotency-key", key)]);
        match self.answer(asked).await {
            Err(Error::Refused(code)) if code == "not_found" => Ok(None),
            other => other.map(Some),
        }
    }

    /// Sends a part of a file.
    pub async fn upload(
        &self,
        key: &str,
        sha: &str,
        (offset, length): (u64, u64),
        part: &[u8],
    ) -> Result<Progress> {
        let (offset, length) = (offset.to_string(), length.to_string());
        self.answer(Ask {
            method: Method::PUT,
            path: format!("api/v1/uploads/{sha}"),
            headers: vec![
                ("idempotency-key", key),
                ("upload-offset", &offset),
                ("upload-length", &length),
                ("content-type", "application/octet-stream"),
            ],
            body: part.to_vec(),
        })
        .await
    }

    /// Sends a letter. Without `proof` only a letter that is there already is answered.
    pub async fn submit(&self, key: &str, body: &[u8], proof: Option<&str>) -> Result<Receipt> {
        let mut headers = vec![("idempotency-key", key), ("content-type", "application/json")];
        headers.extend(proof.map(|p| ("x-altcha", p)));
        let receipt: Receipt = self.answer(post("api/v1/letters", headers, body)).await?;
        let ours =
            receipt.key == key && receipt.code.parse::<QueryCode>().is_ok() && is_token(&receipt.token);
        if ours {
            Ok(receipt)
        } else {
            Err(Error::CaptivePortal)
        }
    }

    /// The letter with this number and code.
    pub async fn look_up(&self, number: &str, code: &str) -> Result<Own> {
        let proof = self.proof().await?;
        let body = serde_json::to_vec(&serde_json::json!({"number": number, "code": code}))?;
        let headers = vec![("x-altcha", &*proof), ("content-type", "application/json")];
        match self.answer(post("api/v1/letters/lookup", headers, &body)).await {
            Err(Error::Refused(code)) if code == "not_found" => Err(Error::WrongCode),
            other => other,
        }
    }

    /// Asks for a code by SMS, with which the receipts of this phone are given again. Nobody is told whether a letter
    /// has this phone.
    pub async fn recovery_code(&self, phone: &str) -> Result<()> {
        let proof = self.proof().await?;
        let body = serde_json::to_vec(&serde_json::json!({"phone": phone}))?;
        let headers = vec![("x-altcha", &*proof), ("content-type", "application/json")];
        let asked = post("api/v1/letters/recover/code", headers, &body);
        self.answer::<serde_json::Value>(asked).await.map(drop)
    }

    /// The receipts of this phone, for the code that came to it.
    pub async fn recover(&self, phone: &str, code: &str) -> Result<Vec<Again>> {
        let proof = self.proof().await?;
        let body = serde_json::to_vec(&serde_json::json!({"phone": phone, "code": code}))?;
        let headers = vec![("x-altcha", &*proof), ("content-type", "application/json")];
        let answered: Recovered = match self.answer(post("api/v1/letters/recover", headers, &body)).await {
            Err(Error::Refused(code)) if code == "not_found" => return Err(Error::WrongCode),
            other => other?,
        };
        let ours = |a: &Again| a.code.parse::<QueryCode>().is_ok() && is_token(&a.token);
        if answered.letters.iter().all(ours) {
            Ok(answered.letters)
        } else {
            Err(Error::CaptivePortal)
        }
    }

    /// The letter of a token, and the tag of this answer; none when it is the one whose tag is given.
    pub async fn track(&self, token: &str, tag: &str) -> Result<Option<(Own, String)>> {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", &*bearer)];
        if !tag.is_empty() {
            headers.push(("if-none-match", tag));
        }
        match self.call(get("api/v1/track", headers)).await? {
            None => Ok(None),
            Some((bytes, tag)) => Ok(Some((parsed(&bytes)?, tag))),
        }
    }

    /// Everything the server keeps of the writer.
    pub async fn export(&self, token: &str) -> Result<serde_json::Value> {
        let bearer = format!("Bearer {token}");
        self.answer(get("api/v1/track/export", vec![("authorization", &bearer)]))
            .await
    }

    /// The writer does something.
    pub async fn deed(&self, token: &str, action: &str, key: &str, body: &[u8]) -> Result<Stands> {
        let bearer = format!("Bearer {token}");
        let headers = vec![
            ("authorization", &*bearer),
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        self.answer(post(&format!("api/v1/track/{action}"), headers, body))
            .await
    }

    /// 我也遇到.
    pub async fn join(&self, number: &str, key: &str) -> Result<Stands> {
        let proof = self.proof().await?;
        let headers = vec![("idempotency-key", key), ("x-altcha", &*proof)];
        let stands: Stands = self
            .answer(post(&format!("api/v1/letters/{number}/join"), headers, &[]))
            .await?;
        if is_token(&stands.token) {
            Ok(stands)
        } else {
            Err(Error::CaptivePortal)
        }
    }

    /// No longer.
    pub async fn leave(&self, number: &str, key: &str, token: &str) -> Result<Stands> {
        let proof = self.proof().await?;
        let bearer = format!("Bearer {token}");
        let headers = vec![
            ("authorization", &*bearer),
            ("idempotency-key", key),
            ("x-altcha", &*proof),
        ];
        self.answer(post(&format!("api/v1/letters/{number}/leave"), headers, &[]))
            .await
    }

    async fn answer<T: DeserializeOwned>(&self, ask: Ask<'_>) -> Result<T> {
        match self.call(ask).await? {
            Some((bytes, _)) => parsed(&bytes),
            None => Err(Error::CaptivePortal),
        }
    }

    /// The body and its tag; none for "not modified".
    async fn call(&self, ask: Ask<'_>) -> Result<Option<(Vec<u8>, String)>> {
        let url = self
            .base
            .join(&ask.path)
            .map_err(|_| Error::Invalid("the server's address"))?;
        let send = || {
            let mut request = self.http.request(ask.method.clone(), url.clone());
            for (name, value) in &ask.headers {
                request = request.header(*name, *value);
            }
            request.body(ask.body.clone()).send()
        };
        let response = match send().await {
            // See `get`: a connection kept from before. What is sent twice has one key.
            Err(e) if e.is_request() && !e.is_timeout() => send().await.map_err(classify)?,
            other => other.map_err(classify)?,
        };
        let status = response.status();
        let text = |name: header::HeaderName| {
            let value = response.headers().get(name);
            value.and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (tag, kind) = (text(header::ETAG), text(header::CONTENT_TYPE));
        let retry_after_s = text(header::RETRY_AFTER).trim().parse().ok();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        if status.is_success() {
            return Ok(Some((collect(response, MAX_ANSWER).await?, tag)));
        }
        let later = Error::Status {
            status: status.as_u16(),
            retry_after_s,
        };
        if !status.is_client_error() {
            return Err(if status.is_redirection() {
                Error::CaptivePortal
            } else {
                later
            });
        }
        if matches!(status.as_u16(), 408 | 425 | 429) {
            return Err(later);
        }
        if !kind.starts_with("application/problem+json") {
            return Err(Error::CaptivePortal);
        }
        let code = problem(&collect(response, 64 << 10).await?).ok_or(Error::CaptivePortal)?;
        Err(if is_passing(status, &code) {
            later
        } else {
            Error::Refused(code)
        })
    }
}

/// Waiting or doing the same again cures it: two requests at once, a proof that is too old, a file the server has
/// forgotten or got torn.
fn is_passing(status: StatusCode, code: &str) -> bool {
    let conflict = status == StatusCode::CONFLICT && matches!(code, "in_flight" | "conflict");
    conflict
        || code.starts_with("proof_")
        || matches!(code, "file_not_uploaded" | "offset_wrong" | "hash_wrong")
}

fn problem(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Document {
        code: String,
    }
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let sound = !document.code.is_empty() && document.code.len() <= 40 && document.code.chars().all(plain);
    sound.then_some(document.code)
}

/// What does not parse is somebody else's answer. What serde says is not passed on: it quotes.
fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|_| Error::CaptivePortal)
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn get<'a>(path: &str, headers: Vec<(&'static str, &'a str)>) -> Ask<'a> {
    Ask {
        method: Method::GET,
        path: path.to_owned(),
        headers,
        body: Vec::new(),
    }
}

fn post<'a>(path: &str, headers: Vec<(&'static str, &'a str)>, body: &[u8]) -> Ask<'a> {
    Ask {
        method: Method::POST,
        path: path.to_owned(),
        headers,
        body: body.to_vec(),
    }
}

fn solved(asked: &Challenge) -> Option<String> {
    let wanted: Sha256 = asked.challenge.parse().ok()?;
    let mut numbers = 0..=asked.maxnumber.min(MAX_WORK);
    let number = numbers.find(|n| Sha256::of(format!("{}{n}", asked.salt).as_bytes()) == wanted)?;
    let solution = serde_json::json!({
        "algorithm": asked.algorithm,
        "challenge": asked.challenge,
        "number": number,
        "salt": asked.salt,
        "signature": asked.signature,
    });
    Some(BASE64.encode(solution.to_string().as_bytes()))
}
