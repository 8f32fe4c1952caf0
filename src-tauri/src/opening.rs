//! Opening the client, at the start and again when the person asks for it.
//!
//! What keeps it from being opened is the web view's to say: an app that ends without a window has told nobody that it
//! must be updated, or that the disk is full. So the window comes in any case, and asks here before it reads anything.
//!
//! Rejected: a native dialog. It knows neither the person's language in the app nor their size of letters, and phones
//! have none before there is a window.

use crate::{follow, forward, notify};
use jiff::{SignedDuration, Timestamp};
use std::{
    env,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt;
use weimenhu_core::{Bundle, Client, Code, Config, Error, Result, SILENCE, view::Keep};

/// Held while the client is being opened: two who ask at a time would each find the other's lock on the folder.
#[derive(Default)]
pub struct Turn(Mutex<()>);

/// Opens the client and starts its loops, unless that was done.
///
/// # Errors
/// What kept it from being opened. Nothing has begun, and it may be tried again.
pub fn open(app: &AppHandle) -> Result<(), Code> {
    let turn = app.state::<Turn>();
    let _turn = turn.0.lock().unwrap_or_else(PoisonError::into_inner);
    if app.try_state::<Arc<Client>>().is_some() {
        return Ok(());
    }
    let client = client(app).map_err(|error| {
        let code = error.code();
        tracing::error!(?code, %error, "the app's data was not opened");
        code
    })?;
    start(app, &Arc::new(client));
    Ok(())
}

/// Where the app's data are.
///
/// # Errors
/// [`Error::Invalid`] on a system that has no place for them.
pub fn folder(app: &AppHandle) -> Result<PathBuf> {
    match env::var_os("WEIMENHU_DATA_DIR") {
        Some(folder) => Ok(folder.into()),
        None => app
            .path()
            .app_local_data_dir()
            .map_err(|_| Error::Invalid("no folder for data")),
    }
}

fn client(app: &AppHandle) -> Result<Client> {
    let bundle = Bundle::built_in()?;
    if let Some(window) = app.get_webview_window("main") {
        // The name stands in the window's configuration as well.
        let _ = window.set_title(&bundle.profile.app_name);
    }
    Client::open(Config {
        folder: folder(app)?,
        bundle,
        server: env::var("WEIMENHU_SERVER").ok(),
        app_version: app.package_info().version.to_string(),
        // A phone keeps what is recent; a desktop has room.
        keep: if cfg!(mobile) {
            Keep::Days90
        } else {
            Keep::Everything
        },
        silence: SILENCE,
        now,
    })
}

/// The time of day. In a build for development it is as many days ahead as `WEIMENHU_DAYS_AHEAD` says: a test looks at
/// the letters of a later week. The server has the same, for the same reason.
fn now() -> Timestamp {
    let now = Timestamp::now();
    if cfg!(debug_assertions)
        && let Ok(days) = env::var("WEIMENHU_DAYS_AHEAD")
        && let Ok(days) = days.parse::<i32>()
    {
        return now + SignedDuration::from_hours(24 * i64::from(days));
    }
    now
}

fn start(app: &AppHandle, client: &Arc<Client>) {
    app.manage(Arc::clone(client));
    tauri::async_runtime::spawn(forward(app.clone(), Arc::clone(client)));
    tauri::async_runtime::spawn(notify::keep_telling(app.clone(), Arc::clone(client)));
    let sender = Arc::clone(client);
    tauri::async_runtime::spawn(async move { sender.keep_sending().await });
    let fresh = Arc::clone(client);
    tauri::async_runtime::spawn(async move { fresh.keep_fresh().await });
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        // The first of ours is followed.
        event.urls().iter().any(|url| follow(url.as_str(), &handle));
    });
}
