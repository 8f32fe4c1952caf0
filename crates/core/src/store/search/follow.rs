//! Which topics a record is meant by: all words of all topics are looked for in one pass over its text (Aho–Corasick),
//! however many topics there are.
//!
//! Words are folded as everywhere in search and have their synonyms; letters stand for themselves: which word somebody
//! means by pinyin is asked when the topic is made, where it can be seen. Rejected: asking the index once for each
//! topic, which finds again what was found long ago; a query per record and topic, 200,000 of them in a large round.

use super::{fold, synonyms, terms, text};
use crate::{
    error::{Error, Result},
    view::TopicForm,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use weimenhu_domain::{Collection, record::Id};

/// The topics of a device, ready to be compared with records.
pub(crate) struct Follow {
    topics: Vec<Topic>,
    words: AhoCorasick,
    /// What each pattern of `words` is a way of: a topic, and one of its words as a bit.
    ways: Vec<(usize, u32)>,
    plain: String,
    folded: String,
}

struct Topic {
    id: i64,
    form: TopicForm,
    /// Records of this instant and later are meant.
    since: String,
    /// One bit for each word.
    wanted: u32,
}

/// A record as topics see it.
pub(crate) struct Seen<'a> {
    /// Its collection.
    pub collection: Collection,
    /// Headline.
    pub title: &'a str,
    /// RFC 3339 UTC.
    pub date: &'a str,
    /// Agency.
    pub department: &'a str,
    /// County.
    pub county: &'a str,
    /// Its JSON, where it is here.
    pub wire: Option<&'a str>,
}

impl Follow {
    /// Of the topics with their numbers and the instants they count from.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the words of all topics are too many for one automaton.
    pub fn new(topics: Vec<(i64, TopicForm, String)>) -> Result<Self> {
        let (mut known, mut patterns, mut ways) = (Vec::new(), Vec::new(), Vec::new());
        for (id, form, since) in topics {
            let mut wanted = 0;
            for (n, word) in (0_u32..32).zip(terms::words(&form.text)) {
                wanted |= 1 << n;
                for way in synonyms::of(&word).into_iter().chain([word]) {
                    patterns.push(way);
                    ways.push((known.len(), 1 << n));
                }
            }
            known.push(Topic {
                id,
                form,
                since,
                wanted,
            });
        }
        // The table of the whole automaton: half a millisecond more to make than its compact form, half as long to read a
        // round's thousand records with.
        let words = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .map_err(|_| Error::Invalid("too many words are followed"))?;
        Ok(Self {
            topics: known,
            words,
            ways,
            plain: String::new(),
            folded: String::new(),
        })
    }

    /// Whether nothing is followed.
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    /// The topics that mean this record; those that follow it as a letter are not among them, see
    /// [`Self::of_letter`].
    pub fn of(&mut self, seen: &Seen) -> Vec<i64> {
        // A directory is looked up, not followed: every changed phone number would be news.
        if !seen.collection.grows() {
            return Vec::new();
        }
        let listed = |topic: &Topic| {
            let is = |wanted: &str, has: &str| wanted.is_empty() || wanted == has;
            topic.form.letter.is_none()
                && topic.form.collection.is_none_or(|c| c == seen.collection)
                && is(&topic.form.department, seen.department)
                && is(&topic.form.county, seen.county)
                && seen.date >= topic.since.as_str()
        };
        let open: Vec<bool> = self.topics.iter().map(listed).collect();
        let has_words = |(topic, open): (&Topic, &bool)| *open && topic.wanted != 0;
        let found = if self.topics.iter().zip(&open).any(has_words) {
            self.look(seen)
        } else {
            vec![0; self.topics.len()]
        };
        self.topics
            .iter()
            .zip(open.iter().zip(&found))
            .filter(|(topic, (open, found))| **open && **found == topic.wanted)
            .map(|(topic, _)| topic.id)
            .collect()
    }

    /// The topics that follow this very letter.
    pub fn of_letter(&self, collection: Collection, id: Id) -> impl Iterator<Item = i64> {
        let is = move |topic: &&Topic| collection == Collection::Petitions && topic.form.letter == Some(id);
        self.topics.iter().filter(is).map(|topic| topic.id)
    }

    /// Which words of each topic occur.
    fn look(&mut self, seen: &Seen) -> Vec<u32> {
        let mut found = vec![0; self.topics.len()];
        let mut note = |folded: &str| {
            for hit in self.words.find_overlapping_iter(folded) {
                if let Some((topic, word)) = self.ways.get(hit.pattern().as_usize())
                    && let Some(found) = found.get_mut(*topic)
                {
                    *found |= word;
                }
            }
        };
        fold::fold_into(seen.title, &mut self.folded);
        note(&self.folded);
        if let Some(wire) = seen.wire {
            text::of_body_into(seen.collection, wire, &mut self.plain);
            fold::fold_into(&self.plain, &mut self.folded);
            note(&self.folded);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(id: i64, form: TopicForm) -> (i64, TopicForm, String) {
        (id, form, "2026-11-01".into())
    }

    fn words(text: &str) -> TopicForm {
        TopicForm {
            text: text.into(),
            ..TopicForm::default()
        }
    }

    fn notice<'a>(title: &'a str, wire: Option<&'a str>) -> Seen<'a> {
        Seen {
            collection: Collection::Notices,
            title,
            date: "2026-11-20T00:00:00Z",
            department: "示例局",
            county: "鹿城区",
            wire,
        }
    }

    #[test]
    fn every_given_thing_must_hold() {
        let county = |name: &str| TopicForm {
            county: name.into(),
            ..words("停水")
        };
        let mut follow = Follow::new(vec![
            topic(1, words("停水 通知")),
            topic(2, words("停电")),
            topic(3, county("鹿城区")),
            topic(4, county("瓯海区")),
            topic(
                5,
                TopicForm {
                    collection: Some(Collection::News),
                    ..TopicForm::default()
                },
            ),
            topic(
                6,
                TopicForm {
                    department: "示例局".into(),
                    ..TopicForm::default()
                },
            ),
        ])
        .unwrap();
        assert_eq!(follow.of(&notice("关于停水的通知", None)), [1, 3, 6]);
        // One word in the title, the other in the text; traditional characters, wide letters.
        let wire = r#"{"html":"<p>敬請<b>停</b>水。</p>"}"#;
        assert_eq!(follow.of(&notice("通知", Some(wire))), [1, 3, 6]);
        assert_eq!(follow.of(&notice("通知", None)), [6]);
        let old = Seen {
            date: "2026-10-31T23:59:59Z",
            ..notice("停水通知", None)
        };
        assert_eq!(follow.of(&old), [0_i64; 0]);
        let entry = Seen {
            collection: Collection::Phones,
            ..notice("停水通知", None)
        };
        assert_eq!(follow.of(&entry), [0_i64; 0], "a directory is not followed");
    }

    #[test]
    fn words_within_words_and_many_topics_are_all_found() {
        let mut topics: Vec<_> = (0..1000).map(|n| topic(n, words(&format!("词{n}")))).collect();
        topics.push(topic(1000, words("公积金")));
        topics.push(topic(1001, words("积金")));
        let mut follow = Follow::new(topics).unwrap();
        assert_eq!(follow.of(&notice("词12和公积金", None)), [1, 12, 1000, 1001]);
    }

    #[test]
    fn a_letter_is_followed_by_its_number_alone() {
        let form = TopicForm {
            letter: Some(7),
            ..TopicForm::default()
        };
        let mut follow = Follow::new(vec![topic(1, form)]).unwrap();
        assert_eq!(follow.of(&notice("停水", None)), [0_i64; 0]);
        let of = |collection, id| follow.of_letter(collection, id).collect::<Vec<_>>();
        assert_eq!(of(Collection::Petitions, 7), [1]);
        assert_eq!(of(Collection::Petitions, 8), [0_i64; 0]);
        assert_eq!(of(Collection::Notices, 7), [0_i64; 0]);
    }
}
