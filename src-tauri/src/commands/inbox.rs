//! 订阅: one line each.

use super::{Core, code, save};
use tauri::AppHandle;
use weimenhu_core::{
    Code,
    view::{InboxCounts, InboxMarked, InboxPage, InboxQuery, Topic, TopicForm, TopicPreview, TopicsImported},
};
use weimenhu_domain::Collection;

/// What is followed.
#[tauri::command(async)]
#[specta::specta]
pub fn topics(core: Core<'_>) -> Result<Vec<Topic>, Code> {
    core.topics().map_err(code)
}

/// What a topic would bring in.
#[tauri::command(async)]
#[specta::specta]
pub fn preview_topic(core: Core<'_>, form: TopicForm) -> Result<TopicPreview, Code> {
    core.preview_topic(&form).map_err(code)
}

/// Follows it from now on; answers its number.
#[tauri::command(async)]
#[specta::specta]
pub fn follow(core: Core<'_>, form: TopicForm) -> Result<u32, Code> {
    core.follow(&form).map_err(code)
}

/// Follows it no more.
#[tauri::command(async)]
#[specta::specta]
pub fn unfollow(core: Core<'_>, id: u32) -> Result<(), Code> {
    core.unfollow(id).map_err(code)
}

/// Follows it again as before.
#[tauri::command(async)]
#[specta::specta]
pub fn refollow(core: Core<'_>, id: u32) -> Result<(), Code> {
    core.refollow(id).map_err(code)
}

/// Whether what it brings in is counted and told.
#[tauri::command(async)]
#[specta::specta]
pub fn mute_topic(core: Core<'_>, id: u32, muted: bool) -> Result<(), Code> {
    core.mute_topic(id, muted).map_err(code)
}

/// Whether the system tells what it brings in.
#[tauri::command(async)]
#[specta::specta]
pub fn notify_topic(core: Core<'_>, id: u32, notify: bool) -> Result<(), Code> {
    core.notify_topic(id, notify).map_err(code)
}

/// Puts the topics in this order.
#[tauri::command(async)]
#[specta::specta]
pub fn order_topics(core: Core<'_>, ids: Vec<u32>) -> Result<(), Code> {
    core.order_topics(&ids).map_err(code)
}

/// Saves the topics as a file; answers where.
#[tauri::command(async)]
#[specta::specta]
pub fn export_topics(app: AppHandle, core: Core<'_>) -> Result<String, Code> {
    core.export_topics()
        .and_then(|file| save(&app, &file))
        .map_err(code)
}

/// Follows what a file of topics says.
#[tauri::command(async)]
#[specta::specta]
pub fn import_topics(core: Core<'_>, text: String) -> Result<TopicsImported, Code> {
    core.import_topics(text.as_bytes()).map_err(code)
}

/// A page of what came in.
#[tauri::command(async)]
#[specta::specta]
pub fn inbox(core: Core<'_>, query: InboxQuery) -> Result<InboxPage, Code> {
    core.inbox(&query).map_err(code)
}

/// What stands in the badge.
#[tauri::command(async)]
#[specta::specta]
pub fn inbox_counts(core: Core<'_>) -> Result<InboxCounts, Code> {
    core.inbox_counts().map_err(code)
}

/// Marks everything that came in as opened; answers what was not.
#[tauri::command(async)]
#[specta::specta]
pub fn read_inbox(core: Core<'_>) -> Result<InboxMarked, Code> {
    core.read_inbox().map_err(code)
}

/// Marks these as never opened.
#[tauri::command(async)]
#[specta::specta]
pub fn mark_unread(core: Core<'_>, marked: InboxMarked) -> Result<(), Code> {
    core.mark_unread(&marked).map_err(code)
}

/// Takes a record out of what came in, or puts it back.
#[tauri::command(async)]
#[specta::specta]
pub fn drop_from_inbox(core: Core<'_>, collection: Collection, id: u32, gone: bool) -> Result<(), Code> {
    core.drop_from_inbox(collection, id, gone).map_err(code)
}

/// Takes a step of one of the person's letters out of what came in.
#[tauri::command(async)]
#[specta::specta]
pub fn drop_step(core: Core<'_>, turn: u32, gone: bool) -> Result<(), Code> {
    core.drop_step(turn, gone).map_err(code)
}
