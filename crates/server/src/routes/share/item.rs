//! A published record as its public page shows it: words, facts and links, with nothing left to decide.

use super::Lang;
use crate::petition::city_time;
use jiff::Timestamp;
use weimenhu_domain::{
    Record, html,
    record::{Article, Attachment, Location, Petition, Picture, Tel, WordsSort},
};

/// The most characters of a description: what previews of links show.
const DESCRIPTION: usize = 140;

/// What stands on the page.
#[derive(Default)]
pub struct Item {
    /// The column it is in.
    pub column: String,
    /// Headline or name.
    pub title: String,
    /// One or two sentences for previews, without markup.
    pub description: String,
    /// The small line under the headline.
    pub line: Vec<String>,
    /// What a reader must know first: it no longer holds, or why there is no text.
    pub notice: Option<(String, String)>,
    /// Set when no search engine should offer it any more.
    pub over: bool,
    /// As cleaned HTML.
    pub html: String,
    /// As plain text.
    pub summary: String,
    /// The picture of previews, and its size.
    pub cover: Option<Picture>,
    /// Beside the name: a portrait.
    pub portrait: Option<Picture>,
    /// Below the text: what the letter shows.
    pub pictures: Vec<Picture>,
    /// Numbers to call.
    pub phones: Vec<Tel>,
    /// `geo:` or `https:` to go to, and its words.
    pub ways: Vec<(String, String)>,
    /// What it is, a name and a value each.
    pub facts: Vec<(String, String)>,
    /// What was said, in order: by whom and when, and the words.
    pub words: Vec<(String, String, String)>,
    /// Files to take along.
    pub files: Vec<Attachment>,
}

impl Item {
    /// The page of a record.
    pub fn of(t: Lang, record: &Record) -> Self {
        let head = record.head();
        let mut item = match record {
            Record::News(a) | Record::Notice(a) => article(t, a),
            Record::Petition(l) => letter(t, l),
            other => entry(t, other),
        };
        item.column = t.name("column", record.collection());
        item.title = head.title;
        if item.description.is_empty() {
            let facts = item.facts.iter().map(|(_, value)| value.as_str());
            item.description = short(&facts.collect::<Vec<_>>().join(" "));
        }
        if let Some((what, _)) = &item.notice {
            item.description = short(&format!("{what} {}", item.description));
        }
        item
    }

    /// Whether there is more to a picture than the mark of the city.
    pub fn card(&self) -> &'static str {
        if self.cover.is_some() {
            "summary_large_image"
        } else {
            "summary"
        }
    }
}

/// The instant as people of the city write it; a source that gives only a day is stored as that day's start.
fn stamp(at: Timestamp) -> String {
    let time = city_time(at).strftime("%Y-%m-%d %H:%M").to_string();
    time.strip_suffix(" 00:00").map_or(time.clone(), str::to_owned)
}

fn article(t: Lang, a: &Article) -> Item {
    let mut line = vec![a.kind.clone(), a.source.clone()];
    if a.department != a.source {
        line.push(a.department.clone());
    }
    line.push(stamp(a.published));
    line.retain(|word| !word.is_empty());
    // Cleaned once more where it is shown (8-safety); what stays has its pictures by their public address.
    let text = html::clean(&a.html);
    Item {
        description: if a.summary.is_empty() {
            short(&html::plain(&text))
        } else {
            short(&a.summary)
        },
        notice: a.mark.as_ref().map(|mark| {
            let since = t.count("page-since", mark.since);
            (
                t.name("page-mark", mark.kind.name()),
                format!("{since} {}", mark.reason),
            )
        }),
        over: a.mark.is_some(),
        html: text.replace("src=\"picture:", "src=\"/s/picture/"),
        summary: a.summary.clone(),
        cover: a.pictures.first().cloned(),
        line,
        files: a.attachments.clone(),
        ..Item::default()
    }
}

fn letter(t: Lang, l: &Petition) -> Item {
    let mut item = Item {
        line: vec![l.number.to_string()],
        ..Item::default()
    };
    let mut facts = Facts(t, &mut item.facts);
    facts.add("column-state", &t.name("state", l.state.name()));
    facts.add(
        "field-kind",
        &l.kind.map(|k| t.name("kind", k.name())).unwrap_or_default(),
    );
    facts.add("column-department", &l.department);
    facts.add("column-county", &l.county);
    facts.add("column-submitted", &l.submitted.map(stamp).unwrap_or_default());
    facts.add(
        "letter-rating",
        &l.rating.map(|r| t.name("rating", r.name())).unwrap_or_default(),
    );
    facts.add("letter-declined", &t.name("decline", &l.declined));
    facts.add(
        "page-merged",
        &l.merged_into.map(|n| n.to_string()).unwrap_or_default(),
    );
    // The projection has no words in these states; that none are shown must not hang on it alone.
    if !l.state.shows_text() {
        let what = t.name("page-letter", l.state.name());
        item.notice = Some((t.name("state", l.state.name()), what));
        item.over = true;
        return item;
    }
    item.description = short(&l.text);
    item.words
        .push((t.say("page-letter-text"), String::new(), l.text.clone()));
    for word in &l.words {
        let by = match word.sort {
            WordsSort::Supplement => t.say("page-supplement"),
            WordsSort::Response => format!("{} {}", word.department, t.say("page-response")),
            WordsSort::Answer => format!("{} {}", word.department, t.say("page-answer")),
            WordsSort::Rating => t.say("letter-rating"),
        };
        item.words.push((by, stamp(word.written), word.text.clone()));
    }
    item.cover = l.pictures.first().cloned();
    item.pictures = l.pictures.clone();
    item.files = l.attachments.clone();
    item
}

fn entry(t: Lang, record: &Record) -> Item {
    let mut item = Item::default();
    let mut facts = Facts(t, &mut item.facts);
    match record {
        Record::Leader(l) => {
            facts.add("page-post", &l.post);
            facts.add("page-body", &l.department);
            facts.add("page-portfolio", &l.portfolio);
            (item.cover, item.portrait) = (l.photo.clone(), l.photo.clone());
        }
        Record::Agency(a) => {
            facts.add("page-sort", &a.kind);
            facts.add("page-parent", &a.parent);
            facts.add("page-address", &a.address);
            facts.add("page-hours", &a.hours);
            facts.add("column-county", &a.county);
            facts.add("page-duties", &a.duties);
            item.reach(t, &a.phones, a.location, &a.website);
        }
        Record::Phone(p) => {
            facts.add("page-sort", &p.category);
            facts.add("page-note", &p.note);
            facts.add("page-hours", &p.hours);
            facts.add("column-county", &p.county);
            item.reach(t, &p.phones, None, "");
        }
        Record::School(s) => {
            facts.add("page-level", &s.level);
            facts.add("page-ownership", &s.ownership);
            facts.add("page-address", &s.address);
            facts.add("column-county", &s.county);
            item.reach(t, &s.phones, s.location, &s.website);
        }
        Record::Hospital(h) => {
            facts.add("page-sort", &h.kind);
            facts.add("page-grade", &h.grade);
            facts.add("page-address", &h.address);
            facts.add("page-hours", &h.hours);
            facts.add("column-county", &h.county);
            item.reach(t, &h.phones, h.location, &h.website);
        }
        // Texts have pages of their own, and a calendar has none.
        Record::News(_) | Record::Notice(_) | Record::Petition(_) | Record::Calendar(_) => {}
    }
    item
}

impl Item {
    fn reach(&mut self, t: Lang, phones: &[Tel], place: Option<Location>, website: &str) {
        self.phones = phones.to_vec();
        if let Some(l) = place {
            self.ways
                .push((format!("geo:{0},{1}?q={0},{1}", l.lat, l.lng), t.say("page-map")));
        }
        if website.starts_with("https://") || website.starts_with("http://") {
            self.ways.push((website.to_owned(), t.say("page-website")));
        }
    }
}

/// Facts that are known.
struct Facts<'a>(Lang, &'a mut Vec<(String, String)>);

impl Facts<'_> {
    fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.1.push((self.0.say(name), value.to_owned()));
        }
    }
}

/// The beginning of a plain text, on one line.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= DESCRIPTION {
        return line;
    }
    let begin: String = line.chars().take(DESCRIPTION).collect();
    format!("{begin}…")
}
