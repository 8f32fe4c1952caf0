//! The window, with what its first screen looked like last time: the page finds it before any of its scripts runs.
//!
//! Rejected: a command. It is answered by the thread that opens the app's data meanwhile, 80 ms later (measured), when the
//! screen itself is nearly there.

use crate::opening;
use jiff::Timestamp;
use tauri::{App, WebviewWindowBuilder};

/// Where the page finds it: `ui/src/api.ts`.
const NAME: &str = "__FIRST_SCREEN__";

/// Opens the window that the configuration describes.
///
/// # Errors
/// The system's.
pub fn open(app: &App) -> tauri::Result<()> {
    let folder = opening::folder(app.handle()).ok();
    let screen = folder.and_then(|folder| weimenhu_core::first_screen(&folder));
    // Some systems load the page again much later, in the same window.
    let found = serde_json::json!({ "at": Timestamp::now().as_millisecond(), "screen": screen });
    let script = format!("window.{NAME} = {found};");
    for config in &app.config().app.windows {
        let window = WebviewWindowBuilder::from_config(app, config)?;
        window.initialization_script(script.as_str()).build()?;
    }
    Ok(())
}
