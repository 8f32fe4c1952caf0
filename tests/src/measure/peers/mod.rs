//! Synchronising beside what one would take instead: PouchDB replicating from PouchDB-server, Kinto with its records
//! since an ETag, and one file of exactly the wanted records, zstd -19, on nginx: the limit, for a server that knew
//! what each device lacks. The same records, the same machine, the same meter on the cable.
//!
//! Each peer keeps what it fetched durably: PouchDB in LevelDB, the others in one table of SQLite. Only ours also makes
//! a full-text index and checks signatures and hashes, and that is in its seconds.

use super::{
    Options,
    city::Grown,
    counted::Meter,
    median,
    nginx::{self, Part},
    process::{children_cpu_s, cpu_s},
    tied::{Tied, tied, within},
};
use crate::{driver::free_port, world::program};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use weimenhu_domain::wire::{Change, PackList, read_operations};

/// The clients, written down where their packages are found.
const KINTO: &str = include_str!("kinto.py");
const POUCH: &str = include_str!("pouch.cjs");
/// Kinto's settings: everybody may write, records in memory.
const KINTO_INI: &str = include_str!("kinto.ini");
/// No step of a peer takes longer.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Synchronises the device in a folder from an address.
type Synchronise = Box<dyn Fn(&str, &Path) -> Result<Command>>;
/// Brings the records of a file to a server.
type Bring = Box<dyn Fn(&Path) -> Result<()>>;

/// One way to synchronise: a server with its records, and a device.
struct Way {
    name: &'static str,
    /// CPU seconds of these are the server's.
    servers: Vec<Tied>,
    meter: Meter,
    device: PathBuf,
    sync: Synchronise,
    /// Brings these records, lines of `{key, record}`, to the server.
    load: Bring,
    seen: BTreeMap<usize, Vec<Seen>>,
}

/// One synchronisation.
struct Seen {
    bytes: u64,
    requests: u64,
    s: f64,
    device_cpu_s: f64,
    server_cpu_s: f64,
}

/// Measures a first synchronisation of so many records, then changes; `peers` has the installed ones.
///
/// # Errors
/// When a program fails. A peer that is not installed is left out, aloud.
pub fn beside(records: u32, options: &Options, deltas: &[usize]) -> Result<Vec<Value>> {
    eprintln!("{records} records: making the city");
    let mut grown = Grown::of(records)?;
    let folder = grown.world.folder.path().join("beside");
    fs::create_dir(&folder)?;
    let everything = folder.join("records.jsonl");
    write_lines(&everything, &all(&grown)?)?;
    let mut ways = Vec::new();
    for (name, found) in [
        ("Kinto", kinto(&folder, options)),
        ("PouchDB", pouch(&folder, options)),
    ] {
        match found {
            Ok(way) => ways.push(way),
            Err(e) => eprintln!("without {name}: {e:#}"),
        }
    }
    ways.push(limit(&folder)?);
    for way in &ways {
        let begun = Instant::now();
        (way.load)(&everything).with_context(|| way.name)?;
        eprintln!(
            "{records} records: {} has them after {:.0} s",
            way.name,
            begun.elapsed().as_secs_f64()
        );
    }
    ways.insert(0, ours(&mut grown, &folder)?);
    for way in &mut ways {
        way.measure(0)?;
    }
    for round in 1..=options.rounds {
        for changed in deltas {
            let from = grown.index()?.epoch;
            grown.change(*changed)?;
            let file = folder.join("changed.jsonl");
            write_lines(&file, &since(&grown, from)?)?;
            for way in &mut ways {
                (way.load)(&file).with_context(|| way.name)?;
                way.measure(*changed)?;
            }
        }
        eprintln!("{records} records: round {round} of {} done", options.rounds);
    }
    Ok(ways.iter().flat_map(|way| way.rows(records)).collect())
}

impl Way {
    fn measure(&mut self, changed: usize) -> Result<()> {
        fs::create_dir_all(&self.device)?;
        let served = |servers: &[Tied]| servers.iter().map(|s| cpu_s(s.id())).sum::<f64>();
        let (before, served_before) = (children_cpu_s()?, served(&self.servers));
        self.meter.take();
        let begun = Instant::now();
        let mut command = (self.sync)(&self.meter.address, &self.device)?;
        let mut child = command.stdout(Stdio::null()).spawn()?;
        let status = within(&mut child, PATIENCE)?;
        let s = begun.elapsed().as_secs_f64();
        ensure!(status.success(), "{}: {status}", self.name);
        let traffic = self.meter.take();
        self.seen.entry(changed).or_default().push(Seen {
            bytes: traffic.bytes,
            requests: traffic.requests,
            s,
            device_cpu_s: children_cpu_s()? - before,
            server_cpu_s: served(&self.servers) - served_before,
        });
        eprintln!(
            "{}, {changed} changed: {s:.2} s, {} bytes",
            self.name, traffic.bytes
        );
        Ok(())
    }

    fn rows(&self, records: u32) -> Vec<Value> {
        let row = |(changed, seen): (&usize, &Vec<Seen>)| {
            let of = |get: fn(&Seen) -> f64| median(seen.iter().map(get).collect());
            json!({"records": records, "changed": changed, "peer": self.name,
                "bytes": of(|s| s.bytes as f64) as u64, "requests": of(|s| s.requests as f64) as u64,
                "s": of(|s| s.s), "device_cpu_s": of(|s| s.device_cpu_s), "server_cpu_s": of(|s| s.server_cpu_s),
                "rounds": seen.len()})
        };
        self.seen.iter().map(row).collect()
    }
}

fn ours(grown: &mut Grown, folder: &Path) -> Result<Way> {
    let port = free_port()?;
    let mut server = tied(program("weimenhu-server")?);
    server
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data-dir"])
        .arg(grown.world.data())
        .stderr(Stdio::null());
    let sync = |url: &str, device: &Path| {
        let mut command = Command::new(program("weimenhu-pocket")?);
        command
            .args(["--no-dump", "--server", url, "--data-dir"])
            .arg(device)
            .arg("sync");
        Ok(command)
    };
    way(
        "微门户",
        vec![Tied::server(&mut server, port)?],
        port,
        folder,
        sync,
        |_| Ok(()),
    )
}

/// One file of what is wanted.
fn limit(folder: &Path) -> Result<Way> {
    let (port, root) = (free_port()?, folder.join("whole"));
    fs::create_dir(&root)?;
    let server = nginx::start(folder, port, &Part::Changing(&root))?;
    let sync = |url: &str, device: &Path| {
        let mut command = Command::new(env::current_exe()?);
        command.args(["whole", &format!("{url}/whole")]).arg(device);
        Ok(command)
    };
    let load = move |file: &Path| {
        let bytes = zstd::stream::encode_all(fs::File::open(file)?, 19)?;
        fs::write(root.join("whole.new"), bytes)?;
        Ok(fs::rename(root.join("whole.new"), root.join("whole"))?)
    };
    way("one zstd file on nginx", vec![server], port, folder, sync, load)
}

fn pouch(folder: &Path, options: &Options) -> Result<Way> {
    let home = options.peers.join("pouch");
    let program = home.join("node_modules/pouchdb-server/bin/pouchdb-server");
    ensure!(program.is_file(), "it is not installed");
    let client = home.join("client.cjs");
    fs::write(&client, POUCH)?;
    let (port, data) = (free_port()?, folder.join("pouch-server"));
    fs::create_dir(&data)?;
    let mut server = tied("node");
    server
        .arg(&program)
        .args([
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--no-stdout-logs",
            "--dir",
        ])
        .arg(&data)
        // Its log and its settings are written where it is started.
        .current_dir(&data)
        .stderr(Stdio::null());
    let server = Tied::server(&mut server, port)?;
    let ask = move |name: &'static str, url: &str, place: &Path| {
        let mut command = Command::new("node");
        command
            .arg(&client)
            .arg(name)
            .arg(url)
            .arg(place)
            .current_dir(&home);
        command
    };
    let (sync, direct) = (ask.clone(), format!("http://127.0.0.1:{port}"));
    let load = move |file: &Path| finished(&mut ask("load", &direct, file));
    way(
        "PouchDB",
        vec![server],
        port,
        folder,
        move |url, device| Ok(sync("sync", url, device)),
        load,
    )
}

fn kinto(folder: &Path, options: &Options) -> Result<Way> {
    let home = options.peers.join("kinto");
    let program = home.join("bin/pserve");
    ensure!(program.is_file(), "it is not installed");
    let (port, front, own) = (free_port()?, free_port()?, folder.join("kinto-server"));
    fs::create_dir(&own)?;
    let (settings, client) = (own.join("kinto.ini"), own.join("client.py"));
    fs::write(&settings, KINTO_INI.replace("PORT", &port.to_string()))?;
    fs::write(&client, KINTO)?;
    let server = Tied::server(tied(&program).arg(&settings).stderr(Stdio::null()), port)?;
    // It does not compress by itself.
    let gzip = nginx::start(folder, front, &Part::Before(port))?;
    let ask = move |name: &'static str, url: &str, place: &Path| {
        let mut command = Command::new(home.join("bin/python"));
        command.arg(&client).arg(name).arg(url).arg(place);
        command
    };
    let (sync, direct) = (ask.clone(), format!("http://127.0.0.1:{port}"));
    let load = move |file: &Path| finished(&mut ask("load", &direct, file));
    let sync = move |url: &str, device: &Path| Ok(sync("sync", url, device));
    way("Kinto", vec![server, gzip], front, folder, sync, load)
}

fn way(
    name: &'static str,
    servers: Vec<Tied>,
    port: u16,
    folder: &Path,
    sync: impl Fn(&str, &Path) -> Result<Command> + 'static,
    load: impl Fn(&Path) -> Result<()> + 'static,
) -> Result<Way> {
    Ok(Way {
        name,
        servers,
        meter: Meter::before(port)?,
        device: folder.join(format!("device-{port}")),
        sync: Box::new(sync),
        load: Box::new(load),
        seen: BTreeMap::new(),
    })
}

fn finished(command: &mut Command) -> Result<()> {
    let status = within(&mut command.stdout(Stdio::null()).spawn()?, PATIENCE)?;
    ensure!(status.success(), "loading: {status}");
    Ok(())
}

/// Every record as it travels, from the packs of the snapshot.
fn all(grown: &Grown) -> Result<Vec<(u32, String)>> {
    let snapshot = grown.index()?.snapshot.context("no snapshot")?;
    let PackList(packs) = serde_json::from_slice(&grown.object(&snapshot.packs.sha.to_string())?)?;
    let mut found = Vec::new();
    for pack in packs {
        found.extend(puts(&grown.object(&pack.object.sha.to_string())?)?);
    }
    ensure!(found.len() == grown.records as usize, "{} records", found.len());
    Ok(found)
}

/// What changed after this epoch.
fn since(grown: &Grown, epoch: u64) -> Result<Vec<(u32, String)>> {
    let mut found = Vec::new();
    for segment in grown
        .index()?
        .cover(epoch)
        .context("no way from the epoch before")?
    {
        found.extend(puts(&grown.object(&segment.object.sha.to_string())?)?);
    }
    Ok(found)
}

fn puts(raw: &[u8]) -> Result<Vec<(u32, String)>> {
    let operations = read_operations(raw)?.into_iter();
    Ok(operations
        .filter_map(|o| match o.change {
            Change::Put(wire) => Some((o.id, wire)),
            _ => None,
        })
        .collect())
}

fn write_lines(path: &Path, records: &[(u32, String)]) -> Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    for (id, wire) in records {
        writeln!(file, "{{\"key\":\"news-{id}\",\"record\":{wire}}}")?;
    }
    Ok(file.flush()?)
}
