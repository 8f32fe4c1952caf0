//! Letters: one line each.

use super::{Core, code, save, sharing};
use tauri::AppHandle;
use weimenhu_core::{
    Code,
    view::{
        DepartmentFigures, Draft, DraftFile, DraftRow, LetterDeed, LetterForm, LetterPage, LetterPreview,
        LetterQuery, MineState, MyLetter, MyRow, PublicLimits,
    },
};

/// Drafts, and letters on their way out.
#[tauri::command(async)]
#[specta::specta]
pub fn drafts(core: Core<'_>) -> Result<Vec<DraftRow>, Code> {
    core.drafts().map_err(code)
}

/// Begins a letter.
#[tauri::command(async)]
#[specta::specta]
pub fn new_draft(core: Core<'_>) -> Result<String, Code> {
    core.new_draft().map_err(code)
}

/// One draft.
#[tauri::command(async)]
#[specta::specta]
pub fn draft(core: Core<'_>, id: String) -> Result<Draft, Code> {
    core.draft(&id).map_err(code)
}

/// Keeps what has been typed.
#[tauri::command(async)]
#[specta::specta]
pub fn save_draft(core: Core<'_>, id: String, form: LetterForm) -> Result<(), Code> {
    core.save_draft(&id, &form).map_err(code)
}

/// Deletes a draft.
#[tauri::command(async)]
#[specta::specta]
pub fn delete_draft(core: Core<'_>, id: String) -> Result<(), Code> {
    core.delete_draft(&id).map_err(code)
}

/// Takes a deletion back.
#[tauri::command(async)]
#[specta::specta]
pub fn restore_draft(core: Core<'_>, id: String) -> Result<(), Code> {
    core.restore_draft(&id).map_err(code)
}

/// Adds a file to a draft.
#[tauri::command(async)]
#[specta::specta]
pub fn add_draft_file(core: Core<'_>, id: String, name: String, base64: String) -> Result<DraftFile, Code> {
    core.add_draft_file(&id, &name, &base64).map_err(code)
}

/// Takes a file out of a draft.
#[tauri::command(async)]
#[specta::specta]
pub fn remove_draft_file(core: Core<'_>, id: String, file_id: String) -> Result<(), Code> {
    core.remove_draft_file(&id, &file_id).map_err(code)
}

/// What the public will see of a draft.
#[tauri::command(async)]
#[specta::specta]
pub fn preview_letter(core: Core<'_>, id: String) -> Result<LetterPreview, Code> {
    core.preview_letter(&id).map_err(code)
}

/// Freezes a letter and hands it to the outbox.
#[tauri::command(async)]
#[specta::specta]
pub fn submit_letter(core: Core<'_>, id: String) -> Result<(), Code> {
    core.submit_letter(&id).map_err(code)
}

/// The number of the letter that a draft became.
#[tauri::command(async)]
#[specta::specta]
pub fn sent_number(core: Core<'_>, id: String) -> Result<Option<String>, Code> {
    core.sent_number(&id).map_err(code)
}

/// Takes a letter back while no attempt has begun.
#[tauri::command(async)]
#[specta::specta]
pub fn recall_letter(core: Core<'_>, id: String) -> Result<(), Code> {
    core.recall_letter(&id).map_err(code)
}

/// A page of public letters.
#[tauri::command(async)]
#[specta::specta]
pub fn public_letters(core: Core<'_>, query: LetterQuery) -> Result<LetterPage, Code> {
    core.public_letters(&query).map_err(code)
}

/// The limits of a public letter.
#[tauri::command(async)]
#[specta::specta]
pub fn public_limits(core: Core<'_>, id: u32) -> Result<PublicLimits, Code> {
    core.public_limits(id).map_err(code)
}

/// How the departments answer.
#[tauri::command(async)]
#[specta::specta]
pub fn department_figures(core: Core<'_>) -> Result<Vec<DepartmentFigures>, Code> {
    core.department_figures().map_err(code)
}

/// Saves a limit as a calendar entry; answers where.
#[tauri::command(async)]
#[specta::specta]
pub fn save_ics(core: Core<'_>, app: AppHandle, number: String) -> Result<String, Code> {
    core.letter_calendar(&number)
        .and_then(|file| save(&app, &file))
        .map_err(code)
}

/// 我也遇到.
#[tauri::command(async)]
#[specta::specta]
pub fn join_letter(core: Core<'_>, number: String) -> Result<(), Code> {
    core.join_letter(&number).map_err(code)
}

/// No longer.
#[tauri::command(async)]
#[specta::specta]
pub fn leave_letter(core: Core<'_>, number: String) -> Result<(), Code> {
    core.leave_letter(&number).map_err(code)
}

/// The person's letters.
#[tauri::command(async)]
#[specta::specta]
pub fn my_letters(core: Core<'_>) -> Result<Vec<MyRow>, Code> {
    core.my_letters().map_err(code)
}

/// One of them.
#[tauri::command(async)]
#[specta::specta]
pub fn my_letter(core: Core<'_>, number: String) -> Result<MyLetter, Code> {
    core.my_letter(&number).map_err(code)
}

/// Asks how they stand.
#[tauri::command]
#[specta::specta]
pub async fn refresh_letters(core: Core<'_>) -> Result<(), Code> {
    core.refresh_letters().await.map_err(code)
}

/// Does something to one of them.
#[tauri::command(async)]
#[specta::specta]
pub fn letter_deed(core: Core<'_>, number: String, deed: LetterDeed) -> Result<(), Code> {
    core.letter_deed(&number, &deed).map_err(code)
}

/// What is being written to be added to one of them.
#[tauri::command(async)]
#[specta::specta]
pub fn supplement(core: Core<'_>, number: String) -> Result<Draft, Code> {
    core.supplement(&number).map_err(code)
}

/// Tries at once what waits.
#[tauri::command(async)]
#[specta::specta]
pub fn retry_now(core: Core<'_>) -> Result<(), Code> {
    core.retry_now().map_err(code)
}

/// Finds a letter by number and code.
#[tauri::command]
#[specta::specta]
pub async fn look_up_letter(core: Core<'_>, number: String, code: String) -> Result<MyLetter, Code> {
    core.look_up_letter(&number, &code).await.map_err(super::code)
}

/// Asks for a code by SMS, by which the letters of a phone are found again.
#[tauri::command]
#[specta::specta]
pub async fn ask_recovery_code(core: Core<'_>, phone: String) -> Result<(), Code> {
    core.ask_recovery_code(&phone).await.map_err(super::code)
}

/// Takes the letters of a phone into the person's own; answers their numbers.
#[tauri::command]
#[specta::specta]
pub async fn recover_letters(core: Core<'_>, phone: String, code: String) -> Result<Vec<String>, Code> {
    core.recover_letters(&phone, &code).await.map_err(super::code)
}

/// Forgets a letter on this device.
#[tauri::command(async)]
#[specta::specta]
pub fn forget_letter(core: Core<'_>, number: String) -> Result<(), Code> {
    core.forget_letter(&number).map_err(code)
}

/// Saves everything about the person's letters; answers where.
#[tauri::command]
#[specta::specta]
pub async fn export_mine(core: Core<'_>, app: AppHandle) -> Result<String, Code> {
    core.export_mine()
        .await
        .and_then(|file| save(&app, &file))
        .map_err(code)
}

/// Erases everything about letters from this device.
#[tauri::command(async)]
#[specta::specta]
pub fn erase_mine(app: AppHandle, core: Core<'_>) -> Result<(), Code> {
    // Both, also where one fails.
    let forgotten = sharing::forget_handed_over(&app);
    core.erase_mine().map_err(code)?;
    forgotten
}

/// What there is of the person's own.
#[tauri::command(async)]
#[specta::specta]
pub fn mine_state(core: Core<'_>) -> Result<MineState, Code> {
    core.mine_state().map_err(code)
}
