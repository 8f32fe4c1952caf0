//! The sync objects, straight from the tree.
//!
//! The head is always answered with 200: devices ask with nothing that could be compared, and a CDN caches one
//! answer for all of them (3-sync). Objects never change, so caches may keep them for ever.

use super::{Shared, problem::Code};
use crate::{Error, tree};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{
    io::ErrorKind,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};
use tower_http::services::ServeFile;
use weimenhu_domain::record::Sha256;

const FRESH: HeaderValue =
    HeaderValue::from_static("max-age=60, stale-while-revalidate=300, stale-if-error=86400");
const FOR_EVER: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Objects of at most so many bytes are held in memory while they are sent.
const SMALL: u64 = 64 << 10;
/// Minutes in which the system does not forget a file that was read.
const LATELY: u64 = 5;
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The signed head: what is published now.
///
/// Read on this thread: the file that everybody asks for is in memory, and handing the work to
/// another thread costs more than the work.
#[utoipa::path(
    get, path = "/sync/v1/head",
    responses((status = 200, body = Object, description = "A signed note; see the design of sync"),
        (status = 500), (status = 503, description = "Nothing has been published yet"))
)]
pub async fn head(State(shared): State<Shared>) -> Result<Response, Code> {
    match shared.city.tree.head_bytes()? {
        Some(bytes) => Ok((headers(FRESH, JSON), bytes).into_response()),
        None => Err(Code::NotPublished),
    }
}

/// A list of keys by its number, signed by the one before.
#[utoipa::path(
    get, path = "/sync/v1/keys/{n}", params(("n" = u32, Path)),
    responses((status = 200, body = Object), (status = 404), (status = 500))
)]
pub async fn keys(State(shared): State<Shared>, Path(n): Path<String>) -> Result<Response, Code> {
    // "01" would be a second address of the same list, and a second entry in every cache.
    let number = n.parse::<u32>().ok().filter(|value| value.to_string() == n);
    let path = shared.city.tree.keys_path(number.ok_or(Code::NotFound)?);
    match read(path).await? {
        Some(bytes) => Ok((headers(FOR_EVER, JSON), bytes).into_response()),
        None => Err(Code::NotFound),
    }
}

/// An object by its SHA-256, whole or a range of it. It never changes.
///
/// What is small is read in one go: an object streamed by
/// [`ServeFile`] goes to another thread for every step of it, and most objects are a few KB.
#[utoipa::path(
    get, path = "/sync/v1/o/{sha}", params(("sha" = String, Path), ("Range" = Option<String>, Header)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404), (status = 416), (status = 500)
    )
)]
pub async fn object(
    State(shared): State<Shared>,
    Path(sha): Path<String>,
    request: Request,
) -> Result<Response, Code> {
    let sha: Sha256 = sha.parse().map_err(|_| Code::NotFound)?;
    let path = shared.city.tree.object_path(sha);
    let is_plain = request.method() == Method::GET && !request.headers().contains_key(header::RANGE);
    if is_plain && let Some(bytes) = small(&path, shared.recent.has(sha)).await? {
        let ranges = (header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        return Ok((headers(FOR_EVER, BYTES), [ranges], bytes).into_response());
    }
    let served = ServeFile::new(&path).try_call(request).await;
    let mut response = match served {
        Ok(response) => response.map(Body::new),
        Err(e) if e.kind() == ErrorKind::NotFound => return Err(Code::NotFound),
        Err(e) => return Err(Error::file("read", &path)(e).into()),
    };
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        let mut answer = Code::RangeNotSatisfiable.into_response();
        if let Some(range) = response.headers_mut().remove(header::CONTENT_RANGE) {
            answer.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        return Ok(answer);
    }
    for (name, value) in headers(FOR_EVER, BYTES) {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

fn headers(cache: HeaderValue, kind: HeaderValue) -> [(HeaderName, HeaderValue); 3] {
    [
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_TYPE, kind),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ]
}

/// The bytes of an object that is no larger than [`SMALL`]. What was asked for a moment ago is in the system's memory
/// and read on this thread, as the head is; a disk is waited for on another.
async fn small(path: &std::path::Path, recently: bool) -> Result<Option<Vec<u8>>, Code> {
    if recently {
        return Ok(tree::read_small(path, SMALL)?);
    }
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || tree::read_small(&path, SMALL));
    Ok(read.await.map_err(Error::from)??)
}

/// The objects that were asked for last. Their names alone: the bytes of what is erased are gone with its file.
#[derive(Debug)]
pub struct Recent {
    since: Instant,
    /// Of each place the last that was asked for there: most of its name, and the minute.
    last: [AtomicU64; 1024],
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            last: [const { AtomicU64::new(0) }; 1024],
        }
    }
}

impl Recent {
    /// Whether it was asked for lately; from now on it was.
    fn has(&self, sha: Sha256) -> bool {
        let [name, place, ..] = sha.0.as_chunks::<8>().0 else {
            return false;
        };
        let place = u64::from_le_bytes(*place) % 1024;
        let minute = (self.since.elapsed().as_secs() / 60) & 0xFFFF;
        let now = (u64::from_le_bytes(*name) & !0xFFFF) | minute;
        let slot = usize::try_from(place).ok().and_then(|place| self.last.get(place));
        let before = slot.map(|slot| slot.swap(now, Ordering::Relaxed));
        before.is_some_and(|before| now.wrapping_sub(before) <= LATELY)
    }
}

async fn read(path: std::path::PathBuf) -> Result<Option<Vec<u8>>, Code> {
    let read = tokio::task::spawn_blocking(move || tree::read_if_there(&path));
    Ok(read.await.map_err(Error::from)??)
}
