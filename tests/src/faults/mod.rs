//! What a city and its devices must survive, as campaigns of many small faults: a process killed, a disk that is full,
//! a network that breaks, a mirror that lies. A campaign is told its seed and how many faults to try; the stories run a
//! few in `cargo xtask test`, `cargo xtask faults` runs them all.
//!
//! Rejected: a framework of property tests. A fault costs a process or a round over the network, and shrinking a
//! failing one would cost thousands of them; a seed and the fault's own name are enough to see it again.

pub mod bombs;
pub mod chaos;
pub mod city;
pub mod full;
pub mod hostile;
pub mod kill;
pub mod letters;
pub mod publisher;
pub mod restorer;

use crate::fault::{Fault, Place, choose};
use anyhow::{Result, ensure};
use rand::rngs::StdRng;
use std::{collections::BTreeMap, fmt};

/// How much of a campaign to run.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Chooses the faults: the same seed, the same faults.
    pub seed: u64,
    /// How many of them.
    pub faults: usize,
}

/// What befalls a program at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SIGKILL, anywhere.
    Kill,
    /// No room on the disk from there on, or one call that the disk refuses: reading, writing, opening, naming, taking
    /// away.
    Disk,
}

impl Kind {
    /// The fault at this place; none where this kind cannot happen.
    fn at(self, place: &Place, n: usize) -> Option<Fault> {
        match (self, place.call.as_str()) {
            // Between two of the other calls, however many reads there are, everything is as it was.
            (Self::Kill, "pread64") => None,
            (Self::Kill, _) => Some(Fault::Kill),
            // Not `write`, by which threads also wake each other: no disk makes that fail.
            (Self::Disk, "pwrite64") if n.is_multiple_of(2) => Some(Fault::FromHere("ENOSPC")),
            (Self::Disk, "write" | "writev" | "recvfrom" | "sendto") => None,
            (Self::Disk, _) => Some(Fault::Once("EIO")),
        }
    }

    /// What is counted when it happened.
    fn happened(self) -> &'static str {
        match self {
            Self::Kill => "killed",
            Self::Disk => "refused",
        }
    }
}

/// Chooses so many places with what befalls them there.
fn choose_faults(kind: Kind, places: &[Place], many: usize, rng: &mut StdRng) -> Vec<(Place, Fault)> {
    let possible: Vec<Place> = places
        .iter()
        .filter(|p| kind.at(p, 0).is_some())
        .cloned()
        .collect();
    let chosen = choose(&possible, many, rng).into_iter().enumerate();
    chosen
        .filter_map(|(n, place)| kind.at(&place, n).map(|fault| (place, fault)))
        .collect()
}

/// What a campaign did.
#[derive(Debug, Clone)]
pub struct Tally {
    name: &'static str,
    seed: u64,
    counts: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Nothing yet.
    pub fn of(name: &'static str, effort: Effort) -> Self {
        Self {
            name,
            seed: effort.seed,
            counts: BTreeMap::new(),
        }
    }

    /// One more of these.
    pub fn count(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    /// So many more of these.
    pub fn add(&mut self, what: &'static str, many: usize) {
        *self.counts.entry(what).or_default() += many;
    }

    /// Holds that at least so many of these were counted: a campaign whose faults do not happen proves nothing.
    ///
    /// # Errors
    /// When there were fewer.
    pub fn at_least(&self, many: usize, what: &str) -> Result<()> {
        ensure!(
            self.get(what) >= many,
            "only {} {what}, not {many}: {self}",
            self.get(what)
        );
        Ok(())
    }

    /// How many of these.
    pub fn get(&self, what: &str) -> usize {
        self.counts.get(what).copied().unwrap_or(0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let counts: Vec<_> = self
            .counts
            .iter()
            .map(|(what, n)| format!("{what} {n}"))
            .collect();
        write!(f, "{} (seed {}): {}", self.name, self.seed, counts.join(" · "))
    }
}
