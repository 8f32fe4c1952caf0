//! `assets/licences.json`: what the app is made of and under which licences, for its own page and for whoever packages it.
//!
//! Rejected: `cargo-about`, which writes half a megabyte of texts into every install; a licence's text stands with each
//! package. Development tools are not part of the app and not listed. The list is Linux's, where the app is built.

use crate::process::{command, root};
use anyhow::{Result, ensure};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Name, version, licence (SPDX).
type Part = (String, String, String);

/// What is read of npm's lock file.
#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Package>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Package {
    version: String,
    license: String,
    dev: bool,
    optional: bool,
}

/// Writes the file.
pub fn write() -> Result<()> {
    let mut parts = crates()?;
    parts.extend(packages()?);
    let lines: Vec<String> = parts
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<_, _>>()?;
    fs::write(
        root().join("assets/licences.json"),
        format!("[\n{}\n]\n", lines.join(",\n")),
    )?;
    println!("{} parts", parts.len());
    Ok(())
}

/// The crates that are linked into the app, ours left out.
fn crates() -> Result<BTreeSet<Part>> {
    let args = [
        "tree",
        "--locked",
        "--package",
        "weimenhu",
        "--features",
        "custom-protocol",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}\t{l}",
    ];
    let output = command("cargo", &args).output()?;
    ensure!(output.status.success(), "cargo tree failed");
    let text = String::from_utf8(output.stdout)?;
    let part = |line: &str| {
        let (name, licence) = line.split_once('\t')?;
        let mut words = name.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        let ours = name.starts_with("weimenhu");
        (!ours).then(|| {
            (
                name.to_owned(),
                version.to_owned(),
                licence.trim_end_matches(" (*)").to_owned(),
            )
        })
    };
    Ok(text.lines().filter_map(part).collect())
}

/// The npm packages that are not for development alone.
fn packages() -> Result<BTreeSet<Part>> {
    let lock = fs::read_to_string(root().join("ui/package-lock.json"))?;
    let lock: Lock = serde_json::from_str(&lock)?;
    let mut parts = BTreeSet::new();
    for (path, package) in lock.packages {
        let Some((_, name)) = path.rsplit_once("node_modules/") else {
            continue;
        };
        if package.dev || package.optional {
            continue;
        }
        let licence = package.license;
        ensure!(!licence.is_empty(), "{name} names no licence");
        parts.insert((name.to_owned(), package.version, licence));
    }
    Ok(parts)
}
