//! Plates, e-mail addresses, and the names typed into the form.

use super::{
    Found, Sort,
    glyph::{self, Glyph, is_gap},
};

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// 浙C·12345 and, for new energy, 浙C·D12345.
pub fn plates(glyphs: &[Glyph]) -> Vec<Found> {
    let starts = glyphs.iter().enumerate().filter(|(_, g)| PROVINCES.contains(g.c));
    starts.filter_map(|(first, _)| plate(glyphs, first)).collect()
}

fn plate(glyphs: &[Glyph], first: usize) -> Option<Found> {
    let mut places: Vec<(usize, char)> = Vec::new();
    let mut gap = 0;
    for (n, glyph) in glyphs.iter().enumerate().skip(first.saturating_add(1)) {
        match glyph.c {
            c if c.is_ascii_alphanumeric() || "学警港澳挂".contains(c) => {
                places.push((n, c));
                gap = 0;
            }
            c if is_gap(c) && gap < 2 => gap += 1,
            _ => break,
        }
        if places.len() > 8 {
            break;
        }
    }
    // A gap ends a plate, unless what follows it is still needed: try eight places, then seven.
    [7, 6].into_iter().find_map(|length| {
        let taken = places.get(..length)?;
        let last = taken.last()?.0;
        let touches = glyphs
            .get(last.saturating_add(1))
            .is_some_and(|g| g.c.is_ascii_alphanumeric());
        let text: String = taken.iter().map(|(_, c)| *c).collect();
        (!touches && is_plate(&text)).then(|| Found::over(Sort::Plate, glyphs, first, last, 2))?
    })
}

/// What follows the province: the office's letter, then five places, or six for new energy.
fn is_plate(text: &str) -> bool {
    let mut places = text.chars();
    let office = places.next().is_some_and(|c| c.is_ascii_uppercase() && c != 'I');
    let rest: Vec<char> = places.collect();
    let digits = rest.iter().filter(|c| c.is_ascii_digit()).count();
    let special = rest.iter().position(|c| !c.is_ascii_alphanumeric());
    let known = rest.iter().all(|c| !matches!(c, 'I' | 'O'));
    let shape = match rest.len() {
        5 => digits >= 2 && special.is_none_or(|at| at == 4),
        6 => digits >= 4 && special.is_none(),
        _ => false,
    };
    office && known && shape
}

/// name@host.tld, with one gap on either side of the sign at most.
pub fn emails(glyphs: &[Glyph]) -> Vec<Found> {
    let signs = glyphs.iter().enumerate().filter(|(_, g)| g.c == '@');
    signs.filter_map(|(at, _)| email(glyphs, at)).collect()
}

fn email(glyphs: &[Glyph], at: usize) -> Option<Found> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let space = |n: Option<usize>| n.and_then(|n| glyphs.get(n)).is_some_and(|g| g.c == ' ');
    let left_end = at.saturating_sub(usize::from(space(at.checked_sub(1))));
    let right_start = at
        .saturating_add(1)
        .saturating_add(usize::from(space(at.checked_add(1))));
    let local = glyphs
        .iter()
        .take(left_end)
        .rev()
        .take_while(|g| is_local(g.c))
        .count();
    let host: String = glyphs
        .iter()
        .skip(right_start)
        .map(|g| g.c)
        .take_while(|c| is_host(*c))
        .collect();
    let host = host.trim_end_matches(['.', '-']);
    let (name, top) = host.rsplit_once('.')?;
    let right =
        local > 0 && !name.is_empty() && top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
    let last = right_start.saturating_add(host.len()).checked_sub(1)?;
    right.then(|| Found::over(Sort::Email, glyphs, left_end.saturating_sub(local), last, 0))?
}

/// The names typed into the form, also with gaps between their characters. One character is no name to look for.
pub fn names(glyphs: &[Glyph], names: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    for name in names {
        let wanted: Vec<char> = glyph::read(name, false)
            .iter()
            .map(|g| g.c)
            .filter(|c| !is_gap(*c))
            .collect();
        if wanted.len() < 2 {
            continue;
        }
        found.extend((0..glyphs.len()).filter_map(|first| name_at(glyphs, first, &wanted)));
    }
    found
}

fn name_at(glyphs: &[Glyph], first: usize, wanted: &[char]) -> Option<Found> {
    let mut left = wanted.iter();
    let mut next = left.next();
    let mut gap = 0;
    for (n, glyph) in glyphs.iter().enumerate().skip(first) {
        let begun = n > first;
        match next {
            Some(c) if glyph.c == *c => {
                gap = 0;
                next = left.next();
                if next.is_none() {
                    return Found::over(Sort::Name, glyphs, first, n, 1);
                }
            }
            _ if begun && is_gap(glyph.c) && gap < 2 => gap += 1,
            _ => return None,
        }
    }
    None
}
