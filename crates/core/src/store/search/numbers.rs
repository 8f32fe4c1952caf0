//! Telephone numbers, found by any part of them and however they are written: `0577-8888 8888`, `+86 577 88888888`,
//! `8888`.

use serde::Deserialize;

/// Fewer digits are no number that somebody looks for.
const LEAST: usize = 3;

/// All numbers as digits, one after the other.
#[derive(Default)]
pub struct Numbers {
    digits: Vec<u8>,
    /// Where each begins, and whose it is.
    owners: Vec<(u32, u32)>,
}

impl Numbers {
    /// Adds a number of an entry.
    pub fn add(&mut self, entry: u32, phone: &str) {
        let Some(digits) = digits(phone) else { return };
        self.owners
            .push((u32::try_from(self.digits.len()).unwrap_or(u32::MAX), entry));
        self.digits.extend(digits.bytes());
        self.digits.push(b'\n');
    }

    /// Tells every entry that has the number that was typed, and how well.
    pub fn find(&self, typed: &str, mut found: impl FnMut(u32, f64)) {
        let Some(typed) = digits(typed).filter(|d| d.len() >= LEAST) else {
            return;
        };
        let national = typed.strip_prefix("86").filter(|d| d.len() >= 10);
        for wanted in [Some(typed.as_str()), national].into_iter().flatten() {
            for at in memchr::memmem::find_iter(&self.digits, wanted.as_bytes()) {
                let owner = self.owners.partition_point(|(start, _)| *start as usize <= at);
                if let Some((start, entry)) = owner.checked_sub(1).and_then(|n| self.owners.get(n)) {
                    let before = at - *start as usize;
                    let ends = self.digits.get(at + wanted.len()) == Some(&b'\n');
                    let whole = if before == 0 && ends { 5.0 } else { 0.0 };
                    found(*entry, whole + if before == 0 || ends { 3.0 } else { 1.0 });
                }
            }
        }
        // Typed with an area code, written without.
        for (start, entry) in &self.owners {
            let number = self.digits.get(*start as usize..).unwrap_or_default();
            let number = number.split(|b| *b == b'\n').next().unwrap_or_default();
            if number.len() >= 5
                && number.len() < typed.len()
                && typed.starts_with('0')
                && typed.as_bytes().ends_with(number)
            {
                found(*entry, 3.0);
            }
        }
    }
}

/// The digits of a number; none of what is no number.
fn digits(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.chars() {
        let c = super::fold::fold_char(c);
        if c.is_ascii_digit() {
            digits.push(c);
        } else if c != super::fold::GAP {
            return None;
        }
    }
    (!digits.is_empty()).then_some(digits)
}

/// All numbers of a record.
pub fn of_record(wire: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Numbered {
        #[serde(default)]
        phones: Vec<Tel>,
    }
    #[derive(Deserialize)]
    struct Tel {
        number: String,
    }
    let read: Result<Numbered, _> = serde_json::from_str(wire);
    read.map(|r| r.phones.into_iter().map(|t| t.number).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> Vec<u32> {
        let mut numbers = Numbers::default();
        for (entry, phone) in [
            (0, "0577-88888888"),
            (1, "12345"),
            (2, "400-800-8820"),
            (3, "88654321"),
        ] {
            numbers.add(entry, phone);
        }
        let mut found = Vec::new();
        numbers.find(typed, |entry, _| found.push(entry));
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for typed in [
            "0577-8888 8888",
            "88888888",
            "(0577)88888888",
            "+86 577 88888888",
            "8888",
            "０５７７",
        ] {
            assert_eq!(found(typed), [0], "{typed}");
        }
        assert_eq!(found("12345"), [1]);
        assert_eq!(found("0577-12345"), [1], "an area code that is not written");
        assert_eq!(found("0577 88654321"), [3]);
        assert!(found("88").is_empty() && found("8888x").is_empty() && found("").is_empty());
        assert!(found("888812345").is_empty(), "two numbers are not one");
    }
}
