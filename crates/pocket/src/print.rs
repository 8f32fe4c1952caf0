//! Answers on standard output. A closed pipe ends the program quietly: `weimenhu-pocket list news | head`.

use serde::Serialize;
use std::{
    io::{self, ErrorKind, Write},
    time::Duration,
};
use weimenhu_core::{
    Code, Error,
    view::{About, Body, Count, Detail, Hit, Page, SearchAnswer, Span, Storage, SyncState},
};

/// What `status` and `sync` answer.
#[derive(Serialize)]
pub struct Status {
    /// What the program is.
    pub about: About,
    /// How fresh the content is.
    pub sync: SyncState,
    /// What there is.
    pub counts: Vec<Count>,
    /// What it takes.
    pub storage: Storage,
}

/// What `search --batch` answers to one line: hits in their order, names before documents.
#[derive(Serialize)]
pub struct Line {
    query: String,
    /// `news/12`.
    ids: Vec<String>,
    /// Of names and of documents: comparable among each other only.
    scores: Vec<f64>,
    titles: Vec<String>,
    /// With the words that were found in 【】; empty when only the title has them.
    snippets: Vec<String>,
    /// How many of the hits are names.
    names: usize,
    total: u32,
    capped: bool,
    relaxed: bool,
    suggestion: Option<String>,
    expanded: Vec<String>,
    /// From the question to the answer.
    ms: f64,
}

impl Line {
    /// The line of an answer.
    pub fn new(query: String, answer: &SearchAnswer, took: Duration) -> Self {
        let hits = || answer.directory.iter().chain(&answer.documents);
        Self {
            query,
            ids: hits().map(path).collect(),
            scores: hits().map(|h| h.score).collect(),
            titles: hits().map(|h| h.row.title.clone()).collect(),
            snippets: hits().map(|h| marked(&h.snippet)).collect(),
            names: answer.directory.len(),
            total: answer.total,
            capped: answer.capped,
            relaxed: answer.relaxed,
            suggestion: answer.suggestion.as_ref().map(|s| s.query.clone()),
            expanded: answer.expanded.clone(),
            ms: took.as_secs_f64() * 1000.0,
        }
    }
}

/// What `search --batch` answers to a line that is no UTF-8.
#[derive(Serialize)]
pub struct Unreadable {
    /// With � where it cannot be read.
    query: String,
    /// Always empty.
    ids: [String; 0],
    /// The code of the error.
    error: Code,
}

impl Unreadable {
    /// The answer to these bytes.
    pub fn of(line: &[u8]) -> Self {
        Self {
            query: String::from_utf8_lossy(line).into_owned(),
            ids: [],
            error: Code::Invalid,
        }
    }
}

fn path(hit: &Hit) -> String {
    format!("{}/{}", hit.row.collection, hit.row.id)
}

fn marked(spans: &[Span]) -> String {
    let piece = |s: &Span| {
        if s.hit {
            format!("【{}】", s.text)
        } else {
            s.text.clone()
        }
    };
    spans.iter().map(piece).collect()
}

/// Two lines a hit: where it is and its title; the number to call, or where the words are.
pub fn hits(answer: &SearchAnswer, offset: u32) -> Result<(), Error> {
    write(|out| {
        for hit in answer.directory.iter().chain(&answer.documents) {
            writeln!(
                out,
                "{:<16}  {}  {}",
                path(hit),
                marked(&hit.title),
                hit.row.phone
            )?;
            if !hit.snippet.is_empty() {
                writeln!(out, "{:<16}  {}", "", marked(&hit.snippet))?;
            }
        }
        let until = offset as usize + answer.directory.len() + answer.documents.len();
        let more = if answer.capped { "+" } else { "" };
        writeln!(out, "{until} of {}{more}", answer.total)?;
        if !answer.expanded.is_empty() {
            writeln!(out, "also: {}", answer.expanded.join(" "))?;
        }
        if let Some(suggestion) = &answer.suggestion {
            writeln!(out, "did you mean: {}", suggestion.text)?;
        }
        Ok(())
    })
}

/// One JSON document and a newline.
pub fn json<T: Serialize>(answer: &T) -> Result<(), Error> {
    let text = serde_json::to_string(answer)?;
    write(|out| writeln!(out, "{text}"))
}

/// A JSON document a line.
pub fn lines<T: Serialize>(answers: &[T]) -> Result<(), Error> {
    let texts: Result<Vec<_>, _> = answers.iter().map(serde_json::to_string).collect();
    let texts = texts?;
    write(|out| texts.iter().try_for_each(|text| writeln!(out, "{text}")))
}

/// A text a line.
pub fn each(texts: impl Iterator<Item = String>) -> Result<(), Error> {
    let texts: Vec<String> = texts.collect();
    write(|out| texts.iter().try_for_each(|text| writeln!(out, "{text}")))
}

/// A text as it is.
pub fn text(text: &str) -> Result<(), Error> {
    write(|out| out.write_all(text.as_bytes()))
}

/// A line a row: number, day, title, the line under it.
pub fn page(page: &Page) -> Result<(), Error> {
    write(|out| {
        for row in &page.rows {
            let day = row.date.split('T').next().unwrap_or_default();
            let fields = [day, &row.title, &row.subtitle, &row.county, &row.phone];
            let shown: Vec<&str> = fields.into_iter().filter(|f| !f.is_empty()).collect();
            writeln!(out, "{:>6}  {}", row.id, shown.join("  "))?;
        }
        let until = page.offset as usize + page.rows.len();
        writeln!(
            out,
            "{}–{} of {}",
            if page.rows.is_empty() {
                until
            } else {
                page.offset as usize + 1
            },
            until,
            page.total
        )
    })
}

/// The record's fields, a line each.
pub fn detail(detail: &Detail) -> Result<(), Error> {
    let body = serde_json::to_value(&detail.body)?;
    write(|out| {
        writeln!(out, "{}", detail.row.title)?;
        match &detail.body {
            Body::Absent => writeln!(
                out,
                "(the text is not on this device and the server cannot be reached)"
            ),
            Body::Unreadable => writeln!(out, "(this version cannot read the record)"),
            _ => {
                let fields = body.get("record").and_then(|r| r.as_object());
                for (name, value) in fields.into_iter().flatten().filter(|(name, _)| *name != "title") {
                    match value.as_str() {
                        Some(text) => writeln!(out, "{name}: {text}")?,
                        None => writeln!(out, "{name}: {value}")?,
                    }
                }
                Ok(())
            }
        }
    })
}

/// A few lines for people.
pub fn status(status: &Status) -> Result<(), Error> {
    write(|out| {
        let or_never = |time: &Option<String>| time.clone().unwrap_or_else(|| "never".into());
        writeln!(
            out,
            "city          {}{}",
            status.about.city,
            if status.about.demo { " (demo)" } else { "" }
        )?;
        writeln!(
            out,
            "server        {}",
            if status.about.server.is_empty() {
                "none"
            } else {
                &status.about.server
            }
        )?;
        writeln!(out, "content as of {}", or_never(&status.sync.content_as_of))?;
        writeln!(out, "last sync     {}", or_never(&status.sync.last_success))?;
        if status.sync.problem == Some(Code::UpdateApp) {
            writeln!(
                out,
                "update        the server wants version {} or later",
                status.sync.min_app.as_deref().unwrap_or("?")
            )?;
        }
        for count in &status.counts {
            writeln!(out, "{:<13} {}", count.collection.name(), count.total)?;
        }
        let s = &status.storage;
        writeln!(out, "bodies        {} of {}", s.bodies, s.records)?;
        writeln!(
            out,
            "disk          {:.1} MB",
            (s.database + s.pictures + s.staging) / 1e6
        )
    })
}

fn write(print: impl FnOnce(&mut io::StdoutLock) -> io::Result<()>) -> Result<(), Error> {
    match print(&mut io::stdout().lock()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
