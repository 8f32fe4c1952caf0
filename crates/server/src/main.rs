//! `weimenhu-server`: the command line over the library.

use clap::Parser;
use std::process::ExitCode;
use weimenhu_server::cli::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("weimenhu-server: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
