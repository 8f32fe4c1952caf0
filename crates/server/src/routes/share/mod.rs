//! `/s/…`: the public page of a record, for whoever was sent its link and may not have the app. No cookie, no script.
//!
//! It shows what was last published, from the same row that the objects are made from, and so never more than a
//! device can read: what waits for approval, what was taken back and every letter that is not public is not there.
//!
//! Paths are matched here and not by the router, because whatever begins with `/s` answers with a page for people:
//! a router would hand wrong ones to the problem documents. Rejected: the app's UI on the web (a second way to read
//! the city, with scripts), and one page for all words (previews of links need the item's own title and picture).

mod item;

use super::{
    Shared,
    problem::{self, Code},
};
use crate::{
    Error, Result,
    store::operation,
    tree::{self, Tree},
    words::Lang,
};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use image::ImageFormat;
use item::Item;
use weimenhu_domain::{
    Collection, Record, link,
    record::{Id, Sha256},
    wire::Change,
};

/// All routes of the public pages.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/s", get(show))
        .route("/s/", get(show))
        .route("/s/{*path}", get(show))
}

/// What everything on a page of ours is made with.
struct Site<'a> {
    t: Lang,
    name: &'a str,
    /// The server's public address, or empty.
    base: &'a str,
}

#[derive(Template)]
#[template(path = "share/item.html")]
struct ItemPage<'a> {
    site: Site<'a>,
    app: String,
    path: String,
    item: Item,
}

/// A page without an item: what it says, and what one may do.
#[derive(Template)]
#[template(path = "share/note.html")]
struct NotePage<'a> {
    site: Site<'a>,
    /// `gone`, `lost` or `broken`: the end of the names of its words.
    what: &'static str,
}

impl NotePage<'_> {
    fn about(&self) -> String {
        self.site.t.say(format!("page-{}-about", self.what))
    }
}

/// `GET /s/{collection}/{id}`, and what belongs to its page.
async fn show(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let city = &shared.city;
    let accept = headers.get(header::ACCEPT_LANGUAGE);
    let site = || Site {
        t: Lang::of(accept.and_then(|v| v.to_str().ok())),
        name: &city.config.site_name,
        base: &city.config.public_url,
    };
    let path = uri.path().strip_prefix("/s/").unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let answer = match parts.as_slice() {
        ["style.css"] => return style(),
        ["picture", sha] => match picture(&city.tree, sha).await {
            Ok(Some(bytes)) => return bytes,
            Ok(None) => note(site(), StatusCode::NOT_FOUND, "lost"),
            Err(error) => Err(error),
        },
        [collection, id] => match record_of(collection, id) {
            Some((collection, id)) => match newest(&shared, collection, id).await {
                Ok(Some(Change::Put(json))) => page(site(), collection, id, &json),
                Ok(Some(Change::Delete | Change::Redact)) => note(site(), StatusCode::GONE, "gone"),
                Ok(None) => note(site(), StatusCode::NOT_FOUND, "lost"),
                Err(error) => Err(error),
            },
            None => note(site(), StatusCode::NOT_FOUND, "lost"),
        },
        _ => note(site(), StatusCode::NOT_FOUND, "lost"),
    };
    answer.unwrap_or_else(|error| {
        // Logged where every internal error is; here it only gets a page instead of a document.
        let status = problem::status(Code::from(error));
        note(site(), status, "broken").unwrap_or_else(|_| status.into_response())
    })
}

/// The record that a path names. "01" would be a second address of the same page.
fn record_of(collection: &str, id: &str) -> Option<(Collection, Id)> {
    let collection: Collection = collection.parse().ok()?;
    let number: Id = id.parse().ok()?;
    link::page(collection, number)?;
    (number.to_string() == id).then_some((collection, number))
}

async fn newest(shared: &Shared, collection: Collection, id: Id) -> Result<Option<Change>> {
    let mut found = operation::newest(shared.city.store.read(), collection, &[id]).await?;
    Ok(found.remove(&id).map(|operation| operation.change))
}

fn page(site: Site<'_>, collection: Collection, id: Id, json: &str) -> Result<Response> {
    let record = crate::error::own_json(Record::parse(collection, json), "record")?;
    let view = ItemPage {
        item: Item::of(site.t, &record),
        app: link::app(collection, id).unwrap_or_default(),
        path: link::page(collection, id).unwrap_or_default(),
        site,
    };
    html(StatusCode::OK, &view)
}

fn note(site: Site<'_>, status: StatusCode, what: &'static str) -> Result<Response> {
    html(status, &NotePage { site, what })
}

fn html(status: StatusCode, template: &impl Template) -> Result<Response> {
    let text = template
        .render()
        .map_err(|e| Error::Inconsistent(format!("a public page: {e}")))?;
    let mut answer = (status, Html(text)).into_response();
    let cache = if status == StatusCode::OK {
        // A withdrawal must reach whoever opens the link within a minute, also through a CDN.
        "public, max-age=60"
    } else {
        "no-store"
    };
    guard(answer.headers_mut(), cache);
    answer
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    Ok(answer)
}

/// The headers of everything below `/s`.
fn guard(headers: &mut HeaderMap, cache: &'static str) {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; \
                  frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, cache),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn style() -> Response {
    let css = include_str!("../../../templates/share/style.css");
    let mut answer = ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response();
    guard(answer.headers_mut(), "public, max-age=3600");
    answer
}

/// `GET /s/picture/{sha256}`: a published object, if it is a picture, under its true media type. The object's own
/// address says `application/octet-stream`, which link previews refuse.
async fn picture(tree: &Tree, sha: &str) -> Result<Option<Response>> {
    let Ok(sha) = sha.parse::<Sha256>() else {
        return Ok(None);
    };
    let path = tree.object_path(sha);
    let read = tokio::task::spawn_blocking(move || tree::read_if_there(&path));
    let Some(bytes) = read.await.map_err(Error::from)?? else {
        return Ok(None);
    };
    let kind = match image::guess_format(&bytes) {
        Ok(kind @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif)) => kind,
        _ => return Ok(None),
    };
    let mut answer = ([(header::CONTENT_TYPE, kind.to_mime_type())], bytes).into_response();
    guard(answer.headers_mut(), "max-age=31536000, immutable");
    Ok(Some(answer))
}
