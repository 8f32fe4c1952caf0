//! The mapping file: which column becomes which field, see the module above for its form.

use super::{Fault, fields, table::Table};
use crate::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
};
use weimenhu_domain::Collection;

/// Which cells make up a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Where the source's own id stands.
    pub id: IdFrom,
    /// Who gave those ids.
    #[serde(default)]
    pub source_system: Option<String>,
    /// By field of the record.
    pub fields: BTreeMap<String, From>,
    /// The columns are the fields; unknown ones are worth a word.
    #[serde(skip)]
    own: bool,
}

/// Where the id stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum IdFrom {
    /// In one column.
    Column(String),
    /// In several that are unique only together.
    Joined(Joined),
}

/// Several columns as one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The columns in order.
    pub columns: Vec<String>,
    /// What stands between them.
    #[serde(default = "hyphen")]
    pub join: String,
}

fn hyphen() -> String {
    "-".into()
}

/// Where a field comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum From {
    /// A column as it is.
    Column(String),
    /// A column or constant, with how to read it.
    Spec(Box<Spec>),
}

/// How a field is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The column, or a dotted path into a JSON object.
    pub column: Option<String>,
    /// The same value for every row.
    pub value: Option<Value>,
    /// The value when the cell is empty.
    pub default: Option<Value>,
    /// How a time is written (strptime).
    pub format: Option<String>,
    /// What separates several in one cell.
    pub split: Option<String>,
    /// What the source's codes mean.
    pub table: Option<BTreeMap<String, String>>,
    /// The column with the latitude.
    pub lat: Option<String>,
    /// The column with the longitude.
    pub lng: Option<String>,
    /// `wgs84` (default), `gcj02` or `bd09`.
    pub datum: Option<String>,
}

impl Mapping {
    /// The record's own field names, and `id`.
    pub fn own_fields(collection: Collection) -> Self {
        let own = |(name, _): &(&str, _)| ((*name).to_owned(), From::Column((*name).to_owned()));
        Self {
            id: IdFrom::Column("id".into()),
            source_system: None,
            fields: fields::of(collection).iter().map(own).collect(),
            own: true,
        }
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// It is no TOML, has an unknown key, or names a field that the collection does not have.
    pub fn read(path: &Path, collection: Collection) -> Result<Self> {
        let wrong = |why: String| Error::usage(format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        Self::parse(&text, collection).map_err(wrong)
    }

    /// Reads the text of a mapping file.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn parse(text: &str, collection: Collection) -> Result<Self, String> {
        // Office editors put a mark before the first letter.
        let mapping: Self = toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())?;
        let known: Vec<&str> = fields::of(collection).iter().map(|(name, _)| *name).collect();
        for (field, from) in &mapping.fields {
            if !known.contains(&field.as_str()) {
                return Err(format!(
                    "{collection} have no field {field}; they have {}",
                    known.join(", ")
                ));
            }
            if let From::Spec(spec) = from {
                spec.check().map_err(|why| format!("{field}: {why}"))?;
            }
        }
        Ok(mapping)
    }

    /// Whether the table has the columns that are asked for. A name that matches nothing is misspelt, and would
    /// empty the field of every record.
    ///
    /// # Errors
    /// Names the columns that are not there, and those that are.
    pub fn check(&self, table: &Table) -> Result<(), String> {
        if self.own {
            return Ok(());
        }
        let is_there = |path: &&str| table.rows.iter().any(|row| lookup(&row.cells, path).is_some());
        let missing: BTreeSet<&str> = self.columns().filter(|path| !is_there(path)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(format!(
            "no row has {}; there is: {}",
            missing.into_iter().collect::<Vec<_>>().join(", "),
            table.columns.join(", ")
        ))
    }

    /// Every column or path that the mapping reads.
    fn columns(&self) -> impl Iterator<Item = &str> {
        let id = match &self.id {
            IdFrom::Column(column) => vec![column],
            IdFrom::Joined(joined) => joined.columns.iter().collect(),
        };
        let fields = self.fields.values().flat_map(|from| match from {
            From::Column(column) => vec![column],
            From::Spec(spec) => [&spec.column, &spec.lat, &spec.lng]
                .into_iter()
                .flatten()
                .collect(),
        });
        id.into_iter().chain(fields).map(String::as_str)
    }

    /// The id of a row; empty when a part of it is.
    pub fn id_of(&self, cells: &Map<String, Value>) -> String {
        let part = |path: &str| plain(lookup(cells, path)?);
        match &self.id {
            IdFrom::Column(column) => part(column).unwrap_or_default(),
            IdFrom::Joined(Joined { columns, join }) => columns
                .iter()
                .map(|c| part(c))
                .collect::<Option<Vec<_>>>()
                .map(|parts| parts.join(join))
                .unwrap_or_default(),
        }
    }

    /// A word about columns that nothing reads, when columns should be fields: mostly a misspelling.
    pub fn unknown_columns(&self, collection: Collection, columns: &[String]) -> Vec<Fault> {
        if !self.own {
            return Vec::new();
        }
        let known: HashSet<&str> = fields::of(collection).iter().map(|(n, _)| *n).collect();
        columns
            .iter()
            .filter(|c| *c != "id" && !known.contains(c.as_str()))
            .map(|c| {
                Fault::warning(
                    c,
                    "no such field: the column is ignored",
                    "correct its name, or use --map",
                )
            })
            .collect()
    }
}

impl Spec {
    fn check(&self) -> Result<(), &'static str> {
        let place = self.lat.is_some() || self.lng.is_some();
        if place && (self.lat.is_none() || self.lng.is_none()) {
            return Err("lat and lng belong together");
        }
        let sources = [self.column.is_some(), self.value.is_some(), place];
        if sources.iter().filter(|s| **s).count() != 1 {
            return Err("give exactly one of column, value, or lat and lng");
        }
        match self.datum.as_deref() {
            None | Some("wgs84" | "gcj02" | "bd09") => Ok(()),
            Some(_) => Err("datum is wgs84, gcj02 or bd09"),
        }
    }
}

/// The cell at a column name or dotted path. A column whose name holds a dot wins.
pub fn lookup<'a>(cells: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = cells.get(path) {
        return Some(value);
    }
    let mut parts = path.split('.');
    let mut value = cells.get(parts.next()?)?;
    for part in parts {
        value = match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    Some(value)
}

/// A scalar as trimmed text; `None` when it is empty or no scalar.
pub fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
