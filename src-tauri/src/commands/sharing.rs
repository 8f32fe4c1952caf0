//! What the web view may ask about sharing.

use super::{Core, code, save};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_sharekit::{ShareExt, ShareTextOptions};
use weimenhu_core::{Code, view::Share};
use weimenhu_domain::Collection;

/// A record as it is shared.
#[tauri::command(async)]
#[specta::specta]
pub fn share(core: Core<'_>, collection: Collection, id: u32) -> Result<Share, Code> {
    core.share(collection, id).map_err(code)
}

/// Saves the picture card that the window has drawn; answers where.
#[tauri::command(async)]
#[specta::specta]
pub fn save_card(
    app: AppHandle,
    core: Core<'_>,
    collection: Collection,
    id: u32,
    base64: String,
) -> Result<String, Code> {
    core.picture_card(collection, id, &base64)
        .and_then(|file| save(&app, &file))
        .map_err(code)
}

/// Whether the system has a share sheet of its own: every one but Linux has.
#[tauri::command(async)]
#[specta::specta]
pub fn has_share_sheet() -> bool {
    !cfg!(target_os = "linux")
}

/// Hands a record's text with its link to the system's share sheet. Web views have none that pages could open, neither
/// WebKitGTK's nor Android's. It ends when the sheet is shown; what the person does there is theirs.
#[tauri::command(async)]
#[specta::specta]
pub fn share_by_system(
    app: AppHandle,
    window: WebviewWindow,
    core: Core<'_>,
    collection: Collection,
    id: u32,
) -> Result<(), Code> {
    let text = core.share(collection, id).map_err(code)?.text;
    let shown = app.share().share_text(window, text, ShareTextOptions::default());
    shown.map_err(|error| {
        tracing::warn!(%error, "the share sheet was not shown");
        Code::Internal
    })
}
