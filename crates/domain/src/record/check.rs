//! What makes a record acceptable for publication. The server applies it to every import and every edit.
//!
//! Rejected: a validation derive. The rules are few, and each wants a sentence that a clerk understands; the
//! server words them from [`FaultKind`].

use super::{Location, Record, Tel};
use crate::html;
use serde::Serialize;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Required, but empty.
    Missing,
    /// Longer than allowed.
    TooLong,
    /// More of them than allowed.
    TooMany,
    /// HTML nested deeper than any text needs: it would stall who lays it out.
    TooDeep,
    /// Not a telephone number: digits with single hyphens, 3 to 20 characters.
    NotPhone,
    /// Not an `https://` or `http://` address.
    NotUrl,
    /// Not a point on earth, or latitude and longitude exchanged.
    NotLocation,
}

/// A field of a record that cannot be published as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The field's name in the record type.
    pub field: &'static str,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// The longest HTML body, in bytes. Longer ones are books: publish them as an attachment.
pub const MAX_HTML: usize = 2 << 20;
/// The longest title or name, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest other plain text, in characters.
pub const MAX_TEXT: usize = 10_000;
/// The longest of what lists are filtered by and rows are told apart by, in characters.
pub const MAX_WORD: usize = 100;
/// The most phones, pictures, attachments or days.
pub const MAX_ITEMS: usize = 400;

impl Record {
    /// Everything that keeps the record from being published; empty when it may be.
    pub fn faults(&self) -> Vec<Fault> {
        let mut found = Faults(Vec::new());
        match self {
            Self::News(a) | Self::Notice(a) => {
                found.title("title", &a.title);
                found.text("summary", &a.summary);
                found.html("html", &a.html);
                found.words(&[
                    ("source", &a.source),
                    ("department", &a.department),
                    ("kind", &a.kind),
                    ("county", &a.county),
                ]);
                found.count("pictures", a.pictures.len());
                a.pictures.iter().for_each(|p| found.text("pictures", &p.alt));
                found.count("attachments", a.attachments.len());
                a.attachments
                    .iter()
                    .for_each(|f| found.title("attachments", &f.name));
                a.mark.iter().for_each(|m| found.text("mark", &m.reason));
            }
            Self::Leader(l) => {
                found.title("name", &l.name);
                found.title("post", &l.post);
                found.words(&[("department", &l.department)]);
                found.text("portfolio", &l.portfolio);
                l.photo.iter().for_each(|p| found.text("photo", &p.alt));
            }
            Self::Agency(a) => {
                found.title("name", &a.name);
                found.required("kind", &a.kind);
                found.words(&[("kind", &a.kind), ("short", &a.short), ("county", &a.county)]);
                found.text("parent", &a.parent);
                found.text("duties", &a.duties);
                found.text("address", &a.address);
                found.text("hours", &a.hours);
                found.place(&a.phones, a.location, &a.website);
            }
            Self::Phone(p) => {
                found.title("name", &p.name);
                found.required("category", &p.category);
                found.words(&[("category", &p.category), ("county", &p.county)]);
                found.text("hours", &p.hours);
                found.text("note", &p.note);
                if p.phones.is_empty() {
                    found.add("phones", FaultKind::Missing);
                }
                found.place(&p.phones, None, "");
            }
            Self::School(s) => {
                found.title("name", &s.name);
                found.required("level", &s.level);
                found.words(&[
                    ("level", &s.level),
                    ("ownership", &s.ownership),
                    ("county", &s.county),
                ]);
                found.text("address", &s.address);
                found.place(&s.phones, s.location, &s.website);
            }
            Self::Hospital(h) => {
                found.title("name", &h.name);
                found.required("kind", &h.kind);
                found.words(&[("kind", &h.kind), ("grade", &h.grade), ("county", &h.county)]);
                found.text("address", &h.address);
                found.text("hours", &h.hours);
                found.place(&h.phones, h.location, &h.website);
            }
            Self::Petition(l) => {
                if l.title.chars().count() > MAX_TITLE {
                    found.add("title", FaultKind::TooLong);
                }
                found.text("text", &l.text);
                l.words.iter().for_each(|w| found.text("words", &w.text));
            }
            Self::Calendar(c) => {
                found.count("papers", c.papers.len());
                c.papers.iter().for_each(|paper| found.url("papers", paper));
                found.count("days", c.days.len());
                c.days.iter().for_each(|day| found.words(&[("days", &day.name)]));
            }
        }
        found.0
    }
}

struct Faults(Vec<Fault>);

impl Faults {
    /// Once for a field and kind, however many items of a list have it.
    fn add(&mut self, field: &'static str, kind: FaultKind) {
        let fault = Fault { field, kind };
        if !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    fn required(&mut self, field: &'static str, text: &str) {
        if text.trim().is_empty() {
            self.add(field, FaultKind::Missing);
        }
    }

    fn title(&mut self, field: &'static str, text: &str) {
        self.required(field, text);
        if text.chars().count() > MAX_TITLE {
            self.add(field, FaultKind::TooLong);
        }
    }

    fn text(&mut self, field: &'static str, text: &str) {
        if text.chars().count() > MAX_TEXT {
            self.add(field, FaultKind::TooLong);
        }
    }

    fn words(&mut self, fields: &[(&'static str, &String)]) {
        for (field, text) in fields {
            if text.chars().count() > MAX_WORD {
                self.add(field, FaultKind::TooLong);
            }
        }
    }

    fn count(&mut self, field: &'static str, items: usize) {
        if items > MAX_ITEMS {
            self.add(field, FaultKind::TooMany);
        }
    }

    fn html(&mut self, field: &'static str, text: &str) {
        self.required(field, text);
        if text.len() > MAX_HTML {
            self.add(field, FaultKind::TooLong);
        } else if html::is_too_deep(text) {
            self.add(field, FaultKind::TooDeep);
        }
    }

    fn url(&mut self, field: &'static str, text: &str) {
        if !text.starts_with("https://") && !text.starts_with("http://") {
            self.add(field, FaultKind::NotUrl);
        }
        self.text(field, text);
    }

    fn place(&mut self, phones: &[Tel], location: Option<Location>, website: &str) {
        if phones.iter().any(|t| !is_phone(&t.number)) {
            self.add("phones", FaultKind::NotPhone);
        }
        if location.is_some_and(|l| !(-90.0..=90.0).contains(&l.lat) || !(-180.0..=180.0).contains(&l.lng)) {
            self.add("location", FaultKind::NotLocation);
        }
        if !website.is_empty() {
            self.url("website", website);
        }
        self.count("phones", phones.len());
        phones.iter().for_each(|t| self.words(&[("phones", &t.label)]));
    }
}

/// Digits in groups joined by single hyphens, 3 to 20 characters: what a dialler takes.
fn is_phone(number: &str) -> bool {
    (3..=20).contains(&number.len())
        && number
            .split('-')
            .all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collection;
    use serde_json::json;

    fn faults(collection: Collection, json: &serde_json::Value) -> Vec<(&'static str, FaultKind)> {
        let record = Record::parse(collection, &json.to_string()).unwrap();
        record.faults().into_iter().map(|f| (f.field, f.kind)).collect()
    }

    #[test]
    fn every_field_has_a_limit() {
        let long = "长".repeat(100_000);
        let phone = json!({"name": "甲", "category": "乙", "phones": [{"number": "110", "label": long}],
            "note": long, "hours": long, "county": long});
        let all = faults(Collection::Phones, &phone);
        assert_eq!(
            all,
            [
                ("county", FaultKind::TooLong),
                ("hours", FaultKind::TooLong),
                ("note", FaultKind::TooLong),
                ("phones", FaultKind::TooLong)
            ]
        );
        let year = json!({"year": 2026, "papers": ["javascript:alert(1)"]});
        assert_eq!(
            faults(Collection::Calendar, &year),
            [("papers", FaultKind::NotUrl)]
        );
        let deep =
            json!({"title": "甲", "html": "<div>".repeat(60_000), "published": "2026-01-01T00:00:00Z"});
        assert_eq!(faults(Collection::News, &deep), [("html", FaultKind::TooDeep)]);
    }

    #[test]
    fn phone_numbers_are_what_a_dialler_takes() {
        for good in ["12345", "0577-88888888", "400-800-8820", "110"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in [
            "",
            "12",
            "0577--8888",
            "-110",
            "0577 88888888",
            "８８８８",
            "12345转1",
            "1".repeat(21).as_str(),
        ] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
