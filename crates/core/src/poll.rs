//! When to ask the server: at the start, then now and then while the app runs and whenever somebody looks at it
//! again, never in step with others.

use crate::{Client, Event};
use jiff::Timestamp;
use rand::Rng;
use std::{
    ops::Range,
    sync::PoisonError,
    time::{Duration, Instant},
};

/// Between two rounds, in seconds. The spread keeps 5 million devices from asking in the same second.
const INTERVAL_S: Range<u64> = 15 * 60..25 * 60;
/// After the first fault that waiting may cure, in seconds; twice that after the second, and so on.
const RETRY_S: Range<u64> = 60..120;
/// Doublings of the retry: up to half an hour.
const MAX_DOUBLINGS: u32 = 4;
/// So long the first screen has the machine for itself.
const FIRST_SCREEN: Duration = Duration::from_millis(1500);
/// Between two rounds that somebody's looking at the app begins.
const GLANCE: Duration = Duration::from_secs(30);

impl Client {
    /// Opens the dump, then keeps the content fresh until the future is dropped. The server's wishes
    /// (`backoff_s`, `Retry-After`) are honoured.
    pub async fn keep_fresh(&self) {
        self.fill_if_needed().await;
        // Reading every page of the cache takes a core for seconds, and a window that comes up needs them all.
        tokio::time::sleep(FIRST_SCREEN).await;
        self.tend().await;
        if let Err(e) = self.check().await {
            tracing::error!(error = %e, "the cache was not checked");
        }
        let rebuilt = self.about().rebuilt_from.is_some();
        let mut pause = if rebuilt {
            Duration::ZERO
        } else {
            self.rest_of_interval()
        };
        let mut failures = 0;
        loop {
            let waking = self.woken.notified();
            self.say_next_round(Some(pause.max(self.must_wait())));
            // Woken or not: what the server asked for is waited for.
            let _ = tokio::time::timeout(pause, waking).await;
            tokio::time::sleep(self.must_wait()).await;
            self.say_next_round(None);
            self.fill_if_needed().await;
            let answer = self.sync().await;
            pause = match &answer {
                Ok(()) => random(INTERVAL_S),
                Err(e) => {
                    tracing::info!(code = ?e.code(), error = %e, "not current");
                    random(RETRY_S) * 2_u32.pow(failures.min(MAX_DOUBLINGS))
                }
            };
            failures = if answer.is_ok() { 0 } else { failures + 1 };
            self.tend().await;
        }
    }

    /// Somebody looks at the app again, or the network is back: asks now instead of at the end of the pause, if
    /// the content may be old. Costs nothing when it is not.
    pub fn wake(&self) {
        let state = self.sync_state();
        let may_be_old = state.problem.is_some() || self.rest_of_interval().is_zero();
        let mut woken_at = self.woken_at.lock().unwrap_or_else(PoisonError::into_inner);
        if may_be_old && woken_at.is_none_or(|at| at.elapsed() > GLANCE) {
            *woken_at = Some(Instant::now());
            self.woken.notify_one();
        }
        self.outbox.glance(GLANCE);
    }

    /// For whoever wonders when the server is asked again.
    fn say_next_round(&self, pause: Option<Duration>) {
        let at = pause.and_then(|pause| self.time().checked_add(pause).ok());
        *self.next_round.lock().unwrap_or_else(PoisonError::into_inner) = at;
        self.announce(Event::Sync);
    }

    async fn fill_if_needed(&self) {
        if let Err(e) = self.open_dump().await {
            tracing::warn!(error = %e, "the bundled dump was not taken");
        }
    }

    async fn tend(&self) {
        if let Err(e) = self.tend_index().await {
            tracing::error!(error = %e, "the search index was not tended");
        }
    }

    /// How much of the interval is left since the last round; nothing when it is over, when there was none, or
    /// when the device's clock has gone back.
    fn rest_of_interval(&self) -> Duration {
        let rest = || {
            let last: Timestamp = self.sync_state().last_success?.parse().ok()?;
            let age = Duration::try_from(self.time().duration_since(last)).ok()?;
            Duration::from_secs(INTERVAL_S.start).checked_sub(age)
        };
        rest().unwrap_or_default()
    }
}

fn random(range: Range<u64>) -> Duration {
    Duration::from_secs(rand::rng().random_range(range))
}
