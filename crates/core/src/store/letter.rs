//! Public letters by what lists and figures ask: derived from the record in its own transaction, so they never
//! disagree. A light is computed from dates when it is asked for, never stored: it changes at midnight.

use super::list::MAX_PAGE;
use crate::{
    error::Result,
    limits::{Edges, clock},
    view::{DepartmentFigures, LetterQuery, LightCount},
};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, named_params, params};
use std::collections::BTreeMap;
use weimenhu_domain::{
    Collection, Record,
    petition::{
        Kind, Rating, State,
        deadline::{Clock, Light},
    },
    record::{Head, Id, Petition, Turn},
};

/// A letter as it stands here.
pub struct Row {
    pub id: Id,
    pub number: String,
    pub title: String,
    pub state: State,
    pub kind: Option<Kind>,
    pub department: String,
    pub county: String,
    pub submitted: String,
    pub respond: Option<Clock>,
    pub resolve: Option<Clock>,
    pub zero: Option<Date>,
    pub joiners: u32,
    pub rating: Option<Rating>,
    pub read: bool,
}

/// Derives the row of a whole letter.
pub fn put(tx: &Transaction, doc: i64, letter: &Petition) -> Result<()> {
    let day = |date: Option<Date>| date.map(|d| d.to_string()).unwrap_or_default();
    let (respond, resolve) = (letter.respond, letter.resolve);
    tx.prepare_cached(
        "INSERT OR REPLACE INTO letter (doc, number, state, routed, respond_due, respond_met, resolve_due, resolve_met,
             joiners, rating) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        doc,
        letter.number.to_string(),
        letter.state.name(),
        day(letter.routed),
        day(respond.map(|c| c.due)),
        day(respond.and_then(|c| c.met)),
        day(resolve.map(|c| c.due)),
        day(resolve.and_then(|c| c.met)),
        letter.joiners,
        letter.rating.map(Rating::name).unwrap_or_default(),
    ])?;
    Ok(())
}

/// Derives what a head alone says: its second line is the state.
pub fn put_head(tx: &Transaction, doc: i64, head: &Head) -> Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO letter (doc, state) VALUES (?1, ?2)")?
        .execute(params![doc, head.subtitle])?;
    Ok(())
}

/// Day zero of the answer, by which the city's numbers are chosen. Read from the body, and only for what is open and
/// long over: a column for it would be a new shape of the cache for a handful of letters opened again. Where the body
/// is not on the device, the day of the routing.
macro_rules! zero {
    () => {
        "coalesce((SELECT b.wire ->> '$.resolve_from' FROM body b WHERE b.doc = l.doc), l.routed)"
    };
}

const LIGHT: &str = concat!(
    "CASE
    WHEN l.state NOT IN ('routed', 'responded', 'reopened') THEN ''
    WHEN l.resolve_due <> '' AND l.resolve_met = '' AND l.resolve_due <= :supervised
      AND l.resolve_due <= (SELECT p.value ->> 1 FROM json_each(:periods) p WHERE p.value ->> 0 <= ",
    zero!(),
    "
        ORDER BY p.value ->> 0 DESC LIMIT 1) THEN 'supervised'
    WHEN (l.respond_due <> '' AND l.respond_met = '' AND l.respond_due < :today)
      OR (l.resolve_due <> '' AND l.resolve_met = '' AND l.resolve_due < :today) THEN 'red'
    WHEN (l.respond_due <> '' AND l.respond_met = '' AND l.respond_due = :today)
      OR (l.resolve_due <> '' AND l.resolve_met = '' AND l.resolve_due <= :next) THEN 'yellow'
    WHEN (l.respond_due <> '' AND l.respond_met = '') OR (l.resolve_due <> '' AND l.resolve_met = '') THEN 'green'
    ELSE '' END"
);

const COLUMNS: &str = concat!(
    "r.id, l.number, r.title, l.state, r.kind, r.department, r.county, r.date, l.respond_due,
    l.respond_met, l.resolve_due, l.resolve_met, l.joiners, l.rating, coalesce(m.read, 0), ",
    zero!()
);

const FROM: &str = "letter l JOIN record r USING (doc) LEFT JOIN mine.mark m USING (collection, id)";

/// A page of letters, newest first; how many there are; and the lights among what the rest of the query asks for.
pub fn page(
    conn: &Connection,
    query: &LetterQuery,
    edges: &Edges,
) -> Result<(Vec<Row>, u32, Vec<LightCount>)> {
    let text = format!("%{}%", super::list::escape_like(query.text.trim()));
    let name = |value: &Option<String>| value.clone().unwrap_or_default();
    let (state, kind) = (
        query.state.map(State::name).unwrap_or_default(),
        query.kind.map(Kind::name).unwrap_or_default(),
    );
    let (department, county) = (name(&query.department), name(&query.county));
    let light = query.light.map(Light::name).unwrap_or_default();
    let asked = "r.readable AND (r.title LIKE :text ESCAPE '\\' OR l.number LIKE :text ESCAPE '\\')
        AND (:state = '' OR l.state = :state) AND (:kind = '' OR r.kind = :kind)
        AND (:department = '' OR r.department = :department) AND (:county = '' OR r.county = :county)";
    let all: Vec<(&str, &dyn ToSql)> = vec![
        (":today", &edges.today),
        (":next", &edges.next),
        (":supervised", &edges.supervised),
        (":periods", &edges.periods),
        (":text", &text),
        (":state", &state),
        (":kind", &kind),
        (":department", &department),
        (":county", &county),
    ];
    let mut counting = conn.prepare_cached(&format!(
        "SELECT {LIGHT}, count(*) FROM {FROM} WHERE {asked} GROUP BY 1"
    ))?;
    let counts = counting.query_map(all.as_slice(), |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, u32>(1)?))
    })?;
    let counts: BTreeMap<String, u32> = counts.collect::<Result<_, _>>()?;
    let lights = [Light::Green, Light::Yellow, Light::Red, Light::Supervised];
    let lights = lights.map(|light| LightCount {
        light,
        count: counts.get(light.name()).copied().unwrap_or_default(),
    });
    let total = match light {
        "" => counts.values().sum(),
        light => counts.get(light).copied().unwrap_or_default(),
    };
    let mut listing = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE {asked} AND (:light = '' OR {LIGHT} = :light)
         ORDER BY r.date DESC, r.id DESC LIMIT :limit OFFSET :offset"
    ))?;
    let (limit, offset) = (query.limit.min(MAX_PAGE), query.offset);
    let mut paged = all;
    paged.extend([
        (":light", &light as &dyn ToSql),
        (":limit", &limit),
        (":offset", &offset),
    ]);
    let rows = listing.query_map(paged.as_slice(), read)?;
    Ok((rows.collect::<Result<_, _>>()?, total, lights.to_vec()))
}

/// One letter.
pub fn get(conn: &Connection, id: Id) -> Result<Option<Row>> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE r.collection = :collection AND r.id = :id AND r.readable"
    ))?;
    let asked = named_params! {":collection": Collection::Petitions.name(), ":id": id};
    Ok(query.query_row(asked, read).optional()?)
}

/// The letter with this number.
pub fn numbered(conn: &Connection, number: &str) -> Result<Option<Row>> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE l.number = :number AND r.readable"
    ))?;
    Ok(query
        .query_row(named_params! {":number": number}, read)
        .optional()?)
}

fn read(r: &rusqlite::Row) -> rusqlite::Result<Row> {
    let text = |n: usize| r.get::<_, String>(n);
    Ok(Row {
        id: r.get(0)?,
        number: text(1)?,
        title: text(2)?,
        state: State::named(&text(3)?).unwrap_or(State::Submitted),
        kind: Kind::named(&text(4)?),
        department: text(5)?,
        county: text(6)?,
        submitted: text(7)?,
        respond: clock(&text(8)?, &text(9)?),
        resolve: clock(&text(10)?, &text(11)?),
        joiners: r.get(12)?,
        rating: Rating::named(&text(13)?),
        read: r.get(14)?,
        zero: text(15)?.parse().ok(),
    })
}

/// The figures of each department, most letters first: as the city's reports count them, each turn for whoever had the
/// letter then. Late is late whether met or still open. What only the body says is read from it alone where it says so:
/// the turns of a letter that was rerouted or opened again, and 督办.
pub fn figures(conn: &Connection, today: Date) -> Result<Vec<DepartmentFigures>> {
    let mut query = conn.prepare_cached(
        "SELECT r.department, l.routed, l.respond_due, l.respond_met, l.resolve_due, l.resolve_met, l.rating,
             CASE WHEN instr(b.wire, '\"turns\":[') OR instr(b.wire, '\"supervise\"') THEN b.wire ELSE '' END
         FROM letter l JOIN record r USING (doc) JOIN body b USING (doc)
         WHERE r.readable AND r.department <> '' AND l.routed <> ''",
    )?;
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let mut rows = query.query([])?;
    while let Some(r) = rows.next()? {
        let text = |n: usize| r.get::<_, String>(n);
        let whole = match Record::parse(Collection::Petitions, &text(7)?) {
            Ok(Record::Petition(letter)) => Some(letter),
            _ => None,
        };
        let supervised = |l: &Petition| l.trail.iter().any(|s| s.what == "supervise" && !s.voided);
        let mut turns = whole.as_ref().map(|l| l.turns.clone()).unwrap_or_default();
        if let (true, Ok(from)) = (turns.is_empty(), text(1)?.parse()) {
            turns.push(Turn {
                department: text(0)?,
                from,
                again: false,
                respond: clock(&text(2)?, &text(3)?),
                resolve: clock(&text(4)?, &text(5)?),
                until: None,
                supervised: whole.as_deref().is_some_and(supervised),
                rated: true,
            });
        }
        if let Some((turn, rating)) = turns.iter().rfind(|t| t.rated).zip(Rating::named(&text(6)?)) {
            let sum = sums.entry(turn.department.clone()).or_default();
            sum.ratings.0 += 1;
            sum.ratings.1 += u32::from(!rating.is_bad());
        }
        for delivery in turns.chunk_by(|_, next| next.again) {
            if let Some(first) = delivery.first() {
                sums.entry(first.department.clone())
                    .or_default()
                    .add(delivery, today);
            }
        }
    }
    let mut all: Vec<DepartmentFigures> = sums.into_iter().map(|(name, sum)| sum.figures(name)).collect();
    all.sort_by_key(|f| std::cmp::Reverse(f.routed));
    Ok(all)
}

#[derive(Default)]
struct Sum {
    routed: u32,
    answered: u32,
    red: u32,
    supervised: u32,
    /// Due, and in time.
    responses: (u32, u32),
    answers: (u32, u32),
    /// All, and not bad.
    ratings: (u32, u32),
    days: Vec<u32>,
}

impl Sum {
    /// The turns of one letter while this department had it.
    fn add(&mut self, turns: &[Turn], today: Date) {
        let mut red = false;
        for turn in turns {
            for (count, limit) in [
                (&mut self.responses, turn.respond),
                (&mut self.answers, turn.resolve),
            ] {
                if let Some(kept) = limit.and_then(|limit| limit.kept(turn.until, today)) {
                    count.0 += 1;
                    count.1 += u32::from(kept);
                    red |= !kept;
                }
            }
            if let Some(met) = turn.resolve.and_then(|limit| limit.met) {
                let days = met.since(turn.from).map(|s| s.get_days()).unwrap_or_default();
                self.days.push(u32::try_from(days).unwrap_or_default());
            }
        }
        let answered = |turn: &Turn| turn.resolve.is_some_and(|limit| limit.met.is_some());
        self.routed += 1;
        self.answered += u32::from(turns.iter().any(answered));
        self.red += u32::from(red);
        self.supervised += u32::from(turns.iter().any(|turn| turn.supervised));
    }

    fn figures(mut self, department: String) -> DepartmentFigures {
        self.days.sort_unstable();
        DepartmentFigures {
            department,
            routed: self.routed,
            answered: self.answered,
            respond_rate: percent(self.responses),
            resolve_rate: percent(self.answers),
            red: self.red,
            supervised: self.supervised,
            satisfied: percent(self.ratings),
            median_days: self.days.get(self.days.len().saturating_sub(1) / 2).copied(),
        }
    }
}

fn percent((all, good): (u32, u32)) -> Option<f64> {
    (all > 0).then(|| f64::from(good) * 100.0 / f64::from(all))
}
