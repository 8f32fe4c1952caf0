//! Death at every step, on both sides: the app's core from 提交 to the receipt, and the server from the first byte of a
//! file to the answer. Each letter arrives once, its files whole, and its writer gets the receipt.
//!
//! A few places at every run, by a seed; `WEIMENHU_FAULTS=whole` takes every one that there is.

use rand::{SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    env, fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};
use weimenhu_domain::record::Sha256;
use weimenhu_tests::{
    attached::{self, Attached, Plan},
    fault::{self, Fault, Place, Program},
    world::{World, program},
};

/// Places of a short run.
const A_FEW: usize = 8;
const SEED: u64 = 20_261_126;

struct Story {
    world: World,
    settings: PathBuf,
    files: Vec<PathBuf>,
    numbers: Vec<String>,
}

impl Story {
    fn begin() -> Self {
        let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门"});
        let mut world = World::with(&[("agencies", &[agency])]).unwrap();
        // One address sends hundreds of letters, and the work that each costs is not what this is about.
        let settings = world.data().join("letters.toml");
        fs::write(&settings, "writes_per_minute = 1000000\nproof_of_work = 50\n").unwrap();
        world
            .start_with(&["--config", settings.to_str().unwrap()])
            .unwrap();
        let mut files = Vec::new();
        for n in 0..8 {
            let photo = world.folder.path().join(format!("photo{n}.png"));
            image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8, y as u8, n]))
                .save(&photo)
                .unwrap();
            files.push(photo);
        }
        // Several parts, so that a file can be half there.
        let paper = world.folder.path().join("paper.pdf");
        let bytes: Vec<u8> = (0..1_100_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        fs::write(&paper, [b"%PDF-1.7\n".as_slice(), &bytes].concat()).unwrap();
        files.push(paper);
        Self {
            files,
            world,
            settings,
            numbers: Vec::new(),
        }
    }

    fn start(&mut self) {
        let settings = self.settings.to_str().unwrap().to_owned();
        self.world.start_with(&["--config", &settings]).unwrap();
    }

    fn device(&self) -> PathBuf {
        self.world.folder.path().join("pocket")
    }

    /// The arguments of a command of the pocket on the one device of this story.
    fn args(&self, more: &[&str]) -> Vec<String> {
        let (address, device) = (self.world.address(), self.device());
        let place = [
            "--no-dump",
            "--json",
            "--server",
            &address,
            "--data-dir",
            device.to_str().unwrap(),
            "letter",
        ];
        place.iter().chain(more).map(|s| (*s).to_owned()).collect()
    }

    fn pocket(&self, more: &[&str]) -> Output {
        let mut command = Command::new(program("weimenhu-pocket").unwrap());
        command.args(self.args(more)).output().unwrap()
    }

    /// Writes a letter with its files; answers the draft's id.
    fn write(&self, title: &str) -> String {
        let letter = json!({"kind": "help", "title": title, "text": "示例：路灯不亮。", "consent": true});
        let mut more = vec!["write"];
        for file in &self.files {
            more.extend(["--file", file.to_str().unwrap()]);
        }
        let mut child = Command::new(program("weimenhu-pocket").unwrap())
            .args(self.args(&more))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(letter.to_string().as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        parsed(&output)["id"].as_str().unwrap().to_owned()
    }

    /// Sends until the receipt is there, as a person who presses the button again would; keeps its number.
    fn arrives(&mut self, id: &str) {
        let mut said = Vec::new();
        let receipt = (0..4).find_map(|_| {
            if self.world.has_died() {
                self.world.cut();
                self.start();
            }
            let output = self.pocket(&["send", id]);
            said.push(String::from_utf8_lossy(&output.stderr).into_owned());
            output.status.success().then(|| parsed(&output))
        });
        assert!(receipt.is_some(), "it never arrives: {said:?}");
        let receipt = receipt.unwrap();
        assert_eq!(receipt["code"].as_str().unwrap().len(), 9, "{receipt}");
        self.numbers.push(receipt["number"].as_str().unwrap().to_owned());
    }

    /// What both sides hold in the end.
    fn holds(&self) {
        let conn = Connection::open(self.world.data().join("weimenhu.sqlite")).unwrap();
        let count = |sql: &str| -> i64 { conn.query_row(sql, [], |r| r.get(0)).unwrap() };
        let letters = i64::try_from(self.numbers.len()).unwrap();
        assert_eq!(
            count("SELECT count(*) FROM petition"),
            letters,
            "each letter once"
        );
        assert_eq!(
            count("SELECT count(*) FROM petition_event WHERE action = 'submit'"),
            letters
        );
        assert_eq!(
            count("SELECT count(*) FROM upload"),
            0,
            "nothing is left half there"
        );
        let mut query = conn
            .prepare("SELECT petition, sha, file FROM attachment")
            .unwrap();
        let rows = query
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .unwrap();
        let rows: Vec<(i64, String, String)> = rows.map(Result::unwrap).collect();
        assert_eq!(
            rows.len(),
            self.numbers.len() * self.files.len(),
            "every file once"
        );
        for (letter, sha, file) in rows {
            let bytes = fs::read(self.world.data().join("letters").join(file)).unwrap();
            assert_eq!(Sha256::of(&bytes).to_string(), sha, "a file of letter {letter}");
        }
        let mine = parsed(&self.pocket(&["list"]));
        let mut shown: Vec<&str> = mine
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["number"].as_str().unwrap())
            .collect();
        let mut numbers: Vec<&str> = self.numbers.iter().map(String::as_str).collect();
        shown.sort_unstable();
        numbers.sort_unstable();
        assert_eq!(shown, numbers, "a receipt for each");
        assert_eq!(parsed(&self.pocket(&["drafts"])), json!([]));
        let left = fs::read_dir(self.device().join("letters")).unwrap().count();
        assert_eq!(
            left, 0,
            "files of letters that have arrived are gone from the device"
        );
    }
}

fn parsed(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// All of these places, or a few of each kind.
fn chosen(places: Vec<Place>, at_least: usize) -> Vec<Place> {
    let all = places.len();
    assert!(all >= at_least, "only {all} places: {places:?}");
    let chosen = match env::var("WEIMENHU_FAULTS").as_deref() {
        Ok("whole") => places,
        _ => fault::choose(&places, A_FEW, &mut StdRng::seed_from_u64(SEED)),
    };
    println!("{} of {all} places, seed {SEED}", chosen.len());
    chosen
}

#[test]
fn the_app_is_killed_at_every_step_from_submitting_to_the_receipt() {
    let mut story = Story::begin();
    let send = |story: &Story, id: &str| Program::new("weimenhu-pocket", story.args(&["send", id])).unwrap();
    let first = story.write("示例：没有意外");
    // Each place twice: the run that goes on after a death dies there too.
    let places = chosen(send(&story, &first).places(&story.device()).unwrap(), 100);
    story.arrives(&first);
    let mut deaths = 0;
    for place in &places {
        let id = story.write(&format!("示例：{place}"));
        for _ in 0..2 {
            let ended = send(&story, &id).run_with(place, Fault::Kill).unwrap();
            deaths += usize::from(ended.met);
        }
        story.arrives(&id);
    }
    println!("{deaths} deaths");
    // Threads divide the work differently each time, and what was done before the first death is not done again.
    let runs = places.len() * 2;
    assert!(deaths * 10 >= runs * 5, "{deaths} of {runs} killed it");
    story.holds();
}

#[test]
fn the_server_is_killed_at_every_step_of_taking_a_letter_in() {
    let mut story = Story::begin();
    let attach = |story: &Story, plan: Plan<'_>| {
        let log = story.world.folder.path().join("strace.log");
        Attached::to(story.world.server_process().unwrap(), &log, plan).unwrap()
    };
    let first = story.write("示例：没有意外");
    let recorded = attach(&story, Plan::Record);
    story.arrives(&first);
    drop(recorded);
    let log = story.world.folder.path().join("strace.log");
    let places = chosen(attached::places(&log).unwrap(), 200);
    let mut deaths = 0;
    for place in &places {
        let id = story.write(&format!("示例：{place}"));
        let attached = attach(&story, Plan::Kill(place));
        story.pocket(&["send", &id]);
        drop(attached);
        // It may die when the answer is already out.
        deaths += usize::from(story.world.has_died());
        story.arrives(&id);
    }
    println!("{deaths} deaths");
    assert!(
        deaths * 10 >= places.len() * 6,
        "{deaths} of {} killed it",
        places.len()
    );
    story.holds();
}
