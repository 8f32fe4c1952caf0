//! What the web view may ask about sharing.

use super::{Core, code, save};
use std::{env, fs, path::PathBuf};
use tauri::{AppHandle, Manager, Url, WebviewWindow};
use tauri_plugin_sharekit::{ShareExt, ShareFileOptions, ShareTextOptions};
use weimenhu_core::{Code, Download, view::Share};
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
    shown(app.share().share_text(window, text, ShareTextOptions::default()))
}

/// Somebody who thought better of it in the sheet has done nothing wrong; the plugin has no other way to say so.
fn shown(answer: tauri_plugin_sharekit::Result<()>) -> Result<(), Code> {
    match answer {
        Err(error) if !error.to_string().contains("cancelled") => {
            tracing::warn!(%error, "the share sheet was not shown");
            Err(Code::Internal)
        }
        _ => Ok(()),
    }
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
    // Whoever was handed the one before has it by now.
    forget_handed_over(&app)?;
    // Phones copy it under its name and keep the copy of one before, and read no address with Chinese in it.
    let file = Download {
        name: format!("{CARD}{}.png", jiff::Timestamp::now().as_nanosecond()),
        bytes: file.bytes,
    };
    let path = file.save(&cache(&app)?).map_err(code)?;
    let address = match Url::from_file_path(&path) {
        Ok(url) if cfg!(mobile) => url.to_string(),
        _ => path.to_string_lossy().into_owned(),
    };
    let options = ShareFileOptions {
        mime_type: Some("image/png".into()),
        ..ShareFileOptions::default()
    };
    shown(app.share().share_file(window, address, options))
}

/// How the files begin that are handed to the share sheet.
const CARD: &str = "weimenhu-card-";

/// Takes away what was handed to the share sheet, and the copies that it made: other programs read it from a file.
pub fn forget_handed_over(app: &AppHandle) -> Result<(), Code> {
    let folders = [cache(app)?, env::temp_dir()];
    for entry in folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
    {
        let entry = entry.map_err(|e| code(e.into()))?;
        if entry.file_name().to_string_lossy().starts_with(CARD) {
            fs::remove_file(entry.path()).map_err(|e| code(e.into()))?;
        }
    }
    Ok(())
}

fn cache(app: &AppHandle) -> Result<PathBuf, Code> {
    let folder = app.path().app_cache_dir().map_err(|error| {
        tracing::warn!(%error, "no folder for what is shared");
        Code::Internal
    })?;
    fs::create_dir_all(&folder).map_err(|e| code(e.into()))?;
    Ok(folder)
}
