//! One row becomes one record, or a list of what is wrong with it. All of it: a clerk corrects a table once.

use super::{
    Fault, cells,
    fields::{self, Kind},
    html,
    mapping::{From, Mapping, Spec, lookup, plain},
    media::Media,
    table::Row,
};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use weimenhu_domain::{
    Collection, Record,
    record::{Attachment, FaultKind, Picture},
};

/// What became of a row.
#[derive(Debug, Default)]
pub struct Read {
    pub source_id: String,
    pub record: Option<Record>,
    pub faults: Vec<Fault>,
}

/// Reads a row.
pub fn read(collection: Collection, row: &Row, mapping: &Mapping, media: &mut Media) -> Read {
    let mut out = Read {
        source_id: mapping.id_of(&row.cells),
        ..Read::default()
    };
    if let Some(fault) = &row.fault {
        out.faults.push(fault.clone());
        return out;
    }
    if out.source_id.is_empty() {
        let advice = "every row needs the source's own id, so that importing again finds it";
        out.faults.push(Fault::bad("id", "empty", advice));
    }
    let mut object = Map::new();
    let plain_spec = Spec::default();
    for (field, kind) in fields::of(collection) {
        let Some(from) = mapping.fields.get(*field) else {
            continue;
        };
        let (cell, spec) = match from {
            From::Column(column) => (lookup(&row.cells, column).cloned(), &plain_spec),
            From::Spec(spec) => (cell_of(&row.cells, spec), spec.as_ref()),
        };
        let cell = cell.unwrap_or(Value::Null);
        field_of(*kind, field, &cell, spec, media, &mut object, &mut out.faults);
    }
    for (field, _) in fields::of(collection) {
        if !object.contains_key(*field) && fields::is_required_text(collection, field) {
            object.insert((*field).into(), "".into());
        }
    }
    if collection == Collection::Phones {
        object.entry("phones").or_insert_with(|| json!([]));
    }
    finish(collection, object, &mut out);
    out
}

/// The cell of a mapped field: column, constant, code table, default, or two columns for a place.
fn cell_of(cells: &Map<String, Value>, spec: &Spec) -> Option<Value> {
    let found = match (&spec.value, &spec.lat, &spec.lng, &spec.column) {
        (Some(value), ..) => Some(value.clone()),
        (_, Some(lat), Some(lng), _) => {
            let (lat, lng) = (lookup(cells, lat), lookup(cells, lng));
            match (lat, lng) {
                (Some(lat), Some(lng)) if !cells::is_empty(lat) && !cells::is_empty(lng) => {
                    Some(json!({ "lat": lat, "lng": lng }))
                }
                _ => None,
            }
        }
        (_, _, _, Some(column)) => lookup(cells, column).cloned(),
        _ => None,
    };
    let translated = match (&spec.table, &found) {
        (Some(table), Some(value)) => match plain(value) {
            // A code that the table lacks must not be published as if it were a name.
            Some(code) => table
                .get(&code)
                .map(|name| Value::from(name.as_str()))
                .or(Some(json!({ "code": code }))),
            None => None,
        },
        _ => found,
    };
    translated
        .filter(|v| !cells::is_empty(v))
        .or_else(|| spec.default.clone())
}

fn field_of(
    kind: Kind,
    field: &str,
    cell: &Value,
    spec: &Spec,
    media: &mut Media,
    object: &mut Map<String, Value>,
    faults: &mut Vec<Fault>,
) {
    if let (Some(_), Some(code)) = (&spec.table, cell.get("code")) {
        let what = format!("the code {code} is not in the mapping's table");
        faults.push(Fault::bad(field, what, "add it to the table"));
        return;
    }
    match kind {
        Kind::Html => {
            if let Some((text, found)) = html::read(cell, field, media, faults) {
                add_pictures(object, found);
                object.insert(field.into(), text.into());
            }
        }
        Kind::Picture | Kind::Pictures => {
            let mut all: Vec<Picture> = stored(cell);
            for (file, alt) in named_files(cell, spec, "alt") {
                match media_of(&file).and_then(|()| media.picture(&file, &alt)) {
                    Ok(picture) => all.push(picture),
                    Err(why) => faults.push(media_fault(field, &file, why)),
                }
            }
            if kind == Kind::Pictures {
                add_pictures(object, all);
            } else if let Some(photo) = all.into_iter().next() {
                object.insert(field.into(), json!(photo));
            }
        }
        Kind::Attachments => {
            let mut all: Vec<Attachment> = stored(cell);
            for (file, name) in named_files(cell, spec, "name") {
                match media_of(&file).and_then(|()| media.attachment(&file, &name)) {
                    Ok(attachment) => all.push(attachment),
                    Err(why) => faults.push(media_fault(field, &file, why)),
                }
            }
            if !all.is_empty() {
                object.insert(field.into(), json!(all));
            }
        }
        _ => match cells::read(kind, cell, spec) {
            Ok(Some(value)) => {
                object.insert(field.into(), value);
            }
            Ok(None) => {}
            Err(what) => faults.push(Fault::bad(field, what, "correct the cell")),
        },
    }
}

/// Addresses on the network are left out with a word; the row itself is fine.
pub(super) fn media_of(file: &str) -> Result<(), String> {
    let lower = file.trim().to_ascii_lowercase();
    match lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//") {
        true => Err(REMOTE.into()),
        false => Ok(()),
    }
}

const REMOTE: &str = "an address on the network is not fetched";

pub(super) fn media_fault(field: &str, file: &str, why: String) -> Fault {
    if why == REMOTE {
        let advice = "it is left out; save the file beside the table and name it there";
        Fault::warning(field, format!("{file}: {why}"), advice)
    } else {
        Fault::bad(field, why, "correct the file or remove it from the row")
    }
}

/// File names with what belongs to them: `a.jpg;b.jpg`, `["a.jpg"]` or `[{"file": "a.jpg", "alt": "…"}]`.
fn named_files(cell: &Value, spec: &Spec, label: &str) -> Vec<(String, String)> {
    let one = |item: &Value| match item {
        Value::Object(o) => {
            let get = |key: &str| o.get(key).and_then(plain);
            Some((get("file")?, get(label).unwrap_or_default()))
        }
        other => Some((plain(other)?, String::new())),
    };
    match cell {
        Value::Array(items) => items.iter().filter_map(one).collect(),
        Value::String(text) => {
            let separator = spec.split.as_deref().filter(|s| !s.is_empty()).unwrap_or(";");
            let names = text.split(separator).map(str::trim).filter(|n| !n.is_empty());
            names.map(|n| (n.to_owned(), String::new())).collect()
        }
        other => one(other).into_iter().collect(),
    }
}

/// What is stored already, as in a published record that is put back corrected.
fn stored<T: serde::de::DeserializeOwned>(cell: &Value) -> Vec<T> {
    let items = match cell {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items
        .iter()
        .filter_map(|item| serde_json::from_value(item.clone()).ok())
        .collect()
}

fn add_pictures(object: &mut Map<String, Value>, found: Vec<Picture>) {
    if found.is_empty() {
        return;
    }
    let list = object.entry("pictures").or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        for picture in found {
            let sha = Value::from(picture.sha256.to_string());
            if list.iter().all(|p| p.get("sha256") != Some(&sha)) {
                list.push(json!(picture));
            }
        }
    }
}

/// Makes the record and asks the domain about it.
fn finish(collection: Collection, object: Map<String, Value>, out: &mut Read) {
    let json = Value::Object(object).to_string();
    let record = match Record::parse(collection, &json) {
        Ok(record) => record,
        Err(e) => {
            // A field that is already reported is missing for that reason.
            let text = e.to_string();
            let explained = out
                .faults
                .iter()
                .any(|f| !f.warning && text.contains(&format!("`{}`", f.field)));
            if !explained {
                let field = text.split('`').nth(1).unwrap_or_default().to_owned();
                let what = text.split(" at line ").next().unwrap_or_default();
                out.faults
                    .push(Fault::bad(&field, what, "correct the cell or the mapping"));
            }
            return;
        }
    };
    let known: HashSet<String> = out
        .faults
        .iter()
        .filter(|f| !f.warning)
        .map(|f| f.field.clone())
        .collect();
    for fault in record.faults() {
        if !known.contains(fault.field) {
            let (what, advice) = words(fault.kind);
            out.faults.push(Fault::bad(fault.field, what, advice));
        }
    }
    out.record = Some(record);
}

fn words(kind: FaultKind) -> (&'static str, &'static str) {
    match kind {
        FaultKind::Missing => ("empty", "it is required"),
        FaultKind::TooLong => ("too long", "shorten it, or publish it as an attachment"),
        FaultKind::NotPhone => (
            "not a telephone number",
            "digits in groups joined by single hyphens, such as 0577-88888888",
        ),
        FaultKind::TooMany => ("too many", "leave some out, or make several records"),
        FaultKind::TooDeep => (
            "nested too deeply",
            "save it again from an editor, or paste the plain text",
        ),
        FaultKind::NotUrl => ("not an address", "it begins with https:// or http://"),
        FaultKind::NotLocation => (
            "not a point on earth",
            "latitude −90 to 90, longitude −180 to 180; perhaps they are exchanged",
        ),
    }
}
