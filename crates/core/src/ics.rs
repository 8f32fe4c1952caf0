//! A last day as an entry for the person's own calendar (RFC 5545). It names the letter by its number alone: calendars
//! are shared with families and employers.

use crate::download::{Download, file_name};
use jiff::{Timestamp, civil::Date};

/// An entry for the whole of `due`.
pub(crate) fn ics(app: &str, number: &str, due: Date, now: Timestamp) -> Download {
    let day = |d: Date| d.strftime("%Y%m%d").to_string();
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let until = day(due.tomorrow().unwrap_or(due));
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("PRODID:-//{}//letters//", escape(app)),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{number}-{}@weimenhu", day(due)),
        format!("DTSTAMP:{stamp}"),
        format!("DTSTART;VALUE=DATE:{}", day(due)),
        format!("DTEND;VALUE=DATE:{until}"),
        format!("SUMMARY:{} {}", escape(app), escape(number)),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    Download {
        name: file_name(&format!("{number}.ics")),
        bytes: text.into_bytes(),
    }
}

fn escape(text: &str) -> String {
    let plain = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    plain.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_entry_takes_the_whole_day() {
        let entry = ics(
            "门户,甲",
            "2026-000001-20",
            date(2026, 12, 31),
            Timestamp::UNIX_EPOCH,
        );
        let text = String::from_utf8(entry.bytes).unwrap();
        assert!(text.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"));
        assert!(text.contains("SUMMARY:门户\\,甲 2026-000001-20\r\n"));
        assert_eq!(entry.name, "2026-000001-20.ics");
    }
}
