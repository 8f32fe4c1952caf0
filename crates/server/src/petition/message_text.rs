//! The words of a message: the city's own where a rule has some, else Fluent's. They name the letter by its number, the
//! step and the last day, and nothing of what the letter says.
//!
//! A gateway that knows its texts by numbers gets the template's name too; what it does with the words is its affair.
//! Rejected: words made at sending, which an edited rule would change under a message that waits, and a template
//! language in the rules: three places to fill are all a message may have.

use super::{outbox::template, recovery};
use crate::{store::petition::message::rule, words::Lang};

/// Where a recovery code stands in the words that are kept: the code itself is sealed beside them.
pub(super) const CODE: &str = "{code}";
/// What a rule's own words may have filled in.
const PLACES: [&str; 3] = ["{number}", "{step}", "{due}"];
/// Characters of a rule's own words: three parts of a long SMS (3GPP TS 23.040: 67 characters of UCS-2 each).
pub const MOST: usize = 201;

/// What is filled in.
pub(super) struct Filled<'a> {
    /// The receipt number.
    pub number: &'a str,
    /// What happened: the action's name, or the event's.
    pub step: &'a str,
    /// The last day for the answer; empty when none runs.
    pub due: &'a str,
}

/// The words of a message that a rule sends. A rule that only says what the gateway calls it has our words.
pub(super) fn of_rule(rule: &rule::Model, filled: &Filled<'_>) -> String {
    if rule.text.is_empty() {
        let ours = template(&rule.action, &rule.audience);
        // Another message's words would not have the code, and whoever waits for it be locked out.
        let fits = rule.action != recovery::STEP && Lang::Chinese.knows(&rule.template);
        let id = if fits { &rule.template } else { &ours };
        return of_template(id, &rule.audience, filled);
    }
    let step = Lang::Chinese.name("do", filled.step);
    let values = [filled.number, &step, filled.due];
    let places = PLACES.into_iter().zip(values);
    places.fold(rule.text.clone(), |text, (place, value)| {
        text.replace(place, value)
    })
}

/// The words of a template; one that Fluent does not know (a gateway's own) says what every step says to this audience.
fn of_template(template: &str, audience: &str, filled: &Filled<'_>) -> String {
    let t = Lang::Chinese;
    let any = format!("message-any-{audience}");
    let id = if t.knows(template) { template } else { &any };
    let due = if filled.due.is_empty() { "none" } else { filled.due };
    let step = t.name("do", filled.step);
    let args = [
        ("number", filled.number),
        ("step", &step),
        ("due", due),
        ("code", CODE),
    ];
    t.fill(id, &args)
}

/// What is wrong with a rule's own words: a code with words in `refused-CODE`. A code stands in the message that brings
/// it and in no other.
pub fn fault(what: &str, text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    if text.chars().count() > MOST {
        return Some("text_long");
    }
    let brings_code = what == recovery::STEP;
    let places = PLACES.into_iter().chain(brings_code.then_some(CODE));
    let rest = places.fold(text.to_owned(), |rest, place| rest.replace(place, ""));
    if rest.contains(['{', '}']) {
        return Some("place_unknown");
    }
    match brings_code {
        true => (!text.contains(CODE)).then_some("code_missing"),
        false => (!text.contains("{number}")).then_some("number_missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILLED: Filled<'static> = Filled {
        number: "WZ1",
        step: "respond",
        due: "2025-10-13",
    };

    #[test]
    fn own_words_are_checked_before_they_can_be_sent() {
        let of_step = |text: &str| fault("respond", text);
        assert_eq!(of_step(""), None);
        assert_eq!(of_step("{number}：{step}，{due} 前答复"), None);
        assert_eq!(of_step("您好"), Some("number_missing"));
        assert_eq!(of_step("{number} {name}"), Some("place_unknown"));
        assert_eq!(of_step("{number} {code}"), Some("place_unknown"));
        assert_eq!(of_step("{number"), Some("place_unknown"));
        assert_eq!(of_step(&"字".repeat(MOST + 1)), Some("text_long"));
        assert_eq!(fault(recovery::STEP, "验证码 {code}"), None);
        assert_eq!(fault(recovery::STEP, "{number}"), Some("code_missing"));
    }

    #[test]
    fn a_code_is_sent_whatever_template_its_rule_names() {
        let rule = rule::Model {
            id: 1,
            action: recovery::STEP.into(),
            audience: "writer".into(),
            channel: "sms".into(),
            template: "message-route-writer".into(),
            text: String::new(),
            from_day: String::new(),
            until_day: String::new(),
        };
        assert!(of_rule(&rule, &FILLED).contains(CODE));
        let step = rule::Model {
            action: "respond".into(),
            ..rule
        };
        assert!(!of_rule(&step, &FILLED).contains(CODE));
    }

    #[test]
    fn a_template_that_nobody_knows_says_what_happened() {
        let text = of_template("SMS_4711", "writer", &FILLED);
        assert!(text.contains("WZ1") && text.contains("回应"), "{text}");
        let none = Filled { due: "", ..FILLED };
        for audience in ["writer", "joiners", "lead", "assisting", "office"] {
            let text = of_template("", audience, &none);
            assert!(
                text.contains("WZ1") && !text.contains("none"),
                "{audience}: {text}"
            );
        }
    }
}
