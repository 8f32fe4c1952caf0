//! When to ask the server: at the start, then now and then while the app runs, never in step with others.

use crate::{Client, error::Error};
use jiff::Timestamp;
use rand::Rng;
use std::{ops::Range, time::Duration};

/// Between two rounds, in seconds. The spread keeps 5 million devices from asking in the same second.
const INTERVAL_S: Range<u64> = 15 * 60..25 * 60;
/// After a fault that waiting may cure, in seconds.
const RETRY_S: Range<u64> = 60..180;

impl Client {
    /// Opens the dump, then keeps the content fresh until the future is dropped. The server's wishes
    /// (`backoff_s`, `Retry-After`) are honoured.
    pub async fn keep_fresh(&self) {
        if let Err(e) = self.open_dump().await {
            tracing::warn!(error = %e, "the bundled dump was not taken");
        }
        if let Err(e) = self.check().await {
            tracing::error!(error = %e, "the cache was not checked");
        }
        if let Some(rest) = self.rest_of_interval() {
            tokio::time::sleep(rest).await;
        }
        loop {
            let pause = match self.sync().await {
                Ok(backoff) => backoff.max(random(INTERVAL_S)),
                Err(e) => {
                    tracing::info!(code = ?e.code(), error = %e, "not current");
                    retry_after(&e).max(random(RETRY_S))
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// How much of the interval is left since the last round before this start; none when it is over, when there
    /// was none, or when the device's clock has gone back.
    fn rest_of_interval(&self) -> Option<Duration> {
        let last: Timestamp = self.sync_state().last_success?.parse().ok()?;
        let age = Duration::try_from(self.time().duration_since(last)).ok()?;
        Duration::from_secs(INTERVAL_S.start).checked_sub(age)
    }
}

fn retry_after(error: &Error) -> Duration {
    match error {
        Error::Status {
            retry_after_s: Some(s),
            ..
        } => Duration::from_secs(u64::from(*s)),
        _ => Duration::ZERO,
    }
}

fn random(range: Range<u64>) -> Duration {
    Duration::from_secs(rand::rng().random_range(range))
}
