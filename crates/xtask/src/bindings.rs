//! `ui/src/bindings.ts`, written by the very test that finds it stale.

use crate::process::{command, run};
use anyhow::Result;

/// Writes the file.
pub fn write() -> Result<()> {
    run(command(
        "cargo",
        &["test", "-p", "weimenhu", "--lib", "bindings_are_fresh"],
    )
    .env("WEIMENHU_WRITE_BINDINGS", "1"))
}
