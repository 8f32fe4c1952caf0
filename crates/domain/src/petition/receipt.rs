//! What the citizen keeps: 受理编号, a number that notices its own misprints, and 查询密码, the secret beside it; and
//! what only the app keeps, the tracking token.
//!
//! **Number**: year, six digits of the year's count, two check digits of ISO 7064 MOD 97-10: `2026-000123-27`. It
//! notices every single wrong digit and every exchange of two neighbours (9·(a−b) is never a multiple of 97), and of
//! other mistakes 96 in 97. Rejected: Damm and Verhoeff, whose one digit finds the same but lets one in ten of the
//! other mistakes through; a number read over the telephone gets several wrong at once, and would then name somebody
//! else's letter. Rejected too: letters in the number (they are read aloud badly) and random numbers (the Office files
//! by year and count; the code is what keeps strangers out).
//!
//! **Code**: 40 bits in eight characters of Crockford's alphabet, which has no I, L, O, U; what is read as one of them
//! is understood. It is an HMAC over the idempotency key, so a receipt that was lost on the way can be made again.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{fmt, str::FromStr};

/// The number of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    year: u16,
    count: u32,
}

/// The most letters a year has numbers for.
pub const MAX_COUNT: u32 = 999_999;

/// The text is no number of ours, or it has a misprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt number: a digit is wrong, missing or exchanged")]
pub struct NoNumber;

impl Number {
    /// The `count`th letter of `year`.
    ///
    /// # Errors
    /// The year has not four digits, or the count not at most six.
    pub fn new(year: u16, count: u32) -> Result<Self, NoNumber> {
        if !(1000..=9999).contains(&year) || !(1..=MAX_COUNT).contains(&count) {
            return Err(NoNumber);
        }
        Ok(Self { year, count })
    }

    /// Its year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Its place in the year.
    pub const fn count(self) -> u32 {
        self.count
    }

    fn body(self) -> u64 {
        u64::from(self.year)
            .saturating_mul(1_000_000)
            .saturating_add(self.count.into())
    }

    /// Twelve digits without hyphens, as the database keeps it.
    pub fn digits(self) -> String {
        let body = self.body();
        format!("{body:010}{:02}", check_digits(body))
    }
}

/// ISO 7064 MOD 97-10: with these two digits appended, the number leaves 1 when divided by 97.
fn check_digits(body: u64) -> u64 {
    98_u64.saturating_sub(body.saturating_mul(100) % 97)
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:06}-{:02}",
            self.year,
            self.count,
            check_digits(self.body())
        )
    }
}

impl FromStr for Number {
    type Err = NoNumber;

    /// Reads what people type: with or without hyphens and spaces, full-width digits too.
    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let mut digits = String::new();
        for c in text.chars().map(half_width).filter(|c| !is_gap(*c)) {
            if !c.is_ascii_digit() || digits.len() >= 12 {
                return Err(NoNumber);
            }
            digits.push(c);
        }
        let value: u64 = digits.parse().map_err(|_| NoNumber)?;
        let (body, check) = (value / 100, value % 100);
        // Not only "leaves 1": 97 more or less would too, and be a second spelling of the same number.
        if digits.len() != 12 || check != check_digits(body) {
            return Err(NoNumber);
        }
        let year = u16::try_from(body / 1_000_000).map_err(|_| NoNumber)?;
        let count = u32::try_from(body % 1_000_000).map_err(|_| NoNumber)?;
        Self::new(year, count)
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Crockford's alphabet: nothing that is taken for something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 查询密码: 40 bits. Shown once, kept by the citizen; the server keeps a keyed hash of it. Not `Debug`: it is a
/// secret, and a log must not have it by accident.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct QueryCode([u8; 5]);

/// The text has not eight characters of the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a query code: eight letters and digits are wanted")]
pub struct NoCode;

impl QueryCode {
    /// The code of the letter that was sent under this key.
    pub fn derive(secret: &[u8], idempotency_key: &str) -> Self {
        let mac = keyed(secret, "query code", idempotency_key.as_bytes());
        let mut bytes = [0; 5];
        for (to, from) in bytes.iter_mut().zip(mac) {
            *to = from;
        }
        Self(bytes)
    }

    /// What the server keeps of it: without the secret, 40 bits could be tried out from a stolen database.
    pub fn kept(self, secret: &[u8]) -> [u8; 32] {
        keyed(secret, "kept code", &self.0)
    }
}

impl fmt::Display for QueryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().fold(0_u64, |all, b| (all << 8) | u64::from(*b));
        for n in (0..8).rev() {
            let index = usize::try_from((bits >> (n * 5)) & 31).unwrap_or_default();
            let letter = ALPHABET.get(index).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(letter))?;
            if n == 4 {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

impl FromStr for QueryCode {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        let (mut bits, mut letters) = (0_u64, 0);
        for c in text.chars().map(half_width).filter(|c| !is_gap(*c)) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|a| char::from(*a) == c).ok_or(NoCode)?;
            bits = (bits << 5) | value as u64;
            letters += 1;
            if letters > 8 {
                return Err(NoCode);
            }
        }
        let [_, _, _, bytes @ ..] = bits.to_be_bytes();
        if letters == 8 {
            Ok(Self(bytes))
        } else {
            Err(NoCode)
        }
    }
}

/// The tracking token of the letter that was sent under this key: 256 bits, for the app's own polling.
pub fn tracking_token(secret: &[u8], idempotency_key: &str) -> String {
    HEXLOWER.encode(&keyed(secret, "tracking token", idempotency_key.as_bytes()))
}

/// HMAC-SHA-256, with a label so that no two uses of the secret can be taken for each other.
pub fn keyed(secret: &[u8], label: &str, message: &[u8]) -> [u8; 32] {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret);
    // HMAC takes keys of any length; the signature of the crate's trait does not know that.
    let Ok(mut mac) = mac else { return [0; 32] };
    mac.update(b"weimenhu ");
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
        other => other,
    }
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | '‑' | '−')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_digit_and_every_exchange_of_neighbours_is_noticed() {
        // Every thousandth or so of the year's numbers, and the edges.
        let counts = (1..=MAX_COUNT)
            .step_by(997)
            .chain([1, 2, MAX_COUNT - 1, MAX_COUNT]);
        for count in counts {
            let right = Number::new(2026, count).unwrap().digits();
            assert_eq!(right.parse::<Number>().unwrap().count(), count);
            for place in 0..right.len() {
                for digit in b'0'..=b'9' {
                    let mut wrong = right.clone().into_bytes();
                    if wrong[place] != digit {
                        wrong[place] = digit;
                        let wrong = String::from_utf8(wrong).unwrap();
                        assert_eq!(wrong.parse::<Number>(), Err(NoNumber), "{right} {wrong}");
                    }
                }
                let mut wrong = right.clone().into_bytes();
                if place + 1 < wrong.len() && wrong[place] != wrong[place + 1] {
                    wrong.swap(place, place + 1);
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert_eq!(wrong.parse::<Number>(), Err(NoNumber), "{right} {wrong}");
                }
            }
        }
    }

    #[test]
    fn the_check_digits_are_those_of_the_standard() {
        // ISO 7064's own example for MOD 97-10: 794 has 44.
        assert_eq!(check_digits(794), 44);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let number = Number::new(2026, 123).unwrap();
        let shown = number.to_string();
        for text in [
            shown.clone(),
            number.digits(),
            format!(" {shown} "),
            shown.replace('-', " "),
        ] {
            assert_eq!(text.parse(), Ok(number), "{text}");
        }
        let wide: String = shown
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
            .map(|c| if c == '－' { '-' } else { c })
            .collect();
        assert_eq!(wide.parse(), Ok(number));
        for text in [
            "",
            "2026",
            "2026-000123-2x",
            "12026-000123-27",
            "1".repeat(40).as_str(),
        ] {
            assert_eq!(text.parse::<Number>(), Err(NoNumber), "{text}");
        }
        assert_eq!(Number::new(2026, 0), Err(NoNumber));
        assert_eq!(Number::new(2026, MAX_COUNT + 1), Err(NoNumber));
    }

    #[test]
    fn codes_are_the_same_for_the_same_key_and_read_back() {
        let a = QueryCode::derive(b"secret", "key-1");
        assert!(a == QueryCode::derive(b"secret", "key-1"));
        assert!(a != QueryCode::derive(b"secret", "key-2"));
        assert!(a != QueryCode::derive(b"other", "key-1"));
        let shown = a.to_string();
        assert_eq!(shown.len(), 9);
        assert!(shown.parse::<QueryCode>().is_ok_and(|c| c == a));
        assert!(
            shown
                .to_lowercase()
                .replace('-', "")
                .parse::<QueryCode>()
                .is_ok_and(|c| c == a)
        );
        assert!(
            "OIL0-1111"
                .parse::<QueryCode>()
                .is_ok_and(|c| c.to_string() == "0110-1111")
        );
        for bad in ["", "1234567", "123456789", "1234-567U", "1234-567一"] {
            assert!(bad.parse::<QueryCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn all_forty_bits_are_used_and_no_two_labels_share_a_value() {
        let mut seen = [0_u8; 5];
        for n in 0..200 {
            let code = QueryCode::derive(b"s", &n.to_string());
            seen.iter_mut().zip(code.0).for_each(|(s, b)| *s |= b);
        }
        assert_eq!(seen, [255; 5]);
        assert_ne!(
            tracking_token(b"s", "k"),
            HEXLOWER.encode(&keyed(b"s", "query code", b"k"))
        );
        assert_eq!(tracking_token(b"s", "k").len(), 64);
    }
}
