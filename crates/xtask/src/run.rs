//! `cargo xtask run`: the server with the sample city, and the app against it.

use crate::{
    Consent,
    process::{ALL, Background, announce, built, cargo, command, npm, run as call, target},
    sample, setup,
};
use anyhow::{Context, Result};
use clap::Args;
use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// How to run.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    consent: Consent,
    /// Keep the server running after the screenshots, or after the window is closed
    #[arg(long)]
    keep: bool,
    /// Use a virtual display and save screenshots even where there is a real one
    #[arg(long)]
    headless: bool,
}

/// Builds, starts, shows.
pub fn run(options: &Options) -> Result<()> {
    setup::building(options.consent)?;
    let headless = options.headless || !has_display();
    if headless {
        setup::window(options.consent)?;
    }
    let data = sample::dump()?;
    npm(&["run", "build"])?;
    build_all()?;
    let (_server, address) = serve(&data)?;
    eprintln!("\nThe server with the sample city (示例数据): {address}");
    if let Ok(staff) = std::fs::read_to_string(data.join("desk-sign-ins.txt")) {
        eprintln!("The staff's desk: {address}/desk\n{staff}");
    }
    if headless {
        let shots = target().join("shots");
        screenshots(&address, &shots)?;
        eprintln!("Screenshots of the main screens: {}", shots.display());
    } else {
        eprintln!("Close the window to end.");
        // A folder of its own: the sample must not mix with what this person's own app keeps.
        call(
            command(&built("weimenhu").to_string_lossy(), &[])
                .env("WEIMENHU_SERVER", &address)
                .env("WEIMENHU_DATA_DIR", target().join("run")),
        )?;
    }
    if options.keep {
        eprintln!("The server stays at {address} until Ctrl-C.");
        loop {
            std::thread::park();
        }
    }
    Ok(())
}

/// Every program, the app with the UI inside.
pub fn build_all() -> Result<()> {
    cargo(&ALL)
}

/// Starts the server on a free port of the loopback address; it ends with the answer's first half.
fn serve(data: &Path) -> Result<(Background, String)> {
    let mut server = command(
        &built("weimenhu-server").to_string_lossy(),
        &["serve", "--listen", "127.0.0.1:0"],
    );
    server.arg("--data-dir").arg(data).stdout(Stdio::piped());
    announce(&server);
    let mut child = server.spawn().context("the server could not be started")?;
    let stdout = child.stdout.take().context("the server has no output")?;
    let background = Background(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line
        .trim()
        .strip_prefix("listening on ")
        .context("the server did not say where it listens")?;
    Ok((background, address.to_owned()))
}

/// Drives the app through its main screens in a virtual display.
fn screenshots(address: &str, shots: &Path) -> Result<()> {
    let mut tour = in_virtual_display(&built("screens").to_string_lossy(), &[]);
    tour.arg(built("weimenhu")).arg(address).arg(shots);
    call(&mut tour)
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|v| !v.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// For tests in a window: the command that gives them one.
pub fn virtual_display(program: &str, args: &[&str]) -> Command {
    if has_display() {
        command(program, args)
    } else {
        in_virtual_display(program, args)
    }
}

fn in_virtual_display(program: &str, args: &[&str]) -> Command {
    let display = ["--", "xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", program];
    command("dbus-run-session", &[&display[..], args].concat())
}
