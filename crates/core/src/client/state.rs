//! What the app is doing about the network, as the screens show it.

use super::Client;
use crate::{
    Code,
    error::Result,
    event::Event,
    store::{Store, setting},
    sync::Round,
    view::{Phase, SyncState},
};
use std::sync::{MutexGuard, PoisonError};

impl Client {
    /// What the app is doing about the network.
    pub fn sync_state(&self) -> SyncState {
        self.state().clone()
    }

    /// More bytes are to come in this round.
    pub(crate) fn expect(&self, bytes: u64) {
        self.change_state(|s| s.total = s.total.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX)));
    }

    pub(super) fn fetched(&self, bytes: u64) {
        self.change_state(|s| {
            s.phase = Phase::Fetching;
            s.done = s.done.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
        });
    }

    /// What came is being written.
    pub(crate) fn applying(&self) {
        self.change_state(|s| s.phase = Phase::Applying);
    }

    pub(super) fn finish(&self, answer: &Result<Round>) -> Result<()> {
        if answer.is_ok() {
            let now = self.time().to_string();
            self.store()
                .write(|tx| setting::set(tx, setting::LAST_SUCCESS, &now))?;
        }
        let fresh = first_state(&self.store())?;
        let problem = match answer {
            Ok(Round::Current) => None,
            Ok(Round::UpdateApp) => Some(Code::UpdateApp),
            Err(e) => Some(e.code()),
        };
        self.change_state(|s| *s = SyncState { problem, ..fresh });
        Ok(())
    }

    pub(super) fn refresh_state(&self) -> Result<()> {
        let fresh = first_state(&self.store())?;
        self.change_state(|s| {
            *s = SyncState {
                problem: s.problem,
                ..fresh
            }
        });
        Ok(())
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        self.change_state(|s| {
            *s = SyncState {
                phase,
                done: 0,
                total: 0,
                ..s.clone()
            }
        });
    }

    fn change_state(&self, change: impl FnOnce(&mut SyncState)) {
        change(&mut self.state());
        self.announce(Event::Sync);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, SyncState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state as it stands on disk.
pub(super) fn first_state(store: &Store) -> Result<SyncState> {
    store.read(|c| {
        Ok(SyncState {
            phase: Phase::Idle,
            done: 0,
            total: 0,
            content_as_of: setting::get(c, setting::ISSUED)?,
            last_success: setting::get(c, setting::LAST_SUCCESS)?,
            problem: None,
            min_app: setting::get(c, setting::MIN_APP)?.filter(|v| !v.is_empty()),
        })
    })
}
