//! The binary as an operator uses it.

#[cfg(test)]
mod common;

use common::*;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

fn server(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weimenhu-server"));
    command
        .arg("--data-dir")
        .arg(data)
        .env_remove("WEIMENHU_CONFIG")
        .env("RUST_LOG", "error");
    command
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[test]
fn the_demo_is_published_dumped_and_served() {
    let dir = tempfile::tempdir().unwrap();
    let (data, folder) = (dir.path().join("d"), sample_folder(dir.path()));
    let demo = || {
        server(&data)
            .args(["demo", "--no-serve", "--sample"])
            .arg(&folder)
            .output()
            .unwrap()
    };
    let first = demo();
    assert!(first.status.success(), "{}", said(&first));
    assert!(
        said(&first).contains("published ver 1: news 1, phones 1"),
        "{}",
        said(&first)
    );
    let again = demo();
    assert!(
        said(&again).contains("nothing to publish; the head stays at ver 1"),
        "{}",
        said(&again)
    );

    let dump = |name: &str| {
        let out = dir.path().join(name);
        let output = server(&data).args(["dump", "--out"]).arg(&out).output().unwrap();
        assert!(output.status.success() && said(&output).contains("1 attachments over 200 KB left out"));
        std::fs::read(out).unwrap()
    };
    let tar_bytes = dump("a.tar");
    assert_eq!(tar_bytes, dump("b.tar"), "the same city, the same bytes");
    let mut archive = tar::Archive::new(&tar_bytes[..]);
    let mut names = Vec::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.header().mtime().unwrap(), 0);
        names.push(entry.path().unwrap().to_str().unwrap().to_owned());
    }
    assert_eq!(names[..2], ["head", "keys/1"]);
    // Two collections with index, heads, pack list and pack each, and a picture.
    assert_eq!(names.len(), 2 + 2 * 4 + 1, "{names:?}");

    let mut running = server(&data)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
    let stopped = Command::new("kill")
        .arg("-TERM")
        .arg(running.id().to_string())
        .status()
        .unwrap();
    assert!(
        stopped.success() && running.wait().unwrap().success(),
        "SIGTERM is a clean end"
    );
}

#[test]
fn demo_keys_never_get_into_a_real_city() {
    let dir = tempfile::tempdir().unwrap();
    let (data, folder) = (dir.path().join("d"), sample_folder(dir.path()));
    let run = |arguments: &[&str]| {
        server(&data)
            .args(arguments)
            .current_dir(dir.path())
            .output()
            .unwrap()
    };
    for n in ["1", "2", "3"] {
        assert!(
            run(&["keys", "new-root", "--out", &format!("root{n}.key")])
                .status
                .success()
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join("root1.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(
        run(&["keys", "new-root", "--out", "root1.key"]).status.code(),
        Some(1),
        "never overwritten"
    );
    let made = said(&run(&["keys", "new-head"]));
    let public = |text: &str| text.trim().rsplit(' ').next().unwrap().to_owned();
    let shown = said(&run(&["keys", "show", "root1.key", "root2.key", "root3.key"]));
    let roots: Vec<String> = shown.lines().map(public).collect();
    let head = public(&made);
    let mut draft = vec!["keys", "sign-list", "--head", &head, "--sign-with", "root1.key"];
    for root in &roots {
        draft.extend(["--root", root]);
    }
    assert_eq!(run(&draft).status.code(), Some(2), "one signature is not enough");
    draft.extend(["--draft-out", "list.json"]);
    assert!(run(&draft).status.success());
    let done = run(&[
        "keys",
        "sign-list",
        "--draft-in",
        "list.json",
        "--sign-with",
        "root3.key",
    ]);
    assert!(said(&done).contains("published key list 1"), "{}", said(&done));
    assert!(said(&run(&["keys", "list"])).contains("list 1: 2 of 3 roots"));

    let phones = folder.join("phones.jsonl");
    let imported = run(&["import", "phones", phones.to_str().unwrap(), "--publish"]);
    assert!(
        said(&imported).contains("published ver 1: phones 1"),
        "{}",
        said(&imported)
    );
    // A second list: the head is signed again and names it.
    let next = run(&[
        "keys",
        "sign-list",
        "--ver-floor",
        "1",
        "--sign-with",
        "root1.key",
        "--sign-with",
        "root2.key",
    ]);
    assert!(said(&next).contains("published key list 2") && said(&next).contains("signed the head again"));
    let refused = run(&["demo", "--no-serve", "--sample", folder.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("not the demo"));
}

#[test]
fn what_the_operator_can_correct_ends_with_2_and_says_how() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("d");
    let config = dir.path().join("c.toml");
    std::fs::write(&config, "lisen = 1\n").unwrap();
    let bad_csv = dir.path().join("p.csv");
    std::fs::write(&bad_csv, "id,name,category,phones\n1,,政务,12345\n").unwrap();
    let bad_csv = bad_csv.to_str().unwrap();
    for (arguments, words) in [
        (
            vec!["--config", config.to_str().unwrap(), "publish"],
            "unknown key(s): lisen",
        ),
        (
            vec!["import", "phones", bad_csv],
            "2 | 1 | name | empty | it is required",
        ),
        (vec!["import", "fones", bad_csv], "no such collection"),
        (vec!["publish"], "no key list is published"),
        (vec!["dump", "--out", "x.tar"], "nothing is published"),
        (
            vec!["redact", "phones", "9", "--reason", "r", "--yes"],
            "there is no record 9",
        ),
        (vec!["serve", "--listen", "nonsense"], "cannot listen on nonsense"),
    ] {
        let output = server(&data).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn a_misspelt_folder_is_named_and_nothing_is_made_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = dir.path().join("wrong");
    for arguments in [
        vec!["publish"],
        vec!["list", "phones"],
        vec!["dump", "--out", "x.tar"],
        vec!["redact", "phones", "1", "--reason", "r", "--yes"],
    ] {
        let output = server(&wrong).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains("there is no city in"), "{}", said(&output));
    }
    assert!(!wrong.exists());
}

#[cfg(unix)]
#[test]
fn the_database_is_its_owners_and_a_floor_above_the_served_head_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (data, folder) = (dir.path().join("d"), sample_folder(dir.path()));
    let run = |arguments: &[&str]| server(&data).args(arguments).output().unwrap();
    let demo = run(&["demo", "--no-serve", "--sample", folder.to_str().unwrap()]);
    assert!(demo.status.success(), "{}", said(&demo));
    let mode = |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("weimenhu.sqlite"), 0o600);
    assert_eq!(mode("objects/.scratch"), 0o700);
    let root = dir.path().join("root1.key");
    weimenhu_server::keys::demo_roots()[0].write(&root).unwrap();
    let list = |floor: &[&str]| {
        let draft = dir.path().join("draft.json");
        let mut arguments = vec![
            "keys",
            "sign-list",
            "--sign-with",
            root.to_str().unwrap(),
            "--draft-out",
        ];
        arguments.push(draft.to_str().unwrap());
        arguments.extend(floor);
        (run(&arguments), draft)
    };
    let (refused, _) = list(&["--ver-floor", "2"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("above ver 1 that is served"),
        "{}",
        said(&refused)
    );
    let (taken, draft) = list(&[]);
    assert!(taken.status.success(), "{}", said(&taken));
    let envelope: serde_json::Value = serde_json::from_slice(&std::fs::read(draft).unwrap()).unwrap();
    let payload = data_encoding::BASE64
        .decode(envelope["payload"].as_str().unwrap().as_bytes())
        .unwrap();
    let list: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(list["ver_floor"], 1, "by default no device can be rolled back");
}

#[cfg(unix)]
#[test]
fn a_client_that_never_finishes_does_not_keep_the_server_alive() {
    use std::io::Write;
    let dir = tempfile::tempdir().unwrap();
    let (data, folder) = (dir.path().join("d"), sample_folder(dir.path()));
    let demo = ["demo", "--no-serve", "--sample", folder.to_str().unwrap()];
    assert!(server(&data).args(demo).output().unwrap().status.success());
    let mut running = server(&data)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let mut slow = std::net::TcpStream::connect(line.trim().rsplit('/').next().unwrap()).unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    let kill = Command::new("kill")
        .arg(running.id().to_string())
        .status()
        .unwrap();
    assert!(kill.success());
    let ended = (0..200).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        running.try_wait().unwrap()
    });
    let ended = ended.or_else(|| running.kill().ok().and(None));
    assert!(
        ended.is_some_and(|status| status.success()),
        "it ends by itself, in seconds"
    );
}
