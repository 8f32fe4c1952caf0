//! Import: a table from somewhere becomes records of a collection, all of it or nothing.
//!
//! ```text
//! bytes → encoding → table (rows of cells) → mapping (cells to fields) → record → checks → three-way merge
//! ```
//! Every row is judged before any is written, and every fault names row, id, field and what to do. Importing the
//! same file twice changes nothing: a record is known by (collection, source system, source id).
//!
//! **Mapping file** (TOML). Without one, columns are the record's own field names, plus `id`.
//! ```toml
//! id = "no"                       # the source's own id; or { columns = ["year", "no"], join = "-" }
//! source_system = "cctv"          # who numbered them; `--source` says it for one import; default: "import"
//! [fields]
//! title = "bt"                    # a column; in JSON lines a dotted path such as "content.title"
//! source = { value = "央视网" }    # the same for every row
//! published = { column = "date", format = "%Y-%m-%d" }   # city time (+08:00) unless it has an offset
//! phones = { column = "tel", split = "、" }
//! location = { lat = "y", lng = "x", datum = "gcj02" }   # or bd09; converted to WGS-84
//! county = { column = "areaCode", table = { "330302" = "鹿城区" } }
//! kind = { column = "lx", default = "通知" }             # when the cell is empty
//! pictures = { column = "img", split = ";" }             # paths relative to the imported file
//! ```
//! Pictures and attachments are files below the folder of the imported file. Addresses on the network are **not
//! fetched**: a picture with an address is reported and left out, because an import must not depend on what
//! another server answers today, nor let a table make this machine send requests.
//!
//! Rejected: guessing columns by their names (a wrong guess is published), and importing the good rows of a bad
//! file by default (nobody notices what is missing; `--skip-bad` says it aloud).

mod cells;
mod datum;
mod encoding;
mod fields;
mod html;
mod mapping;
pub(crate) mod media;
mod merge;
mod office;
mod report;
mod row;
mod table;

pub use mapping::Mapping;
pub use media::{Encoded, citizens_file};
pub use merge::Prefer;
pub use report::{Conflict, Fault, Outcome};

use crate::{City, Error, Result};
use jiff::Timestamp;
use media::Media;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};
use weimenhu_domain::{Collection, Record};

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The mapping file.
    pub map: Option<PathBuf>,
    /// Import the good rows although others are bad.
    pub skip_bad: bool,
    /// Say what would happen and change nothing.
    pub dry_run: bool,
    /// What to do when a record was corrected here and changed there.
    pub prefer: Prefer,
    /// Who numbered the records, whatever the mapping says.
    pub source: Option<String>,
}

/// A row that may be imported.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub line: u64,
    pub source_id: String,
    pub record: Record,
}

/// Imports a file.
///
/// # Errors
/// The file or the mapping cannot be read at all; faults of single rows are in the [`Outcome`].
pub async fn import(
    city: &City,
    collection: Collection,
    file: &Path,
    options: &Options,
    now: Timestamp,
) -> Result<Outcome> {
    not_letters(collection)?;
    let mapping = match &options.map {
        Some(path) => Mapping::read(path, collection)?,
        None => Mapping::own_fields(collection),
    };
    let named = options.source.clone().or_else(|| mapping.source_system.clone());
    // Not the file's name: under another name tomorrow it would bring every record a second time.
    let system = named.unwrap_or_else(|| "import".into());
    let job = (file.to_owned(), city.staged(), options.dry_run);
    let read = move || check_file(collection, &job.0, job.1, &mapping, job.2);
    let (candidates, mut outcome) = tokio::task::spawn_blocking(read).await??;
    if outcome.has_bad_rows() && !options.skip_bad {
        outcome.nothing_imported = true;
        return Ok(outcome);
    }
    merge::merge(city, collection, &system, candidates, options, now, &mut outcome).await?;
    Ok(outcome)
}

/// Letters come from citizens through 网络问政, with its rules; a table would pass them by.
fn not_letters(collection: Collection) -> Result<()> {
    match collection {
        Collection::Petitions => Err(Error::usage(
            "letters cannot be imported or edited here: they come from citizens",
        )),
        _ => Ok(()),
    }
}

/// Reads one record, written as a line of an import file would be, for putting it in by hand. None when it cannot be
/// published; the faults, also the mild ones, come with it.
///
/// # Errors
/// The file cannot be read, or is no JSON.
pub(crate) fn read_one(
    city: &City,
    collection: Collection,
    file: &Path,
) -> Result<(Option<Record>, Vec<Fault>)> {
    not_letters(collection)?;
    let bytes = read_file(file)?;
    let text = encoding::decode(&bytes, false)
        .map_err(|why| wrong(file, why))?
        .text;
    let mut json: serde_json::Value = serde_json::from_str(&text)
        .map_err(|e| Error::usage(format!("{} is not JSON: {e}", file.display())))?;
    if let Some(object) = json.as_object_mut() {
        object.insert("id".into(), "hand".into());
    }
    let one_line = json.to_string();
    let mapping = Mapping::own_fields(collection);
    let table = table::read_json_lines(&one_line);
    let mut media = Media::new(folder(file), city.staged(), false);
    let mut outcome = Outcome::default();
    let candidates = check_table(collection, table, &mapping, &mut media, &mut outcome);
    Ok((candidates.into_iter().next().map(|c| c.record), outcome.faults))
}

fn wrong(file: &Path, why: impl std::fmt::Display) -> Error {
    Error::usage(format!("{}: {why}", file.display()))
}

/// A file that the operator named: that it is not there is for the operator to put right.
fn read_file(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|e| wrong(file, e))
}

fn check_file(
    collection: Collection,
    file: &Path,
    staged: PathBuf,
    mapping: &Mapping,
    dry_run: bool,
) -> Result<(Vec<Candidate>, Outcome)> {
    let bytes = read_file(file)?;
    let mut media = Media::new(folder(file), staged, dry_run);
    judge(collection, (file, &bytes), mapping, &mut media)
}

/// What an import of these bytes would say, without a city to put them into and without any file beside them.
///
/// # Errors
/// As for [`import`].
pub fn check(collection: Collection, name: &Path, bytes: &[u8], mapping: &Mapping) -> Result<Outcome> {
    let mut media = Media::new(PathBuf::new(), PathBuf::new(), true);
    judge(collection, (name, bytes), mapping, &mut media).map(|(_, outcome)| outcome)
}

fn judge(
    collection: Collection,
    (file, bytes): (&Path, &[u8]),
    mapping: &Mapping,
    media: &mut Media,
) -> Result<(Vec<Candidate>, Outcome)> {
    let is_json = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("jsonl") || e.eq_ignore_ascii_case("ndjson"));
    let decoded = encoding::decode(bytes, !is_json).map_err(|why| wrong(file, why))?;
    let table = if is_json {
        table::read_json_lines(&decoded.text)
    } else {
        table::read_csv(&decoded.text)
    };
    table.check().map_err(|why| wrong(file, why))?;
    mapping.check(&table).map_err(|why| wrong(file, why))?;
    let mut outcome = Outcome {
        encoding: decoded.encoding,
        ..Outcome::default()
    };
    let candidates = check_table(collection, table, mapping, media, &mut outcome);
    Ok((candidates, outcome))
}

/// Judges every row; the good ones come back, the faults go into the outcome.
fn check_table(
    collection: Collection,
    table: table::Table,
    mapping: &Mapping,
    media: &mut Media,
    outcome: &mut Outcome,
) -> Vec<Candidate> {
    outcome
        .faults
        .extend(mapping.unknown_columns(collection, &table.columns));
    outcome.rows = table.rows.len();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut candidates = Vec::new();
    for row in table.rows {
        let line = row.line;
        let read = row::read(collection, &row, mapping, media);
        let mut faults = read.faults;
        if !read.source_id.is_empty() {
            if let Some(first) = seen.get(&read.source_id) {
                faults.push(Fault::bad(
                    "id",
                    format!("the same id as row {first}"),
                    "an id names one record: correct it or remove one of the rows",
                ));
            }
            seen.entry(read.source_id.clone()).or_insert(line);
        }
        let bad = faults.iter().any(|f| !f.warning);
        outcome
            .faults
            .extend(faults.into_iter().map(|f| f.at(line, &read.source_id)));
        match read.record {
            Some(record) if !bad => candidates.push(Candidate {
                line,
                source_id: read.source_id,
                record,
            }),
            _ => outcome.bad += 1,
        }
    }
    candidates
}

fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.to_owned(),
        _ => PathBuf::from("."),
    }
}
