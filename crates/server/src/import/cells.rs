//! From a cell to a field's value: text, numbers, times, telephone numbers, places.
//!
//! Times without an offset are city time (+08:00), and a day alone is its beginning.

use super::{
    datum,
    fields::Kind,
    mapping::{Spec, plain},
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use serde_json::{Value, json};
use weimenhu_domain::record::Location;

/// The city's clock.
const CITY: Offset = jiff::tz::offset(8);

/// Reads the simple kinds. `Ok(None)`: the cell is empty.
pub fn read(kind: Kind, cell: &Value, spec: &Spec) -> Result<Option<Value>, String> {
    if is_empty(cell) {
        return Ok(None);
    }
    match kind {
        Kind::Time => time(cell, spec.format.as_deref()).map(Some),
        Kind::Number => number(cell).map(Some),
        Kind::Phones => phones(cell, spec.split.as_deref()).map(Some),
        Kind::Location => location(cell, spec.datum.as_deref()).map(Some),
        Kind::Json => structured(cell).map(Some),
        _ => match plain(cell) {
            Some(text) => Ok(Some(Value::from(text))),
            None => Err("a text is expected here".into()),
        },
    }
}

/// Nothing, in any of the ways in which a table says it.
pub fn is_empty(cell: &Value) -> bool {
    match cell {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn time(cell: &Value, format: Option<&str>) -> Result<Value, String> {
    let text = plain(cell).ok_or("a date is expected here")?;
    let read = match format {
        Some(format) => with_format(&text, format),
        None => text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| text.parse::<DateTime>().ok().and_then(in_city))
            .or_else(|| text.parse::<Date>().ok().and_then(|d| in_city(d.into()))),
    };
    read.map(|t| Value::from(t.to_string()))
        .ok_or_else(|| match format {
            Some(format) => format!("{text:?} is not a date written as {format}"),
            None => format!("{text:?} is not a date such as 2026-01-31 or 2026-01-31T09:00:00+08:00"),
        })
}

fn with_format(text: &str, format: &str) -> Option<Timestamp> {
    let with_offset = jiff::fmt::strtime::parse(format, text).ok()?;
    with_offset
        .to_timestamp()
        .ok()
        .or_else(|| with_offset.to_datetime().ok().and_then(in_city))
        .or_else(|| with_offset.to_date().ok().and_then(|d| in_city(d.into())))
}

fn in_city(at: DateTime) -> Option<Timestamp> {
    Some(at.to_zoned(TimeZone::fixed(CITY)).ok()?.timestamp())
}

fn number(cell: &Value) -> Result<Value, String> {
    let text = plain(cell).ok_or("a whole number is expected here")?;
    // Places in an order and years: nothing that is counted here goes below 0.
    let number: u32 = text
        .parse()
        .map_err(|_| format!("{text:?} is not a whole number from 0 on"))?;
    Ok(Value::from(number))
}

/// `12345`, `值班:0577-1234567`, several of them with a separator, or the JSON form.
fn phones(cell: &Value, split: Option<&str>) -> Result<Value, String> {
    let one = |text: &str| {
        let (label, number) = text
            .rsplit_once([':', '：'])
            .map_or(("", text), |(label, number)| (label.trim(), number));
        json!({ "label": label, "number": number.trim() })
    };
    if let Value::Array(items) = cell {
        let all = items.iter().map(|item| match item {
            Value::Object(_) => Ok(item.clone()),
            other => plain(other)
                .map(|text| one(&text))
                .ok_or_else(|| "a list of telephone numbers is expected here".to_owned()),
        });
        return all.collect::<Result<Vec<_>, _>>().map(Value::from);
    }
    let text = plain(cell).ok_or("telephone numbers are expected here")?;
    let parts: Vec<&str> = match split {
        Some(separator) if !separator.is_empty() => text.split(separator).collect(),
        _ => text.split(['、', ';', '；', ',', '，', '\n']).collect(),
    };
    let parts = parts.into_iter().map(str::trim).filter(|p| !p.is_empty());
    Ok(parts.map(one).collect())
}

/// `{"lat": …, "lng": …}` or `lat,lng`.
fn location(cell: &Value, datum: Option<&str>) -> Result<Value, String> {
    let expected = || "a place is expected here: latitude and longitude in degrees".to_owned();
    let degrees = |value: &Value| plain(value)?.parse::<f64>().ok().filter(|d| d.is_finite());
    let (lat, lng) = match cell {
        Value::Object(object) => (
            object.get("lat").and_then(degrees),
            object.get("lng").and_then(degrees),
        ),
        other => {
            let text = plain(other).ok_or_else(expected)?;
            let (lat, lng) = text.split_once([',', '，']).ok_or_else(expected)?;
            (lat.trim().parse().ok(), lng.trim().parse().ok())
        }
    };
    let (lat, lng) = lat.zip(lng).ok_or_else(expected)?;
    let at = datum::to_wgs84(datum.unwrap_or("wgs84"), Location { lat, lng });
    Ok(json!({ "lat": at.lat, "lng": at.lng }))
}

/// JSON as it is, or as text in a cell.
fn structured(cell: &Value) -> Result<Value, String> {
    match cell {
        Value::String(text) => serde_json::from_str(text).map_err(|e| format!("JSON is expected here: {e}")),
        other => Ok(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(kind: Kind, text: &str, spec: &Spec) -> Result<Option<Value>, String> {
        read(kind, &Value::from(text), spec)
    }

    #[test]
    fn times_are_city_time_unless_they_say_otherwise() {
        let plain = Spec::default();
        for (text, utc) in [
            ("2026-01-31", "2026-01-30T16:00:00Z"),
            ("2026-01-31 09:30:00", "2026-01-31T01:30:00Z"),
            ("2026-01-31T09:30:00+01:00", "2026-01-31T08:30:00Z"),
        ] {
            assert_eq!(
                read_text(Kind::Time, text, &plain),
                Ok(Some(utc.into())),
                "{text}"
            );
        }
        for (text, format) in [("2026年1月31日", "%Y年%m月%d日"), ("31/01/2026", "%d/%m/%Y")] {
            let spec = Spec {
                format: Some(format.into()),
                ..Spec::default()
            };
            let utc = Value::from("2026-01-30T16:00:00Z");
            assert_eq!(read_text(Kind::Time, text, &spec), Ok(Some(utc)), "{text}");
        }
        assert!(read_text(Kind::Time, "yesterday", &plain).is_err());
        assert_eq!(read_text(Kind::Time, "  ", &plain), Ok(None));
    }

    #[test]
    fn phones_come_with_or_without_labels_and_separators() {
        let plain = Spec::default();
        let two = read_text(Kind::Phones, "急诊：0577-1、12345", &plain)
            .unwrap()
            .unwrap();
        assert_eq!(
            two,
            json!([{"label": "急诊", "number": "0577-1"}, {"label": "", "number": "12345"}])
        );
    }

    #[test]
    fn places_are_pairs_of_degrees() {
        let plain = Spec::default();
        let at = read_text(Kind::Location, "27.99,120.69", &plain)
            .unwrap()
            .unwrap();
        assert_eq!(at, json!({"lat": 27.99, "lng": 120.69}));
        assert!(read_text(Kind::Location, "温州", &plain).is_err());
        assert!(read(Kind::Location, &json!({"lat": 27.9}), &plain).is_err());
    }
}
