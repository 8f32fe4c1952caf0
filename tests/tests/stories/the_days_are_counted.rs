//! Working days and redaction on the command line: filters for scripts, with the calendar of the device.

use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;
use weimenhu_tests::world::{World, program};

/// Runs pocket over a folder of its own with this on standard input.
fn pocket(folder: &TempDir, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(program("weimenhu-pocket").unwrap())
        .arg("--data-dir")
        .arg(folder.path().join("pocket"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments never reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn answers(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// A folder whose cache came from a server with two years of calendar.
fn synced() -> (World, TempDir) {
    let day = |date: &str, off: bool| json!({"name": "国庆节", "date": date, "isOffDay": off});
    let mut days: Vec<Value> = (1..=8).map(|d| day(&format!("2025-10-{d:02}"), true)).collect();
    days.extend([day("2025-09-28", false), day("2025-10-11", false)]);
    let years = [
        json!({"id": "2025", "year": 2025, "papers": [], "days": days}),
        json!({"id": "2026", "year": 2026, "papers": [], "days": []}),
    ];
    let mut world = World::with(&[("calendar", &years)]).unwrap();
    world.start().unwrap();
    let folder = TempDir::new().unwrap();
    let sync = pocket(&folder, &["--no-dump", "--server", &world.address(), "sync"], b"");
    assert!(sync.status.success(), "{sync:?}");
    world.cut();
    (world, folder)
}

#[test]
fn due_explains_every_day_from_the_calendar_of_the_device() {
    let (_world, folder) = synced();
    let got = answers(&pocket(&folder, &["--no-dump", "due", "2025-09-25"], b""));
    assert_eq!(
        got[0]["counted"],
        json!([
            "2025-09-26",
            "2025-09-28",
            "2025-09-29",
            "2025-09-30",
            "2025-10-09",
            "2025-10-10",
            "2025-10-11",
            "2025-10-13"
        ])
    );
    assert_eq!(
        (&got[0]["from"], &got[0]["due"]),
        (&json!("2025-09-25"), &json!("2025-10-13"))
    );
    assert_eq!(got[0]["provisional"], false);
    let skipped = got[0]["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 10);
    assert_eq!(skipped[0], json!({"date": "2025-09-27", "name": "周末"}));
    assert_eq!(skipped[1], json!({"date": "2025-10-01", "name": "国庆节"}));
    assert_eq!(
        got[0]["made_up"][0],
        json!({"date": "2025-09-28", "name": "国庆节"})
    );
}

#[test]
fn due_reads_dates_from_a_pipe_one_answer_a_line() {
    let (_world, folder) = synced();
    let input = b"2025-09-25\r\n\n 2025-12-22 \n2026-03-02\n";
    let got = answers(&pocket(&folder, &["--no-dump", "due", "--days", "1"], input));
    let seen: Vec<_> = got
        .iter()
        .map(|a| (a["due"].as_str().unwrap(), &a["provisional"]))
        .collect();
    assert_eq!(
        seen,
        [
            ("2025-09-26", &json!(false)),
            ("2025-12-23", &json!(false)),
            ("2026-03-03", &json!(true))
        ]
    );
}

#[test]
fn due_takes_the_bundled_calendar_where_there_is_no_cache() {
    let folder = TempDir::new().unwrap();
    let got = answers(&pocket(&folder, &["due", "2025-09-25"], b""));
    // A build without a dump knows no holidays, and says so.
    if got[0]["provisional"] == false {
        assert_eq!(got[0]["due"], "2025-10-13");
        assert_eq!(got[0]["skipped"][1]["name"], "国庆节、中秋节");
    }
    let none = pocket(&TempDir::new().unwrap(), &["--no-dump", "due", "2025-09-25"], b"");
    assert!(!none.stderr.is_empty(), "a missing calendar is said");
    assert_eq!(answers(&none)[0]["provisional"], true);
}

#[test]
fn bad_input_is_refused_whole_with_the_line_that_is_wrong() {
    let folder = TempDir::new().unwrap();
    for (args, input, words) in [
        (&["due", "2025-02-30"][..], &b""[..], "2025-02-30"),
        (&["due", "2025-09-25", "20250926"], b"", "20250926"),
        (&["due", "01-02-2025"], b"", "YYYY-MM-DD"),
        (&["due", "--days", "0", "2025-09-25"], b"", "--days"),
        (&["due", "--days", "9999", "2025-09-25"], b"", "--days"),
        (&["due", "--days", "x", "2025-09-25"], b"", "--days"),
        (&["due", "9999-12-30"], b"", "beyond the calendar"),
        (&["due"], b"2025-09-25\n\nsoon\n", "line 3"),
        (&["due"], b"2025-09-25\n\xff\n", "line 2"),
        (&["redact"], b"ok\n\xff\xfe", "line 2"),
    ] {
        let output = pocket(&folder, args, input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?} {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
    let nothing = pocket(&folder, &["due"], b"\n");
    assert!(nothing.status.success() && nothing.stdout.is_empty());
}

#[test]
fn redact_is_a_filter_that_needs_no_folder() {
    let folder = TempDir::new().unwrap();
    let text = "示例：我叫张示例，\n电话 138 0013 8000。\n浙C12345\n";
    let output = pocket(&folder, &["redact", "--name", "张示例"], text.as_bytes());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "示例：我叫张**，\n电话 138 **** ****。\n浙C*****\n"
    );
    assert!(!folder.path().join("pocket").exists());
    let finds = answers(&pocket(&folder, &["--json", "redact"], text.as_bytes()));
    let sorts: Vec<_> = finds.iter().map(|f| f["sort"].as_str().unwrap()).collect();
    assert_eq!(sorts, ["mobile", "plate"]);
    let start = usize::try_from(finds[0]["start"].as_u64().unwrap()).unwrap();
    assert!(text.get(start..).unwrap().starts_with("138 0013 8000"));
}
