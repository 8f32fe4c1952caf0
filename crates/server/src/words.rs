//! The words of the desk, of the public pages and of the messages that are sent, from the same Fluent files as the
//! app's. A page speaks the language the browser asks for.
//!
//! Rejected: words in the templates, which nobody would ever translate, and a crate that loads languages at run time:
//! there are three, and they are part of the program.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use std::{fmt::Display, sync::LazyLock};

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// 简体中文, unless something else is asked for.
    Chinese,
    /// English.
    English,
    /// Italiano.
    Italian,
}

static CHINESE: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle("zh-CN", include_str!("../../../assets/locales/zh-CN/desk.ftl")));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle("en", include_str!("../../../assets/locales/en/desk.ftl")));
static ITALIAN: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle("it", include_str!("../../../assets/locales/it/desk.ftl")));

fn bundle(lang: &str, source: &str) -> FluentBundle<FluentResource> {
    let langs = lang.parse().into_iter().collect();
    let mut bundle = FluentBundle::new_concurrent(langs);
    // Isolation marks would stand in every attribute.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(whole, _)| whole);
    // A message that stands twice keeps its first words; a test sees to it that none does.
    let _ = bundle.add_resource(resource);
    bundle
}

impl Lang {
    /// What the browser asks for first, of what we have.
    pub fn of(accept: Option<&str>) -> Self {
        let first = accept.unwrap_or_default().split(',').next().unwrap_or_default();
        let tag = first.split(';').next().unwrap_or_default().trim();
        let language = tag.split('-').next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") {
            Self::English
        } else if language.eq_ignore_ascii_case("it") {
            Self::Italian
        } else {
            Self::Chinese
        }
    }

    /// For the `lang` of a page.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
            Self::Italian => "it",
        }
    }

    /// The words of a message; a message without words shows its name, which a reader can report.
    pub fn say(self, id: impl AsRef<str>) -> String {
        self.look(id.as_ref(), None)
    }

    /// The name of a member of an enum: `state` and `routed` make `state-routed`.
    pub fn name(self, sort: impl Display, member: impl Display) -> String {
        let member = member.to_string();
        if member.is_empty() {
            member
        } else {
            self.say(format!("{sort}-{member}"))
        }
    }

    /// A message with a number in it.
    pub fn count(self, id: impl AsRef<str>, n: impl Display) -> String {
        self.fill(id.as_ref(), &[("n", &n.to_string())])
    }

    /// A message with what is to be filled in.
    pub fn fill(self, id: &str, filled: &[(&str, &str)]) -> String {
        let args: FluentArgs<'_> = filled.iter().map(|(name, value)| (*name, *value)).collect();
        self.look(id, Some(&args))
    }

    /// Whether there are words of this name.
    pub fn knows(self, id: &str) -> bool {
        self.bundle().has_message(id)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
            Self::Italian => &ITALIAN,
        }
    }

    fn look(self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        let pattern = bundle.get_message(id).and_then(|m| m.value());
        pattern.map_or_else(
            || id.to_owned(),
            |p| bundle.format_pattern(p, args, &mut Vec::new()).into_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::{
        act::Halt,
        desk::{AUDIENCES, CHANNELS, OF_THE_HOUSE, steps},
    };
    use weimenhu_domain::{
        Collection,
        petition::{Action, Kind, Rating, Role, State, Visibility, deduction::Cause, policy::Number},
    };

    /// What stands between quotes after these words in a source of the house.
    fn quoted(file: &str, before: &str) -> Vec<String> {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(path).unwrap();
        let source: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts = source.split(before).skip(1);
        let all: Vec<String> = parts
            .filter_map(|p| Some(p.split_once('"')?.0.to_owned()))
            .collect();
        assert!(!all.is_empty(), "no {before:?} in {file}");
        all
    }

    /// The codes of everything a form can be refused for.
    fn refusals() -> Vec<String> {
        let mut all = quoted("../domain/src/petition/judge/mod.rs", "=> \"");
        all.extend(quoted("src/petition/act.rs", "Invalid(\""));
        all.extend(
            quoted("src/petition/act.rs", "=> \"")
                .into_iter()
                .filter(|c| c.ends_with("_missing")),
        );
        all.extend(quoted("src/petition/effect.rs", "Invalid(\""));
        all.extend(quoted("src/petition/shown.rs", "Invalid(\""));
        all.extend(quoted("src/petition/arrivals.rs", "Invalid(\""));
        all.extend(
            quoted("src/routes/desk/admin.rs", ", \"")
                .into_iter()
                .filter(|c| c.contains('_')),
        );
        let days = quoted("src/routes/desk/policy.rs", ", \"").into_iter();
        all.extend(days.filter(|c| {
            ["_unknown", "_wrong", "_past", "_missing", "_from"]
                .iter()
                .any(|e| c.ends_with(e))
                && c != "days_from"
        }));
        let span = quoted("src/routes/desk/form.rs", ", \"").into_iter();
        all.extend(span.filter(|c| c.ends_with("_missing") || c.ends_with("_from")));
        let staff = quoted("src/routes/desk/staffing.rs", ", \"").into_iter();
        all.extend(staff.filter(|c| c.contains('_')));
        all.extend(quoted("src/routes/desk/retention.rs", "\"sure\", \""));
        all.extend(
            quoted("src/routes/desk/message.rs", ", \"")
                .into_iter()
                .filter(|c| c.contains('_') && !c.starts_with("message_")),
        );
        all.extend(quoted("src/petition/message_text.rs", "Some(\""));
        all.push("number_missing".to_owned());
        for field in ["kind", "county"] {
            let before = format!("wrong(\"{field}\", \"");
            all.extend(quoted("src/routes/desk/intake.rs", &before));
        }
        let checked = quoted("src/petition/submit.rs", ", \"").into_iter();
        all.extend(checked.filter(|c| {
            ["_missing", "_long", "_wrong", "_unknown", "_twice"]
                .iter()
                .any(|e| c.ends_with(e))
        }));
        assert!(all.len() > 50, "{all:?}");
        all
    }

    /// The codes of every page that says it did not work.
    fn answers() -> Vec<String> {
        let mut all = quoted("src/routes/desk/wrong.rs", "=> \"");
        all.extend(quoted("src/routes/desk/session.rs", "Forbidden(\""));
        all.extend(quoted("src/routes/desk/pages.rs", "Unprocessable(\""));
        all.extend(["full", "too_many", "title", "refused", "conflict"].map(str::to_owned));
        all
    }

    #[test]
    fn the_first_language_asked_for_is_spoken_else_chinese() {
        assert_eq!(Lang::of(Some("it-IT,it;q=0.9,en;q=0.8")), Lang::Italian);
        assert_eq!(Lang::of(Some("it;q=0.5")), Lang::Italian);
        assert_eq!(Lang::of(Some("en-GB,en")), Lang::English);
        for other in [None, Some(""), Some("zh-CN,it"), Some("ita"), Some("fr")] {
            assert_eq!(Lang::of(other), Lang::Chinese, "{other:?}");
        }
        assert_eq!(Lang::Italian.say("page-open"), "Apri nell'app");
    }

    #[test]
    fn every_word_of_the_templates_and_every_name_is_there_in_every_language() {
        let mut wanted: Vec<String> = Vec::new();
        let templates = ["desk", "share"].map(|f| format!("{}/templates/{f}", env!("CARGO_MANIFEST_DIR")));
        let files = templates
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder).unwrap());
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        for text in texts.chain([include_str!("routes/share/item.rs").to_owned()]) {
            let asked = ["t.say(\"", "t.count(\"", "facts.add(\""];
            for part in asked.iter().flat_map(|call| text.split(call).skip(1)) {
                let id = part.split('"').next().unwrap();
                if id.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c))
                    && !id.is_empty()
                    && !id.ends_with('-')
                {
                    wanted.push(id.to_owned());
                }
            }
        }
        assert!(wanted.len() > 40, "the templates were not read");
        wanted.extend(State::ALL.iter().map(|n| format!("state-{}", n.name())));
        wanted.extend(Action::ALL.iter().map(|n| format!("do-{}", n.name())));
        wanted.extend(Role::ALL.iter().map(|n| format!("role-{}", n.name())));
        wanted.extend(Kind::ALL.iter().map(|n| format!("kind-{}", n.name())));
        wanted.extend(Rating::ALL.iter().map(|n| format!("rating-{}", n.name())));
        wanted.extend(Visibility::ALL.iter().map(|n| format!("visibility-{}", n.name())));
        wanted.extend(Cause::ALL.iter().map(|n| format!("cause-{}", n.name())));
        wanted.extend(
            crate::petition::DECLINE_CODES
                .iter()
                .map(|n| format!("decline-{n}")),
        );
        wanted.extend(
            crate::petition::SECRECY_CODES
                .iter()
                .map(|n| format!("secrecy-{n}")),
        );
        wanted.extend(
            ["app", "site", "line", "wechat", "open311"]
                .iter()
                .map(|n| format!("source-{n}")),
        );
        for by in crate::petition::report::By::ALL {
            wanted.extend(crate::petition::report::columns(by).map(str::to_owned));
        }
        let facts = "department assisting respond_due resolve_due due day date voids replaces target upheld visibility code \
                     rating outcome head_approves active login role cause points from limit days step audience \
                     channel secrecy";
        wanted.extend(facts.split(' ').map(|n| format!("fact-{n}")));
        wanted.extend(Number::ALL.iter().map(|n| format!("policy-{}", n.name())));
        wanted.extend(OF_THE_HOUSE.map(|n| format!("do-{n}")));
        wanted.extend(CHANNELS.map(|n| format!("channel-{n}")));
        wanted.extend(AUDIENCES.map(|n| format!("audience-{n}")));
        wanted.extend(AUDIENCES.map(|n| format!("message-any-{n}")));
        wanted.extend(steps().into_iter().map(|n| format!("do-{n}")));
        wanted.extend(["waiting", "sent", "dead"].map(|n| format!("message-{n}")));
        wanted.extend(["withdrawn", "repealed", "expired"].map(|n| format!("page-mark-{n}")));
        let bare = State::ALL.iter().filter(|s| !s.shows_text());
        wanted.extend(bare.map(|n| format!("page-letter-{}", n.name())));
        let open = Collection::ALL.iter().filter(|c| **c != Collection::Calendar);
        wanted.extend(open.map(|n| format!("column-{n}")));
        for what in ["gone", "lost", "broken"] {
            wanted.extend(["", "-about"].map(|end| format!("page-{what}{end}")));
        }
        wanted.push(format!("refused-{}", Halt::Conflict.code()));
        wanted.extend(refusals().iter().map(|code| format!("refused-{code}")));
        wanted.extend(answers().iter().map(|code| format!("problem-{code}")));
        for lang in [Lang::Chinese, Lang::English, Lang::Italian] {
            for id in &wanted {
                assert_ne!(&lang.say(id), id, "{}", lang.tag());
            }
        }
    }
}
