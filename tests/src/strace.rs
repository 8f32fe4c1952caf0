//! Faults at a chosen moment: strace counts a thread's system calls and sends SIGKILL as the chosen one begins, so the
//! call does not happen and nothing after it does; or lets calls fail. What a random pause hits by luck, this hits one
//! by one.
//!
//! Rejected: fail points in the product (they test the places somebody thought of, and ship).

use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The calls that change something outside of the process, or by which it hears and tells.
const CALLS: &str = "openat,mkdir,write,writev,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,\
                     unlinkat,connect,accept4,recvfrom,sendto,sendmsg";

/// A moment: the `nth` time that a thread makes this call, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Name of the call.
    pub call: String,
    /// Which time, counted for each thread by itself.
    pub nth: usize,
}

/// What strace does to a process beside watching it.
#[derive(Debug, Clone, Copy)]
pub enum Fault<'a> {
    /// Nothing.
    None,
    /// It dies there.
    Death(&'a Point),
    /// A database finds no room on its disk: `pwrite64` is SQLite's, and no socket's.
    Full,
}

/// Runs a program to its end, or to the point where it dies. Answers what it printed; `log` gets its calls.
///
/// # Errors
/// When strace is missing (`cargo xtask setup` brings it).
pub fn run<S: AsRef<OsStr>>(program: &Path, args: &[S], log: &Path, fault: Fault<'_>) -> Result<Output> {
    let mut strace = strace(log, fault);
    let strace = strace.arg("--").arg(program).args(args);
    strace.output().context("strace")
}

/// strace on a running process. Dropped, it lets go, and the process goes on.
pub struct Attached(Child);

impl Attached {
    /// Attaches to every thread of a process; from now on its calls are counted.
    ///
    /// # Errors
    /// When strace is missing or may not: where `kernel.yama.ptrace_scope` is 1, only root may.
    pub fn to(pid: u32, log: &Path, fault: Fault<'_>) -> Result<Self> {
        let mut strace = strace(log, fault);
        let mut child = strace
            .arg("-p")
            .arg(pid.to_string())
            .stderr(Stdio::piped())
            .spawn()
            .context("strace")?;
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
        // SIGTERM: killed, it would take the process along.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn strace(log: &Path, fault: Fault<'_>) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-o"]).arg(log);
    strace.arg(format!("--trace={CALLS}"));
    match fault {
        Fault::None => &mut strace,
        Fault::Death(at) => strace.arg(format!("--inject={}:signal=SIGKILL:when={}", at.call, at.nth)),
        Fault::Full => strace.arg("--inject=pwrite64:error=ENOSPC"),
    };
    strace
}

/// Every point of a log: each call of the thread that makes it most often.
///
/// # Errors
/// When the log cannot be read.
pub fn points(log: &Path) -> Result<Vec<Point>> {
    let mut made: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in fs::read_to_string(log)?.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        // `<... write resumed>` is the end of a call that has been counted.
        let Some((call, _)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if call.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            *made.entry((call.to_owned(), thread.to_owned())).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    for ((call, _), times) in made {
        let known = most.entry(call).or_default();
        *known = times.max(*known);
    }
    let all = most.into_iter().flat_map(|(call, times)| {
        (1..=times).map(move |nth| Point {
            call: call.clone(),
            nth,
        })
    });
    Ok(all.collect())
}
