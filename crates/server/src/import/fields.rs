//! The fields of each collection as an importer sees them: name and kind. The types in `weimenhu_domain` decide;
//! a test finds names here that they do not have.

use weimenhu_domain::Collection;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Html,
    Number,
    Time,
    Phones,
    Location,
    Picture,
    Pictures,
    Attachments,
    /// A JSON list or object, taken as it is.
    Json,
}

/// The fields of a collection's records.
pub const fn of(collection: Collection) -> &'static [(&'static str, Kind)] {
    use Kind::{Attachments, Html, Json, Location, Number, Phones, Picture, Pictures, Text, Time};
    match collection {
        Collection::News | Collection::Notices => &[
            ("title", Text),
            ("summary", Text),
            // Before html, so that a picture named in both is counted once, in this order.
            ("pictures", Pictures),
            ("html", Html),
            ("published", Time),
            ("source", Text),
            ("department", Text),
            ("kind", Text),
            ("county", Text),
            ("attachments", Attachments),
            ("mark", Json),
        ],
        Collection::Leaders => &[
            ("name", Text),
            ("post", Text),
            ("portfolio", Text),
            ("department", Text),
            ("photo", Picture),
            ("order", Number),
        ],
        Collection::Agencies => &[
            ("name", Text),
            ("short", Text),
            ("parent", Text),
            ("kind", Text),
            ("duties", Text),
            ("address", Text),
            ("phones", Phones),
            ("hours", Text),
            ("location", Location),
            ("county", Text),
            ("website", Text),
        ],
        Collection::Phones => &[
            ("name", Text),
            ("phones", Phones),
            ("category", Text),
            ("hours", Text),
            ("note", Text),
            ("county", Text),
        ],
        Collection::Schools => &[
            ("name", Text),
            ("level", Text),
            ("ownership", Text),
            ("county", Text),
            ("address", Text),
            ("phones", Phones),
            ("location", Location),
            ("website", Text),
        ],
        Collection::Hospitals => &[
            ("name", Text),
            ("kind", Text),
            ("grade", Text),
            ("county", Text),
            ("address", Text),
            ("phones", Phones),
            ("hours", Text),
            ("location", Location),
            ("website", Text),
        ],
        Collection::Calendar => &[("year", Number), ("papers", Json), ("days", Json)],
        // Letters come from citizens, never from a table.
        Collection::Petitions => &[],
    }
}

/// Texts that must not be left out; when they are, they are imported as empty and the domain's check says so.
pub fn is_required_text(collection: Collection, field: &str) -> bool {
    match collection {
        Collection::News | Collection::Notices => matches!(field, "title" | "html"),
        Collection::Leaders => matches!(field, "name" | "post"),
        Collection::Agencies | Collection::Hospitals => matches!(field, "name" | "kind"),
        Collection::Phones => matches!(field, "name" | "category"),
        Collection::Schools => matches!(field, "name" | "level"),
        Collection::Calendar | Collection::Petitions => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};
    use std::collections::BTreeSet;
    use weimenhu_domain::Record;

    /// A value that the type does not leave out when it is written.
    fn filled(kind: Kind, field: &str) -> Value {
        let picture = json!({"sha256": "0".repeat(64), "width": 1, "height": 1, "alt": ""});
        match (kind, field) {
            (Kind::Text | Kind::Html, _) => json!("文"),
            (Kind::Number, _) => json!(1),
            (Kind::Time, _) => json!("2026-01-01T00:00:00Z"),
            (Kind::Phones, _) => json!([{"number": "110"}]),
            (Kind::Location, _) => json!({"lat": 1.0, "lng": 1.0}),
            (Kind::Picture, _) => picture,
            (Kind::Pictures, _) => json!([picture]),
            (Kind::Attachments, _) => {
                json!([{"name": "a", "sha256": "0".repeat(64), "size": 1, "media_type": "x"}])
            }
            (Kind::Json, "mark") => json!({"kind": "expired", "since": "2026-01-01"}),
            (Kind::Json, "papers") => json!(["https://x.example"]),
            (Kind::Json, _) => json!([{"name": "春节", "date": "2026-01-01", "isOffDay": true}]),
        }
    }

    #[test]
    fn the_fields_are_those_of_the_domain_type() {
        for collection in Collection::ALL
            .into_iter()
            .filter(|c| *c != Collection::Petitions)
        {
            let given: Map<String, Value> = of(collection)
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), filled(*kind, name)))
                .collect();
            // An unknown field would vanish here.
            let record = Record::parse(collection, &Value::from(given.clone()).to_string()).unwrap();
            let written = serde_json::to_value(&record).unwrap();
            let names = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(names(written.as_object().unwrap()), names(&given), "{collection}");
        }
    }
}
