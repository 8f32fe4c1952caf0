//! Folding: what a person types and what a document says meet in one form. One character becomes one character,
//! so a place in the folded text is the same place in the original, and highlights need no map of offsets.
//!
//! Width (Ａ → a), case (A → a), traditional to simplified (戶 → 户); whatever is neither letter nor digit becomes a
//! space. Folding looks at one character alone: a table of phrases (乾坤 stays, 乾杯 → 干杯) would fold a query
//! otherwise than the document around it, and find nothing.
//!
//! Rejected: NFKC (one character becomes several, ㎡ → m2), `zhconv` (GPL).

use std::sync::LazyLock;

/// What stands between words.
pub const GAP: char = ' ';

/// By code point of the basic plane. Computed once, 128 KB; a search reads it for every character of every
/// candidate.
static BASIC: LazyLock<Vec<u16>> = LazyLock::new(|| {
    (0..=u16::MAX)
        .map(|code| {
            let folded = char::from_u32(code.into()).map_or(GAP, slowly);
            u16::try_from(u32::from(folded)).unwrap_or(code)
        })
        .collect()
});

/// One character, folded.
pub fn fold_char(c: char) -> char {
    match u16::try_from(u32::from(c)) {
        Ok(code) => BASIC
            .get(usize::from(code))
            .and_then(|&folded| char::from_u32(folded.into()))
            .unwrap_or(GAP),
        Err(_) => slowly(c),
    }
}

/// A text, folded. As many characters as it had.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// The same, over what `folded` held.
pub fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    folded.reserve(text.len());
    // Most characters of a text fold to themselves: what lies between two that do not is copied as it is.
    let mut kept = 0;
    for (at, c) in text.char_indices() {
        let other = fold_char(c);
        if other != c {
            folded.push_str(text.get(kept..at).unwrap_or_default());
            folded.push(other);
            kept = at + c.len_utf8();
        }
    }
    folded.push_str(text.get(kept..).unwrap_or_default());
}

/// Computes the table, so that the first search need not.
pub fn warm() {
    LazyLock::force(&BASIC);
}

fn slowly(c: char) -> char {
    let narrow = match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    if !narrow.is_alphanumeric() {
        return GAP;
    }
    let mut lower = narrow.to_lowercase();
    let small = match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        // İ becomes two characters: it stays what it is.
        _ => narrow,
    };
    if small.is_ascii() {
        return small;
    }
    let simplified = fast2s::convert(small.encode_utf8(&mut [0; 4]));
    simplified.chars().next().unwrap_or(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_script_are_folded() {
        assert_eq!(fold("ＡbＣ１２３"), "abc123");
        assert_eq!(fold("戶口遷移、學區"), "户口迁移 学区");
        assert_eq!(fold("0577-8888"), "0577 8888");
        assert_eq!(fold("“\"*^:()-'，。😀"), " ".repeat(12));
    }

    #[test]
    fn every_character_becomes_one_that_folds_to_itself() {
        for c in (0..=0x3_FFFF_u32).filter_map(char::from_u32) {
            let folded = fold_char(c);
            assert!(
                folded == GAP || folded.is_alphanumeric(),
                "{c:?} becomes {folded:?}"
            );
            let again = fold_char(folded);
            assert_eq!(
                fold_char(again),
                again,
                "{c:?} becomes {folded:?} becomes {again:?}"
            );
        }
    }
}
