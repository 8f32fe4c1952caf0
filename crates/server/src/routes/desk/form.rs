//! A form that comes back to whoever sent it: what was typed, and at which field what is wrong.
//!
//! Rejected: one message above the form, which leaves a clerk looking for the field, and the browser's own checks
//! alone: they speak the browser's language, and whoever comes without them got a document of JSON.

use super::session::Fields;
use jiff::civil::Date;
use std::fmt::Display;

/// What was typed, and what is wrong with it. Passwords are not kept: a page that holds one is a page to be stolen.
#[derive(Debug, Default)]
pub struct Typed {
    fields: Fields,
    wrong: Vec<(&'static str, &'static str)>,
}

impl Typed {
    /// As it was sent.
    pub fn of(fields: &Fields) -> Self {
        let kept = fields
            .iter()
            .filter(|(name, _)| *name != "password" && *name != "csrf");
        Self {
            fields: kept.map(|(n, v)| (n.clone(), v.trim().to_owned())).collect(),
            wrong: Vec::new(),
        }
    }

    /// What a field holds.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether a field holds this.
    pub fn is(&self, name: &str, option: impl Display) -> bool {
        self.fields.get(name).is_some_and(|v| *v == option.to_string())
    }

    /// Names what is wrong with a field: a code with words in `refused-CODE`. The first of a field stands.
    pub fn wrong(&mut self, field: &'static str, code: &'static str) {
        if self.fault(field).is_empty() {
            self.wrong.push((field, code));
        }
    }

    /// Names it where something does not hold.
    pub fn expect(&mut self, holds: bool, field: &'static str, code: &'static str) {
        if !holds {
            self.wrong(field, code);
        }
    }

    /// The first day in a field, and the last in another that may stay empty; what is wrong with them is named.
    pub fn span(&mut self, from: &'static str, until: &'static str) -> Option<(Date, Option<Date>)> {
        let first: Option<Date> = self.value(from).parse().ok();
        let last: Option<Date> = self.value(until).parse().ok();
        let ends = !self.value(until).is_empty();
        self.expect(first.is_some(), from, "date_missing");
        self.expect(!ends || last.is_some(), until, "date_missing");
        let in_order = last.is_none_or(|last| first.is_none_or(|first| first <= last));
        self.expect(in_order, until, "until_before_from");
        Some((first?, last))
    }

    /// The number in a field, and the day on which it ends in another; a day that is missing is named.
    pub fn ending(&mut self, id: &str, until: &'static str) -> Option<(i64, Date)> {
        let day: Option<Date> = self.value(until).parse().ok();
        self.expect(day.is_some(), until, "date_missing");
        Some((self.value(id).parse().unwrap_or_default(), day?))
    }

    /// What is wrong with a field; empty: nothing.
    pub fn fault(&self, field: &str) -> &'static str {
        let found = self.wrong.iter().find(|(name, _)| *name == field);
        found.map(|(_, code)| *code).unwrap_or_default()
    }

    /// Whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_what_was_typed_and_no_password() {
        let sent = [("name", " 示例 "), ("password", "secret"), ("csrf", "token")];
        let mut form = Typed::of(&sent.map(|(n, v)| (n.to_owned(), v.to_owned())).into());
        assert_eq!((form.value("name"), form.value("password")), ("示例", ""));
        assert!(form.is_right() && form.is("name", "示例") && !form.is("none", ""));
        form.expect(false, "name", "one");
        form.wrong("name", "two");
        assert!(!form.is_right());
        assert_eq!((form.fault("name"), form.fault("password")), ("one", ""));
    }
}
