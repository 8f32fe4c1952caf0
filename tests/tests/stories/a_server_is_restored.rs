//! A server is backed up while it serves and publishes, lost, and restored; devices that have seen more, less or
//! nothing end at the same content, and nobody is left in the dark about a letter.

use super::{a_letter_is_sent::written, notice, record, titles};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use weimenhu_domain::{Collection, petition::receipt::Number};
use weimenhu_tests::{
    mirror,
    world::{World, any_file_holds, program},
};

fn city() -> World {
    let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门", "duties": "路灯", "phones": [{"number": "12345"}]});
    World::with(&[
        ("agencies", &[agency]),
        ("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")]),
    ])
    .unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The key of letters, kept apart from every backup.
fn key_in_the_safe(world: &World) -> PathBuf {
    let safe = world.folder.path().join("letters.key");
    fs::copy(world.data().join("keys/letters.key"), &safe).unwrap();
    safe
}

/// A device that is the real program: syncs, and answers the titles of the notices.
fn pocket(world: &World, name: &str) -> Vec<String> {
    let run = |args: &[&str]| {
        let output = Command::new(program("weimenhu-pocket").unwrap())
            .args(["--no-dump", "--json", "--server", &world.address(), "--data-dir"])
            .arg(world.folder.path().join(name))
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name} {args:?}: {output:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let synced = run(&["sync"]);
    assert_eq!(synced["sync"]["problem"], json!(null), "{name}: {synced}");
    let page = run(&["list", "notices", "--limit", "100"]);
    let rows = page["rows"].as_array().unwrap();
    let title = |row: &serde_json::Value| row["title"].as_str().unwrap().replace("示例：", "");
    rows.iter().map(title).collect()
}

/// The head key is not in a backup either; its holder puts it back.
fn lose(world: &mut World, objects_survive: bool) {
    world.cut();
    let head_key = fs::read(world.data().join("keys/head.key")).unwrap();
    let objects = world.folder.path().join("survived");
    if objects_survive {
        fs::rename(world.data().join("objects"), &objects).unwrap();
    }
    fs::remove_dir_all(world.data()).unwrap();
    fs::create_dir_all(world.data().join("keys")).unwrap();
    fs::write(world.data().join("keys/head.key"), head_key).unwrap();
    if objects_survive {
        fs::rename(&objects, world.data().join("objects")).unwrap();
    }
}

#[tokio::test]
async fn devices_that_saw_more_less_or_nothing_end_at_the_restored_content() {
    let mut world = city();
    let key = key_in_the_safe(&world);
    world.start().unwrap();
    assert_eq!(pocket(&world, "older"), ["放假", "开学"]);

    // Publications go on while the backup is taken: all of one are in it, or none.
    let tar = world.folder.path().join("night.tar");
    let publishing = std::thread::scope(|scope| {
        let going = scope.spawn(|| {
            for day in 3..9 {
                world
                    .publish("notices", &record(day, &format!("第{day}天")), None)
                    .unwrap();
            }
        });
        let said = world.server(&["backup", text(&tar)]).unwrap();
        assert!(said.contains("keys are not in it"), "{said}");
        going.join()
    });
    publishing.unwrap();
    let key_bytes = fs::read(&key).unwrap();
    let in_it = any_file_holds(world.folder.path(), &key_bytes).unwrap();
    assert!(!in_it.contains(&tar), "the key of letters is in the backup");
    world.publish("notices", &record(10, "备份之后"), None).unwrap();
    let newest = pocket(&world, "newer");
    assert_eq!(newest.len(), 9, "{newest:?}");

    lose(&mut world, false);
    let restore = ["restore", text(&tar), "--letters-key", text(&key)];
    let refused = world.try_server(&restore).unwrap();
    assert_eq!(refused.status.code(), Some(2), "nothing tells what was erased");
    let said = world
        .server(&[&restore[..], &["--served-is-lost"]].concat())
        .unwrap();
    assert!(said.contains("a new history"), "{said}");
    world.start().unwrap();
    let fresh = pocket(&world, "fresh");
    assert!(fresh.contains(&"开学".to_owned()) && fresh.len() < 9, "{fresh:?}");
    assert!(!fresh.contains(&"备份之后".to_owned()));
    assert_eq!(pocket(&world, "older"), fresh);
    assert_eq!(
        pocket(&world, "newer"),
        fresh,
        "what it saw of the lost history is gone"
    );

    // And the city goes on, with numbers that no device has seen.
    let said = world.publish("notices", &record(11, "恢复之后"), None).unwrap();
    let id: u32 = said.rsplit("notices ").next().unwrap().trim().parse().unwrap();
    assert!(id > 9, "{said}");
    for name in ["older", "newer", "fresh"] {
        assert_eq!(pocket(&world, name).len(), fresh.len() + 1, "{name}");
        assert_eq!(pocket(&world, name)[0], "恢复之后", "{name}");
    }
}

#[tokio::test]
async fn what_was_erased_since_the_backup_stays_erased_where_anything_tells_it() {
    for survives in [true, false] {
        let mut world = city();
        let key = key_in_the_safe(&world);
        world.start().unwrap();
        let tar = world.folder.path().join("night.tar");
        world.server(&["backup", text(&tar)]).unwrap();
        world
            .server(&["redact", "notices", "1", "--reason", "示例", "--yes"])
            .unwrap();
        let device = world.device("phone", &[]).unwrap();
        device.sync().await.unwrap();
        assert_eq!(titles(&device), ["放假"]);
        // Somebody else's copy of what is served.
        let copy = world.folder.path().join("mirror");
        mirror::copy(&world.tree(), &copy).unwrap();

        lose(&mut world, survives);
        let mut args = vec!["restore", text(&tar), "--letters-key", text(&key)];
        if !survives {
            args.extend(["--served", text(&copy)]);
        }
        world.server(&args).unwrap();
        world.start().unwrap();
        drop(device);
        assert_eq!(
            pocket(&world, "another"),
            ["放假"],
            "objects survived: {survives}"
        );
        let device = world.device("phone", &[]).unwrap();
        device.sync().await.unwrap();
        assert_eq!(titles(&device), ["放假"]);
        let found = any_file_holds(&world.data(), "开学的正文".as_bytes()).unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[tokio::test]
async fn a_letter_before_the_backup_is_known_and_the_writer_of_a_later_one_is_told() {
    let mut world = city();
    let key = key_in_the_safe(&world);
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    let send = async |title: &str| {
        let id = written(&device, title);
        device
            .add_draft_file(&id, "照片.jpg", &super::a_letter_is_sent::photo())
            .unwrap();
        device.submit_letter(&id).unwrap();
        device.send_waiting().await.unwrap();
        device.my_letters().unwrap()[0].number.clone()
    };
    let before = send("示例：备份之前").await;
    let tar = world.folder.path().join("night.tar");
    world.server(&["backup", text(&tar)]).unwrap();
    let after = send("示例：备份之后").await;
    device.refresh_letters().await.unwrap();
    assert_eq!(device.my_letter(&after).unwrap().missing, "");

    lose(&mut world, true);
    // Another key would know no receipt, and a new one would be made in silence.
    let refused = world.try_server(&["restore", text(&tar)]).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let wrong = world.folder.path().join("wrong.key");
    fs::write(&wrong, "00".repeat(32)).unwrap();
    let refused = world
        .try_server(&["restore", text(&tar), "--letters-key", text(&wrong)])
        .unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    world
        .server(&["restore", text(&tar), "--letters-key", text(&key)])
        .unwrap();
    world.start().unwrap();

    device.refresh_letters().await.unwrap();
    let known = device.my_letter(&before).unwrap();
    assert_eq!((known.missing.as_str(), known.files.len()), ("", 1));
    let lost = device.my_letter(&after).unwrap();
    assert_ne!(lost.missing, "", "the writer is told");
    assert!(
        lost.text.contains("路灯坏了") && lost.may.is_empty(),
        "and has the words"
    );
    let kept = fs::read_dir(world.data().join("letters")).unwrap().count();
    assert_eq!(kept, 1, "the photo of the letter that is known");

    // Sent again it gets a number that is on nobody's receipt.
    let again = send("示例：重新提交").await;
    let [before, after, again] = [&before, &after, &again].map(|n| n.parse::<Number>().unwrap());
    assert!(before < after && after < again);
    device.refresh_letters().await.unwrap();
    assert_eq!(device.my_letters().unwrap().len(), 3);
}

#[tokio::test]
async fn damage_anywhere_and_a_living_city_are_refused() {
    let mut world = city();
    let key = key_in_the_safe(&world);
    let tar = world.folder.path().join("night.tar");
    world.server(&["backup", text(&tar)]).unwrap();
    let again = world.try_server(&["backup", text(&tar)]).unwrap();
    assert_eq!(again.status.code(), Some(2), "no backup is overwritten");
    let restore = [
        "restore",
        text(&tar),
        "--letters-key",
        text(&key),
        "--served-is-lost",
    ];
    let living = world.try_server(&restore).unwrap();
    assert_eq!(living.status.code(), Some(2), "{living:?}");

    lose(&mut world, false);
    let whole = fs::read(&tar).unwrap();
    let seed = 20_261_126;
    println!("seed {seed}");
    let mut rng: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(seed);
    let mut refused = 0;
    for n in 0..40 {
        let at = rand::Rng::random_range(&mut rng, 0..whole.len());
        let bad = if n % 4 == 0 {
            whole[..at].to_vec()
        } else {
            let mut bad = whole.clone();
            bad[at] ^= 1 << (n % 8);
            bad
        };
        fs::write(&tar, &bad).unwrap();
        let output = world.try_server(&restore).unwrap();
        if output.status.success() {
            // Only a byte between the files, which nobody reads.
            let data = titles_in(&world);
            assert_eq!(data, 2, "byte {at}");
            lose(&mut world, false);
        } else {
            refused += 1;
            assert!(!world.data().join("weimenhu.sqlite").exists(), "byte {at}");
            assert!(!world.data().join("restoring").exists(), "byte {at}");
        }
    }
    assert!(refused > 30, "{refused}");
    fs::write(&tar, &whole).unwrap();
    world.server(&restore).unwrap();
    world.start().unwrap();
    assert_eq!(pocket(&world, "fresh"), ["放假", "开学"]);
}

fn titles_in(world: &World) -> usize {
    let listed = world
        .server(&["list", Collection::Notices.name(), "--json"])
        .unwrap();
    listed.lines().count()
}
