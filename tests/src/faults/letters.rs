//! Death at every step, on both sides: the app's core from 提交 to the receipt, and the server from the first byte of a
//! file to the answer. Each letter arrives once, its files whole, and its writer gets the receipt.

use super::{Effort, Tally};
use crate::{
    attached::{self, Attached, Plan},
    fault::{Fault, Place, Program, choose},
    world::{World, program},
};
use anyhow::{Context, Result, bail, ensure};
use rand::{SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};
use weimenhu_domain::record::Sha256;

/// The least places of the app, or the letter has become too small to be worth it.
const APP_PLACES: usize = 160;
/// The same of the server.
const SERVER_PLACES: usize = 200;
/// The least that each must die where every place is tried; the app is killed twice at each.
const DEATHS: usize = 200;
/// Bytes of the largest file: several parts, so that it can be half there.
const PAPER: u32 = 2_600_000;
/// Photos beside it.
const PHOTOS: u8 = 8;

/// Kills the app at each of these places of sending a letter, and once more where it goes on after that death.
///
/// # Errors
/// The first place after which something was not as it must be.
pub fn app(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("kill -9 of the app between 提交 and the receipt", effort);
    let mut story = Story::begin()?;
    let first = story.write("示例：没有意外")?;
    let places = story.send(&first)?.places(&story.device())?;
    let chosen = chosen(&places, APP_PLACES, effort, &mut tally)?;
    story.arrives(&first)?;
    for place in &chosen {
        let id = story.write(&format!("示例：{place}"))?;
        for _ in 0..2 {
            let met = story.send(&id)?.run_with(place, Fault::Kill)?.met;
            tally.count(if met { "killed" } else { "not met" });
        }
        story.arrives(&id).with_context(|| format!("killed at {place}"))?;
    }
    // Threads divide the work differently each time, and what was done before the first death is not done again.
    tally.at_least(least(chosen.len(), chosen.len() == places.len()), "killed")?;
    story.holds(&mut tally)?;
    Ok(tally)
}

/// Kills the server at each of these places of taking a letter in.
///
/// # Errors
/// The first place after which something was not as it must be.
pub fn server(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("kill -9 of the server that takes a letter in", effort);
    let mut story = Story::begin()?;
    let first = story.write("示例：没有意外")?;
    let recorded = story.attach(Plan::Record)?;
    story.arrives(&first)?;
    drop(recorded);
    let places = attached::places(&story.log())?;
    let chosen = chosen(&places, SERVER_PLACES, effort, &mut tally)?;
    for place in &chosen {
        let id = story.write(&format!("示例：{place}"))?;
        let attached = story.attach(Plan::Kill(place))?;
        story.pocket(&["send", &id])?;
        drop(attached);
        // It may die when the answer is already out.
        let met = story.world.has_died();
        tally.count(if met { "killed" } else { "not met" });
        story.arrives(&id).with_context(|| format!("killed at {place}"))?;
    }
    tally.at_least(
        least(chosen.len() * 6 / 10, chosen.len() == places.len()),
        "killed",
    )?;
    story.holds(&mut tally)?;
    Ok(tally)
}

/// How many deaths there must be: a part of what was tried, and of a whole run [`DEATHS`].
fn least(part: usize, whole: bool) -> usize {
    if whole { part.max(DEATHS) } else { part }
}

fn chosen(places: &[Place], at_least: usize, effort: Effort, tally: &mut Tally) -> Result<Vec<Place>> {
    ensure!(
        places.len() >= at_least,
        "only {} places: {places:?}",
        places.len()
    );
    tally.add("places", places.len());
    let chosen = choose(places, effort.faults, &mut StdRng::seed_from_u64(effort.seed));
    tally.add("tried", chosen.len());
    Ok(chosen)
}

/// One server, one device, and letters that go from one to the other.
struct Story {
    world: World,
    settings: PathBuf,
    files: Vec<PathBuf>,
    numbers: Vec<String>,
}

impl Story {
    fn begin() -> Result<Self> {
        let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门"});
        let world = World::with(&[("agencies", &[agency])])?;
        // One address sends hundreds of letters, and the work that each costs is not what this is about.
        let settings = world.data().join("letters.toml");
        fs::write(&settings, "writes_per_minute = 1000000\nproof_of_work = 50\n")?;
        let mut files = Vec::new();
        for n in 0..PHOTOS {
            let photo = world.folder.path().join(format!("photo{n}.png"));
            let colour = |x: u32, y: u32| image::Rgb([low(x), low(y), n]);
            image::RgbImage::from_fn(64, 48, colour).save(&photo)?;
            files.push(photo);
        }
        let paper = world.folder.path().join("paper.pdf");
        let bytes: Vec<u8> = (0..PAPER)
            .map(|n| low(n.wrapping_mul(2_654_435_761) >> 24))
            .collect();
        fs::write(&paper, [b"%PDF-1.7\n".as_slice(), &bytes].concat())?;
        files.push(paper);
        let mut story = Self {
            files,
            world,
            settings,
            numbers: Vec::new(),
        };
        story.start()?;
        Ok(story)
    }

    fn start(&mut self) -> Result<()> {
        let settings = self.settings.to_str().context("a path that is not UTF-8")?;
        self.world.start_with(&["--config", settings])
    }

    fn device(&self) -> PathBuf {
        self.world.folder.path().join("pocket")
    }

    fn log(&self) -> PathBuf {
        self.world.folder.path().join("strace.log")
    }

    fn attach(&self, plan: Plan<'_>) -> Result<Attached> {
        let process = self.world.server_process().context("no server runs")?;
        Attached::to(process, &self.log(), plan)
    }

    /// The arguments of a command of the pocket on the one device of this story.
    fn args(&self, more: &[&str]) -> Result<Vec<String>> {
        let (address, device) = (self.world.address(), self.device());
        let device = device.to_str().context("a path that is not UTF-8")?;
        let place = [
            "--no-dump",
            "--json",
            "--server",
            &address,
            "--data-dir",
            device,
            "letter",
        ];
        Ok(place.iter().chain(more).map(|s| (*s).to_owned()).collect())
    }

    fn send(&self, id: &str) -> Result<Program> {
        Program::new("weimenhu-pocket", self.args(&["send", id])?)
    }

    fn pocket(&self, more: &[&str]) -> Result<Output> {
        let mut command = Command::new(program("weimenhu-pocket")?);
        Ok(command.args(self.args(more)?).output()?)
    }

    /// Writes a letter with its files; answers the draft's id.
    fn write(&self, title: &str) -> Result<String> {
        let letter = json!({"kind": "help", "title": title, "text": "示例：路灯不亮。", "consent": true});
        let mut more = vec!["write"];
        for file in &self.files {
            more.extend(["--file", file.to_str().context("a path that is not UTF-8")?]);
        }
        let mut child = Command::new(program("weimenhu-pocket")?)
            .args(self.args(&more)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut input = child.stdin.take().context("no standard input")?;
        input.write_all(letter.to_string().as_bytes())?;
        drop(input);
        let written = parsed(&child.wait_with_output()?)?;
        text(&written, "id")
    }

    /// Sends until the receipt is there, as a person who presses the button again would; keeps its number.
    fn arrives(&mut self, id: &str) -> Result<()> {
        let mut said = Vec::new();
        for _ in 0..4 {
            if self.world.has_died() {
                self.world.cut();
                self.start()?;
            }
            let output = self.pocket(&["send", id])?;
            if output.status.success() {
                let receipt = parsed(&output)?;
                ensure!(text(&receipt, "code")?.len() == 9, "{receipt}");
                self.numbers.push(text(&receipt, "number")?);
                return Ok(());
            }
            said.push(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        bail!("it never arrives: {said:?}")
    }

    /// What both sides hold in the end.
    fn holds(&self, tally: &mut Tally) -> Result<()> {
        let conn = Connection::open(self.world.data().join("weimenhu.sqlite"))?;
        let count = |sql: &str| conn.query_row(sql, [], |r| r.get::<_, i64>(0));
        let letters = self.numbers.len();
        let all = i64::try_from(letters)?;
        let kept = count("SELECT count(*) FROM petition")?;
        ensure!(kept == all, "{kept} letters of {letters}");
        let events = count("SELECT count(*) FROM petition_event WHERE action = 'submit'")?;
        ensure!(events == all, "{events} letters came of {letters}");
        let half = count("SELECT count(*) FROM upload")?;
        ensure!(half == 0, "{half} uploads are nobody's");
        let mut query = conn.prepare("SELECT petition, sha, file FROM attachment")?;
        let rows = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        let rows: Vec<(i64, String, String)> = rows.collect::<Result<_, _>>()?;
        let wanted = letters * self.files.len();
        ensure!(rows.len() == wanted, "{} files of {wanted}", rows.len());
        for (letter, sha, file) in rows {
            let bytes = fs::read(self.world.data().join("letters").join(file))?;
            ensure!(Sha256::of(&bytes).to_string() == sha, "a file of letter {letter}");
        }
        let mine = parsed(&self.pocket(&["list"])?)?;
        let mine = mine.as_array().context("no list")?;
        let mut shown = mine
            .iter()
            .map(|row| text(row, "number"))
            .collect::<Result<Vec<_>>>()?;
        let mut numbers = self.numbers.clone();
        shown.sort_unstable();
        numbers.sort_unstable();
        ensure!(shown == numbers, "receipts {shown:?} of {numbers:?}");
        let drafts = parsed(&self.pocket(&["drafts"])?)?;
        ensure!(drafts == json!([]), "still drafts: {drafts}");
        let left = fs::read_dir(self.device().join("letters"))?.count();
        ensure!(
            left == 0,
            "{left} files of letters that have arrived are still on the device"
        );
        tally.add("letters once, with receipt", letters);
        tally.add("files whole", wanted);
        Ok(())
    }
}

fn low(n: u32) -> u8 {
    let [byte, ..] = n.to_le_bytes();
    byte
}

fn parsed(output: &Output) -> Result<Value> {
    ensure!(output.status.success(), "{output:?}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {name}: {value}"))?.to_owned())
}
