//! `backup` and `restore`: what they say.

use super::run::{NAMED_AT_MOST, say, say_published};
use crate::{City, Config, Error, Result, backup, publish};
use jiff::Timestamp;
use std::path::Path;

/// Takes a backup.
pub(super) async fn take(city: &City, out: &Path, with_keys: bool, now: Timestamp) -> Result<u8> {
    let taken = backup::take(city, out, with_keys, now).await?;
    say(&format!(
        "{}: {} files, {} bytes",
        taken.file.display(),
        taken.files,
        taken.bytes
    ));
    for path in taken.missing.iter().take(NAMED_AT_MOST) {
        say(&format!("not there any more, erased meanwhile or lost: {path}"));
    }
    if taken.missing.len() > NAMED_AT_MOST {
        say(&format!("… {} in all", taken.missing.len()));
    }
    if with_keys {
        say(&"keys are in it: whoever has this file reads every name and phone, and signs for the city");
    } else {
        say(
            &"keys are not in it: keep a copy of keys/letters.key apart; without it this backup cannot be restored",
        );
    }
    Ok(0)
}

/// Restores a backup, and publishes it if the head key is there.
pub(super) async fn restore(
    config: Config,
    file: &Path,
    options: &backup::Options,
    now: Timestamp,
) -> Result<u8> {
    let restored = backup::restore(&config, file, options, now).await?;
    say(&format!(
        "restored the city of {}: {} files",
        restored.taken, restored.files
    ));
    match restored.learnt {
        Some(ver) => say(&format!("what was erased until ver {ver} stays erased")),
        None => say(&format!(
            "what was erased after {} is back: erase it again, at once",
            restored.taken
        )),
    }
    let city = City::open(config).await?;
    match publish::publish(&city, now).await {
        Ok(published) => Ok(say_published(&published)),
        // The city is whole; who holds the keys is asked next.
        Err(Error::Usage(why)) => {
            say(&format!("not published yet: {why}"));
            Ok(2)
        }
        Err(e) => Err(e),
    }
}
