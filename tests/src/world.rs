//! A small city for a story: the real server program over a folder of its own, and devices that read it.
//!
//! The server runs as its own process, because a cut cable is a killed process and not a flag. Its address stays
//! the same over restarts, as a city's does.

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread::{self, sleep},
    time::Duration,
};
use tempfile::TempDir;
use weimenhu_core::{Bundle, Client, Code, Config, SILENCE, view::Keep};

/// How long a program is given to say that it is there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A city: a folder with the server's data, and perhaps a running server.
pub struct World {
    /// Everything of this story; removed at its end.
    pub folder: TempDir,
    port: u16,
    server: Option<Child>,
    /// Its server ends when this process is killed as well. Linux, and only where the thread that starts it lives as
    /// long as the story: the kernel looks at the thread.
    pub tied: bool,
}

impl World {
    /// A demonstration city with these records, by collection: each line of JSON as `import` takes it.
    ///
    /// # Errors
    /// When the server program is missing or refuses.
    pub fn with(records: &[(&str, &[Value])]) -> Result<Self> {
        let folder = TempDir::new()?;
        let sample = folder.path().join("sample");
        fs::create_dir(&sample)?;
        for (collection, rows) in records {
            let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
            fs::write(sample.join(format!("{collection}.jsonl")), lines.join("\n"))?;
        }
        Self::with_sample(folder, &sample)
    }

    /// A demonstration city with the sample files of a folder.
    ///
    /// # Errors
    /// As for [`Self::with`].
    pub fn with_sample(folder: TempDir, sample: &Path) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let world = Self {
            folder,
            port,
            server: None,
            tied: false,
        };
        let sample = sample.to_str().context("a path that is not UTF-8")?;
        world.server(&["demo", "--no-serve", "--sample", sample])?;
        Ok(world)
    }

    /// A copy of the sample city: the one whose dump the app was built with.
    ///
    /// # Errors
    /// When it has not been made, or file errors.
    pub fn of_the_sample() -> Result<Self> {
        let server = program("weimenhu-server")?;
        let demo = server
            .ancestors()
            .nth(2)
            .context("no target folder")?
            .join("demo");
        ensure!(demo.exists(), "the sample city is made by `cargo xtask dump`");
        Self::copy_of(&demo, TempDir::new()?)
    }

    /// A copy of a city that has been set up elsewhere.
    ///
    /// # Errors
    /// File errors.
    pub fn copy_of(data: &Path, folder: TempDir) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let world = Self {
            folder,
            port,
            server: None,
            tied: false,
        };
        crate::mirror::copy(data, &world.data())?;
        Ok(world)
    }

    /// Where the server keeps its data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// The tree of objects that the public reads.
    pub fn tree(&self) -> PathBuf {
        self.data().join("objects/sync/v1")
    }

    /// The server's address, whether it runs or not.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs one of the server's commands to its end; answers what it printed.
    ///
    /// # Errors
    /// When it fails, with everything it said.
    pub fn server(&self, args: &[&str]) -> Result<String> {
        let output = self.try_server(args)?;
        if !output.status.success() {
            bail!(
                "weimenhu-server {args:?}: {}\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs one of the server's commands to its end, whatever the end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn try_server(&self, args: &[&str]) -> Result<Output> {
        let mut command = Command::new(program("weimenhu-server")?);
        Ok(command.args(args).arg("--data-dir").arg(self.data()).output()?)
    }

    /// Publishes a record by hand; answers what the command printed.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn publish(&self, collection: &str, record: &Value, id: Option<u32>) -> Result<String> {
        let file = self.folder.path().join("by-hand.json");
        fs::write(&file, record.to_string())?;
        let file = file.to_str().context("a path that is not UTF-8")?;
        let id = id.map(|n| n.to_string());
        let mut args = vec!["publish", "--collection", collection, "--file", file];
        args.extend(id.iter().flat_map(|n| ["--id", n.as_str()]));
        self.server(&args)
    }

    /// Starts the server and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(&mut self) -> Result<()> {
        self.start_with(&[])
    }

    /// Starts the server with more arguments.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn start_with(&mut self, more: &[&str]) -> Result<()> {
        self.start_in(0, more)
    }

    /// Starts the server with its clock so many days ahead of the machine's, see [`ahead`].
    ///
    /// # Errors
    /// When it does not listen.
    pub fn start_ahead(&mut self, days: i64) -> Result<()> {
        self.start_in(days, &[])
    }

    fn start_in(&mut self, days: i64, more: &[&str]) -> Result<()> {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = if self.tied {
            let mut tied = Command::new("setpriv");
            tied.args(["--pdeathsig", "TERM"])
                .arg(program("weimenhu-server")?);
            tied
        } else {
            Command::new(program("weimenhu-server")?)
        };
        let mut child = ahead(&mut command, days)
            .args(["serve", "--listen", &listen, "--data-dir"])
            .arg(self.data())
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().context("the server has no output")?;
        self.server = Some(child);
        let line = first_line(stdout)?;
        if line.contains(&listen) {
            Ok(())
        } else {
            bail!("the server said {line:?}")
        }
    }

    /// The process of the server, while it runs.
    pub fn server_process(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// Whether the server has ended by itself.
    pub fn has_died(&mut self) -> bool {
        self.server
            .as_mut()
            .is_some_and(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// Cuts the cable: the server is gone at once, in the middle of whatever it did.
    pub fn cut(&mut self) {
        if let Some(mut child) = self.server.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The dump of the city as it is now.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn dump(&self) -> Result<&'static [u8]> {
        let out = self.folder.path().join("dump.tar");
        self.server(&["dump", "--out", out.to_str().context("a path that is not UTF-8")?])?;
        // The app's dump lives as long as the program; a test's may.
        Ok(Box::leak(fs::read(out)?.into_boxed_slice()))
    }

    /// A device with its cache in `name`, that came with `dump`.
    ///
    /// # Errors
    /// As for [`Client::open`].
    pub fn device(&self, name: &str, dump: &'static [u8]) -> weimenhu_core::Result<Client> {
        self.device_at(name, dump, &self.address())
    }

    /// A device that asks another address.
    ///
    /// # Errors
    /// As for [`Client::open`].
    pub fn device_at(&self, name: &str, dump: &'static [u8], server: &str) -> weimenhu_core::Result<Client> {
        open_device(|| {
            let mut config = device_config(&self.folder.path().join(name), server)?;
            config.bundle.dump = dump;
            Ok(config)
        })
    }
}

/// Opens a device. Another story that starts a program at this very moment holds a copy of every open file, the lock of
/// a device that was just dropped among them, until that program runs: so a lock is waited for.
///
/// # Errors
/// As for [`Client::open`].
pub fn open_device(config: impl Fn() -> weimenhu_core::Result<Config>) -> weimenhu_core::Result<Client> {
    for _ in 0..500 {
        match Client::open(config()?) {
            Err(e) if e.code() == Code::Busy => sleep(Duration::from_millis(10)),
            other => return other,
        }
    }
    Client::open(config()?)
}

/// How a device is set up that came without a dump.
///
/// # Errors
/// As for [`Bundle::built_in`].
pub fn device_config(folder: &Path, server: &str) -> weimenhu_core::Result<Config> {
    Ok(Config {
        folder: folder.to_owned(),
        bundle: Bundle {
            dump: &[],
            ..Bundle::built_in()?
        },
        server: Some(server.to_owned()),
        app_version: "0.1.0".into(),
        keep: Keep::Everything,
        silence: SILENCE,
        now: || Timestamp::UNIX_EPOCH,
    })
}

impl Drop for World {
    fn drop(&mut self) {
        self.cut();
    }
}

/// The first line that a program says; one that says nothing is not waited for for ever.
fn first_line(output: impl Read + Send + 'static) -> Result<String> {
    let (said, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line);
        // Nobody waits any longer when this fails.
        let _ = said.send(read.map(|_| line));
    });
    Ok(heard
        .recv_timeout(PATIENCE)
        .context("the program says nothing")??)
}

/// Sets the clock of one of our programs so many days ahead of the machine's, as builds for development can.
pub fn ahead(command: &mut Command, days: i64) -> &mut Command {
    command.env("WEIMENHU_DAYS_AHEAD", days.to_string())
}

/// A program of this workspace, beside the test that runs.
///
/// # Errors
/// When it has not been built.
pub fn program(name: &str) -> Result<PathBuf> {
    let here = env::current_exe()?;
    let folder = here
        .ancestors()
        .find(|p| p.join(format!("{name}{}", env::consts::EXE_SUFFIX)).is_file());
    let folder = folder.with_context(|| format!("{name} is not built: cargo build -p {name}"))?;
    Ok(folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// Whether any file below `folder` holds these bytes, as they are or inside zstd.
///
/// # Errors
/// File errors.
pub fn any_file_holds(folder: &Path, bytes: &[u8]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let content = fs::read(&path)?;
            let unpacked = zstd::decode_all(&content[..]).unwrap_or_default();
            if holds(&content, bytes) || holds(&unpacked, bytes) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn holds(content: &[u8], bytes: &[u8]) -> bool {
    content.windows(bytes.len()).any(|window| window == bytes)
}
