//! What the web view may ask about sharing.

use super::{Core, code, save};
use tauri::AppHandle;
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
