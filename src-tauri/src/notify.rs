//! 通知: has the system show what the core wants told, opens it when it is clicked, and puts the number on the icon.
//!
//! On desktops `notify-rust`, which Tauri's plugin is a layer over as well: the plugin lets go of the handle, and so
//! nobody would hear of the click. On phones the plugin, whose click opens the app where it was left.

use crate::{follow, words};
use std::sync::Arc;
use tauri::{AppHandle, Manager};
use weimenhu_core::{
    Client,
    view::{Notification, NotifyProblem, Shown},
};

/// What the system is asked to show.
struct Shape {
    title: String,
    body: String,
    /// What a button says that opens it, where the system shows one.
    open: String,
    link: String,
}

/// Tells what comes in until the app ends.
pub async fn keep_telling(app: AppHandle, client: Arc<Client>) {
    let language = Arc::clone(&client);
    client
        .keep_telling(|notification| {
            let (app, language) = (app.clone(), Arc::clone(&language));
            async move {
                if is_watched(&app) {
                    return Shown::Watching;
                }
                let shape = shape(&notification, language.language().ok().flatten().as_deref());
                // Asking the system may take as long as the system likes.
                let shown = tauri::async_runtime::spawn_blocking(move || show(&app, &shape)).await;
                match shown {
                    Ok(Ok(())) => Shown::Yes,
                    Ok(Err(problem)) => Shown::No(problem),
                    Err(_) => Shown::No(NotifyProblem::NoService),
                }
            }
        })
        .await;
}

/// Shows one to see whether it can be seen. Answers why it cannot.
pub fn try_out(app: &AppHandle, client: &Client) -> Option<NotifyProblem> {
    let language = client.language().ok().flatten();
    let say = |id| words::say(language.as_deref(), id, None);
    let shape = Shape {
        title: say("notify-trial"),
        body: say("notify-trial-body"),
        open: say("notify-open"),
        link: weimenhu_domain::link::to_screen("inbox"),
    };
    show(app, &shape).err()
}

/// Puts the number of what is new on the app's icon, where the system shows one.
pub fn badge(app: &AppHandle, client: &Client) {
    let (Some(window), Ok(counts)) = (app.get_webview_window("main"), client.inbox_counts()) else {
        return;
    };
    let new = counts.unread;
    // Windows and Android have no numbers on icons.
    let _ = window.set_badge_count((new > 0).then_some(i64::from(new)));
}

fn is_watched(app: &AppHandle) -> bool {
    let window = app.get_webview_window("main");
    window.is_some_and(|w| w.is_focused().unwrap_or(false) && !w.is_minimized().unwrap_or(false))
}

/// Of letters nothing is said but that there is something: a locked screen shows it to whoever passes.
fn shape(notification: &Notification, language: Option<&str>) -> Shape {
    let say = |id, count| words::say(language, id, count);
    let letters = (notification.letters > 0).then(|| say("notify-letters", Some(notification.letters)));
    let title = match (notification.count, &letters) {
        (0, Some(letters)) => letters.clone(),
        (1, None) => say("notify-one", None),
        (count, _) => say("notify-many", Some(count)),
    };
    let lines = letters.into_iter().filter(|_| notification.count > 0);
    let lines: Vec<String> = lines.chain(notification.titles.iter().cloned()).collect();
    Shape {
        title,
        body: lines.join("\n"),
        open: say("notify-open", None),
        link: notification.link.clone(),
    }
}

#[cfg(desktop)]
fn show(app: &AppHandle, shape: &Shape) -> Result<(), NotifyProblem> {
    let name = app.get_webview_window("main").and_then(|w| w.title().ok());
    let mut notification = notify_rust::Notification::new();
    notification
        .appname(&name.unwrap_or_default())
        .summary(&shape.title)
        .body(&plain(&shape.body))
        .icon("weimenhu")
        .action("default", &shape.open);
    #[cfg(windows)]
    if is_installed() {
        notification.app_id(&app.config().identifier);
    }
    let shown = notification.show().map_err(|error| {
        tracing::warn!(%error, "notification not shown");
        if cfg!(target_os = "linux") {
            NotifyProblem::NoService
        } else {
            NotifyProblem::Refused
        }
    })?;
    heed(shown, shape.link.clone(), app.clone());
    Ok(())
}

/// Opens the link when the notification is clicked. The handle waits for as long as the system shows it.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn heed(shown: notify_rust::NotificationHandle, link: String, app: AppHandle) {
    std::thread::spawn(move || {
        shown.wait_for_action(|action| {
            if action == "default" {
                follow(&link, &app);
            }
        });
    });
}

/// The same. There a click on the notification itself is no action, and only its button is one.
#[cfg(windows)]
fn heed(shown: notify_rust::NotificationHandle, link: String, app: AppHandle) {
    use notify_rust::NotificationResponse as Response;
    std::thread::spawn(move || {
        let heeded = shown.wait_for_response(|response: &Response| {
            let opens = match response {
                Response::Default => true,
                Response::Action(action) => action == "default",
                _ => false,
            };
            if opens {
                follow(&link, &app);
            }
        });
        if let Err(error) = heeded {
            tracing::warn!(%error, "nobody hears of a notification's click");
        }
    });
}

/// Windows shows nothing under a name that no shortcut in the start menu has, and only the installer makes one. Where
/// cargo has put the program, it goes under notify-rust's own name.
#[cfg(windows)]
fn is_installed() -> bool {
    let folder = std::env::current_exe()
        .ok()
        .and_then(|exe| exe.parent().map(std::path::Path::to_owned));
    folder.is_some_and(|f| !f.ends_with("target\\debug") && !f.ends_with("target\\release"))
}

/// A title is text; a service that reads markup would take `<` for some.
#[cfg(target_os = "linux")]
fn plain(text: &str) -> String {
    let reads_markup =
        notify_rust::get_capabilities().is_ok_and(|can| can.iter().any(|c| c == "body-markup"));
    if reads_markup {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}

#[cfg(all(desktop, not(target_os = "linux")))]
fn plain(text: &str) -> String {
    text.to_owned()
}

#[cfg(mobile)]
fn show(app: &AppHandle, shape: &Shape) -> Result<(), NotifyProblem> {
    use tauri_plugin_notification::{NotificationExt, PermissionState};
    let service = app.notification();
    let allowed = match service.permission_state() {
        Ok(PermissionState::Prompt | PermissionState::PromptWithRationale) => service.request_permission(),
        other => other,
    };
    match allowed {
        Ok(PermissionState::Granted) => {}
        Ok(_) => return Err(NotifyProblem::Refused),
        Err(_) => return Err(NotifyProblem::NoService),
    }
    let notification = service.builder().title(&shape.title).body(&shape.body);
    notification.show().map_err(|error| {
        tracing::warn!(%error, "notification not shown");
        NotifyProblem::NoService
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(count: u32, letters: u32, titles: &[&str]) -> Notification {
        Notification {
            titles: titles.iter().map(|t| (*t).to_owned()).collect(),
            count,
            letters,
            link: "weimenhu://inbox".into(),
        }
    }

    #[test]
    fn one_speaks_for_itself_and_many_are_counted() {
        let one = shape(&notification(1, 0, &["停水"]), Some("en"));
        assert_eq!((one.title.contains('1'), one.body.as_str()), (false, "停水"));
        let many = shape(&notification(9, 0, &["甲", "乙", "丙"]), Some("en"));
        assert!(many.title.contains('9'), "{}", many.title);
        assert_eq!(many.body, "甲\n乙\n丙");
    }

    #[test]
    fn of_letters_only_that_there_is_something() {
        let letters = shape(&notification(0, 1, &[]), None);
        assert!(!letters.title.is_empty());
        assert_eq!(letters.body, "");
        let both = shape(&notification(2, 1, &["甲", "乙"]), None);
        assert_eq!(both.body, format!("{}\n甲\n乙", letters.title));
    }
}
