//! A fault at one system call of a real program: strace kills the program before the call, or makes the call fail.
//!
//! A program is first recorded once, which names the calls that touch its folder or its network. Each is then a place
//! where a second run can be stopped. strace counts per thread, so a place is "the nth such call of a thread"; a run
//! whose threads shared the work differently may miss its place, says so, and is not counted.
//!
//! A killed program leaves what the kernel had taken, as kill −9 does. What a disk forgets when the power fails is not
//! shown by this.
//!
//! Rejected: failpoints in the product (they stand only where somebody thought of them), `LD_PRELOAD` (does not see
//! what SQLite calls when it is linked in statically against another libc), a FUSE file system (needs a module that
//! containers seldom have).

use anyhow::{Context, Result, ensure};
use rand::{Rng, seq::SliceRandom};
use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fmt, fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::NamedTempFile;

/// The calls after which a disk or a connection is different from before.
pub(crate) const CALLS: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,?rename,renameat,renameat2,?unlink,unlinkat,?mkdir,\
                     mkdirat,recvfrom,sendto,writev";

/// A program and what it is called with.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    args: Vec<OsString>,
}

/// The nth call of this name in one thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `pwrite64`
    pub call: String,
    /// From 1.
    pub nth: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", self.call, self.nth)
    }
}

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL; the call itself is not made.
    Kill,
    /// The call fails once, with the name of an error: `EIO`.
    Once(&'static str),
    /// From this call on, every one fails.
    FromHere(&'static str),
}

impl Fault {
    /// What strace is told.
    pub(crate) fn at(self, Place { call, nth }: &Place) -> String {
        match self {
            Self::Kill => format!("inject={call}:signal=SIGKILL:when={nth}"),
            Self::Once(error) => format!("inject={call}:error={error}:when={nth}"),
            Self::FromHere(error) => format!("inject={call}:error={error}:when={nth}+"),
        }
    }
}

/// Every place of what strace wrote, in those lines that are `wanted`; calls are counted in all of them.
pub(crate) fn places_in(trace: &str, wanted: impl Fn(&str) -> bool) -> Vec<Place> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut places = BTreeSet::new();
    for line in trace.lines() {
        let mut words = line.split_whitespace();
        let (Some(thread), Some((call, _))) = (words.next(), words.next().and_then(|w| w.split_once('(')))
        else {
            continue;
        };
        let nth = counts.entry((thread, call)).or_default();
        *nth += 1;
        if wanted(line) {
            places.insert(Place {
                call: call.to_owned(),
                nth: *nth,
            });
        }
    }
    places.into_iter().collect()
}

/// How a run with a fault ended.
#[derive(Debug)]
pub struct Ended {
    /// What the program said. Its status is that of the program.
    pub output: Output,
    /// The place was reached.
    pub met: bool,
}

impl Ended {
    /// Holds that the program was killed, or ended well, or said on standard error why not, with one of these statuses.
    ///
    /// # Errors
    /// When it ended otherwise.
    pub fn said_why(&self, fault: Fault, statuses: &[i32]) -> Result<()> {
        let status = self.output.status;
        let why = String::from_utf8_lossy(&self.output.stderr);
        let named = status.code().is_some_and(|code| statuses.contains(&code)) && !why.is_empty();
        let killed = fault == Fault::Kill && self.met;
        ensure!(
            status.success() || killed || named && !why.contains("panicked"),
            "{status}: {why}"
        );
        Ok(())
    }
}

impl Program {
    /// A program of this workspace with its arguments.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn new<S: Into<OsString>>(name: &str, args: impl IntoIterator<Item = S>) -> Result<Self> {
        Ok(Self {
            path: crate::world::program(name)?,
            args: args.into_iter().map(Into::into).collect(),
        })
    }

    /// Runs it to its end without any fault.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self) -> Result<Output> {
        Ok(Command::new(&self.path).args(&self.args).output()?)
    }

    /// Runs it once and answers every place where it touches `folder` or the network, reads of SQLite among them.
    ///
    /// # Errors
    /// When strace is missing, or the program fails.
    pub fn places(&self, folder: &Path) -> Result<Vec<Place>> {
        let (output, trace) = self.strace(&["-y", "-e", &format!("trace={CALLS},pread64")])?;
        ensure!(output.status.success(), "while being recorded: {output:?}");
        let folder = folder.to_str().context("a path that is not UTF-8")?;
        let places = places_in(&trace, |line| line.contains(folder) || line.contains("<socket:"));
        ensure!(!places.is_empty(), "the program touched nothing:\n{trace}");
        Ok(places)
    }

    /// Runs it to the end that a fault at this place gives it.
    ///
    /// # Errors
    /// When strace is missing.
    pub fn run_with(&self, place: &Place, fault: Fault) -> Result<Ended> {
        let (call, inject) = (&place.call, fault.at(place));
        let (output, trace) = self.strace(&["-e", &format!("trace={call}"), "-e", &inject])?;
        let met = match fault {
            Fault::Kill => output.status.signal() == Some(9),
            _ => trace.contains("(INJECTED)"),
        };
        Ok(Ended { output, met })
    }

    fn strace(&self, options: &[&str]) -> Result<(Output, String)> {
        let trace = NamedTempFile::new()?;
        let output = Command::new("strace")
            // Not with --seccomp-bpf, which is faster and delivers no injected signal (strace 6.1).
            .args(["-f", "-o"])
            .arg(trace.path())
            .args(options)
            .arg("--")
            .arg(&self.path)
            .args(&self.args)
            .output()
            .context("strace: apt-get install strace")?;
        let text = String::from_utf8_lossy(&fs::read(trace.path())?).into_owned();
        ensure!(
            !text.is_empty(),
            "strace could not follow the program: {output:?}"
        );
        Ok((output, text))
    }
}

/// Chooses `many` of these places: one of each kind of call in turn, so that the few renames are not lost among the
/// thousand writes.
pub fn choose(places: &[Place], many: usize, rng: &mut impl Rng) -> Vec<Place> {
    let mut kinds: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in places {
        kinds.entry(&place.call).or_default().push(place);
    }
    for kind in kinds.values_mut() {
        kind.shuffle(rng);
    }
    let mut chosen = Vec::new();
    while chosen.len() < many && kinds.values().any(|kind| !kind.is_empty()) {
        chosen.extend(kinds.values_mut().filter_map(Vec::pop).cloned());
    }
    chosen.truncate(many);
    chosen
}
