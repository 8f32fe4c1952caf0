//! The operator's own programs: called by name with arguments, given something on their standard input, and heard by
//! their exit status. Not through a shell: nothing that a citizen sends can become a command.

use crate::{Error, Result};
use std::{
    io::{self, ErrorKind},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::io::AsyncWriteExt;

/// Runs the command, if there is one, with this input. `what` names it in errors: "run the purge hook". It is ended after
/// so long.
///
/// # Errors
/// It cannot be started, or does not end in time.
pub(crate) async fn run(
    command: &[String],
    (what, patience): (&'static str, Duration),
    input: &[u8],
) -> Result<Option<ExitStatus>> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(None);
    };
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::io(what))?;
    let stdin = child.stdin.take();
    let ended = async {
        if let Some(mut stdin) = stdin {
            // One that does not read to the end is no error; its exit status decides.
            let _ = stdin.write_all(input).await;
        }
        child.wait().await
    };
    match tokio::time::timeout(patience, ended).await {
        Ok(status) => status.map(Some).map_err(Error::io(what)),
        Err(_) => Err(Error::io(what)(ErrorKind::TimedOut.into())),
    }
}

/// A status that is none of those that a hook may end with.
pub(crate) fn ended_with(what: &'static str, status: ExitStatus) -> Error {
    Error::io(what)(io::Error::other(format!(
        "it ended with {status}; it will be run again"
    )))
}
