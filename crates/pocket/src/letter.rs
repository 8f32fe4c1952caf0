//! `letter`: writing to the government without a window, with the same drafts and the same door out as the app.
//!
//! A letter comes as JSON on standard input and never as arguments: those stand in the shell's history and in the list
//! of processes, where others read them.

use crate::{command::Session, petition::Stop, print};
use clap::{Args, Subcommand};
use serde_json::{Map, Value};
use std::{fs, io, path::PathBuf};
use weimenhu_core::{
    Error,
    view::{Draft, LetterDeed, LetterForm, MyLetter, OutState},
};
use weimenhu_domain::petition::{Rating, Visibility};

/// What can be done with letters.
#[derive(Subcommand)]
pub enum LetterCommand {
    /// Keep a letter from standard input as a draft; prints its id
    #[command(after_help = "\
The letter is a JSON object: kind (consult, suggest, complain, help, thank), title, text, and where wanted department, \
county, address, location {lat, lng}, name, phone, visibility (public or private), consent. Only with consent true can \
it be sent: what is kept, for what and how long, stands in the app.

Example:
  echo '{\"kind\": \"help\", \"title\": \"示例\", \"text\": \"示例：路灯不亮\", \"consent\": true}' |
    weimenhu-pocket letter write --file 路灯.jpg")]
    Write {
        /// A photo, PDF, docx or xlsx; again for each, at most nine
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List drafts, and what waits to be sent
    Drafts,
    /// Send a draft, or everything that waits; prints the receipt
    #[command(after_help = "\
Killed or cut off at any moment, the same again goes on where it stood: a letter arrives once. A second `send` of a \
letter that has arrived prints its receipt again.

Exit status: 0 it has arrived · 2 it was refused, and is a draft again · 4 it waits; run the same again")]
    Send {
        /// The draft's id, as `write` printed it; none: everything that waits
        id: Option<String>,
    },
    /// List your own letters
    List,
    /// Show one of them, after asking the server how it stands
    Show {
        /// 受理编号
        number: String,
    },
    /// Find a letter of another device by its number and code
    Find {
        /// 受理编号
        number: String,
        /// 查询密码
        code: String,
    },
    /// Do something to a letter: supplement, withdraw, set_visibility, appeal, rate or ask_erase
    #[command(after_help = "\
Words come from standard input: of a supplement, or the reason of an appeal or a bad rating.

Examples:
  weimenhu-pocket letter act 2026-000001-36 withdraw
  echo 示例：还是不亮 | weimenhu-pocket letter act 2026-000001-36 rate --rating bad")]
    Act(ActArgs),
}

#[derive(Args)]
pub struct ActArgs {
    /// 受理编号
    number: String,
    /// What
    action: String,
    /// For rate: very_good, good, fair, bad or very_bad
    #[arg(long, value_parser = rating)]
    rating: Option<Rating>,
    /// For set_visibility: public or private
    #[arg(long, value_parser = visibility)]
    visibility: Option<Visibility>,
}

fn rating(name: &str) -> Result<Rating, String> {
    Rating::named(name).ok_or_else(|| "there is no such grade".into())
}

fn visibility(name: &str) -> Result<Visibility, String> {
    Visibility::named(name).ok_or_else(|| "public or private".into())
}

/// Runs the command.
pub async fn run(session: &Session, command: LetterCommand, json: bool) -> Result<(), Stop> {
    let client = session.client();
    match command {
        LetterCommand::Write { files } => write(session, &files, json),
        LetterCommand::Drafts => {
            let rows = client.drafts()?;
            if json {
                return Ok(print::json(&rows)?);
            }
            let line = |r: &weimenhu_core::view::DraftRow| {
                let problem = r.problem.as_deref().unwrap_or_default();
                [&*r.id, r.state.name(), problem, &*r.title].join("  ")
            };
            Ok(print::each(rows.iter().map(line))?)
        }
        LetterCommand::Send { id } => send(session, id.as_deref(), json).await,
        LetterCommand::List => {
            let rows = client.my_letters()?;
            if json {
                return Ok(print::json(&rows)?);
            }
            let line = |r: &weimenhu_core::view::MyRow| {
                [&*r.number, r.state.name(), &*r.due, &*r.department, &*r.title].join("  ")
            };
            Ok(print::each(rows.iter().map(line))?)
        }
        LetterCommand::Show { number } => {
            if let Err(e) = client.refresh_letters().await {
                eprintln!("weimenhu-pocket: shown as it was last heard: {e}");
            }
            shown(&client.my_letter(&number)?, json)
        }
        LetterCommand::Find { number, code } => shown(&client.look_up_letter(&number, &code).await?, json),
        LetterCommand::Act(args) => act(session, args, json).await,
    }
}

fn write(session: &Session, files: &[PathBuf], json: bool) -> Result<(), Stop> {
    let form = form(&io::read_to_string(io::stdin())?)?;
    let read: Result<Vec<_>, _> = files.iter().map(fs::read).collect();
    let client = session.client();
    let id = client.new_draft()?;
    client.save_draft(&id, &form)?;
    for (path, bytes) in files.iter().zip(read?) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        client.add_draft_bytes(&id, &name, bytes)?;
    }
    if json {
        Ok(print::json(&serde_json::json!({ "id": id }))?)
    } else {
        Ok(print::text(&format!("{id}\n"))?)
    }
}

/// The form, with its own blanks where nothing is said. A field nobody knows is a misspelling, not to be ignored.
fn form(text: &str) -> Result<LetterForm, Stop> {
    let wrong = |what: &str| Stop::Input(format!("the letter on standard input {what}"));
    let given: Map<String, Value> = serde_json::from_str(text).map_err(|_| wrong("is no JSON object"))?;
    let mut whole = serde_json::to_value(LetterForm::default()).map_err(Error::from)?;
    for (field, value) in given {
        match whole.get_mut(&field) {
            Some(place) => *place = value,
            None => return Err(wrong(&format!("has a field that no letter has: {field}"))),
        }
    }
    serde_json::from_value(whole).map_err(|_| wrong("has a field of a wrong kind"))
}

async fn send(session: &Session, id: Option<&str>, json: bool) -> Result<(), Stop> {
    let client = session.client();
    if let Some(id) = id {
        match client.draft(id) {
            Ok(draft) if matches!(draft.state, OutState::Draft | OutState::Refused) => {
                let faults = client.preview_letter(id)?.faults;
                if let Some(fault) = faults.first() {
                    return Err(Stop::Input(format!("{}: {}", fault.field, fault.code)));
                }
                client.submit_letter(id)?;
            }
            Ok(_) => {}
            Err(e) => {
                // It is no draft any more: it was sent before.
                let number = client.sent_number(id)?.ok_or(e)?;
                return shown(&client.my_letter(&number)?, json);
            }
        }
    }
    client.send_waiting().await?;
    match id {
        Some(id) => match client.sent_number(id)? {
            Some(number) => shown(&client.my_letter(&number)?, json),
            None => Err(left(&client.draft(id)?)),
        },
        None => match client.drafts()?.iter().find(|d| d.state != OutState::Draft) {
            Some(row) => Err(left(&client.draft(&row.id)?)),
            None => Ok(()),
        },
    }
}

/// Why a letter is still here.
fn left(draft: &Draft) -> Stop {
    let problem = draft.problem.clone().unwrap_or_default();
    match draft.state {
        OutState::Refused => Stop::Input(format!("refused: {problem}; {} is a draft again", draft.id)),
        _ => Stop::Core(Error::Unreachable(format!("{} waits: {problem}", draft.id))),
    }
}

async fn act(session: &Session, args: ActArgs, json: bool) -> Result<(), Stop> {
    let client = session.client();
    let bad = args.rating.is_some_and(Rating::is_bad);
    let words = if bad || matches!(&*args.action, "supplement" | "appeal") {
        io::read_to_string(io::stdin())?.trim().to_owned()
    } else {
        String::new()
    };
    client.refresh_letters().await?;
    let deed = LetterDeed {
        text: words.clone(),
        reason: words,
        rating: args.rating,
        visibility: args.visibility,
        action: args.action,
    };
    client.letter_deed(&args.number, &deed)?;
    client.send_waiting().await?;
    let letter = client.my_letter(&args.number)?;
    match letter.pending.iter().rfind(|p| p.what == deed.action) {
        None => shown(&letter, json),
        Some(p) if p.state == OutState::Refused => Err(Stop::Input(format!(
            "refused: {}",
            p.problem.as_deref().unwrap_or_default()
        ))),
        Some(_) => Err(Stop::Core(Error::Unreachable("it waits".into()))),
    }
}

fn shown(letter: &MyLetter, json: bool) -> Result<(), Stop> {
    if json {
        return Ok(print::json(letter)?);
    }
    let head = [
        ("number", &*letter.number),
        ("code", &*letter.code),
        ("state", letter.state.name()),
        ("visibility", letter.visibility.name()),
        ("submitted", &*letter.submitted),
        ("department", &*letter.department),
        ("title", &*letter.title),
        ("text", &*letter.text),
    ];
    let head = head.iter().map(|(name, value)| format!("{name}: {value}"));
    let words = letter.words.iter();
    let words = words.map(|w| format!("{} {}: {}", w.written, w.sort, w.text));
    let mark = |voided| if voided { " voided" } else { "" };
    let trail = letter.trail.iter();
    let trail = trail.map(|s| format!("{} {}{}", s.at, s.what, mark(s.voided)));
    Ok(print::each(head.chain(words).chain(trail))?)
}
