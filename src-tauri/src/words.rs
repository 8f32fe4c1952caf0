//! The words of notifications, from the same Fluent files as the window's.
//!
//! Rejected: having the window send the words, which has none before it is drawn and none while it is asleep.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use std::sync::LazyLock;

type Bundle = FluentBundle<FluentResource>;

/// The languages of the app by their tags, Chinese first: it stands in for what is unknown.
static LANGUAGES: LazyLock<[(&str, Bundle); 3]> = LazyLock::new(|| {
    [
        bundle("zh-CN", include_str!("../../assets/locales/zh-CN/app.ftl")),
        bundle("en", include_str!("../../assets/locales/en/app.ftl")),
        bundle("it", include_str!("../../assets/locales/it/app.ftl")),
    ]
});

fn bundle(tag: &'static str, source: &str) -> (&'static str, Bundle) {
    let mut bundle = Bundle::new_concurrent(tag.parse().into_iter().collect());
    bundle.set_use_isolating(false);
    // A file with a fault is refused by the checks; what is whole of it is used all the same.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(whole, _)| whole);
    let _ = bundle.add_resource(resource);
    (tag, bundle)
}

/// The words of a message in this language; the message's name where it has none, which a reader can report.
pub fn say(language: Option<&str>, id: &str, count: Option<u32>) -> String {
    let of = |tag: &str| LANGUAGES.iter().find(|(known, _)| *known == tag);
    let known = language.and_then(of).or_else(|| LANGUAGES.first());
    let args = count.map(|n| FluentArgs::from_iter([("count", n)]));
    let words = known.and_then(|(_, bundle)| {
        let pattern = bundle.get_message(id)?.value()?;
        Some(
            bundle
                .format_pattern(pattern, args.as_ref(), &mut Vec::new())
                .into_owned(),
        )
    });
    words.unwrap_or_else(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_counts_and_an_unknown_one_is_chinese() {
        for (tag, _) in LANGUAGES.iter() {
            assert!(say(Some(tag), "notify-many", Some(3)).contains('3'), "{tag}");
        }
        assert_eq!(say(Some("xx"), "notify-one", None), say(None, "notify-one", None));
    }
}
