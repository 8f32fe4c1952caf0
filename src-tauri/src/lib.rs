//! The shell around the core: opens the [`Client`], starts its loop, forwards its events, and lends the web view
//! what only a native program can do: open a link, save a file, show a picture by its hash, tell by the system.
//!
//! Its only sentences are a notification's, from the same Fluent files as the window's ([`words`]). A command is one
//! line in [`commands`].

mod commands;
mod link;
mod notify;
mod opening;
mod picture;
mod window;
mod words;

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tauri::{AppHandle, Manager};
use tauri_specta::{Builder, collect_commands, collect_events};
use tokio::sync::broadcast::error::RecvError;
use weimenhu_core::{Client, Event};
use weimenhu_domain::Collection;

/// Records or marks of these collections changed: read again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Changed {
    /// The collections.
    pub collections: Vec<Collection>,
}

/// The state of synchronisation changed: read it again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct SyncChanged;

/// The state of the search index changed: search again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct IndexChanged;

/// Drafts, what waits to be sent, the person's letters or what they joined changed: read again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct LettersChanged;

/// What is followed or what came in by it changed: read it again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct InboxChanged;

/// A deep link arrived while the app was running.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub struct Navigate {
    /// A path of the UI's router, see [`weimenhu_domain::link::screen`].
    pub path: String,
}

/// The app, from start to end.
///
/// # Panics
/// When no window can be opened at all: there is nobody left to tell.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
#[expect(clippy::expect_used, reason = "without a window there is nobody left to tell")]
pub fn run() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let bindings = bindings();
    let builder = tauri::Builder::default();
    #[cfg(desktop)]
    let builder = builder
        // First of all: a second start hands its link over and ends before it opens anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build());
    #[cfg(mobile)]
    let builder = builder.plugin(tauri_plugin_notification::init());
    builder
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_sharekit::init())
        .register_asynchronous_uri_scheme_protocol("picture", picture::serve)
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            bindings.mount_events(app);
            app.manage(opening::Turn::default());
            window::open(app)?;
            // Begun while the web view loads. What is in the way is told to the web view, which asks as well.
            let handle = app.handle().clone();
            tauri::async_runtime::spawn_blocking(move || opening::open(&handle));
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("the window could not be opened");
}

/// Commands and events as the web view sees them; a test writes `ui/src/bindings.ts` from this.
fn bindings() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::open,
            commands::keep_first_screen,
            commands::list,
            commands::letters,
            commands::facets,
            commands::detail,
            commands::counts,
            commands::mark_read,
            commands::star,
            commands::sync_now,
            commands::wake,
            commands::sync_state,
            commands::storage,
            commands::set_keep,
            commands::set_picture_cap,
            commands::set_fetch_pictures,
            commands::set_metered,
            commands::clean_up,
            commands::about,
            commands::save_contact,
            commands::save_attachment,
            commands::open_link,
            commands::ready,
            commands::search,
            commands::recent_searches,
            commands::remember_search,
            commands::forget_search,
            commands::recent_searches_on,
            commands::set_recent_searches,
            commands::letters::drafts,
            commands::letters::new_draft,
            commands::letters::draft,
            commands::letters::save_draft,
            commands::letters::delete_draft,
            commands::letters::restore_draft,
            commands::letters::add_draft_file,
            commands::letters::remove_draft_file,
            commands::letters::preview_letter,
            commands::letters::submit_letter,
            commands::letters::sent_number,
            commands::letters::recall_letter,
            commands::letters::public_letters,
            commands::letters::public_limits,
            commands::letters::department_figures,
            commands::letters::save_ics,
            commands::letters::join_letter,
            commands::letters::leave_letter,
            commands::letters::my_letters,
            commands::letters::my_letter,
            commands::letters::refresh_letters,
            commands::letters::letter_deed,
            commands::letters::supplement,
            commands::letters::retry_now,
            commands::letters::look_up_letter,
            commands::letters::ask_recovery_code,
            commands::letters::recover_letters,
            commands::letters::forget_letter,
            commands::letters::export_mine,
            commands::letters::erase_mine,
            commands::letters::mine_state,
            commands::sharing::share,
            commands::sharing::save_card,
            commands::sharing::has_share_sheet,
            commands::sharing::share_by_system,
            commands::sharing::share_card,
            commands::inbox::topics,
            commands::inbox::preview_topic,
            commands::inbox::follow,
            commands::inbox::unfollow,
            commands::inbox::refollow,
            commands::inbox::mute_topic,
            commands::inbox::order_topics,
            commands::inbox::export_topics,
            commands::inbox::import_topics,
            commands::inbox::inbox,
            commands::inbox::inbox_counts,
            commands::inbox::read_inbox,
            commands::inbox::mark_unread,
            commands::inbox::drop_from_inbox,
            commands::inbox::drop_step,
            commands::inbox::notify_topic,
            commands::notify::notify_state,
            commands::notify::set_notify_choice,
            commands::notify::try_notification,
            commands::notify::set_language,
        ])
        .events(collect_events![
            Changed,
            SyncChanged,
            Navigate,
            IndexChanged,
            LettersChanged,
            InboxChanged
        ])
}

/// Forwards the core's events to the web view. Events that were missed in a burst become one for everything.
async fn forward(app: AppHandle, client: Arc<Client>) {
    let mut events = client.events();
    loop {
        let event = events.recv().await;
        let counts = !matches!(event, Ok(Event::Sync | Event::Index));
        match event {
            Ok(Event::Changed(collections)) => tell(&Changed { collections }, &app),
            Ok(Event::Sync) => tell(&SyncChanged, &app),
            Ok(Event::Index) => tell(&IndexChanged, &app),
            Ok(Event::Letters) => tell(&LettersChanged, &app),
            Ok(Event::Inbox) => tell(&InboxChanged, &app),
            Err(RecvError::Lagged(_)) => {
                tell(
                    &Changed {
                        collections: Collection::ALL.to_vec(),
                    },
                    &app,
                );
                tell(&SyncChanged, &app);
                tell(&IndexChanged, &app);
                tell(&LettersChanged, &app);
                tell(&InboxChanged, &app);
            }
            Err(RecvError::Closed) => return,
        }
        // Last: it asks the database, and the window need not wait for it.
        if counts {
            notify::badge(&app, &client);
        }
    }
}

fn tell<E: tauri_specta::Event + Serialize + Clone>(event: &E, app: &AppHandle) {
    if let Err(e) = event.emit(app) {
        tracing::warn!(error = %e, "event not delivered");
    }
}

/// Brings the window to the front and shows what a link means; answers whether it is one of ours.
fn follow(url: &str, app: &AppHandle) -> bool {
    let path = weimenhu_domain::link::screen(url);
    let ours = path.is_some();
    if let Some(path) = path {
        show(app);
        tell(&Navigate { path }, app);
    }
    ours
}

/// Brings the window to the front: somebody started the app again or followed a link.
fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    #[cfg(desktop)]
    let _ = window.unminimize();
    let _ = window.set_focus();
}

#[cfg(test)]
mod tests {
    /// The bindings in the tree are what the commands are now. Set `WEIMENHU_WRITE_BINDINGS` to write them.
    #[test]
    fn bindings_are_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/bindings.ts");
        let header = "// Written by `cargo test -p weimenhu` from the commands in src-tauri; do not edit.\n";
        let fresh = std::env::temp_dir().join(format!("weimenhu-bindings-{}.ts", std::process::id()));
        super::bindings()
            .export(specta_typescript::Typescript::default().header(header), &fresh)
            .unwrap();
        let written = std::fs::read_to_string(&fresh).unwrap();
        std::fs::remove_file(&fresh).unwrap();
        if std::env::var_os("WEIMENHU_WRITE_BINDINGS").is_some() {
            std::fs::write(path, &written).unwrap();
        }
        let in_tree = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            in_tree == written,
            "ui/src/bindings.ts is stale: run the test with WEIMENHU_WRITE_BINDINGS=1"
        );
    }
}
