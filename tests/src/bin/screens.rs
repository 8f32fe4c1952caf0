//! `screens APP SERVER FOLDER`: opens the app and saves pictures of its main screens, for `cargo xtask run` where
//! there is no display, and for the README.

use anyhow::{Context, Result};
use serde_json::json;
use std::{env, fs, path::PathBuf, time::Duration};
use tokio::time::sleep;
use weimenhu_tests::window::Window;

/// Path, and what must be on the screen before it is taken.
const SCREENS: [(&str, &str, &str); 9] = [
    ("welcome", "/welcome", "[data-testid='welcome-counties']"),
    ("home", "/home", "[data-testid^='row-news-']"),
    ("news", "/news", "[data-testid^='row-news-']"),
    ("article", "/news/60", "[data-testid='detail-body']"),
    ("notices", "/notices", "[data-testid^='row-notices-']"),
    (
        "agencies",
        "/directory/agencies",
        "[data-testid^='row-agencies-']",
    ),
    (
        "hospitals",
        "/directory/hospitals/3",
        "[data-testid='detail-title']",
    ),
    ("me", "/me", "[data-testid='sync-now']"),
    (
        "notifications",
        "/me/notifications",
        "[data-testid='notify-chain']",
    ),
];

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let mut next = || args.next().context("screens APP SERVER FOLDER");
    let (app, server, folder) = (PathBuf::from(next()?), next()?, PathBuf::from(next()?));
    fs::create_dir_all(&folder)?;
    let data = tempfile::tempdir()?;
    for (device, size) in [("phone", (390, 844)), ("desktop", (1280, 800))] {
        let window = Window::open(&app, data.path(), &server, size).await?;
        for (look, prefs) in [
            (
                "light",
                json!({ "theme": "light", "size": "std", "locale": "zh-CN" }),
            ),
            (
                "dark",
                json!({ "theme": "dark", "size": "std", "locale": "zh-CN" }),
            ),
            (
                "elder",
                json!({ "theme": "light", "size": "elder", "locale": "zh-CN" }),
            ),
        ] {
            window.go("/news").await?;
            window.prefer(prefs).await?;
            for (name, path, shown) in SCREENS {
                window.go(path).await?;
                window.css(shown).await?;
                // Pictures come after the text, and fade in.
                sleep(Duration::from_millis(700)).await;
                let file = folder.join(format!("{device}-{look}-{name}.png"));
                window.shoot(&file).await?;
                println!("{}", file.display());
            }
        }
        window.close().await?;
    }
    Ok(())
}
