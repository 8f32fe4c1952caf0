//! Other people's servers that synchronise, for the bench: installed below `target`, never committed. One that cannot be
//! installed is left out, aloud: a measure without a peer is still a measure.

use crate::process::{command, npm_in, run, succeeds, target};
use anyhow::Result;
use std::{fs, path::Path};

/// Pinned, because figures of another version are not comparable.
const POUCH: &str = "pouchdb-server@4.2.0";
/// The same.
const KINTO: &str = "kinto==26.5.0";

/// Installs what is missing.
pub fn install() -> Result<()> {
    let home = target().join("peers");
    for (name, install) in [
        ("PouchDB-server", pouch as fn(&Path) -> Result<()>),
        ("Kinto", kinto),
    ] {
        if let Err(e) = install(&home) {
            eprintln!("{name} is left out: {e:#}");
        }
    }
    if !succeeds("nginx", &["-v"]) {
        eprintln!("nginx is missing: apt-get install nginx-light");
    }
    Ok(())
}

fn pouch(home: &Path) -> Result<()> {
    let home = home.join("pouch");
    if home.join("node_modules/pouchdb-server").is_dir() {
        return Ok(());
    }
    fs::create_dir_all(&home)?;
    // Not the package of a folder above.
    fs::write(home.join("package.json"), "{\"private\": true}\n")?;
    npm_in(&home, &["install", "--no-audit", "--no-fund", POUCH])
}

fn kinto(home: &Path) -> Result<()> {
    let home = home.join("kinto");
    if home.join("bin/pserve").is_file() {
        return Ok(());
    }
    fs::create_dir_all(&home)?;
    let text = home.to_string_lossy();
    run(&mut command("python3", &["-m", "venv", &text]))?;
    let pip = home.join("bin/pip");
    run(&mut command(
        &pip.to_string_lossy(),
        &["install", "--quiet", KINTO],
    ))
}
