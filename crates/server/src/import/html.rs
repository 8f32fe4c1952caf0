//! The text of an article: its pictures become stored ones, and it is cleaned.

use super::{
    Fault, cells,
    media::Media,
    row::{media_fault, media_of},
};
use ammonia::{Builder, UrlRelative};
use serde_json::Value;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};
use weimenhu_domain::{html as domain, record::Picture};

/// A body above this is not even parsed; what is between it and the domain's limit may still become shorter
/// when the styles of an office program are taken away.
const MAX_RAW: usize = 8 << 20;

/// Reads a cell with HTML: its clean form, and the pictures in it. None when there is no text; why not is in
/// `faults`, except for a cell that is not there at all.
pub fn read(
    cell: &Value,
    field: &str,
    media: &mut Media,
    faults: &mut Vec<Fault>,
) -> Option<(String, Vec<Picture>)> {
    let text = text_of(cell, field, faults)?;
    if domain::is_too_deep(&text) {
        let advice = "save it again from an editor, or paste the plain text";
        faults.push(Fault::bad(field, "nested too deeply", advice));
        return None;
    }
    let (text, found) = take_pictures(&text, media, faults);
    if is_empty(&text) {
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
    Some((text, found))
}

fn text_of(cell: &Value, field: &str, faults: &mut Vec<Fault>) -> Option<String> {
    match cell {
        Value::Null => None,
        Value::String(text) if text.len() > MAX_RAW => {
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

/// Replaces the pictures of a text by stored ones and cleans the rest.
///
/// Two passes of the same parser: one to learn which files are named, one to write the new names, because the
/// parser's callbacks cannot borrow what stores the pictures.
fn take_pictures(text: &str, media: &mut Media, faults: &mut Vec<Fault>) -> (String, Vec<Picture>) {
    if !text.to_ascii_lowercase().contains("<img") {
        return (domain::clean(text), Vec::new());
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
        if domain::picture(&src).is_some() {
            names.insert(src.clone(), src);
            continue;
        }
        match media_of(&src).and_then(|()| media.picture(src.trim(), &alt)) {
            Ok(picture) => {
                let name = format!("{}{}", domain::PICTURE_SCHEME, picture.sha256);
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
    (without_nameless_pictures(&domain::clean(&renamed)), pictures)
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
fn is_empty(html: &str) -> bool {
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
