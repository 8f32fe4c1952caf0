//! One row becomes one record, or a list of what is wrong with it. All of it: a clerk corrects a table once.

use super::{
    Fault, cells,
    fields::{self, Kind},
    mapping::{From, Mapping, Spec, lookup, plain},
    media::Media,
    table::Row,
};
use ammonia::{Builder, UrlRelative};
use serde_json::{Map, Value, json};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};
use weimenhu_domain::{
    Collection, Record, html,
    record::{Attachment, FaultKind, Picture},
};

/// A body above this is not even parsed; what is between it and the domain's limit may still become shorter
/// when the styles of an office program are taken away.
const MAX_RAW_HTML: usize = 8 << 20;

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
            if let Some(text) = text_of_html(cell, field, faults) {
                let (text, found) = take_pictures(&text, media, faults);
                if text_is_empty(&text) {
                    let (what, why) = if cells::is_empty(cell) {
                        ("missing", "give a text, or a `default` in the mapping")
                    } else {
                        (
                            "nothing is left after cleaning",
                            "the text holds only what may not be published",
                        )
                    };
                    faults.push(Fault::bad(field, what, why));
                }
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

fn text_of_html(cell: &Value, field: &str, faults: &mut Vec<Fault>) -> Option<String> {
    match cell {
        Value::Null => None,
        Value::String(text) if text.len() > MAX_RAW_HTML => {
            let what = format!("{} MB long", text.len() >> 20);
            faults.push(Fault::bad(field, what, "publish it as an attachment"));
            None
        }
        Value::String(text) => Some(text.clone()),
        _ => {
            faults.push(Fault::bad(field, "a text is expected here", "correct the cell"));
            None
        }
    }
}

/// Addresses on the network are left out with a word; the row itself is fine.
fn media_of(file: &str) -> Result<(), String> {
    let lower = file.trim().to_ascii_lowercase();
    match lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//") {
        true => Err(REMOTE.into()),
        false => Ok(()),
    }
}

const REMOTE: &str = "an address on the network is not fetched";

fn media_fault(field: &str, file: &str, why: String) -> Fault {
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

/// Replaces the pictures of a text by stored ones and cleans the rest.
///
/// Two passes of the same parser: one to learn which files are named, one to write the new names, because the
/// parser's callbacks cannot borrow what stores the pictures.
fn take_pictures(text: &str, media: &mut Media, faults: &mut Vec<Fault>) -> (String, Vec<Picture>) {
    if !text.to_ascii_lowercase().contains("<img") {
        return (html::clean(text), Vec::new());
    }
    let named: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let note = named.clone();
    let mut first = permissive();
    first.attribute_filter(move |tag, attribute, value| {
        if tag == "img" {
            let mut seen = note.lock().unwrap_or_else(PoisonError::into_inner);
            match (attribute, seen.last_mut()) {
                ("src", _) => seen.push((value.to_owned(), String::new())),
                // In the order of the text an alt belongs to the src before it; the reverse order is rare and
                // only loses the description in the list, not in the text.
                ("alt", Some((_, alt))) if alt.is_empty() => *alt = value.to_owned(),
                _ => {}
            }
        }
        Some(Cow::Borrowed(value))
    });
    first.clean(text);
    let named = std::mem::take(&mut *named.lock().unwrap_or_else(PoisonError::into_inner));
    let mut pictures: Vec<Picture> = Vec::new();
    let mut names: HashMap<String, String> = HashMap::new();
    for (src, alt) in named {
        if names.contains_key(&src) {
            continue;
        }
        if html::picture(&src).is_some() {
            names.insert(src.clone(), src);
            continue;
        }
        match media_of(&src).and_then(|()| media.picture(src.trim(), &alt)) {
            Ok(picture) => {
                let name = format!("{}{}", html::PICTURE_SCHEME, picture.sha256);
                names.insert(src, name);
                pictures.push(picture);
            }
            Err(why) => faults.push(media_fault("html", &src, why)),
        }
    }
    let mut second = permissive();
    second.attribute_filter(move |tag, attribute, value| match (tag, attribute) {
        ("img", "src") => names.get(value).cloned().map(Cow::Owned),
        _ => Some(Cow::Borrowed(value)),
    });
    let renamed = second.clean(text).to_string();
    (without_nameless_pictures(&html::clean(&renamed)), pictures)
}

/// Lets through everything that [`html::clean`] might keep; that decides afterwards.
fn permissive() -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .add_url_schemes(["picture", "file", "data"])
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .clean_content_tags(HashSet::from([
            "script", "style", "iframe", "object", "template", "noscript", "svg", "math",
        ]));
    builder
}

/// A picture that was not taken leaves an `<img>` that shows nothing.
fn without_nameless_pictures(clean: &str) -> String {
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some((before, tag)) = rest.split_once("<img") {
        out.push_str(before);
        // The text is serialised by ammonia: `>` inside of an attribute is written as it is, quotes are not.
        let mut quoted = false;
        let end = tag.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '>' && !quoted
        });
        let (img, after) = end
            .and_then(|(at, _)| tag.split_at_checked(at + 1))
            .unwrap_or((tag, ""));
        if img.contains("src=\"") {
            out.push_str("<img");
            out.push_str(img);
        }
        rest = after;
    }
    out + rest
}

/// No letter and no picture is left.
fn text_is_empty(html: &str) -> bool {
    let mut in_tag = false;
    let letters = html.replace("&nbsp;", " ");
    let any = letters.chars().any(|c| {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c => return !in_tag && !c.is_whitespace(),
        }
        false
    });
    !any && !html.contains("<img")
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
        FaultKind::NotUrl => ("not an address", "it begins with https:// or http://"),
        FaultKind::NotLocation => (
            "not a point on earth",
            "latitude −90 to 90, longitude −180 to 180; perhaps they are exchanged",
        ),
    }
}
