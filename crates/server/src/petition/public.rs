//! What everybody sees of a letter: the allow-list of [`Petition`], filled from approved words alone, and put into the
//! notice's own walk: a record in the queue of the one publisher.
//!
//! What must not be seen any more is redacted there and never only replaced: segments and devices forget it too.

use super::{act::department_name, city_day, merged, report::turn, upload, voided::voided};
use crate::{
    City, Result,
    error::own_json,
    store::{
        Tx, meta,
        petition::{self, attachment, delivery, event, people, wording},
        queue, record, redaction,
    },
    tree,
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use weimenhu_domain::{
    Collection, Record,
    petition::{Action, Kind, Rating, State, Visibility, receipt},
    record::{Attachment, Petition, Picture, Step, Words, WordsSort},
};

/// Steps that everybody may know of. A 派单异议, a note, a deduction and who looked at what are not among them.
const STEPS: &[&str] = &[
    "submit",
    "supplement",
    "route",
    "reroute",
    "respond",
    "ask_extension",
    "grant_extension",
    "refuse_extension",
    "resolve",
    "rate",
    "confirm_reopen",
    "refuse_reopen",
    "close",
    "supervise",
    "late_response",
    "late_completion",
    "recompute",
];

/// Brings the public record to what it should be now.
pub(super) async fn reflect(
    city: &City,
    tx: &Tx,
    p: &mut petition::Model,
    redact: bool,
    now: Timestamp,
) -> Result<()> {
    let shows = p.shown_to() == Visibility::Public && p.stands()?.shows_text();
    if shows && (redact || p.record_key == 0) {
        stage(city, tx, p).await?;
    }
    let letter = project(tx, p).await?;
    if p.record_key != 0 && (redact || letter.is_none()) {
        erase(tx, p.record_key, now).await?;
        p.record_key = 0;
    }
    let Some(letter) = letter else { return Ok(()) };
    let json = own_json(serde_json::to_string(&letter), "letter")?;
    let changed_ms = now.as_millisecond();
    match record::by_key(tx, p.record_key).await? {
        Some(row) if row.current_json == json => return Ok(()),
        Some(mut row) => {
            row.current_json = json;
            row.changed_ms = changed_ms;
            record::update(tx, &row).await?;
        }
        None => {
            let key = record::next_key(tx).await?;
            let row = new_record(p, key, &letter, json, changed_ms);
            record::insert(tx, vec![row]).await?;
        }
    }
    queue::push(tx, &[p.record_key], changed_ms).await
}

/// The first public record of letters that have just come.
pub(super) async fn announce(tx: &Tx, all: &mut [petition::Model]) -> Result<()> {
    let (first, mut rows) = (record::next_key(tx).await?, Vec::new());
    for p in all {
        if let Some(letter) = project(tx, p).await? {
            let json = own_json(serde_json::to_string(&letter), "letter")?;
            let key = first.saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX));
            rows.push(new_record(p, key, &letter, json, p.submitted_ms));
        }
    }
    let keys: Vec<i64> = rows.iter().map(|row| row.key).collect();
    let newest_ms = rows.iter().map(|row| row.changed_ms).max();
    record::insert(tx, rows).await?;
    queue::push(tx, &keys, newest_ms.unwrap_or_default()).await
}

/// A letter's next record, under this key.
fn new_record(
    p: &mut petition::Model,
    key: i64,
    letter: &Petition,
    json: String,
    changed_ms: i64,
) -> record::Model {
    p.generation = p.generation.saturating_add(1);
    p.record_key = key;
    record::Model {
        key,
        collection: Collection::Petitions.name().to_owned(),
        id: None,
        source_system: "petition".to_owned(),
        source_id: format!("{}-{}", letter.number.digits(), p.generation),
        base_json: String::new(),
        current_json: json,
        hand_edited: 1,
        state: record::APPROVED.to_owned(),
        changed_ms,
    }
}

/// Brings the letters that go on in this one to what they should show now: where they go on, when this one was merged
/// itself or no longer is (`taken_out`); and the number of a letter that is not public any more stands nowhere, also not
/// as where another one went.
pub(super) async fn reflect_merged(
    city: &City,
    tx: &Tx,
    target: &petition::Model,
    taken_out: bool,
    now: Timestamp,
) -> Result<()> {
    let redact = taken_out || target.shown_to() != Visibility::Public;
    for mut p in merged::into(tx, target.id).await? {
        let before = p.events;
        reflect(city, tx, &mut p, redact, now).await?;
        petition::save(tx, &p, before).await?;
    }
    Ok(())
}

/// Whether all public letters were looked at by [`mend`].
const MENDED: &str = "letters_mended_2";
/// Letters of one transaction.
const BATCH: u64 = 500;

/// Erases from the public records what a server of before put there: the number of a letter that is not public, as
/// where a merged one went, and counties as somebody typed them. And adds what it did not say: the turns of departments.
/// Once; answers how many records it were.
///
/// # Errors
/// The database's.
pub async fn mend(city: &City, now: Timestamp) -> Result<usize> {
    if meta::get(city.store.read(), MENDED).await?.is_some() {
        return Ok(0);
    }
    let (mut after, mut mended) = (0, 0_usize);
    loop {
        let tx = city.store.write().await?;
        let rows = petition::published(&tx, after, BATCH).await?;
        let Some(last) = rows.last() else {
            meta::set(&tx, MENDED, "1").await?;
            tx.commit().await?;
            return Ok(mended);
        };
        after = last.id;
        for mut p in rows {
            let before = p.events;
            let redact = match compare(&tx, &p).await? {
                Said::AsItIs => continue,
                Said::TooMuch => true,
                Said::TooLittle => false,
            };
            reflect(city, &tx, &mut p, redact, now).await?;
            petition::save(&tx, &p, before).await?;
            mended = mended.saturating_add(1);
        }
        tx.commit().await?;
    }
}

/// What a public record says, beside what it should.
enum Said {
    AsItIs,
    TooMuch,
    TooLittle,
}

async fn compare(tx: &Tx, p: &petition::Model) -> Result<Said> {
    let (row, now) = (record::by_key(tx, p.record_key).await?, project(tx, p).await?);
    let said = row.and_then(|row| Record::parse(Collection::Petitions, &row.current_json).ok());
    Ok(match (said, now) {
        (Some(Record::Petition(said)), Some(now)) => {
            let elsewhere = said.merged_into != now.merged_into;
            if said.county != now.county || elsewhere && is_hidden(tx, said.merged_into).await? {
                Said::TooMuch
            } else if elsewhere || said.turns != now.turns {
                Said::TooLittle
            } else {
                Said::AsItIs
            }
        }
        (Some(_), None) => Said::TooMuch,
        _ => Said::AsItIs,
    })
}

/// Whether a letter that a record names is public no more.
async fn is_hidden(tx: &Tx, number: Option<receipt::Number>) -> Result<bool> {
    let Some(number) = number else {
        return Ok(false);
    };
    let named = petition::by_number(tx, number).await?;
    Ok(named.is_none_or(|p| p.shown_to() != Visibility::Public))
}

/// Lays out the approved files that a new record will show: those of one before may have been erased with it. A file
/// that is nowhere any more, because the writer's data was erased, is not shown: a record waits for what it names.
async fn stage(city: &City, tx: &Tx, p: &petition::Model) -> Result<()> {
    let folder = city.staged();
    let all = attachment::of(tx, p.id).await?;
    for mut file in all.into_iter().filter(|f| f.approved == 1) {
        let in_tree = file.sha.parse().is_ok_and(|sha| city.tree.has(sha));
        let path = folder.join(&file.sha);
        if in_tree || path.exists() {
            continue;
        }
        if file.file.is_empty() {
            file.approved = 0;
            attachment::save(tx, &file).await?;
        } else {
            tree::write_durably(&folder, &path, &upload::read(city, &file.file)?)?;
        }
    }
    Ok(())
}

/// Erases a record everywhere, as `redact` of a notice does. Copies of its files that waited go once this is committed,
/// where no other record waits for them.
async fn erase(tx: &Tx, key: i64, now: Timestamp) -> Result<()> {
    let Some(mut row) = record::by_key(tx, key).await? else {
        return Ok(());
    };
    (row.base_json, row.current_json) = (String::new(), String::new());
    row.state = record::REDACTED.to_owned();
    row.changed_ms = now.as_millisecond();
    record::update(tx, &row).await?;
    if let Some(id) = row.id.and_then(|id| u32::try_from(id).ok()) {
        redaction::note(tx, Collection::Petitions, id, "letter", now.as_millisecond()).await?;
    }
    meta::begin_erasing(tx).await?;
    queue::push(tx, &[key], now.as_millisecond()).await
}

/// The public letter; `None` for what is nowhere in public objects.
async fn project(tx: &Tx, p: &petition::Model) -> Result<Option<Petition>> {
    if p.shown_to() != Visibility::Public {
        return Ok(None);
    }
    let state = p.stands()?;
    let mut letter = Petition::bare(p.number()?, state);
    match state {
        State::Declined => letter.declined = p.declined.clone(),
        State::Merged => {
            let target = merged::goes_on(tx, p).await?;
            letter.merged_into = target.map(|t| t.number()).transpose()?;
        }
        _ => {}
    }
    if !state.shows_text() {
        return Ok(Some(letter));
    }
    let departments = people::departments(tx).await?;
    letter.kind = Kind::named(&p.kind);
    letter.county = known_county(&departments, &p.county);
    letter.submitted = at(p.submitted_ms);
    letter.joiners = u32::try_from(p.joiners).unwrap_or_default();
    letter.rating = Rating::named(&p.rating);
    letter.department = department_name(&departments, p.lead);
    if let Some(d) = delivery::get(tx, p.id, p.delivery).await? {
        clocks(&mut letter, &d);
        letter.assisting = d
            .assists()
            .iter()
            .map(|id| department_name(&departments, *id))
            .collect();
    }
    words(tx, p, &departments, &mut letter).await?;
    files(tx, p, &mut letter).await?;
    let events = event::of(tx, p.id).await?;
    let deliveries = delivery::of(tx, p.id).await?;
    letter.turns = turn::public(p, &deliveries, &events, &departments);
    let voided = voided(&events);
    let steps = events.iter().filter_map(|e| {
        let step = step(e, &departments)?;
        Some(Step {
            voided: voided.contains(&e.seq),
            ..step
        })
    });
    letter.trail = steps.collect();
    Ok(Some(letter))
}

/// The county, if it is one of a department's: what a citizen typed instead of one was reviewed by nobody. Rejected:
/// refusing such a letter, which an app with last month's list of counties would pay for with a letter that does not
/// arrive.
pub(super) fn known_county(departments: &[people::department::Model], county: &str) -> String {
    let known = departments.iter().any(|d| d.county == county);
    if known { county.to_owned() } else { String::new() }
}

fn clocks(letter: &mut Petition, d: &delivery::Model) {
    letter.routed = petition::day(&d.routed_on);
    letter.respond = d.respond();
    letter.resolve = d.resolve();
    letter.resolve_from = petition::day(&d.resolve_from).filter(|_| d.resolve_from != d.routed_on);
    letter.extended = d.extended == 1;
    letter.provisional = d.provisional == 1;
}

async fn words(
    tx: &Tx,
    p: &petition::Model,
    departments: &[people::department::Model],
    letter: &mut Petition,
) -> Result<()> {
    for row in wording::of(tx, p.id)
        .await?
        .into_iter()
        .filter(|w| w.approved == 1)
    {
        let sort = match row.sort.as_str() {
            "title" => {
                letter.title = row.shown;
                continue;
            }
            "letter" => {
                letter.text = row.shown;
                continue;
            }
            "supplement" => WordsSort::Supplement,
            "response" => WordsSort::Response,
            "answer" => WordsSort::Answer,
            "rating" => WordsSort::Rating,
            _ => continue,
        };
        letter.words.push(Words {
            sort,
            department: department_name(departments, row.department),
            text: row.shown,
            written: at(row.made_ms).unwrap_or_default(),
        });
    }
    Ok(())
}

async fn files(tx: &Tx, p: &petition::Model, letter: &mut Petition) -> Result<()> {
    let all = attachment::of(tx, p.id).await?;
    for file in all.into_iter().filter(|f| f.approved == 1) {
        let Ok(sha256) = file.sha.parse() else { continue };
        if file.width > 0 {
            letter.pictures.push(Picture {
                sha256,
                width: u32::try_from(file.width).unwrap_or_default(),
                height: u32::try_from(file.height).unwrap_or_default(),
                alt: String::new(),
            });
        } else {
            // The citizen's own file name may hold a name: the public one is a number.
            letter.attachments.push(Attachment {
                name: format!("{}-{}", letter.number, file.id),
                sha256,
                size: u32::try_from(file.size).unwrap_or_default(),
                media_type: file.media_type,
            });
        }
    }
    Ok(())
}

fn step(event: &event::Model, departments: &[people::department::Model]) -> Option<Step> {
    if !STEPS.contains(&event.action.as_str()) {
        return None;
    }
    let noted = Noted::of(event);
    Some(Step {
        what: event.action.clone(),
        at: at(event.at_ms)?,
        department: department_name(departments, noted.department),
        date: noted.date,
        rating: noted.rating,
        voided: false,
    })
}

/// Whether everybody may know of steps of this name; of 不予受理 they know too, by the state.
pub(super) fn is_told(action: &str) -> bool {
    STEPS.contains(&action) || action == Action::Decline.name()
}

/// What an event says beside what happened, as far as its writer and everybody may know.
pub(super) struct Noted {
    /// The department it went to; 0 for none.
    pub department: i64,
    /// The day that was promised, granted or missed.
    pub date: Option<Date>,
    /// The last day of the answer that began to run.
    pub due: Option<Date>,
    /// The grade that was given.
    pub rating: Option<Rating>,
}

impl Noted {
    pub fn of(event: &event::Model) -> Self {
        let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
        let text = |name: &str| data.get(name).and_then(Value::as_str).unwrap_or_default();
        Self {
            department: data.get("department").and_then(Value::as_i64).unwrap_or_default(),
            date: ["date", "due"]
                .into_iter()
                .find_map(|name| petition::day(text(name))),
            due: petition::day(text("resolve_due")),
            rating: Rating::named(text("rating")),
        }
    }
}

/// An instant as citizens are told it.
pub(super) fn time(ms: i64) -> String {
    at(ms).map(|t| t.to_string()).unwrap_or_default()
}

fn at(ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms).ok()
}

/// The day of an instant, for lists.
pub fn day_of(ms: i64) -> String {
    at(ms).map(|t| city_day(t).to_string()).unwrap_or_default()
}
