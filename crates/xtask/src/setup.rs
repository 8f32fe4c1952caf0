//! What must be on the machine. On Debian and Ubuntu it is installed, elsewhere it is named.

use crate::{
    Consent,
    process::{command, npm, root, run, succeeds},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{self, IsTerminal, Write},
};

/// To build the app.
const BUILD: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];
/// To open, drive and photograph the window where there is no display; a Chinese font with it.
const WINDOW: &[&str] = &[
    "xvfb",
    "xauth",
    "dbus",
    "webkit2gtk-driver",
    "fonts-noto-cjk",
    "xdotool",
];
/// The browser of the staff's desk, and its driver.
const BROWSER: &[&str] = &["chromium", "chromium-driver"];
/// To stop a program at one of its system calls, for the stories of crashes and full disks.
const FAULTS: &[&str] = &["strace"];
/// The driver between WebDriver and the app; pinned, because its options have changed before.
const TAURI_DRIVER: &str = "2.1.0";

/// Everything that `test` needs.
pub fn everything(consent: Consent) -> Result<()> {
    packages(&[BUILD, WINDOW, FAULTS].concat(), consent)?;
    // Ubuntu has both in a snap: whoever brings a driver of their own is not asked for Debian's.
    if !succeeds("chromedriver", &["--version"]) {
        packages(BROWSER, consent)?;
    }
    tauri_driver()?;
    cargo_deny()?;
    node()
}

/// Everything that building the app needs.
pub fn building(consent: Consent) -> Result<()> {
    packages(BUILD, consent)?;
    node()
}

/// Everything that a virtual window needs.
pub fn window(consent: Consent) -> Result<()> {
    packages(WINDOW, consent)?;
    tauri_driver()
}

/// Everything that stopping programs needs.
pub fn faults(consent: Consent) -> Result<()> {
    packages(&[BUILD, FAULTS].concat(), consent)
}

fn packages(wanted: &[&str], consent: Consent) -> Result<()> {
    if !cfg!(target_os = "linux") {
        eprintln!("Tauri's prerequisites for this system: https://tauri.app/start/prerequisites/");
        return Ok(());
    }
    if !succeeds("dpkg-query", &["--version"]) {
        eprintln!(
            "Not Debian or Ubuntu. This needs the equivalents of: {}",
            wanted.join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let sudo: &[&str] = if is_root() { &[] } else { &["sudo"] };
    let list = missing.join(" ");
    if !agreed(consent, &list)? {
        bail!("these packages are needed: {list}\n  sudo apt-get install --no-install-recommends {list}");
    }
    let apt = [
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-o",
        "DPkg::Lock::Timeout=500",
    ];
    let call = |more: &[&str]| {
        let all = [sudo, &apt, more].concat();
        let (program, args) = all.split_first().context("no command")?;
        run(&mut command(program, args))
    };
    call(&["update"])?;
    call(&[&["install", "-y", "--no-install-recommends"], missing.as_slice()].concat())
}

fn is_installed(package: &str) -> bool {
    let query = command("dpkg-query", &["-W", "-f", "${db:Status-Status}", package]).output();
    query.is_ok_and(|o| o.status.success() && o.stdout == b"installed")
}

fn is_root() -> bool {
    command("id", &["-u"])
        .output()
        .is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

/// With a terminal, a person is asked. Without one nobody can answer: root and password-less sudo go ahead.
fn agreed(consent: Consent, list: &str) -> Result<bool> {
    if consent.yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Ok(is_root() || succeeds("sudo", &["-n", "true"]));
    }
    eprint!("Install with apt-get: {list}? [Y/n] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

fn tauri_driver() -> Result<()> {
    if succeeds("tauri-driver", &["--help"]) {
        return Ok(());
    }
    crate::process::cargo(&["install", "tauri-driver", "--locked", "--version", TAURI_DRIVER])
}

fn cargo_deny() -> Result<()> {
    if succeeds("cargo-deny", &["--version"]) {
        return Ok(());
    }
    crate::process::cargo(&["install", "cargo-deny", "--locked"])
}

/// Node and the UI's packages; `npm ci` only when the lock file is newer than what is there.
fn node() -> Result<()> {
    let version = command("node", &["--version"])
        .output()
        .context("Node.js 20 or later is needed: https://nodejs.org")?;
    let text = String::from_utf8_lossy(&version.stdout);
    let major: u32 = text
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|m| m.parse().ok())
        .unwrap_or(0);
    if major < 20 {
        bail!(
            "Node.js 20 or later is needed, found {}: https://nodejs.org",
            text.trim()
        );
    }
    let modified = |path: &str| fs::metadata(root().join(path)).and_then(|m| m.modified()).ok();
    match (
        modified("ui/node_modules/.package-lock.json"),
        modified("ui/package-lock.json"),
    ) {
        (Some(installed), Some(lock)) if installed >= lock => Ok(()),
        _ => npm(&["ci", "--no-audit", "--no-fund"]),
    }
}
