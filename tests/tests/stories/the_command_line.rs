//! The same core without a window, as a script sees it.

use super::{notice, record};
use serde_json::Value;
use std::{
    fs,
    process::{Command, Output},
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
