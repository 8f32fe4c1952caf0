//! 微门户's core on the command line: the same cache, the same door in, no window.
//!
//! Stable enough to script against: answers on standard output (`--json`: one JSON document), messages on
//! standard error, and an exit status by kind of error, see [`exit_status`].

mod command;
mod print;

use clap::{Args, Parser, Subcommand};
use command::Session;
use std::{path::PathBuf, process::ExitCode};
use weimenhu_core::{Code, Error};
use weimenhu_domain::Collection;

#[derive(Parser)]
#[command(
    name = "weimenhu-pocket",
    version,
    about = "微门户 on the command line: the city's handbook, offline",
    after_help = "Exit status: 0 done · 1 internal error · 2 usage · 3 not found · 4 no answer from the server \
                  · 5 what came was not trusted or damaged · 6 disk full · 7 the data folder is in use · 8 update the app"
)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Place {
    /// Where the cache is kept [default: the system's folder for application data]
    #[arg(long, global = true, env = "WEIMENHU_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The server to ask, instead of the one of the city's profile
    #[arg(long, global = true, env = "WEIMENHU_SERVER", value_name = "URL")]
    server: Option<String>,
    /// Do not begin with the dump that came with this program
    #[arg(long, global = true)]
    no_dump: bool,
    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Fetch what is new
    Sync,
    /// List a collection, newest first or from A to Z
    List(ListArgs),
    /// Find records by characters, pinyin, initials or digits
    Search(SearchArgs),
    /// Show one record
    Show {
        /// news, notices, leaders, agencies, phones, schools, hospitals or calendar
        collection: Collection,
        /// The record's number, as `list` prints it
        id: u32,
    },
    /// What is here, how old it is, and what it takes
    Status,
}

#[derive(Args)]
struct ListArgs {
    /// news, notices, leaders, agencies, phones, schools, hospitals or calendar
    collection: Collection,
    /// Only what has this in its title, its pinyin or its initials
    #[arg(long, default_value = "", hide_default_value = true)]
    text: String,
    /// Only this agency's
    #[arg(long)]
    department: Option<String>,
    /// Only this county's
    #[arg(long)]
    county: Option<String>,
    /// Only this kind
    #[arg(long)]
    kind: Option<String>,
    /// On or after this day, YYYY-MM-DD
    #[arg(long)]
    from: Option<String>,
    /// On or before this day, YYYY-MM-DD
    #[arg(long)]
    to: Option<String>,
    /// Rows to skip
    #[arg(long, default_value_t = 0)]
    offset: u32,
    /// Rows wanted, at most 500
    #[arg(long, default_value_t = 20)]
    limit: u32,
}

#[derive(Args)]
struct SearchArgs {
    /// What to look for; several words are all wanted
    #[arg(required_unless_present = "batch")]
    query: Option<String>,
    /// Read one query a line from standard input, and answer each with one line of JSON
    #[arg(long, conflicts_with_all = ["query", "json"])]
    batch: bool,
    /// Only this collection
    #[arg(long)]
    collection: Option<Collection>,
    /// Only this agency's
    #[arg(long)]
    department: Option<String>,
    /// Only this county's
    #[arg(long)]
    county: Option<String>,
    /// On or after this day, YYYY-MM-DD
    #[arg(long)]
    from: Option<String>,
    /// On or before this day, YYYY-MM-DD
    #[arg(long)]
    to: Option<String>,
    /// Documents newest first instead of best first
    #[arg(long)]
    newest_first: bool,
    /// Hits to skip
    #[arg(long, default_value_t = 0)]
    offset: u32,
    /// Hits wanted, at most 100
    #[arg(long, default_value_t = 20)]
    limit: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(cli).await {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(code)) => {
            eprintln!("weimenhu-pocket: the city asks for a newer version of this program");
            exit_status(code)
        }
        Err(e) => {
            eprintln!("weimenhu-pocket: {e}");
            exit_status(e.code())
        }
    }
}

/// Answers what is left to be done although nothing failed.
async fn run(cli: Cli) -> Result<Option<Code>, Error> {
    let json = cli.place.json;
    let session = Session::open(&cli.place).await?;
    match cli.command {
        Command::Sync => return session.sync(json).await,
        Command::List(args) => session.list(&args, json),
        Command::Search(args) if args.batch => session.search_batch(&args).await,
        Command::Search(args) => session.search(&args, json).await,
        Command::Show { collection, id } => session.show(collection, id, json).await,
        Command::Status => session.status(json),
    }
    .map(|()| None)
}

/// The exit status by kind of error. Numbers are never given a new meaning; 2 is clap's, for usage.
fn exit_status(code: Code) -> ExitCode {
    ExitCode::from(match code {
        Code::Invalid => 2,
        Code::NotFound => 3,
        Code::Offline | Code::Timeout | Code::Server | Code::CaptivePortal => 4,
        Code::Untrusted | Code::Rollback | Code::Damaged => 5,
        Code::DiskFull => 6,
        Code::Busy => 7,
        Code::UpdateApp => 8,
        Code::Internal | Code::Cancelled => 1,
    })
}
