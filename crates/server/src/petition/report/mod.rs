//! Reports (统计考核): of the letters submitted in a time, by department, county, kind or month. The public page has the
//! same figures without the letters.
//!
//! The rule of the rates: each limit counts once, for the department that had the letter then, as soon as it was met or
//! missed; one that still runs does not count yet. So whoever never answers does not look punctual, and what a
//! department did stays its own when the letter is rerouted or reopened later ([`turn`]). A letter that is taken away
//! (rerouted, withdrawn, merged) is judged by that day: what was late before is late, what still had time is nobody's.
//! A delivery whose 派单异议 was upheld, or still undecided when the letter went elsewhere, is nobody's fault as a
//! whole; until then its clock runs and its red light burns, as at the desk.
//!
//! Rejected: judging the delivery that a letter has now, by which rerouting or reopening wiped out what was late.

mod kept;
mod table;
pub(super) mod turn;

pub use kept::{Kept, MOST_DAYS, bounded};
pub use table::{cells, columns, csv, xlsx};

use super::{act::department_name, city_day};
use crate::{
    City, Result,
    store::petition::{self, delivery, event, people, score},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use std::collections::{BTreeMap, BTreeSet};
use turn::Turn;
use weimenhu_domain::petition::{Kind, Rating};

/// One line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// A department, a county, [`Kind::name`] or a month (`2026-01`), as it was asked for. Empty for the whole city,
    /// which is always the first line, and for the letters about no county that we know.
    pub name: String,
    /// Letters submitted; for a department, those routed to it first.
    pub received: u32,
    /// Letters routed; for a department, as often as it got one.
    pub routed: u32,
    /// Of those answered.
    pub answered: u32,
    /// Responses that were due, and those in time.
    pub responses: (u32, u32),
    /// Answers that were due, and those in time.
    pub answers: (u32, u32),
    /// Days to each answer, from the routing or the reopening before it, sorted.
    pub days: Vec<i32>,
    /// How many gave each grade, in the order of [`Rating::ALL`]. The last rating of a letter counts.
    pub grades: [u32; 5],
    /// Opened again.
    pub reopened: u32,
    /// Deliveries extended.
    pub extended: u32,
    /// Deliveries that are or were overdue.
    pub red: u32,
    /// Deliveries under 督办.
    pub supervised: u32,
    /// Deductions.
    pub score: i64,
}

/// What a line stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// A department.
    #[default]
    Department,
    /// A county.
    County,
    /// A kind of letter.
    Kind,
    /// A month of submission.
    Month,
}

impl By {
    /// All, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Department, Self::County, Self::Kind, Self::Month];

    /// The name in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::County => "county",
            Self::Kind => "kind",
            Self::Month => "month",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// What is reported on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this county; one that we do not know is as none.
    pub county: String,
    /// What a line stands for.
    pub by: By,
}

/// The figures.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The whole city first, then the lines that were asked for.
    pub lines: Vec<Line>,
    /// Letters submitted in each month, from the first that has one to the last.
    pub months: Vec<(String, u32)>,
    /// The counties that letters of this time are about, and the one that was asked for. Only those that a department
    /// has: what a citizen typed instead of one was reviewed by nobody and is not for the public page.
    pub counties: Vec<String>,
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

    /// How many were rated.
    pub fn rated(&self) -> u32 {
        self.grades.iter().sum()
    }

    /// Mean of the grades, 1 to 5.
    pub fn satisfaction(&self) -> Option<f64> {
        let points = |(rating, n): (&Rating, &u32)| u32::from(rating.score()).saturating_mul(*n);
        let sum: u32 = Rating::ALL.iter().zip(&self.grades).map(points).sum();
        (self.rated() > 0).then(|| f64::from(sum) / f64::from(self.rated()))
    }

    /// Days in which this share of the answers came.
    pub fn within(&self, share: usize) -> Option<i32> {
        let last = self.days.len().checked_sub(1)?;
        self.days.get(last.saturating_mul(share) / 100).copied()
    }

    /// What a letter has but once.
    fn letter(&mut self, p: &petition::Model, turns: &[Turn]) {
        self.received += 1;
        self.routed += u32::from(!turns.is_empty());
        self.answered += u32::from(turns.iter().any(Turn::answered));
        self.reopened += u32::from(p.reopened == 1);
        self.rate(p);
    }

    fn rate(&mut self, p: &petition::Model) {
        let of = |(rating, _): &(&Rating, &mut u32)| rating.name() == p.rating;
        if let Some((_, n)) = Rating::ALL.iter().zip(&mut self.grades).find(of) {
            *n += 1;
        }
    }

    /// What one delivery adds, by its turns.
    fn delivery(&mut self, turns: &[Turn], today: Date) {
        let mut red = false;
        for turn in turns {
            for (count, clock) in [
                (&mut self.responses, turn.respond),
                (&mut self.answers, turn.answer),
            ] {
                if let Some(kept) = turn.kept(clock, today) {
                    count.0 += 1;
                    count.1 += u32::from(kept);
                    red |= !kept;
                }
            }
            let met = turn.answer.and_then(|c| c.met);
            if let Some((met, from)) = met.zip(turn.from) {
                self.days
                    .push(met.since(from).map(|s| s.get_days()).unwrap_or_default());
            }
        }
        self.red += u32::from(red);
        self.extended += u32::from(turns.iter().any(|t| t.extended));
        self.supervised += u32::from(turns.iter().any(|t| t.supervised));
    }
}

fn percent((due, on_time): (u32, u32)) -> Option<f64> {
    (due > 0).then(|| f64::from(on_time) * 100.0 / f64::from(due))
}

/// The figures that were asked for.
///
/// # Errors
/// The database's.
pub async fn figures(city: &City, asked: &Asked, now: Timestamp) -> Result<Figures> {
    let db = city.store.read();
    let start = |day: Date| {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        day.to_zoned(zone)
            .map(|z| z.timestamp().as_millisecond())
            .unwrap_or_default()
    };
    let until = asked.until.tomorrow().unwrap_or(asked.until);
    let mut letters = petition::submitted(db, start(asked.from), start(until)).await?;
    let departments = people::departments(db).await?;
    let known: BTreeSet<&str> = departments.iter().map(|d| d.county.as_str()).collect();
    // With the one that was asked for, or the form would not say what the figures are of.
    let about = letters.iter().map(|p| &p.county).chain([&asked.county]);
    let counties: BTreeSet<String> = about
        .filter(|c| !c.is_empty() && known.contains(c.as_str()))
        .cloned()
        .collect();
    let any = !known.contains(asked.county.as_str()) || asked.county.is_empty();
    letters.retain(|p| {
        let kind = asked.kind.is_none_or(|k| p.kind == k.name());
        kind && (any || p.county == asked.county)
    });
    let today = city_day(now);
    let mut whole = Line::default();
    let mut by: BTreeMap<String, Line> = BTreeMap::new();
    let mut months: BTreeMap<String, u32> = BTreeMap::new();
    let key = |p: &petition::Model, department: i64| match asked.by {
        By::Department => department_name(&departments, department),
        By::County if known.contains(p.county.as_str()) => p.county.clone(),
        By::County => String::new(),
        By::Kind => p.kind.clone(),
        By::Month => month(p),
    };
    for (p, turns) in with_turns(city, &letters).await? {
        *months.entry(month(p)).or_default() += 1;
        whole.letter(p, &turns);
        let rated = turns.iter().rev().find(|t| t.rated).map(|t| t.lead);
        if asked.by != By::Department {
            by.entry(key(p, 0)).or_default().letter(p, &turns);
        } else if let Some(lead) = rated {
            by.entry(key(p, lead)).or_default().rate(p);
        }
        for turns in turns.chunk_by(|a, b| a.delivery == b.delivery) {
            let Some(first) = turns.first() else { continue };
            whole.delivery(turns, today);
            let line = by.entry(key(p, first.lead)).or_default();
            line.delivery(turns, today);
            if asked.by == By::Department {
                line.received += u32::from(first.delivery == 1);
                line.routed += 1;
                line.answered += u32::from(turns.iter().any(Turn::answered));
                line.reopened += u32::from(turns.len() > 1);
            }
        }
    }
    let letters: BTreeMap<i64, &petition::Model> = letters.iter().map(|p| (p.id, p)).collect();
    // By the letters and not by the days: what was deducted since would be read whole, for a week of long ago too.
    let ids: Vec<i64> = letters.keys().copied().collect();
    for row in score::of_all(db, &ids).await? {
        let letter = letters.get(&row.petition).filter(|_| row.counts());
        if let Some(p) = letter {
            whole.score = whole.score.saturating_add(row.points);
            let line = by.entry(key(p, row.department)).or_default();
            line.score = line.score.saturating_add(row.points);
        }
    }
    let mut lines: Vec<Line> = by.into_iter().map(|(name, line)| Line { name, ..line }).collect();
    if asked.by == By::Kind {
        lines.sort_by_key(|line| Kind::ALL.iter().position(|k| k.name() == line.name));
    }
    lines.insert(0, whole);
    lines.iter_mut().for_each(|l| l.days.sort_unstable());
    Ok(Figures {
        lines,
        months: filled(months),
        counties: counties.into_iter().collect(),
    })
}

/// Each letter with its turns.
async fn with_turns<'a>(
    city: &City,
    letters: &'a [petition::Model],
) -> Result<Vec<(&'a petition::Model, Vec<Turn>)>> {
    let db = city.store.read();
    let ids: Vec<i64> = letters.iter().map(|p| p.id).collect();
    let told = letters.iter().filter(|p| turn::needs_events(p)).map(|p| p.id);
    let told: Vec<i64> = told.collect();
    let mut actions: Vec<&str> = turn::ACTIONS.map(|a| a.name()).to_vec();
    actions.push(turn::MOVED);
    let mut events: BTreeMap<i64, Vec<event::Model>> = BTreeMap::new();
    for e in event::of_all(db, &told, &actions).await? {
        events.entry(e.petition).or_default().push(e);
    }
    let rows = delivery::all_of(db, &ids).await?;
    let mut deliveries: BTreeMap<i64, Vec<&delivery::Model>> = BTreeMap::new();
    for d in &rows {
        deliveries.entry(d.petition).or_default().push(d);
    }
    let turns = |p: &'a petition::Model| {
        let rows = deliveries.remove(&p.id).unwrap_or_default();
        (p, turn::of(&rows, &events.remove(&p.id).unwrap_or_default()))
    };
    Ok(letters.iter().map(turns).collect())
}

/// The month a letter was submitted in.
fn month(p: &petition::Model) -> String {
    let day = Timestamp::from_millisecond(p.submitted_ms).map(city_day);
    day.map(|day| day.strftime("%Y-%m").to_string())
        .unwrap_or_default()
}

/// The months between that had no letter stand there too: a gap is a figure.
fn filled(mut months: BTreeMap<String, u32>) -> Vec<(String, u32)> {
    let first = |month: &String| format!("{month}-01").parse::<Date>().ok();
    let ends = months.keys().next().zip(months.keys().next_back());
    let Some((mut day, last)) = ends.and_then(|(a, b)| first(a).zip(first(b))) else {
        return Vec::new();
    };
    while day <= last {
        months.entry(day.strftime("%Y-%m").to_string()).or_default();
        let next = day.last_of_month().tomorrow();
        day = next.unwrap_or(date(9999, 12, 31));
    }
    months.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use weimenhu_domain::petition::deadline::Clock;

    #[test]
    fn open_and_overdue_counts_as_not_on_time_and_open_in_time_not_at_all() {
        let today = date(2025, 10, 14);
        let turn = |due, met: Option<i8>| Turn {
            answer: Some(Clock {
                due: date(2025, 10, due),
                met: met.map(|day| date(2025, 10, day)),
            }),
            ..Turn::default()
        };
        let mut line = Line::default();
        let gone = Turn {
            until: Some(date(2025, 10, 13)),
            ..turn(13, None)
        };
        let returned = Turn {
            excused: true,
            ..turn(9, None)
        };
        let turns = [
            turn(13, Some(13)),
            turn(13, Some(14)),
            turn(13, None),
            turn(14, None),
        ];
        for turn in turns.into_iter().chain([gone, returned, Turn::default()]) {
            line.delivery(&[turn], today);
        }
        assert_eq!((line.answers, line.red, percent((0, 0))), ((3, 1), 2, None));
        line.days = (1..=10).collect();
        assert_eq!((line.within(50), line.within(90)), (Some(5), Some(9)));
        line.grades = [1, 0, 0, 0, 1];
        assert_eq!((line.rated(), line.satisfaction()), (2, Some(3.0)));
    }

    #[test]
    fn a_month_without_letters_is_a_month_too() {
        let months = [("2025-11".to_owned(), 2), ("2026-01".to_owned(), 1)];
        let all = filled(months.into_iter().collect());
        let shown: Vec<(&str, u32)> = all.iter().map(|(m, n)| (m.as_str(), *n)).collect();
        assert_eq!(shown, [("2025-11", 2), ("2025-12", 0), ("2026-01", 1)]);
        assert!(filled(BTreeMap::new()).is_empty());
    }
}
