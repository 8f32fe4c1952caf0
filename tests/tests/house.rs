//! The house's rules as tests: who may use whom, what stands only in one place, how long a file may be.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the tree must fail")]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file below `folder` with one of these endings, without what is built or fetched.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            let skipped = ["node_modules", "target", "dist", "shots", "gen", ".git"].contains(&name.as_str());
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if endings.iter().any(|e| name.ends_with(e)) && !is_written(&name) && path.is_file() {
                found.push(path);
            }
        }
    }
    assert!(
        !found.is_empty(),
        "no {endings:?} below {folder}: the rule would hold of nothing"
    );
    found
}

/// Written by a program from the commands and from the texts, and kept fresh by checks of their own.
fn is_written(name: &str) -> bool {
    ["bindings.ts", "messages.d.ts"].contains(&name)
}

fn is_test(path: &Path) -> bool {
    let text = path
        .strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/");
    ["tests/", ".test.", "/tests.rs", "_test.rs"]
        .iter()
        .any(|part| text.contains(part))
}

/// The lines of a Rust file before its inline tests. A `mod tests;` among the first lines ends nothing.
fn product_lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let inline = |pair: &[&str]| matches!(pair, [mark, next] if mark.starts_with("#[cfg(test)]") && next.starts_with("mod tests {"));
    let end = lines.windows(2).position(inline).unwrap_or(lines.len());
    lines.into_iter().take(end).map(str::to_owned).collect()
}

/// Fails with every place at once.
fn none(rule: &str, places: Vec<String>) {
    assert!(places.is_empty(), "{rule}:\n  {}", places.join("\n  "));
}

/// `file:line` of the product lines of `folder` that break a rule.
fn lines_that(folder: &str, endings: &[&str], breaks: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for path in files(folder, endings).into_iter().filter(|p| !is_test(p)) {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        for (n, line) in product_lines(&path)
            .iter()
            .enumerate()
            .filter(|(_, line)| breaks(&path, line))
        {
            places.push(format!("{shown}:{}: {}", n + 1, line.trim()));
        }
    }
    places
}

#[test]
fn directions_are_kept() {
    let allowed = [
        ("crates/domain", &[][..]),
        ("crates/core", &["domain"][..]),
        ("crates/server", &["domain"]),
        ("crates/pocket", &["core", "domain"]),
        ("src-tauri", &["core", "domain"]),
        ("crates/xtask", &[]),
    ];
    for (folder, may_use) in allowed {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let uses = manifest
            .lines()
            .filter_map(|l| l.strip_prefix("weimenhu-")?.split(['.', ' ']).next());
        for used in uses {
            assert!(may_use.contains(&used), "{folder} must not use {used}");
        }
        let shell = folder == "src-tauri";
        let tauri = manifest.lines().any(|l| l.starts_with("tauri"));
        assert!(tauri == shell, "Tauri belongs to the shell alone: {folder}");
    }
}

#[test]
fn sql_stands_only_in_store() {
    let verbs = [
        "\"SELECT ",
        "\"INSERT ",
        "\"UPDATE ",
        "\"DELETE ",
        "\"CREATE ",
        "\"PRAGMA ",
        "\"DROP ",
        "\"ALTER ",
    ];
    for folder in [
        "crates/core/src",
        "crates/server/src",
        "crates/pocket/src",
        "src-tauri/src",
    ] {
        let places = lines_that(folder, &[".rs"], |path, line| {
            !path.components().any(|c| c.as_os_str() == "store")
                && (verbs.iter().any(|v| line.contains(v)) || line.contains("sea_orm::"))
                && !path.ends_with("error.rs")
        });
        none("SQL outside store/", places);
    }
}

#[test]
fn http_stands_only_in_remote() {
    // What a device asks the city, and what the city asks of whoever carries its messages.
    let doors = ["core/src/remote/", "server/src/petition/gateway.rs"];
    let places = lines_that("crates", &[".rs"], |path, line| {
        line.contains("reqwest::") && !doors.iter().any(|door| path.to_string_lossy().contains(door))
    });
    none("HTTP outside its doors", places);
}

#[test]
fn ipc_stands_only_in_api() {
    let places = lines_that("ui/src", &[".ts", ".vue"], |path, line| {
        let value_of_bindings = line.contains("/bindings'") && !line.trim_start().starts_with("import type");
        (line.contains("@tauri-apps") || line.contains("__TAURI") || value_of_bindings)
            && !path.ends_with("src/api.ts")
    });
    none("IPC outside ui/src/api.ts", places);
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let mut long = Vec::new();
    for folder in ["crates", "src-tauri", "ui/src", "tests/src"] {
        for path in files(folder, &[".rs", ".ts", ".vue", ".css"])
            .into_iter()
            .filter(|p| !is_test(p))
        {
            let lines = product_lines(&path).len();
            if lines > 500 {
                long.push(format!(
                    "{} ({lines})",
                    path.strip_prefix(root()).unwrap().display()
                ));
            }
        }
    }
    none("files over 500 lines", long);
}

#[test]
fn nothing_is_left_undone_or_silenced() {
    for folder in ["crates", "src-tauri/src", "ui/src"] {
        let places = lines_that(folder, &[".rs", ".ts", ".vue"], |_, line| {
            [
                "todo!(",
                "unimplemented!(",
                "FIXME",
                "XXX",
                "#[allow",
                "#![allow",
                "@ts-ignore",
                "@ts-nocheck",
            ]
            .iter()
            .any(|mark| line.contains(mark))
        });
        none("left undone or silenced", places);
    }
}

#[test]
fn every_module_says_what_it_is() {
    let mut silent = Vec::new();
    for folder in ["crates", "src-tauri/src", "tests"] {
        for path in files(folder, &[".rs"]) {
            if !fs::read_to_string(&path).unwrap().starts_with("//!") {
                silent.push(path.strip_prefix(root()).unwrap().display().to_string());
            }
        }
    }
    none("modules without a first word", silent);
}

#[test]
fn every_language_has_every_message() {
    let messages = |file: &Path| -> Vec<String> {
        let text = fs::read_to_string(file).unwrap();
        let ids = text
            .lines()
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()));
        let mut ids: Vec<String> = ids
            .filter_map(|l| Some(l.split_once('=')?.0.trim().to_owned()))
            .collect();
        ids.sort();
        ids
    };
    let all = files("assets/locales", &[".ftl"]);
    for file in &all {
        let same_name = |f: &&PathBuf| f.file_name() == file.file_name();
        let reference = all
            .iter()
            .filter(same_name)
            .find(|p| p.to_string_lossy().contains("zh-CN"))
            .unwrap();
        assert!(messages(reference).len() > 50);
        assert_eq!(messages(file), messages(reference), "{}", file.display());
    }
}

#[test]
fn the_tree_names_no_machine_and_no_registry() {
    let places = lines_that(
        ".",
        &[".rs", ".ts", ".vue", ".md", ".toml", ".json", ".mjs", ".sh"],
        |path, line| {
            let own = path.ends_with("house.rs");
            let lock = path.ends_with("package-lock.json") || path.ends_with("Cargo.lock");
            !own && (line.contains("/work/")
                || line.contains("/root/")
                || line.contains("artifactory")
                || (lock && line.contains("\"resolved\"")))
        },
    );
    none("this machine or a registry is named", places);
}

/// What the app says it is made of: every part at the version that is locked, and every crate that the shell and the
/// core name. `cargo xtask licences` writes it.
#[test]
fn the_list_of_licences_is_fresh() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let parts: Vec<(String, String, String)> = serde_json::from_str(&read("assets/licences.json")).unwrap();
    let (rust, node) = (read("Cargo.lock"), read("ui/package-lock.json"));
    for (name, version, licence) in &parts {
        let locked = rust.contains(&format!("name = \"{name}\"\nversion = \"{version}\""))
            || node
                .split(&format!("node_modules/{name}\": {{"))
                .skip(1)
                .any(|rest| {
                    rest.trim_start()
                        .starts_with(&format!("\"version\": \"{version}\""))
                });
        assert!(
            locked,
            "{name} {version} is not what is built: cargo xtask licences"
        );
        assert!(!licence.is_empty(), "{name} has no licence");
    }
    for manifest in ["src-tauri/Cargo.toml", "crates/core/Cargo.toml"] {
        let manifest = read(manifest);
        let named = manifest.split("[dependencies]").nth(1).unwrap();
        let named = named.split("\n[").next().unwrap();
        let names = named.lines().filter_map(|line| Some(line.split_once('=')?.0));
        for name in names.map(|n| n.trim().trim_end_matches(".workspace")) {
            let ours = name.starts_with("weimenhu") || name.starts_with('#');
            assert!(
                ours || parts.iter().any(|(known, ..)| known == name),
                "{name} is not listed"
            );
        }
    }
}
