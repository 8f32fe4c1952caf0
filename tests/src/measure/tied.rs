//! Other programs of a measure: they end with it, however it ends.
//!
//! A server that outlives its measure takes a core from the next one. Stopping the measure with a signal runs no
//! destructor, so the kernel is asked (`PR_SET_PDEATHSIG`, through util-linux's setpriv) to send SIGTERM on. To the
//! master of nginx that means its workers as well; SIGKILL would leave them.
//!
//! Rejected: nginx with `master_process off`, which has one worker and is no fair peer on two cores.

use anyhow::{Context, Result, ensure};
use std::{
    ffi::OsStr,
    net::TcpStream,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long an asked program may take to end.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that gets SIGTERM when this one ends.
pub fn tied(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]).arg(program);
    command
}

/// Such a program at work.
pub struct Tied(Child);

impl Tied {
    /// Starts a server and waits until it listens on the port.
    ///
    /// # Errors
    /// It cannot be started, or does not listen.
    pub fn server(command: &mut Command, port: u16) -> Result<Self> {
        let name = format!("{:?}", command.get_args().nth(2).unwrap_or_default());
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let mut server = Self(child);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(server.0.try_wait()?.is_none(), "{name} has ended");
            ensure!(begun.elapsed() < PATIENCE, "{name} does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Tied {
    fn drop(&mut self) {
        // Gone already, or asked; either way it does not stay.
        let asked = Command::new("kill").arg(self.id().to_string()).status();
        if asked.is_err() || within(&mut self.0, LAST_WORDS).is_err() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// Waits for the end of a program; one that does not end in time is killed.
///
/// # Errors
/// It did not end.
pub fn within(child: &mut Child, patience: Duration) -> Result<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if begun.elapsed() >= patience {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("a program did not end within {patience:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}
