//! What an event says beside who, when and what, as names and values that a page can put into words.
//!
//! An event keeps numbers and codes as JSON, because words change and the log does not. Rejected: the JSON on the page,
//! which a clerk cannot read, and a sentence kept with each event, which nobody could translate.

use crate::{petition::act::department_name, store::petition::people};
use serde_json::Value;

/// One thing that an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Of `fact-NAME` in Fluent.
    pub name: String,
    /// As it is, or a member of `sort`.
    pub value: String,
    /// The enum whose member the value is, as Fluent names it; empty: the value speaks for itself.
    pub sort: &'static str,
}

/// The facts of an event's data, in its order. What it holds of our own bookkeeping (numbers of texts, files and
/// deductions) is nobody's reading and left out; a name that is not known here shows as it is.
pub fn of(data: &str, departments: &[people::department::Model]) -> Vec<Fact> {
    let Ok(Value::Object(fields)) = serde_json::from_str(data) else {
        return Vec::new();
    };
    fields
        .iter()
        .filter(|(name, _)| !["wording", "attachment", "deduction"].contains(&name.as_str()))
        .flat_map(|(name, value)| match (name.as_str(), value) {
            // Each is a word of its own.
            ("roles", Value::Array(all)) => all.iter().map(|role| ("role", role)).collect(),
            (name, value) => vec![(name, value)],
        })
        .filter_map(|(name, value)| {
            let value = said(name, value, departments);
            (!value.is_empty()).then(|| Fact {
                name: name.to_owned(),
                value,
                sort: sort(name),
            })
        })
        .collect()
}

fn sort(name: &str) -> &'static str {
    match name {
        "visibility" => "visibility",
        "code" => "decline",
        "secrecy" => "secrecy",
        "rating" => "rating",
        "outcome" => "deduction",
        "cause" => "cause",
        "limit" => "policy",
        "role" => "role",
        "step" => "do",
        "audience" => "audience",
        "channel" => "channel",
        _ => "",
    }
}

fn said(name: &str, value: &Value, departments: &[people::department::Model]) -> String {
    let department = |value: &Value| department_name(departments, value.as_i64().unwrap_or_default());
    match (name, value) {
        ("department", value) => department(value),
        ("assisting", Value::Array(all)) => all.iter().map(department).collect::<Vec<_>>().join("、"),
        // What is upheld is its own word.
        ("upheld", Value::Bool(true)) => "✓".into(),
        ("head_approves" | "active", Value::Bool(set)) => if *set { "✓" } else { "✗" }.into(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_becomes_what_a_clerk_reads() {
        let said = |data: &str| -> Vec<(String, String, &str)> {
            let all = of(data, &[]).into_iter();
            all.map(|f| (f.name, f.value, f.sort)).collect()
        };
        let date = |name: &str| (name.to_owned(), "2026-12-04".to_owned(), "");
        assert_eq!(
            said(r#"{"resolve_due":"2026-12-04","wording":7}"#),
            [date("resolve_due")]
        );
        let code = ("code".to_owned(), "not_ours".to_owned(), "decline");
        assert_eq!(said(r#"{"code":"not_ours","upheld":false}"#), [code]);
        assert!(said("{}").is_empty() && said("").is_empty());
    }
}
