//! Reports (统计考核): by department, of the letters submitted in a time. Open letters that are overdue count as not on
//! time: whoever never answers must not look punctual. The public page is the same without the letters.

use super::{act::department_name, city_day};
use crate::{
    City, Result,
    store::petition::{self, delivery, people, score},
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;
use weimenhu_domain::petition::{Kind, Rating, State, deadline::Clock};

/// One line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Department; empty for the whole city.
    pub department: String,
    /// Letters routed to it.
    pub routed: u32,
    /// Of those answered.
    pub answered: u32,
    /// Responses that were due, and those in time.
    pub responses: (u32, u32),
    /// Answers that were due, and those in time.
    pub answers: (u32, u32),
    /// Days from routing to answer, sorted.
    pub days: Vec<i32>,
    /// Ratings: number and sum of 1 to 5.
    pub ratings: (u32, u32),
    /// Opened again.
    pub reopened: u32,
    /// Extended.
    pub extended: u32,
    /// 督办.
    pub supervised: u32,
    /// Deductions.
    pub score: i64,
}

/// What is reported on.
#[derive(Debug, Clone)]
pub struct Asked {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this county.
    pub county: String,
}

impl Line {
    /// 按期回应率 in percent; `None` when nothing was due.
    pub fn response_rate(&self) -> Option<f64> {
        percent(self.responses)
    }

    /// 按期反馈率 in percent.
    pub fn answer_rate(&self) -> Option<f64> {
        percent(self.answers)
    }

    /// Mean of the grades.
    pub fn satisfaction(&self) -> Option<f64> {
        let (count, sum) = self.ratings;
        (count > 0).then(|| f64::from(sum) / f64::from(count))
    }

    /// Days in which this share of the answers came.
    pub fn within(&self, share: usize) -> Option<i32> {
        let last = self.days.len().checked_sub(1)?;
        self.days.get(last.saturating_mul(share) / 100).copied()
    }

    fn add(&mut self, p: &petition::Model, d: &delivery::Model, today: Date) {
        self.routed += 1;
        self.extended += u32::from(d.extended == 1);
        self.supervised += u32::from(!d.supervised_on.is_empty());
        // A limit of a letter that its writer took back is nobody's to keep; what was late before stands as an event.
        let kept =
            |clock: Clock| (p.state != State::Withdrawn.name() || clock.met.is_some()).then_some(clock);
        judge(&mut self.responses, d.respond().and_then(kept), today);
        judge(&mut self.answers, d.resolve().and_then(kept), today);
        self.reopened += u32::from(p.reopened == 1);
        if let Some(rating) = Rating::named(&p.rating) {
            self.ratings.0 += 1;
            self.ratings.1 += u32::from(rating.score());
        }
        if let Some((met, routed)) = petition::day(&d.resolve_met).zip(petition::day(&d.routed_on)) {
            self.answered += 1;
            self.days
                .push(met.since(routed).map(|s| s.get_days()).unwrap_or_default());
        }
    }
}

fn percent((due, on_time): (u32, u32)) -> Option<f64> {
    (due > 0).then(|| f64::from(on_time) * 100.0 / f64::from(due))
}

/// A limit that was met, or has passed, counts; one that still runs does not yet.
fn judge(count: &mut (u32, u32), clock: Option<Clock>, today: Date) {
    let Some(clock) = clock else { return };
    if clock.met.is_some() || clock.is_missed(today) {
        count.0 += 1;
        count.1 += u32::from(!clock.is_missed(today));
    }
}

/// The lines: the whole city first, then the departments by name.
///
/// # Errors
/// The database's.
pub async fn lines(city: &City, asked: &Asked, now: Timestamp) -> Result<Vec<Line>> {
    let db = city.store.read();
    let start = |day: Date| {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        day.to_zoned(zone)
            .map(|z| z.timestamp().as_millisecond())
            .unwrap_or_default()
    };
    let until = asked.until.tomorrow().unwrap_or(asked.until);
    let mut letters = petition::submitted(db, start(asked.from), start(until)).await?;
    letters.retain(|p| {
        let kind = asked.kind.is_none_or(|k| p.kind == k.name());
        kind && (asked.county.is_empty() || p.county == asked.county) && p.state != State::Merged.name()
    });
    let ids: Vec<i64> = letters.iter().map(|p| p.id).collect();
    let deliveries = delivery::all_of(db, &ids).await?;
    let departments = people::departments(db).await?;
    let today = city_day(now);
    let mut whole = Line::default();
    let mut by: BTreeMap<i64, Line> = BTreeMap::new();
    let letters: BTreeMap<i64, &petition::Model> = letters.iter().map(|p| (p.id, p)).collect();
    for d in &deliveries {
        let Some(p) = letters.get(&d.petition) else {
            continue;
        };
        // What was routed elsewhere counts for the department that has it now, and once for the city.
        if p.delivery == d.number {
            whole.add(p, d, today);
            by.entry(d.lead).or_default().add(p, d, today);
        }
    }
    for row in score::between(db, asked.from, today).await? {
        if row.counts() && letters.contains_key(&row.petition) {
            whole.score = whole.score.saturating_add(row.points);
            let line = by.entry(row.department).or_default();
            line.score = line.score.saturating_add(row.points);
        }
    }
    let mut lines: Vec<Line> = by
        .into_iter()
        .map(|(id, line)| Line {
            department: department_name(&departments, id),
            ..line
        })
        .collect();
    lines.sort_by(|a, b| a.department.cmp(&b.department));
    lines.insert(0, whole);
    lines.iter_mut().for_each(|l| l.days.sort_unstable());
    Ok(lines)
}

/// The columns of every table, as Fluent ids.
pub const COLUMNS: [&str; 13] = [
    "report-department",
    "report-routed",
    "report-answered",
    "report-response-rate",
    "report-answer-rate",
    "report-median",
    "report-p90",
    "report-satisfaction",
    "report-reopened",
    "report-extended",
    "report-supervised",
    "report-score",
    "report-rated",
];

/// The cells of a line, in the order of [`COLUMNS`].
pub fn cells(line: &Line) -> [String; 13] {
    let number = |n: Option<f64>| n.map(|n| format!("{n:.1}")).unwrap_or_default();
    let days = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        line.department.clone(),
        line.routed.to_string(),
        line.answered.to_string(),
        number(line.response_rate()),
        number(line.answer_rate()),
        days(line.within(50)),
        days(line.within(90)),
        number(line.satisfaction()),
        line.reopened.to_string(),
        line.extended.to_string(),
        line.supervised.to_string(),
        line.score.to_string(),
        line.ratings.0.to_string(),
    ]
}

/// As CSV with a byte-order mark, which spreadsheets in China need to read UTF-8. A cell that would be a formula is
/// quoted as text.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(titles: &[String], lines: &[Line]) -> Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let wrong = |_| crate::Error::Inconsistent("a report cannot be written".into());
    out.write_record(titles).map_err(wrong)?;
    for line in lines {
        let safe = |c: String| {
            if c.starts_with(['=', '+', '@']) {
                format!("'{c}")
            } else {
                c
            }
        };
        out.write_record(cells(line).map(safe)).map_err(wrong)?;
    }
    out.into_inner()
        .map_err(|_| crate::Error::Inconsistent("a report cannot be written".into()))
}

/// As an Excel workbook.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn xlsx(titles: &[String], lines: &[Line]) -> Result<Vec<u8>> {
    let wrong = |_| crate::Error::Inconsistent("a report cannot be written".into());
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(titles) {
        sheet.write_string(0, column, title).map_err(wrong)?;
    }
    for (row, line) in (1..).zip(lines) {
        for (column, cell) in (0..).zip(cells(line)) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).map_err(wrong)?,
                Err(_) => sheet.write_string(row, column, &cell).map_err(wrong)?,
            };
        }
    }
    book.save_to_buffer().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn open_and_overdue_counts_as_not_on_time_and_open_in_time_not_at_all() {
        let today = date(2025, 10, 14);
        let clock = |due, met| {
            Some(Clock {
                due: date(2025, 10, due),
                met,
            })
        };
        let mut count = (0, 0);
        judge(&mut count, clock(13, Some(date(2025, 10, 13))), today);
        judge(&mut count, clock(13, Some(date(2025, 10, 14))), today);
        judge(&mut count, clock(13, None), today);
        judge(&mut count, clock(14, None), today);
        judge(&mut count, None, today);
        assert_eq!(count, (3, 1));
        assert_eq!(percent((0, 0)), None);
        let line = Line {
            days: (1..=10).collect(),
            ..Line::default()
        };
        assert_eq!((line.within(50), line.within(90)), (Some(5), Some(9)));
        let table = csv(
            &COLUMNS.map(str::to_owned),
            &[Line {
                department: "=1+1".into(),
                ..line
            }],
        )
        .unwrap();
        assert!(String::from_utf8(table).unwrap().contains("\n'=1+1,"));
    }
}
