//! `cargo xtask dist`: the package for Debian and Ubuntu.

use crate::{
    Consent,
    process::{command, npm, root, run, target},
    sample, setup,
};
use anyhow::{Context, Result, bail};
use clap::Args;
use data_encoding::BASE64;
use serde_json::Value;
use std::{fs, path::PathBuf};

/// What to package.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    consent: Consent,
    /// A demonstration: sample content, demo keys. Without it the city's own keys are needed
    #[arg(long, conflicts_with = "dump")]
    demo: bool,
    /// The city: a folder of assets/ with profile.toml and keys.json
    #[arg(long, default_value = "wenzhou")]
    city: String,
    /// What the app brings along, made by the city's own server: `weimenhu-server dump --out FILE`. Without it
    /// the app is empty until it meets the server
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,
}

/// Builds the release and its .deb.
pub fn dist(options: &Options) -> Result<()> {
    let (dump, features) = if options.demo {
        (
            root().join("assets").join(&options.city).join("dump.tar"),
            "custom-protocol",
        )
    } else {
        refuse_demo_keys(&options.city)?;
        let dump = options.dump.as_deref().map(fs::canonicalize).transpose();
        let dump = dump.context("the dump")?;
        (
            dump.unwrap_or_else(|| root().join("no-dump")),
            "custom-protocol,production",
        )
    };
    setup::building(options.consent)?;
    npm(&["run", "build"])?;
    if options.demo {
        sample::dump()?;
    }
    let tauri = root().join("ui/node_modules/.bin/tauri");
    if !tauri.exists() {
        bail!("the Tauri command line is missing: npm ci in ui/");
    }
    let mut build = command(
        &tauri.to_string_lossy(),
        &["build", "--bundles", "deb", "--features", features],
    );
    build
        .env("WEIMENHU_CITY", &options.city)
        .env("WEIMENHU_DUMP", dump);
    run(build.current_dir(root().join("src-tauri")))?;
    eprintln!("{}", target().join("release/bundle/deb").display());
    Ok(())
}

/// Looks before a quarter of an hour is spent on building; the core's build script and the core itself, when it
/// opens, look again.
fn refuse_demo_keys(city: &str) -> Result<()> {
    let file = root().join("assets").join(city).join("keys.json");
    let is_demo = || -> Result<bool> {
        let envelope: Value = serde_json::from_slice(&fs::read(&file)?)?;
        let payload = envelope
            .get("payload")
            .and_then(Value::as_str)
            .context("no payload")?;
        let list: Value = serde_json::from_slice(&BASE64.decode(payload.as_bytes())?)?;
        Ok(list.get("demo").and_then(Value::as_bool).unwrap_or(false))
    };
    if is_demo().with_context(|| file.display().to_string())? {
        bail!(
            "{} holds the demonstration's keys. A real app needs the city's own key list there; \
             `cargo xtask dist --demo` makes a demonstration",
            file.display()
        );
    }
    Ok(())
}
