//! The peer: PostgreSQL with our own tables in it, written to by pgbench. It makes no receipts, no chain of events, no
//! messages and speaks no HTTP: it shows what the rows alone cost.

use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};
use weimenhu_server::{City, Config};

/// A letter's rows in one transaction, the same as ours for a letter without files.
const LETTER: &str = "\\set id random(1, 9000000000000000)
\\set n random(1, 9000000000000000)
BEGIN;
INSERT INTO petition (id, year, count, kind, source, state, visibility, county, address, location, contact, names, code, token, submitted_ms, events)
VALUES (:id, 2026, :n, 'help', 'app', 'submitted', 'public', '', repeat('a', 60), repeat('a', 60), repeat('a', 120), repeat('a', 60), md5(:n::text), md5(:id::text), 1, 1);
INSERT INTO wording (id, petition, sort, original, made_ms) VALUES (:id, :id, 'title', repeat('题', 16), 1), (:n, :id, 'letter', repeat('信', 120), 1);
INSERT INTO petition_event (seq, petition, number, at_ms, role, action, state, prev, hash)
VALUES (:id, :id, 1, 1, 'writer', 'submit', 'submitted', repeat(md5(:n::text), 2), repeat(md5(:id::text), 2));
INSERT INTO idempotency (key, body, petition, event, made_ms) VALUES (md5(:n::text), md5(:id::text), :id, 1, 1);
COMMIT;
";
/// Where it listens: on its own socket alone, the port only names that.
const PORT: &str = "54329";

/// A PostgreSQL of the bench's own.
pub struct Peer {
    server: Child,
    folder: PathBuf,
    programs: PathBuf,
}

impl Peer {
    /// Makes a cluster in the folder and our tables in it.
    pub async fn start(folder: &Path) -> Result<Self> {
        let programs = programs().context("no postgresql here: apt install postgresql")?;
        fs::create_dir_all(folder)?;
        if is_root() {
            let given = Command::new("chown").arg("postgres").arg(folder).status()?;
            // The folder around it is only its maker's; postgres must come through.
            let way = folder.parent().context("no folder around the peer's")?;
            let opened = Command::new("chmod").arg("711").arg(way).status()?;
            ensure!(
                given.success() && opened.success(),
                "the folder cannot be given to postgres"
            );
        }
        let data = folder.join("data");
        let mut made = as_postgres(&programs.join("initdb"));
        let made =
            made.arg("-D")
                .arg(&data)
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"]);
        ensure!(made.stdout(Stdio::null()).status()?.success(), "initdb failed");
        let mut server = as_postgres(&programs.join("postgres"));
        let server = server
            .arg("-D")
            .arg(&data)
            .args(["-p", PORT, "-c", "listen_addresses=", "-k"]);
        let server = server.arg(folder).stderr(Stdio::null()).spawn()?;
        let peer = Self {
            server,
            folder: folder.to_owned(),
            programs,
        };
        for _ in 0..100 {
            let mut ready = Command::new(peer.programs.join("pg_isready"));
            let ready = ready
                .arg("-h")
                .arg(folder)
                .args(["-p", PORT])
                .stdout(Stdio::null());
            if ready.status()?.success() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        // Our own tables, as the server makes them there.
        let mut config = Config::in_dir(&folder.join("city"))?;
        let host = folder.canonicalize()?.display().to_string().replace('/', "%2F");
        config.database_url = Some(format!("postgres://postgres@{host}:{PORT}/postgres"));
        City::open(config).await?;
        fs::write(folder.join("letter.sql"), LETTER)?;
        Ok(peer)
    }

    /// Transactions a second with so many writers.
    pub fn run(&self, writers: u32, seconds: u64) -> Result<f64> {
        let (writers, seconds) = (writers.to_string(), seconds.to_string());
        let mut bench = Command::new(self.programs.join("pgbench"));
        bench
            .arg("-h")
            .arg(&self.folder)
            .args(["-p", PORT, "-U", "postgres", "-n", "-M", "prepared", "-j", "2"]);
        bench
            .args(["-c", &writers, "-T", &seconds, "-f"])
            .arg(self.folder.join("letter.sql"));
        let output = bench.arg("postgres").output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let tps = text.lines().find_map(|l| l.strip_prefix("tps = "));
        let tps = tps.and_then(|t| t.split(' ').next()?.parse().ok());
        match tps {
            Some(tps) if output.status.success() => Ok(tps),
            _ => bail!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A fast end, so that the folder can be removed; `kill` would leave its own children.
        let mut end = as_postgres(&self.programs.join("pg_ctl"));
        let end = end
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["stop", "-m", "immediate"]);
        let _ = end.stdout(Stdio::null()).status();
        let _ = self.server.wait();
    }
}

/// Where Debian puts the newest one's programs.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let all = versions
        .map(|v| v.path().join("bin"))
        .filter(|bin| bin.join("pgbench").exists());
    all.max()
}

/// PostgreSQL does not run as root.
fn as_postgres(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}
