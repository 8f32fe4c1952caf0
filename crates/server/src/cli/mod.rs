//! The command line: what an operator types, in words, and what is answered.

mod help;
mod run;
mod run_backup;
mod run_keys;
mod run_staff;

pub use run::run;

use crate::{
    Error, Result,
    config::{LogFormat, Settings},
    edit::Which,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use help::{AUDIT_HELP, BACKUP_HELP, IMPORT_HELP, RESTORE_HELP};
use jiff::civil::Date;
use std::path::PathBuf;
use weimenhu_domain::{Collection, petition::Role, record::MarkKind};

/// Publishes a city: imports, checks, signs and serves it.
#[derive(Debug, Parser)]
#[command(name = "weimenhu-server", version, arg_required_else_help = true)]
#[command(after_help = "\
First steps with the sample city:
  weimenhu-server demo --sample assets/wenzhou/sample

First steps with a real one (root keys belong on media in a safe, not on this machine):
  weimenhu-server keys new-root --out root1.key     (three times)
  weimenhu-server keys new-head
  weimenhu-server keys sign-list --root PUB1 --root PUB2 --root PUB3 --head PUB --sign-with root1.key --sign-with root2.key
  weimenhu-server import notices notices.csv
  weimenhu-server staff add admin --name 管理员      (the first administrator of the desk)
  weimenhu-server serve

Exit codes: 0 done; 1 something failed, try again; 2 correct the call, the settings or the file (also when a row was
bad or a record had to be held back).")]
pub struct Cli {
    /// Settings file (TOML), see weimenhu-server.example.toml
    #[arg(long, global = true, value_name = "FILE", env = "WEIMENHU_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where the database and keys are (default: weimenhu-data)
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The tree that is served (default: DATA_DIR/objects)
    #[arg(long, global = true, value_name = "DIR")]
    pub objects_dir: Option<PathBuf>,
    /// How the log is written, on standard error
    #[arg(long, global = true, value_enum)]
    pub log_format: Option<LogFormat>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What the flags say, for [`crate::Config::load`].
    pub fn settings(&self) -> Settings {
        let listen = match &self.command {
            Command::Serve { listen } => listen.clone(),
            Command::Demo { listen, .. } => listen.clone(),
            _ => None,
        };
        Settings {
            data_dir: self.data_dir.clone(),
            objects_dir: self.objects_dir.clone(),
            log_format: self.log_format,
            listen,
            ..Settings::default()
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the city and publish what waits, until stopped
    #[command(after_help = "\
Examples:
  weimenhu-server serve --listen 0.0.0.0:8080
  weimenhu-server serve --listen 127.0.0.1:0 --log-format json    (the first line of output says the port)")]
    Serve {
        /// Address and port [default: 127.0.0.1:8080]; port 0 takes a free one
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
    /// Import a CSV or JSON lines file into a collection
    #[command(after_help = IMPORT_HELP)]
    Import {
        /// news, notices, leaders, agencies, phones, schools, hospitals or calendar
        collection: Collection,
        /// FILE.csv or FILE.jsonl
        file: PathBuf,
        /// How columns become fields (TOML, see below)
        #[arg(long, value_name = "FILE.toml")]
        map: Option<PathBuf>,
        /// Import the good rows although others are bad
        #[arg(long)]
        skip_bad: bool,
        /// Check and say what would happen; change nothing
        #[arg(long)]
        dry_run: bool,
        /// Where a record was corrected here and changed there: take the import's
        #[arg(long, conflicts_with = "keep_ours")]
        take_import: bool,
        /// Where a record was corrected here and changed there: keep ours for good
        #[arg(long)]
        keep_ours: bool,
        /// Who numbered these records (default: the mapping's source_system, or "import")
        #[arg(long, value_name = "SYSTEM")]
        source: Option<String>,
        /// Publish afterwards without waiting for `serve`
        #[arg(long, overrides_with = "no_publish")]
        publish: bool,
        /// Only queue it (the default; a running `serve` publishes what is queued)
        #[arg(long)]
        no_publish: bool,
    },
    /// Publish everything that waits, or put in one record by hand and publish it
    #[command(after_help = "\
Examples:
  weimenhu-server publish
  weimenhu-server publish --collection notices --file item.json
  weimenhu-server publish --collection notices --file item.json --id 17    (correct record 17)")]
    Publish {
        /// The collection of the record in --file
        #[arg(long, requires = "file")]
        collection: Option<Collection>,
        /// One record as JSON, written like a line of an import file
        #[arg(long, requires = "collection")]
        file: Option<PathBuf>,
        /// Correct this record instead of adding one
        #[arg(long, requires = "file")]
        id: Option<u32>,
    },
    /// Mark an article as no longer valid (it stays readable), or take a record out of the lists
    #[command(after_help = "\
Examples:
  weimenhu-server withdraw notices 17 --as repealed --since 2026-03-01 --reason '由温政发〔2026〕8号替代'
  weimenhu-server withdraw phones 4 --delete")]
    Withdraw {
        /// The collection
        collection: Collection,
        /// Which record
        #[command(flatten)]
        record: RecordName,
        /// Which mark
        #[arg(long = "as", value_enum, required_unless_present = "delete")]
        mark: Option<MarkName>,
        /// Since when (default: today in the city)
        #[arg(long, value_name = "DATE")]
        since: Option<Date>,
        /// Why, or what replaces it; shown to readers
        #[arg(long, default_value = "")]
        reason: String,
        /// Take it out of the lists instead
        #[arg(long, conflicts_with_all = ["mark", "since"])]
        delete: bool,
    },
    /// Erase a record everywhere: database, served files, CDN, and devices when they next sync
    #[command(after_help = "\
Erasing cannot be undone. Apps that were installed with an older dump keep what that dump held until they sync.

Example:
  weimenhu-server redact notices 17 --reason 'shows an identity card number' --yes
  weimenhu-server redact notices --source oa:2026-118 --reason '…' --yes    (imported, not yet published)")]
    Redact {
        /// The collection
        collection: Collection,
        /// Which record
        #[command(flatten)]
        record: RecordName,
        /// Why; kept for the review, never published
        #[arg(long)]
        reason: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// List the records of a collection: number, source, title, state
    #[command(after_help = "\
Examples:
  weimenhu-server list notices
  weimenhu-server list notices --json | grep '\"queue\":\"waiting\"'")]
    List {
        /// The collection
        collection: Collection,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Make keys and key lists
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Let people sign in at the desk
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Set up the sample city and serve it
    #[command(after_help = "\
Example:
  weimenhu-server demo --sample assets/wenzhou/sample --data-dir target/demo --listen 127.0.0.1:8080")]
    Demo {
        /// The folder with news.jsonl, notices.jsonl …
        #[arg(long, value_name = "DIR")]
        sample: PathBuf,
        /// Address and port [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Stop when it is published
        #[arg(long)]
        no_serve: bool,
    },
    /// Check the letters' audit log: no event was changed, and it holds what the served head was signed with
    #[command(after_help = AUDIT_HELP)]
    Audit {
        /// A root out of an older head, kept elsewhere; again for each
        #[arg(long = "root", value_name = "SHA256")]
        roots: Vec<String>,
    },
    /// Write everything that cannot be made again into one tar, also while the city is served
    #[command(after_help = BACKUP_HELP)]
    Backup {
        /// The new tar, or a folder in which it gets a name by its time
        #[arg(value_name = "FILE-or-DIR")]
        out: PathBuf,
        /// Also the key of letters and the head key: whoever has the tar then reads every name and phone, and signs
        #[arg(long)]
        with_keys: bool,
    },
    /// Set a city up again from a backup, in a place where there is none
    #[command(after_help = RESTORE_HELP)]
    Restore {
        /// The tar
        file: PathBuf,
        /// The key of letters, when the backup was taken without keys
        #[arg(long, value_name = "FILE")]
        letters_key: Option<PathBuf>,
        /// A copy of what was served last (a folder with head, keys and o): tells what was erased since the backup
        #[arg(long, value_name = "DIR")]
        served: Option<PathBuf>,
        /// There is no such copy: what was erased since the backup will be published again
        #[arg(long, conflicts_with = "served")]
        served_is_lost: bool,
    },
    /// Write everything a fresh device needs into one tar, for shipping with the app
    #[command(after_help = "\
Example:
  weimenhu-server dump --out assets/wenzhou/dump.tar")]
    Dump {
        /// The tar
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl Command {
    /// Whether the command may begin a city in an empty folder. For the others a folder without one is misspelt.
    pub(super) fn may_begin(&self) -> bool {
        matches!(
            self,
            Self::Serve { .. } | Self::Import { .. } | Self::Keys(_) | Self::Demo { .. }
        )
    }
}

/// Which record is meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct RecordName {
    /// The record's number
    pub id: Option<u32>,
    /// What has no number yet: who numbered it and its number there, see `list`
    #[arg(long, value_name = "SYSTEM:ID")]
    pub source: Option<String>,
}

impl RecordName {
    /// The record that was named.
    ///
    /// # Errors
    /// The source has no colon.
    pub fn which(&self) -> Result<Which> {
        match (self.id, &self.source) {
            (Some(id), _) => Ok(Which::Id(id)),
            (None, Some(name)) => match name.split_once(':') {
                Some((system, id)) => Ok(Which::Source {
                    system: system.into(),
                    id: id.into(),
                }),
                None => Err(Error::usage(format!(
                    "{name:?} is not SYSTEM:ID; `list` shows both"
                ))),
            },
            (None, None) => Err(Error::usage("name a record by its number or by --source")),
        }
    }
}

/// Commands about keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a root key; keep it offline
    #[command(after_help = "Example:\n  weimenhu-server keys new-root --out /media/safe/root1.key")]
    NewRoot {
        /// The new file; readable by its owner only
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make the head key of this publisher
    #[command(after_help = "Example:\n  weimenhu-server keys new-head")]
    NewHead {
        /// The new file [default: the head_key of the settings]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show the published key lists
    #[command(after_help = "Example:\n  weimenhu-server keys list")]
    List,
    /// Show the public halves of key files
    #[command(after_help = "Example:\n  weimenhu-server keys show root1.key root2.key")]
    Show {
        /// Key files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Draft, sign and publish the next key list
    #[command(after_help = "\
A list needs a threshold of the roots of the list before and of its own. Where the roots are held by several
people, the first writes a draft, the others add their signatures, and whoever completes it publishes it.

Examples:
  weimenhu-server keys sign-list --root PUB1 --root PUB2 --root PUB3 --head PUB --sign-with root1.key --draft-out list.json
  weimenhu-server keys sign-list --draft-in list.json --sign-with root2.key
  weimenhu-server keys sign-list --head NEWPUB --ver-floor 1200 --sign-with root1.key --sign-with root3.key")]
    SignList(SignList),
    /// Publish the demo's key list and write its head key: for tests and tries only
    #[command(after_help = "Example:\n  weimenhu-server keys demo --data-dir target/demo")]
    Demo {
        /// Also write the list to this file, as the app ships it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Commands about staff.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Add somebody; password and authenticator secret are made here and printed once
    #[command(after_help = "\
Examples:
  weimenhu-server staff add admin --name 管理员                     (an administrator)
  weimenhu-server staff add jiaoyu1 --role handler --department 市教育局")]
    Add {
        /// What is typed to sign in: small letters, digits, dots, hyphens, underscores
        login: String,
        /// What others see [default: the login]
        #[arg(long)]
        name: Option<String>,
        /// reviewer, supervisor, handler, head, assistant, operator, auditor or administrator; again for each
        #[arg(long = "role", value_name = "ROLE", value_parser = role, default_value = "administrator")]
        roles: Vec<Role>,
        /// Whose handler, head or assistant; a published agency, by name
        #[arg(long, value_name = "NAME")]
        department: Option<String>,
    },
    /// List everybody: login, name, roles, department
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Make a new password and secret for somebody who lost theirs; the old ones and every session end
    Reset {
        /// Whose
        login: String,
    },
    /// Let somebody sign in no more, and end their sessions
    Disable {
        /// Whom
        login: String,
    },
    /// Let somebody sign in again
    Enable {
        /// Whom
        login: String,
    },
}

/// A role that people of the staff can have.
fn role(name: &str) -> std::result::Result<Role, String> {
    let citizens = [Role::Writer, Role::Citizen, Role::Engine];
    Role::named(name)
        .filter(|r| !citizens.contains(r))
        .ok_or_else(|| "there is no such role".into())
}

/// What the next list says and who signs it.
#[derive(Debug, Args)]
pub struct SignList {
    /// A root's public key; again for each (default: as in the list before)
    #[arg(long = "root", value_name = "PUB", conflicts_with = "draft_in")]
    pub roots: Vec<String>,
    /// A head key's public key; again for each (default: as in the list before)
    #[arg(long = "head", value_name = "PUB", conflicts_with = "draft_in")]
    pub heads: Vec<String>,
    /// How many roots must sign (default: as before, or 2)
    #[arg(long, conflicts_with = "draft_in")]
    pub threshold: Option<usize>,
    /// The lowest `ver` that devices accept from now on; at most the one that is served (default: that one)
    #[arg(long, conflicts_with = "draft_in")]
    pub ver_floor: Option<u64>,
    /// A root key file; again for each
    #[arg(long = "sign-with", value_name = "FILE")]
    pub sign_with: Vec<PathBuf>,
    /// Continue a draft
    #[arg(long, value_name = "FILE")]
    pub draft_in: Option<PathBuf>,
    /// Write the draft here instead of publishing it
    #[arg(long, value_name = "FILE")]
    pub draft_out: Option<PathBuf>,
}

/// The marks by their wire names.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum MarkName {
    /// Taken back by its editor
    Withdrawn,
    /// Abolished by a later decision
    Repealed,
    /// Its time has run out
    Expired,
}

impl From<MarkName> for MarkKind {
    fn from(name: MarkName) -> Self {
        match name {
            MarkName::Withdrawn => Self::Withdrawn,
            MarkName::Repealed => Self::Repealed,
            MarkName::Expired => Self::Expired,
        }
    }
}
