//! What the web view may ask about sharing.

use super::{Core, code, save};
use std::{fs, io, path::PathBuf};
use tauri::{AppHandle, Manager, WebviewWindow};
use tauri_plugin_sharekit::{ShareExt, ShareFileOptions, ShareTextOptions};
use weimenhu_core::{Code, Error, view::Share};
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

/// Hands the picture card that the window has drawn to the system's share sheet.
#[tauri::command(async)]
#[specta::specta]
pub fn share_card(
    app: AppHandle,
    window: WebviewWindow,
    core: Core<'_>,
    collection: Collection,
    id: u32,
    base64: String,
) -> Result<(), Code> {
    let file = core.picture_card(collection, id, &base64).map_err(code)?;
    let folder = handed_over(&app)?;
    // Whoever was handed the one before has it by now.
    forget_handed_over(&app)?;
    let path = fs::create_dir_all(&folder)
        .map_err(Error::from)
        .and_then(|()| file.save(&folder))
        .map_err(code)?;
    let options = ShareFileOptions {
        mime_type: Some("image/png".into()),
        ..ShareFileOptions::default()
    };
    let shown = app
        .share()
        .share_file(window, path.to_string_lossy().into_owned(), options);
    shown.map_err(|error| {
        tracing::warn!(%error, "the share sheet was not shown");
        Code::Internal
    })
}

/// Takes away what was handed to the share sheet last: other programs read it from a file.
pub fn forget_handed_over(app: &AppHandle) -> Result<(), Code> {
    match fs::remove_dir_all(handed_over(app)?) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(code(e.into())),
        _ => Ok(()),
    }
}

fn handed_over(app: &AppHandle) -> Result<PathBuf, Code> {
    let folder = app.path().app_cache_dir().map(|folder| folder.join("shared"));
    folder.map_err(|error| {
        tracing::warn!(%error, "no folder for what is shared");
        Code::Internal
    })
}
