//! 网络问政 without a window: `due` counts working days, `redact` masks personal data. Both are filters.
//!
//! Input is checked whole before anything is printed: half an answer before an error would be taken for the answer.

use crate::{command::Session, print};
use jiff::civil::Date;
use serde::Serialize;
use std::io::{self, IsTerminal, Read};
use weimenhu_core::Error;
use weimenhu_domain::petition::{
    WorkCalendar, redaction,
    workday::{Count, Day},
};

/// Why a filter stopped.
pub enum Stop {
    /// The client.
    Core(Error),
    /// The input; the text says which part and what is wanted.
    Input(String),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(e: E) -> Self {
        Self::Core(e.into())
    }
}

/// One answer of `due`.
#[derive(Serialize)]
struct Answer<'a> {
    from: Date,
    days: u16,
    due: Date,
    provisional: bool,
    counted: Vec<Date>,
    skipped: Vec<Named<'a>>,
    /// Counted although Saturday or Sunday.
    made_up: Vec<Named<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    date: Date,
    name: &'a str,
}

/// The name of a plain Saturday or Sunday, beside the holidays' names in the calendar.
const WEEKEND: &str = "周末";

/// `due`: a JSON line for each date.
pub fn due(session: &Session, days: u16, dates: &[String]) -> Result<(), Stop> {
    let from_input = if dates.is_empty() { lines()? } else { Vec::new() };
    let texts: Vec<(String, &str)> = if dates.is_empty() {
        let numbered = (1_usize..).zip(&from_input).filter(|(_, l)| !l.trim().is_empty());
        numbered.map(|(n, l)| (format!("line {n}: "), l.trim())).collect()
    } else {
        dates.iter().map(|d| (String::new(), d.trim())).collect()
    };
    let calendar = session.work_calendar()?;
    if calendar == WorkCalendar::default() {
        eprintln!(
            "weimenhu-pocket: there is no calendar here: only weekends are known, every date is provisional"
        );
    }
    let mut answers = Vec::new();
    for (place, text) in &texts {
        let from =
            day(text).ok_or_else(|| Stop::Input(format!("{place}{text:?} is no date; write YYYY-MM-DD")))?;
        let count = calendar.count(from, days).ok_or_else(|| {
            Stop::Input(format!(
                "{place}{days} working days after {from} are beyond the calendar"
            ))
        })?;
        answers.push(answer(count, days));
    }
    print::lines(&answers)?;
    Ok(())
}

/// Only YYYY-MM-DD: a reader that also takes other spellings would one day take 01-02 for February.
fn day(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(n, b)| match n {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

fn answer(count: Count<'_>, days: u16) -> Answer<'_> {
    let mut answer = Answer {
        from: count.from,
        days,
        due: count.due,
        provisional: count.provisional,
        counted: Vec::new(),
        skipped: Vec::new(),
        made_up: Vec::new(),
    };
    for (date, day) in count.days {
        match day {
            Day::Working => answer.counted.push(date),
            Day::MakeUp(name) => {
                answer.counted.push(date);
                answer.made_up.push(Named { date, name });
            }
            Day::Weekend => answer.skipped.push(Named { date, name: WEEKEND }),
            Day::Holiday(name) => answer.skipped.push(Named { date, name }),
        }
    }
    answer
}

/// What `redact --json` says of one find; never the data itself.
#[derive(Serialize)]
struct Finding {
    sort: redaction::Sort,
    /// First byte of the input.
    start: usize,
    /// The byte after the last.
    end: usize,
}

/// `redact`: the input with personal data masked; with `json`, where it stood.
pub fn redact(names: &[String], json: bool) -> Result<(), Stop> {
    let text = input()?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let found = redaction::find(&text, &names);
    if json {
        let findings: Vec<_> = found
            .iter()
            .map(|f| Finding {
                sort: f.sort,
                start: f.start,
                end: f.end,
            })
            .collect();
        print::lines(&findings)?;
    } else {
        print::text(&redaction::mask(&text, &found))?;
    }
    Ok(())
}

fn lines() -> Result<Vec<String>, Stop> {
    if io::stdin().is_terminal() {
        return Err(Stop::Input(
            "give a date (YYYY-MM-DD), or dates on standard input, one a line".into(),
        ));
    }
    Ok(input()?.lines().map(str::to_owned).collect())
}

fn input() -> Result<String, Stop> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        let line = e.as_bytes().iter().take(good).filter(|b| **b == b'\n').count() + 1;
        Stop::Input(format!("standard input is not UTF-8 (line {line})"))
    })
}
