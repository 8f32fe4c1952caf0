//! What the web view may ask. Each command is one line: call the client, map the error.
//!
//! `(async)` moves a command off the thread that draws the window; the client itself never waits for the network
//! except where its own documentation says so.

pub mod inbox;
pub mod letters;
pub mod notify;
pub mod sharing;

use crate::{link, opening};
use std::sync::Arc;
use tauri::{AppHandle, Manager, State};
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_opener::OpenerExt;
use weimenhu_core::{
    Client, Code, Download, Error,
    view::{
        About, Count, Detail, Facets, FetchPictures, Filter, Keep, Letter, ListQuery, Page, SearchAnswer,
        SearchQuery, Storage, SyncState,
    },
};
use weimenhu_domain::{Collection, record::Sha256};

type Core<'a> = State<'a, Arc<Client>>;

/// To be asked before everything else: the app's data is open, or is opened now.
#[tauri::command(async)]
#[specta::specta]
pub fn open(app: AppHandle) -> Result<(), Code> {
    opening::open(&app)
}

/// Keeps what the first screen looks like, for the next window to find; with none, forgets it.
#[tauri::command(async)]
#[specta::specta]
pub fn keep_first_screen(core: Core<'_>, screen: Option<String>) -> Result<(), Code> {
    let kept = match screen {
        Some(screen) => core.keep_first_screen(&screen),
        None => core.forget_first_screen(),
    };
    kept.map_err(code)
}

/// A page of a list.
#[tauri::command(async)]
#[specta::specta]
pub fn list(core: Core<'_>, query: ListQuery) -> Result<Page, Code> {
    core.list(&query).map_err(code)
}

/// The A–Z headings of a directory.
#[tauri::command(async)]
#[specta::specta]
pub fn letters(core: Core<'_>, collection: Collection, filter: Filter) -> Result<Vec<Letter>, Code> {
    core.letters(collection, &filter).map_err(code)
}

/// What a collection can be filtered by.
#[tauri::command(async)]
#[specta::specta]
pub fn facets(core: Core<'_>, collection: Collection) -> Result<Facets, Code> {
    core.facets(collection).map_err(code)
}

/// One record.
#[tauri::command]
#[specta::specta]
pub async fn detail(core: Core<'_>, collection: Collection, id: u32) -> Result<Detail, Code> {
    core.detail(collection, id).await.map_err(code)
}

/// How many records each collection has.
#[tauri::command(async)]
#[specta::specta]
pub fn counts(core: Core<'_>) -> Result<Vec<Count>, Code> {
    core.counts().map_err(code)
}

/// Remembers whether a record has been opened.
#[tauri::command(async)]
#[specta::specta]
pub fn mark_read(core: Core<'_>, collection: Collection, id: u32, read: bool) -> Result<(), Code> {
    core.mark_read(collection, id, read).map_err(code)
}

/// Remembers whether a record is starred.
#[tauri::command(async)]
#[specta::specta]
pub fn star(core: Core<'_>, collection: Collection, id: u32, starred: bool) -> Result<(), Code> {
    core.star(collection, id, starred).map_err(code)
}

/// One round with the server; answers when it is over.
#[tauri::command]
#[specta::specta]
pub async fn sync_now(core: Core<'_>) -> Result<(), Code> {
    core.sync().await.map(drop).map_err(code)
}

/// Somebody looks at the app again, or the network is back.
#[tauri::command(async)]
#[specta::specta]
pub fn wake(core: Core<'_>) -> Result<(), Code> {
    core.wake();
    Ok(())
}

/// What the app is doing about the network.
#[tauri::command(async)]
#[specta::specta]
pub fn sync_state(core: Core<'_>) -> Result<SyncState, Code> {
    Ok(core.sync_state())
}

/// What the cache takes.
#[tauri::command(async)]
#[specta::specta]
pub fn storage(core: Core<'_>) -> Result<Storage, Code> {
    core.storage().map_err(code)
}

/// Chooses which bodies stay.
#[tauri::command(async)]
#[specta::specta]
pub fn set_keep(core: Core<'_>, keep: Keep) -> Result<(), Code> {
    core.set_keep(keep).map_err(code)
}

/// Chooses the most that pictures may take, in bytes.
#[tauri::command(async)]
#[specta::specta]
pub fn set_picture_cap(core: Core<'_>, bytes: u32) -> Result<(), Code> {
    core.set_picture_cap(bytes.into()).map_err(code)
}

/// Chooses when pictures are fetched.
#[tauri::command(async)]
#[specta::specta]
pub fn set_fetch_pictures(core: Core<'_>, when: FetchPictures) -> Result<(), Code> {
    core.set_fetch_pictures(when).map_err(code)
}

/// Whether the network costs by what it carries.
#[tauri::command(async)]
#[specta::specta]
pub fn set_metered(core: Core<'_>, metered: bool) -> Result<(), Code> {
    core.set_metered(metered);
    Ok(())
}

/// Frees space.
#[tauri::command(async)]
#[specta::specta]
pub fn clean_up(core: Core<'_>) -> Result<Storage, Code> {
    core.clean_up().map_err(code)
}

/// What the app is.
#[tauri::command(async)]
#[specta::specta]
pub fn about(core: Core<'_>) -> Result<About, Code> {
    Ok(core.about())
}

/// Saves a record as a contact; answers where.
#[tauri::command(async)]
#[specta::specta]
pub fn save_contact(app: AppHandle, core: Core<'_>, collection: Collection, id: u32) -> Result<String, Code> {
    core.contact(collection, id)
        .and_then(|file| save(&app, &file))
        .map_err(code)
}

/// Saves an attachment; answers where.
#[tauri::command]
#[specta::specta]
pub async fn save_attachment(
    app: AppHandle,
    core: Core<'_>,
    collection: Collection,
    id: u32,
    sha256: String,
) -> Result<String, Code> {
    let sha: Sha256 = sha256.parse().map_err(|_| Code::Invalid)?;
    core.attachment(collection, id, &sha)
        .await
        .and_then(|file| save(&app, &file))
        .map_err(code)
}

/// Opens a link with the system: a dialler, a map, a browser.
#[tauri::command(async)]
#[specta::specta]
pub fn open_link(app: AppHandle, url: String) -> Result<(), Code> {
    let url = link::outward(&url).ok_or(Code::Invalid)?;
    app.opener().open_url(url, None::<&str>).map_err(|e| {
        tracing::warn!(error = %e, "link not opened");
        Code::Internal
    })
}

/// The UI is up; answers the path of the link that the app was started with.
#[tauri::command(async)]
#[specta::specta]
pub fn ready(app: AppHandle) -> Result<Option<String>, Code> {
    let urls = app.deep_link().get_current().ok().flatten().unwrap_or_default();
    Ok(urls
        .iter()
        .find_map(|url| weimenhu_domain::link::screen(url.as_str())))
}

/// Finds records. `turn` grows with every key press: a newer one ends what is still looking for an older one, which
/// then answers [`Code::Cancelled`].
#[tauri::command(async)]
#[specta::specta]
pub fn search(core: Core<'_>, query: SearchQuery, turn: u32) -> Result<SearchAnswer, Code> {
    core.search_in_turn(&query, turn).map_err(code)
}

/// What was looked for lately, the latest first.
#[tauri::command(async)]
#[specta::specta]
pub fn recent_searches(core: Core<'_>) -> Result<Vec<String>, Code> {
    core.recent_searches().map_err(code)
}

/// Remembers a search, unless that is switched off.
#[tauri::command(async)]
#[specta::specta]
pub fn remember_search(core: Core<'_>, text: String) -> Result<(), Code> {
    core.remember_search(&text).map_err(code)
}

/// Forgets one search, or all.
#[tauri::command(async)]
#[specta::specta]
pub fn forget_search(core: Core<'_>, text: Option<String>) -> Result<(), Code> {
    core.forget_search(text.as_deref()).map_err(code)
}

/// Whether searches are remembered.
#[tauri::command(async)]
#[specta::specta]
pub fn recent_searches_on(core: Core<'_>) -> Result<bool, Code> {
    core.recent_searches_on().map_err(code)
}

/// Chooses whether searches are remembered; switching off forgets them.
#[tauri::command(async)]
#[specta::specta]
pub fn set_recent_searches(core: Core<'_>, on: bool) -> Result<(), Code> {
    core.set_recent_searches(on).map_err(code)
}

/// Into the person's downloads, beside and never over a file that is there.
fn save(app: &AppHandle, file: &Download) -> Result<String, Error> {
    let folder = app.path().download_dir();
    // Where a desktop names no such place, the person's own folder: they would not find the app's.
    #[cfg(desktop)]
    let folder = folder.or_else(|_| app.path().home_dir());
    let folder = folder.or_else(|_| app.path().app_local_data_dir());
    let folder = folder.map_err(|_| Error::Invalid("no folder for downloads"))?;
    Ok(file.save(&folder)?.display().to_string())
}

fn code(error: Error) -> Code {
    let code = error.code();
    tracing::info!(?code, %error, "command refused");
    code
}
