//! What makes a record acceptable for publication. The server applies it to every import and every edit.
//!
//! Rejected: a validation derive. The rules are few, and each wants a sentence that a clerk understands; the
//! server words them from [`FaultKind`].

use super::{Location, Record, Tel};
use serde::Serialize;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Required, but empty.
    Missing,
    /// Longer than allowed.
    TooLong,
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

impl Record {
    /// Everything that keeps the record from being published; empty when it may be.
    pub fn faults(&self) -> Vec<Fault> {
        let mut found = Faults(Vec::new());
        match self {
            Self::News(a) | Self::Notice(a) => {
                found.title("title", &a.title);
                found.text("summary", &a.summary);
                found.required("html", &a.html);
                if a.html.len() > MAX_HTML {
                    found.add("html", FaultKind::TooLong);
                }
            }
            Self::Leader(l) => {
                found.title("name", &l.name);
                found.title("post", &l.post);
                found.text("portfolio", &l.portfolio);
            }
            Self::Agency(a) => {
                found.title("name", &a.name);
                found.required("kind", &a.kind);
                found.text("duties", &a.duties);
                found.place(&a.phones, a.location, &a.website);
            }
            Self::Phone(p) => {
                found.title("name", &p.name);
                found.required("category", &p.category);
                if p.phones.is_empty() {
                    found.add("phones", FaultKind::Missing);
                }
                found.place(&p.phones, None, "");
            }
            Self::School(s) => {
                found.title("name", &s.name);
                found.required("level", &s.level);
                found.place(&s.phones, s.location, &s.website);
            }
            Self::Hospital(h) => {
                found.title("name", &h.name);
                found.required("kind", &h.kind);
                found.place(&h.phones, h.location, &h.website);
            }
            Self::Calendar(_) => {}
        }
        found.0
    }
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, field: &'static str, kind: FaultKind) {
        self.0.push(Fault { field, kind });
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

    fn place(&mut self, phones: &[Tel], location: Option<Location>, website: &str) {
        if phones.iter().any(|t| !is_phone(&t.number)) {
            self.add("phones", FaultKind::NotPhone);
        }
        if location.is_some_and(|l| !(-90.0..=90.0).contains(&l.lat) || !(-180.0..=180.0).contains(&l.lng)) {
            self.add("location", FaultKind::NotLocation);
        }
        if !website.is_empty() && !website.starts_with("https://") && !website.starts_with("http://") {
            self.add("website", FaultKind::NotUrl);
        }
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
