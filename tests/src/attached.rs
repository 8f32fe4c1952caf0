//! The same faults for a server, which is running when the story comes to them: strace attaches, and lets go again.

use crate::fault::{CALLS, Fault, Place, places_in};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// What befalls the process while strace is attached.
#[derive(Debug, Clone, Copy)]
pub enum Plan<'a> {
    /// Nothing: its calls are written down.
    Record,
    /// SIGKILL at this place, counted from now.
    Kill(&'a Place),
    /// A database finds no room on its disk: `pwrite64` is SQLite's call, and no socket's.
    Full,
}

/// strace on a running process. Dropped, it lets go, and the process goes on if it lives.
pub struct Attached(Child);

impl Attached {
    /// Attaches to every thread of a process; `log` gets its calls.
    ///
    /// # Errors
    /// When strace is missing, or may not: where `kernel.yama.ptrace_scope` is 1, only root may.
    pub fn to(process: u32, log: &Path, plan: Plan<'_>) -> Result<Self> {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-o"]).arg(log);
        strace.args(["-e", &format!("trace={CALLS}")]);
        match plan {
            Plan::Record => &mut strace,
            Plan::Kill(at) => strace.args(["-e", &Fault::Kill.at(at)]),
            Plan::Full => strace.args(["-e", "inject=pwrite64:error=ENOSPC"]),
        };
        strace.args(["-p", &process.to_string()]);
        let mut child = strace
            .stderr(Stdio::piped())
            .spawn()
            .context("strace: apt-get install strace")?;
        let mut said = BufReader::new(child.stderr.take().context("strace has no output")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        if !line.contains("attached") {
            let _ = child.kill();
            let _ = child.wait();
            bail!("strace said {line:?}");
        }
        // It goes on talking about new threads; a full pipe would stop it.
        std::thread::spawn(move || said.lines().for_each(drop));
        Ok(Self(child))
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SIGTERM: killed at once, it would leave the process stopped.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Every place of a log.
///
/// # Errors
/// When it cannot be read.
pub fn places(log: &Path) -> Result<Vec<Place>> {
    Ok(places_in(&fs::read_to_string(log)?, |_| true))
}
