//! `cargo xtask dist`: the package for Debian and Ubuntu.

use crate::{
    Consent,
    process::{command, npm, root, run, target},
    sample, setup,
};
use anyhow::{Result, bail};
use clap::Args;

/// What to package.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    consent: Consent,
    /// A demonstration: sample content, demo keys. Without it the city's own keys are needed
    #[arg(long)]
    demo: bool,
}

/// Builds the release and its .deb.
pub fn dist(options: &Options) -> Result<()> {
    setup::building(options.consent)?;
    npm(&["run", "build"])?;
    sample::dump()?;
    let features = if options.demo {
        "custom-protocol"
    } else {
        "custom-protocol,production"
    };
    let tauri = root().join("ui/node_modules/.bin/tauri");
    if !tauri.exists() {
        bail!("the Tauri command line is missing: npm ci in ui/");
    }
    let built = run(command(
        &tauri.to_string_lossy(),
        &["build", "--bundles", "deb", "--features", features],
    )
    .current_dir(root().join("src-tauri")));
    if built.is_err() && !options.demo {
        bail!(
            "a production build needs the city's own keys in assets/; `cargo xtask dist --demo` makes a demonstration"
        );
    }
    built?;
    eprintln!("{}", target().join("release/bundle/deb").display());
    Ok(())
}
