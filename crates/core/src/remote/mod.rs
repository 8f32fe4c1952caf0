//! The only HTTP of the core: fetch the head, a key list, or an object by its hash; letters are in [`letters`].
//!
//! A mirror may serve these files, so nothing here is believed before its signature or hash has been checked.
//! Redirects to other hosts are refused: they are how captive portals and hijacked names look. No cookies, no
//! identifying header: the server cannot tell one reader from another.

pub(crate) mod letters;

use crate::error::{Error, Result};
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use std::time::Duration;
use weimenhu_domain::wire::{MAX_HEAD, MAX_KEY_LIST, ObjectRef};

/// How long a silent connection is waited for, unless the client is told otherwise. Slow is not dead: the time counts
/// from the last byte.
pub const SILENCE: Duration = Duration::from_secs(60);

/// A server or mirror of the city.
#[derive(Debug, Clone)]
pub struct Remote {
    http: Client,
    base: Url,
}

impl Remote {
    /// The server at `base`, `https://host[:port][/path]`, given up after so much `silence`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `base` is no HTTP address.
    pub fn new(base: &str, silence: Duration) -> Result<Self> {
        let mut base = Url::parse(base.trim()).map_err(|_| Error::Invalid("the server's address"))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(Error::Invalid("the server's address"));
        }
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let same_host = redirect::Policy::custom(|attempt| {
            let first = attempt
                .previous()
                .first()
                .and_then(|u| u.host_str().map(str::to_owned));
            if attempt.url().host_str().map(str::to_owned) == first && attempt.previous().len() < 4 {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let http = Client::builder()
            .connect_timeout(silence)
            .read_timeout(silence)
            .redirect(same_host)
            .build()
            .map_err(|e| Error::Unreachable(e.to_string()))?;
        Ok(Self { http, base })
    }

    /// The bytes of the newest head.
    ///
    /// # Errors
    /// [`Error::CaptivePortal`] when a page or a redirect to elsewhere came instead.
    pub async fn head(&self) -> Result<Vec<u8>> {
        let response = self.get("sync/v1/head", None).await?;
        collect(response, MAX_HEAD).await
    }

    /// The bytes of key list `n`; none when the server has no such list.
    ///
    /// # Errors
    /// As for [`Self::head`].
    pub async fn keys(&self, n: u32) -> Result<Option<Vec<u8>>> {
        match self.get(&format!("sync/v1/keys/{n}"), None).await {
            Err(Error::NotFound) => Ok(None),
            other => Ok(Some(collect(other?, MAX_KEY_LIST).await?)),
        }
    }

    /// Fetches an object from byte `from` on and gives each piece to `take`; `take` is told first whether the
    /// server begins at `from` (`true`) or, having no ranges, at the start.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the object is gone: the head has moved on. [`Error::Damaged`] when more comes
    /// than the index promised.
    pub async fn object(
        &self,
        object: &ObjectRef,
        from: u64,
        mut take: impl FnMut(bool, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let range = (from > 0).then(|| format!("bytes={from}-"));
        let mut response = self
            .get(&format!("sync/v1/o/{}", object.sha), range.as_deref())
            .await?;
        let resumes = response.status() == StatusCode::PARTIAL_CONTENT;
        let mut length = if resumes { from } else { 0 };
        take(resumes, &[])?;
        while let Some(chunk) = response.chunk().await.map_err(classify)? {
            length = length.saturating_add(chunk.len() as u64);
            if length > object.size {
                return Err(Error::Damaged(format!("{}: longer than promised", object.sha)));
            }
            take(resumes, &chunk)?;
        }
        Ok(())
    }

    /// The bytes of an object whose size no index names: a picture.
    ///
    /// # Errors
    /// As for [`Self::object`]; the caller checks the hash.
    pub async fn picture(&self, sha: &str, limit: usize) -> Result<Vec<u8>> {
        collect(self.get(&format!("sync/v1/o/{sha}"), None).await?, limit).await
    }

    async fn get(&self, path: &str, range: Option<&str>) -> Result<Response> {
        let url = self
            .base
            .join(path)
            .map_err(|_| Error::Invalid("the server's address"))?;
        let ask = || {
            let request = self.http.get(url.clone());
            if let Some(range) = range {
                request.header(header::RANGE, range)
            } else {
                request
            }
            .send()
        };
        let response = match ask().await {
            // A connection kept from before is dead after a change of networks or a restart of the server; only
            // asking tells. A fresh one decides.
            Err(e) if e.is_request() && !e.is_timeout() => ask().await.map_err(classify)?,
            other => other.map_err(classify)?,
        };
        let status = response.status();
        if status.is_redirection() {
            return Err(Error::CaptivePortal);
        }
        if status == StatusCode::NOT_FOUND {
            return Err(Error::NotFound);
        }
        if !status.is_success() {
            let retry_after_s = response
                .headers()
                .get(header::RETRY_AFTER)
                .and_then(|v| v.to_str().ok())
                .and_then(|v| v.trim().parse().ok());
            return Err(Error::Status {
                status: status.as_u16(),
                retry_after_s,
            });
        }
        let is_page = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|t| t.as_bytes().to_ascii_lowercase().starts_with(b"text/html"));
        if is_page {
            Err(Error::CaptivePortal)
        } else {
            Ok(response)
        }
    }
}

async fn collect(mut response: Response, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if bytes.len() + chunk.len() > limit {
            return Err(Error::Damaged("an answer larger than allowed".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    // Some portals answer 200 with a page and call it nothing in particular.
    if bytes.trim_ascii_start().first() == Some(&b'<') {
        return Err(Error::CaptivePortal);
    }
    Ok(bytes)
}

/// Network errors without the address: it may be a person's own proxy.
fn classify(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::Timeout
    } else {
        Error::Unreachable(error.without_url().to_string())
    }
}
