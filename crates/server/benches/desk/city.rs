//! The city of the bench: the demo's, its running letters multiplied; and the server over it as a process of its own.

use anyhow::{Context, Result, bail};
use clap::Parser;
use jiff::Timestamp;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};
use weimenhu_server::{
    City, Config, cli,
    petition::staff::{self, Given},
    serve::Server,
};

/// A login, its password and the secret of its one-time codes.
pub type SignIn = (&'static str, &'static str, String);

const LOGIN: &str = "shili.shenhe";
const PASSWORD: &str = "示例密码，只为了测量而设的";

/// Makes the city with so many running letters; answers a reviewer's sign-in.
pub async fn make(data: &Path, letters: usize) -> Result<SignIn> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/wenzhou/sample");
    let sample = sample.to_str().context("a path that is not UTF-8")?;
    let data_dir = data.to_str().context("a path that is not UTF-8")?;
    let args = [
        "weimenhu-server",
        "demo",
        "--no-serve",
        "--sample",
        sample,
        "--data-dir",
        data_dir,
    ];
    cli::run(cli::Cli::parse_from(args)).await?;
    let city = City::open(Config::in_dir(data)?).await?;
    let roles = [weimenhu_domain::petition::Role::Reviewer];
    let secret = staff::add(&city, (LOGIN, "示例"), PASSWORD, Given::ForGood, &roles, 0).await?;
    drop(city);
    multiply(data, letters)?;
    Ok((LOGIN, PASSWORD, secret))
}

/// Copies the letters with a running delivery until there are so many. The copies are 不公开: no public record is theirs.
fn multiply(data: &Path, letters: usize) -> Result<()> {
    let mut conn = rusqlite::Connection::open(data.join("weimenhu.sqlite"))?;
    let tx = conn.transaction()?;
    tx.execute_batch(
        "CREATE TEMP TABLE model AS
             SELECT p.id, row_number() OVER (ORDER BY p.id) AS n FROM petition p
             JOIN delivery d ON d.petition = p.id AND d.number = p.delivery AND d.ended = 0;
         CREATE TEMP TABLE base AS SELECT max(id) AS id FROM petition",
    )?;
    let models: i64 = tx.query_row("SELECT count(*) FROM model", [], |r| r.get(0))?;
    if models == 0 {
        bail!("no letter of the demo runs");
    }
    let wanted = i64::try_from(letters)?.saturating_sub(models);
    for begun in (0..wanted).step_by(usize::try_from(models)?) {
        let take = (wanted - begun).min(models);
        // Of a letter: its own row under a new number, its deliveries, its words and its events.
        for (table, own, changed) in TABLES {
            let query = tx.prepare(&format!("SELECT * FROM {table} LIMIT 0"))?;
            let columns: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
            query.finalize()?;
            let chosen = columns.iter().map(|c| {
                let found = changed.iter().find(|(name, _)| name == c);
                found.map_or_else(|| format!("t.{c}"), |(_, sql)| (*sql).to_owned())
            });
            let sql = format!(
                "INSERT INTO {table} ({}) SELECT {} FROM {table} t JOIN model ON t.{own} = model.id
                 JOIN base WHERE model.n <= ?1",
                columns.join(", "),
                chosen.collect::<Vec<_>>().join(", ")
            );
            let sql = sql.replace(":begun", &begun.to_string());
            tx.execute(&sql, [take])?;
        }
    }
    tx.commit()?;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// The new id of a copy.
const ID: &str = "base.id + :begun + model.n";

type Table = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Table, the column that names the letter, and what a copy has of its own.
const TABLES: [Table; 4] = [
    (
        "petition",
        "id",
        &[
            ("id", ID),
            ("year", "2024"),
            ("count", ID),
            ("visibility", "'private'"),
            ("wished", "'private'"),
            ("record_key", "0"),
            ("token", "'copy' || (base.id + :begun + model.n)"),
        ],
    ),
    ("delivery", "petition", &[("petition", ID)]),
    (
        "wording",
        "petition",
        &[
            ("id", "(SELECT max(id) FROM wording) + row_number() OVER ()"),
            ("petition", ID),
        ],
    ),
    (
        "petition_event",
        "petition",
        &[
            (
                "seq",
                "(SELECT max(seq) FROM petition_event) + row_number() OVER ()",
            ),
            ("petition", ID),
            // As the engine makes it, so that it finds what it noted of the copy.
            (
                "dedupe",
                "(base.id + :begun + model.n) || substr(t.dedupe, instr(t.dedupe, '/'))",
            ),
        ],
    ),
];

/// The child: serves the city until it is killed. No proof of work and no limits by address: all writers of a bench have
/// one address.
pub async fn serve(data: &Path) -> Result<()> {
    let mut config = Config::in_dir(data)?;
    config.listen = "127.0.0.1:0".into();
    (config.proof_of_work, config.writes_per_minute) = (0, u32::MAX);
    let server = Server::bind(City::open(config).await?).await?;
    println!("{}", server.address()?);
    Ok(server.run(std::future::pending()).await?)
}

/// A server process.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub at: SocketAddr,
}

impl Running {
    /// Starts it.
    pub fn start(data: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("--serve").arg(data).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let at = line.trim().parse().context("the server did not start")?;
        Ok(Self { child, at })
    }

    /// Milliseconds of CPU that it has taken so far, all threads together.
    pub fn cpu_ms(&self) -> Result<f64> {
        let mut all = 0.0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            let ns = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
            all += ns.unwrap_or_default() / 1e6;
        }
        Ok(all)
    }

    /// What it holds in memory, its share (PSS) and all it shows (RSS), in MiB.
    pub fn memory(&self) -> Result<(f64, f64)> {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let of = |name: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(name));
            let kb = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
            kb.map_or(f64::NAN, |kb| kb / 1024.0)
        };
        Ok((of("Pss:"), of("Rss:")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The one-time code of now.
pub fn code(secret: &str) -> Result<String> {
    staff::code_of(secret, Timestamp::now()).context("no code")
}
