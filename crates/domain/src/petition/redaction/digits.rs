//! Numbers of people: mobile, landline, identity card, bank card.

use super::{
    Found, Sort,
    glyph::{Glyph, is_gap},
};

/// More signs than this between two digits separate two numbers.
const MAX_GAP: usize = 3;
/// The longest number looked for: a card of 19 digits; 0086 and a mobile are 15.
const LONGEST: usize = 19;

/// Digits that stand together.
#[derive(Debug)]
struct Group {
    digits: String,
    first: usize,
    last: usize,
}

/// Every number of a person. With `spelled`, the digits were written as 一二三, and only long ones are believed.
pub fn find(glyphs: &[Glyph], spelled: bool) -> Vec<Found> {
    let mut found = Vec::new();
    for run in runs(glyphs) {
        let mut at = 0;
        while at < run.len() {
            match best(glyphs, &run, at, spelled) {
                Some((one, next)) => {
                    found.push(one);
                    at = next;
                }
                None => at += 1,
            }
        }
    }
    found
}

/// Groups of digits, by runs: within a run only gaps stand between them.
fn runs(glyphs: &[Glyph]) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = vec![Vec::new()];
    let mut gap = 0;
    for (n, glyph) in glyphs.iter().enumerate() {
        if glyph.c.is_ascii_digit() {
            if gap > MAX_GAP {
                runs.push(Vec::new());
            }
            match runs.last_mut().map(|run| (run.last_mut(), gap)) {
                Some((Some(group), 0)) => {
                    group.digits.push(glyph.c);
                    group.last = n;
                }
                _ => {
                    let group = Group {
                        digits: glyph.c.into(),
                        first: n,
                        last: n,
                    };
                    if let Some(run) = runs.last_mut() {
                        run.push(group);
                    }
                }
            }
            gap = 0;
        } else if is_gap(glyph.c) {
            gap += 1;
        } else {
            gap = MAX_GAP + 1;
        }
    }
    runs
}

/// The longest number that begins with group `at`, and the group after it.
fn best(glyphs: &[Glyph], run: &[Group], at: usize, spelled: bool) -> Option<(Found, usize)> {
    let mut digits = String::new();
    let mut sizes = Vec::new();
    let mut best = None;
    for (n, group) in run.iter().enumerate().skip(at) {
        digits.push_str(&group.digits);
        sizes.push(group.digits.len());
        if digits.len() > LONGEST {
            break;
        }
        let first = run.get(at)?.first;
        if let Some((sort, keep, more)) = judge(glyphs, &digits, &sizes, first, group.last, spelled) {
            let last = group.last.saturating_add(more);
            best = Found::over(sort, glyphs, first, last, keep).map(|f| (f, n.saturating_add(1)));
        }
    }
    best
}

/// What these digits are, how many of them stay, and how many glyphs more belong to it (the X of a card).
fn judge(
    glyphs: &[Glyph],
    digits: &str,
    sizes: &[usize],
    first: usize,
    last: usize,
    spelled: bool,
) -> Option<(Sort, usize, usize)> {
    if digits.len() == 18 && is_id(digits) {
        return Some((Sort::IdCard, 0, 0));
    }
    if digits.len() == 17
        && let Some(more) = x_after(glyphs, last)
        && is_id(&format!("{digits}X"))
    {
        return Some((Sort::IdCard, 0, more));
    }
    if let Some(keep) = mobile(digits) {
        return Some((Sort::Mobile, keep, 0));
    }
    if spelled {
        return None;
    }
    if is_card(digits, sizes) && !beside_letter(glyphs, first, last) {
        return Some((Sort::BankCard, 0, 0));
    }
    if let Some(keep) = landline(digits, sizes) {
        return Some((Sort::Landline, keep, 0));
    }
    let local = matches!(digits.len(), 7 | 8)
        && matches!(sizes, [7 | 8] | [3 | 4, 4])
        && digits.starts_with(|c| ('2'..='8').contains(&c))
        && cued(glyphs, first);
    local.then_some((Sort::Landline, 0, 0))
}

/// How many digits stay when it is a mobile number: all before the last eight.
fn mobile(digits: &str) -> Option<usize> {
    let national = ["0086", "86", "0", ""]
        .into_iter()
        .filter_map(|prefix| digits.strip_prefix(prefix))
        .find(|rest| rest.len() == 11)?;
    let mut chars = national.chars();
    let right = chars.next() == Some('1') && chars.next().is_some_and(|c| ('3'..='9').contains(&c));
    right.then(|| digits.len().saturating_sub(8))
}

/// How many digits stay when it is a landline number: the area code and what stands before it.
fn landline(digits: &str, sizes: &[usize]) -> Option<usize> {
    let (before, national) = match digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")) {
        Some(rest) if rest.len() >= 9 => (
            digits.len().saturating_sub(rest.len()),
            format!("0{}", rest.trim_start_matches('0')),
        ),
        _ => (0, digits.to_owned()),
    };
    let two = national
        .strip_prefix("010")
        .or_else(|| national.strip_prefix("02").and_then(|r| r.get(1..)));
    let (area, local) = match two {
        Some(local) => (3, local),
        None => (4, national.strip_prefix('0')?.get(3..)?),
    };
    let lengths = if area == 3 { 8..=8 } else { 7..=8 };
    let third = national.chars().nth(1).is_some_and(|c| c != '0');
    if !third || !lengths.contains(&local.len()) || !local.starts_with(|c| ('2'..='9').contains(&c)) {
        return None;
    }
    // Written in one, cut after the area code, or digit by digit: a date and an amount are cut elsewhere.
    let cut = before == 0 && sizes.first() == Some(&area) && sizes.len() <= 3;
    let one_by_one = sizes.iter().all(|s| *s == 1);
    (sizes.len() == 1 || cut || one_by_one || before > 0).then(|| digits.len().saturating_sub(local.len()))
}

/// GB 11643: the check digit over weights 2^(17-i) mod 11.
fn is_id(text: &str) -> bool {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = text
        .chars()
        .zip(weights)
        .filter_map(|(c, w)| Some(c.to_digit(10)? * w))
        .sum();
    let wanted = "10X98765432"
        .chars()
        .nth(usize::try_from(sum % 11).unwrap_or_default());
    !text.starts_with('0') && text.chars().last() == wanted
}

/// 15 to 19 digits with Luhn's check digit, in fours, one by one, or in one.
fn is_card(digits: &str, sizes: &[usize]) -> bool {
    let length = match digits.len() {
        15 => digits.starts_with("34") || digits.starts_with("37"),
        16..=19 => digits.starts_with(|c| ('2'..='9').contains(&c)),
        _ => false,
    };
    let shape = match sizes {
        [_] => true,
        [most @ .., last] => {
            most.iter().all(|s| *s == 4) && *last <= 4
                || sizes.iter().all(|s| *s == 1)
                || digits.len() == 19 && sizes == [6, 13]
        }
        [] => false,
    };
    length && shape && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(n, d)| match n % 2 {
            0 => d,
            _ if d > 4 => d * 2 - 9,
            _ => d * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// How far behind `last` an X stands, gaps included.
fn x_after(glyphs: &[Glyph], last: usize) -> Option<usize> {
    let next = glyphs.iter().skip(last.saturating_add(1)).take(2);
    for (n, glyph) in next.enumerate() {
        match glyph.c {
            'X' | '×' => return Some(n.saturating_add(1)),
            c if is_gap(c) => {}
            _ => return None,
        }
    }
    None
}

/// A letter touches it: part of a file number or a credit code.
fn beside_letter(glyphs: &[Glyph], first: usize, last: usize) -> bool {
    let letter = |n: Option<usize>| {
        n.and_then(|n| glyphs.get(n))
            .is_some_and(|g| g.c.is_ascii_alphabetic())
    };
    letter(first.checked_sub(1)) || letter(last.checked_add(1))
}

/// A word before it says that a telephone number follows.
fn cued(glyphs: &[Glyph], first: usize) -> bool {
    let from = first.saturating_sub(8);
    let before: String = glyphs.iter().take(first).skip(from).map(|g| g.c).collect();
    ["电话", "座机", "固话", "致电", "拨打", "传真", "号码", "TEL"]
        .iter()
        .any(|cue| before.contains(cue))
}
