//! Other programs: announced before they start, and their failure named.

use anyhow::{Context, Result, bail};
use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// `cargo build` of everything. One selection of packages and features serves all tasks: cargo unifies features per
/// selection, and would build the same crates once for each.
pub const ALL: [&str; 4] = ["build", "--workspace", "--features", "custom-protocol"];

/// The repository's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A built program.
pub fn built(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// A program to be run in the repository's root.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Runs `cargo`, the one that runs us.
pub fn cargo(args: &[&str]) -> Result<()> {
    run(&mut command(
        &env::var("CARGO").unwrap_or_else(|_| "cargo".into()),
        args,
    ))
}

/// Runs `npm` in `ui/`.
pub fn npm(args: &[&str]) -> Result<()> {
    npm_in(&root().join("ui"), args)
}

/// Runs `npm` in a folder.
pub fn npm_in(folder: &Path, args: &[&str]) -> Result<()> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(command(npm, args).current_dir(folder))
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command
        .status()
        .with_context(|| format!("{} could not be started", name(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", name(command));
    }
    Ok(())
}

/// Whether a program runs and succeeds; says nothing.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    let quiet = command(program, args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// A program in the background, ended when this is dropped.
pub struct Background(pub Child);

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended by itself; either way it must not stay behind.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Prints what is about to run, as one would type it.
pub fn announce(command: &Command) {
    let args: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
    eprintln!("\u{25b8} {} {}", name(command), args.join(" "));
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}
