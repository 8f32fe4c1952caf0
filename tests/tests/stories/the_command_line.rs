//! The same core without a window, as a script sees it.

use super::{notice, record};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    process::{Command, Output, Stdio},
};
use weimenhu_tests::world::{World, program};

fn pocket(world: &World, args: &[&str]) -> Output {
    Command::new(program("weimenhu-pocket").unwrap())
        .args(["--no-dump", "--json", "--server", &world.address(), "--data-dir"])
        .arg(world.folder.path().join("pocket"))
        .args(args)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_script_syncs_lists_and_shows() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    world.start().unwrap();
    let status = json(&pocket(&world, &["sync"]));
    assert_eq!(status["sync"]["problem"], Value::Null);
    world.cut();
    let page = json(&pocket(&world, &["list", "notices", "--limit", "1"]));
    assert_eq!(
        (page["total"].as_u64(), page["rows"][0]["title"].as_str()),
        (Some(2), Some("示例：放假"))
    );
    let detail = json(&pocket(&world, &["show", "notices", "1"]));
    assert_eq!(detail["body"]["record"]["html"], "<p>开学的正文。</p>");
}

/// An evaluation asks ten thousand questions in one process, and reads one answer for each.
#[test]
fn ten_thousand_questions_are_answered_line_by_line() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    world.start().unwrap();
    json(&pocket(&world, &["sync"]));
    world.cut();
    let few: [&[u8]; 7] = [
        "放假".as_bytes(),
        b"",
        b"\xb7\xc5\xbc\xd9",
        "开学\r".as_bytes(),
        b"\"*^:()-NEAR OR",
        "跳舞".as_bytes(),
        "的正文".as_bytes(),
    ];
    let asked: Vec<&[u8]> = few.into_iter().cycle().take(10_000).collect();
    let mut child = Command::new(program("weimenhu-pocket").unwrap())
        .args(["--no-dump", "--server", &world.address(), "--data-dir"])
        .arg(world.folder.path().join("pocket"))
        .args(["search", "--batch", "--limit", "5"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = child.stdin.take().unwrap();
    let all = asked.join(&b'\n');
    let writer = std::thread::spawn(move || questions.write_all(&all).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let lines: Vec<Value> = output
        .stdout
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 10_000);
    for (asked, line) in asked.chunks(7).zip(lines.chunks(7)) {
        for (asked, line) in asked.iter().zip(line) {
            let text = String::from_utf8_lossy(asked.strip_suffix(b"\r").unwrap_or(asked)).into_owned();
            assert_eq!(line["query"], text);
            let ids = line["ids"].as_array().unwrap();
            match &*text {
                "放假" => {
                    assert_eq!(line["ids"], serde_json::json!(["notices/2"]));
                    assert_eq!(line["titles"][0], "示例：放假");
                    assert!(
                        line["scores"][0].is_f64() && line["ms"].as_f64() > Some(0.0),
                        "{line}"
                    );
                }
                "开学" => assert_eq!(line["ids"], serde_json::json!(["notices/1"])),
                "的正文" => {
                    assert_eq!(ids.len(), 2);
                    assert!(
                        line["snippets"][0].as_str().unwrap().contains("【的正文】"),
                        "{line}"
                    );
                }
                text => {
                    assert!(ids.is_empty(), "{line}");
                    let unreadable = text.contains('\u{fffd}');
                    assert_eq!(line["error"] == "invalid", unreadable, "{line}");
                }
            }
        }
    }
}

#[test]
fn every_kind_of_failure_has_its_own_status_and_keeps_standard_output_clean() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    for (args, status) in [
        (&["sync"][..], 4),
        (&["show", "notices", "99"], 3),
        (&["list", "dances"], 2),
        (&["list", "notices", "--from", "yesterday"], 2),
        (&["frobnicate"], 2),
    ] {
        let output = pocket(&world, args);
        assert_eq!(output.status.code(), Some(status), "{args:?} {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_server_that_wants_a_newer_program_ends_with_8() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let config = world.data().join("city.toml");
    fs::write(&config, "min_app = \"9.0.0\"\n").unwrap();
    let config = ["--config", config.to_str().unwrap()];
    let file = world.folder.path().join("one.json");
    fs::write(&file, record(2, "新的").to_string()).unwrap();
    let publish = [
        "publish",
        "--collection",
        "notices",
        "--file",
        file.to_str().unwrap(),
    ];
    world.server(&[&publish[..], &config[..]].concat()).unwrap();
    world.start_with(&config).unwrap();
    let output = pocket(&world, &["sync"]);
    assert_eq!(output.status.code(), Some(8), "{output:?}");
    assert!(!output.stderr.is_empty());
}
