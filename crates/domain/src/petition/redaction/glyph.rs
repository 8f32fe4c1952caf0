//! The characters of a text as they are meant: half-width, capital; each with its place in the original.

/// One character.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    /// As it is meant: `１` is `1`, `ａ` is `A`.
    pub c: char,
    /// Its bytes in the original.
    pub start: usize,
    pub end: usize,
}

/// Reads a text; with `numerals`, 〇一二…九 are digits.
pub fn read(text: &str, numerals: bool) -> Vec<Glyph> {
    let meant = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c).saturating_sub(0xfee0)).map_or(c, |c| c.to_ascii_uppercase())
        }
        c if numerals => numeral(c).unwrap_or(c),
        c => c.to_ascii_uppercase(),
    };
    text.char_indices()
        .map(|(start, c)| Glyph {
            c: meant(c),
            start,
            end: start.saturating_add(c.len_utf8()),
        })
        .collect()
}

/// 一 and its like.
pub fn is_numeral(c: char) -> bool {
    numeral(c).is_some()
}

fn numeral(c: char) -> Option<char> {
    Some(match c {
        '〇' | '零' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

/// What people put between the digits of one number.
pub fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '–' | '—' | '‑' | '−' | '_' | '.' | '·' | '•' | '(' | ')' | '~' | '*'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}
