//! 微门户's core on the command line: the same cache, the same door in, no window.
//!
//! Stable enough to script against: answers on standard output (`--json`: one JSON document), messages on
//! standard error, and an exit status by kind of error, see [`exit_status`].

mod command;
mod letter;
mod petition;
mod print;

use clap::{Args, Parser, Subcommand};
use command::Session;
use letter::LetterCommand;
use petition::Stop;
use std::{path::PathBuf, process::ExitCode};
use weimenhu_core::Code;
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
    /// Count working days after each date: a JSON line {from, days, due, provisional, counted, skipped, made_up} each
    #[command(after_help = "\
The day itself is day zero. The calendar is the one on this device, or the one that came with this program. A due date \
is provisional while a list of holidays that may still move it is not published.

Examples:
  weimenhu-pocket due 2025-09-25
  weimenhu-pocket due --days 1 2025-09-25 2025-09-30
  cut -d, -f3 letters.csv | weimenhu-pocket due

Exit status: 0 done · 2 a date cannot be read (nothing is printed then)")]
    Due {
        /// Working days to count
        #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=2500))]
        days: u16,
        /// YYYY-MM-DD; without any, dates are read from standard input, one a line
        #[arg(value_name = "DATE")]
        dates: Vec<String>,
    },
    /// Write to the government: drafts, sending, and what became of it
    #[command(subcommand)]
    Letter(LetterCommand),
    /// Mask telephone numbers, identity and bank cards, plates and e-mail addresses in standard input
    #[command(after_help = "\
With --json, a line {sort, start, end} for each find instead of the text; offsets are bytes.

Examples:
  weimenhu-pocket redact < letter.txt
  weimenhu-pocket redact --name 张示例 < letter.txt

Exit status: 0 done · 2 standard input is not UTF-8")]
    Redact {
        /// A name to mask as well; again for each
        #[arg(long = "name", value_name = "NAME")]
        names: Vec<String>,
    },
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
        Err(Stop::Core(e)) => {
            eprintln!("weimenhu-pocket: {e}");
            exit_status(e.code())
        }
        Err(Stop::Input(text)) => {
            eprintln!("weimenhu-pocket: {text}");
            exit_status(Code::Invalid)
        }
    }
}

/// Answers what is left to be done although nothing failed.
async fn run(cli: Cli) -> Result<Option<Code>, Stop> {
    let json = cli.place.json;
    // A filter of text needs no folder, and must work while another program has it.
    if let Command::Redact { names } = &cli.command {
        return petition::redact(names, json).map(|()| None);
    }
    let session = Session::open(&cli.place).await?;
    match cli.command {
        Command::Sync => return Ok(session.sync(json).await?),
        Command::List(args) => session.list(&args, json)?,
        Command::Search(args) if args.batch => session.search_batch(&args).await?,
        Command::Search(args) => session.search(&args, json).await?,
        Command::Show { collection, id } => session.show(collection, id, json).await?,
        Command::Status => session.status(json)?,
        Command::Due { days, dates } => petition::due(&session, days, &dates)?,
        Command::Letter(command) => letter::run(&session, command, json).await?,
        Command::Redact { .. } => {}
    }
    Ok(None)
}

/// The exit status by kind of error. Numbers are never given a new meaning; 2 is clap's, for usage.
fn exit_status(code: Code) -> ExitCode {
    ExitCode::from(match code {
        Code::Invalid | Code::Refused | Code::TooManyTopics => 2,
        Code::NotFound | Code::WrongCode => 3,
        Code::Offline | Code::Timeout | Code::Server | Code::CaptivePortal | Code::TooMany => 4,
        Code::Untrusted | Code::Rollback | Code::Damaged | Code::Sealed => 5,
        Code::DiskFull => 6,
        Code::Busy => 7,
        Code::UpdateApp => 8,
        Code::Internal | Code::Cancelled => 1,
    })
}
