//! Which bytes mean which characters. Office programs in China save CSV as GB18030 unless told otherwise.
//!
//! Rejected: statistical detection. Strict UTF-8 almost never accepts Chinese text in another encoding, so the
//! order "a mark, else UTF-8, else GB18030" decides by itself.

use encoding_rs::{Encoding, GB18030};
use std::borrow::Cow;

/// Text, and what it was written in.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static str,
}

/// What people take for a table of text, by its first bytes.
const LOOKS_LIKE: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "a spreadsheet (.xlsx) or another packed file"),
    (b"\xd0\xcf\x11\xe0", "an old office document (.xls, .doc)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a packed file (.gz)"),
];

/// Decodes a file. Only CSV may be GB18030: JSON is UTF-8 by definition.
pub fn decode(bytes: &[u8], gb18030: bool) -> Result<Decoded<'_>, String> {
    let looks = LOOKS_LIKE.iter().find(|(magic, _)| bytes.starts_with(magic));
    if let Some((_, what)) = looks {
        return Err(format!(
            "it is {what}, not a table of text; save it as CSV (UTF-8)"
        ));
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(rest)
            .ok_or_else(|| format!("it begins like {} but is not", encoding.name()))?;
        return Ok(Decoded {
            text,
            encoding: encoding.name(),
        });
    }
    if bytes.contains(&0) {
        return Err("it holds bytes that no text has; save it as CSV (UTF-8)".into());
    }
    let not_utf8 = match std::str::from_utf8(bytes) {
        Ok(text) => {
            return Ok(Decoded {
                text: Cow::Borrowed(text),
                encoding: "UTF-8",
            });
        }
        Err(e) => e.valid_up_to(),
    };
    if gb18030 && let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(Decoded {
            text,
            encoding: "GB18030",
        });
    }
    let or = if gb18030 { " nor GB18030" } else { "" };
    Err(format!(
        "it is not UTF-8{or} (the first wrong byte is at {not_utf8}); save it as UTF-8"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_with_and_without_mark_and_gb18030_are_told_apart() {
        let gb = GB18030.encode("标题,温州").0;
        for (bytes, encoding) in [
            ("标题,温州".as_bytes().to_vec(), "UTF-8"),
            ("\u{feff}标题,温州".as_bytes().to_vec(), "UTF-8"),
            (gb.to_vec(), "GB18030"),
        ] {
            let decoded = decode(&bytes, true).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.encoding), ("标题,温州", encoding));
        }
        assert!(decode(&gb, false).is_err(), "JSON is never GB18030");
        assert!(decode(b"\xff\xff\xff", true).is_err());
    }
}
