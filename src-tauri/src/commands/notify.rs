//! What the web view may ask about notifications.

use super::{Core, code};
use crate::notify;
use tauri::AppHandle;
use weimenhu_core::{
    Code,
    view::{NotifyChoice, NotifyProblem, NotifyState},
};

/// Each link of the chain.
#[tauri::command(async)]
#[specta::specta]
pub fn notify_state(core: Core<'_>) -> Result<NotifyState, Code> {
    core.notify_state().map_err(code)
}

/// Chooses what is told, and when.
#[tauri::command(async)]
#[specta::specta]
pub fn set_notify_choice(core: Core<'_>, choice: NotifyChoice) -> Result<(), Code> {
    core.set_notify_choice(&choice).map_err(code)
}

/// Has the system show a notification now; answers why it did not, or nothing.
#[tauri::command(async)]
#[specta::specta]
pub fn try_notification(app: AppHandle, core: Core<'_>) -> Result<Option<NotifyProblem>, Code> {
    Ok(notify::try_out(&app, &core))
}

/// The language that the window speaks, for what the system shows.
#[tauri::command(async)]
#[specta::specta]
pub fn set_language(core: Core<'_>, tag: String) -> Result<(), Code> {
    core.set_language(&tag).map_err(code)
}
