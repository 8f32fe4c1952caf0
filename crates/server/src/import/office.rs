//! Word and Excel files, looked into before they are kept: they are zip archives, and an archive of 10 MB can unpack to
//! 10 GB, carry macros, or be a second file of another kind at the same time.

use std::io::{self, Cursor, Read};
use zip::ZipArchive;

/// All parts together, unpacked, in bytes: a report with pictures has some 30 MB.
const MAX_UNPACKED: u64 = 100 << 20;
/// Parts; a workbook with a hundred sheets has some 500.
const MAX_PARTS: usize = 5_000;

/// The media type of an Office file.
///
/// # Errors
/// It is none, not whole, holds macros, or unpacks to more than any letter needs.
pub fn media_type(bytes: &[u8]) -> Result<&'static str, &'static str> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| "is a broken archive")?;
    // Something before the archive or after it would be read by another program.
    let ends = bytes.len().checked_sub(22).and_then(|at| bytes.get(at..));
    if archive.offset() != 0 || !ends.is_some_and(|end| end.starts_with(b"PK\x05\x06")) {
        return Err("holds more than an archive");
    }
    if archive.len() > MAX_PARTS {
        return Err("has too many parts");
    }
    let (mut typed, mut kind, mut left) = (false, None, MAX_UNPACKED);
    for n in 0..archive.len() {
        let part = archive
            .by_index(n)
            .map_err(|_| "has a part that cannot be read")?;
        let name = part.name().map_err(|_| "has a part that cannot be read")?;
        let name = name.to_ascii_lowercase();
        if name.ends_with("vbaproject.bin") {
            return Err("holds macros; save it without them");
        }
        typed |= name == "[content_types].xml";
        match &*name {
            "word/document.xml" => {
                kind = Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
            }
            "xl/workbook.xml" => {
                kind = Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
            }
            _ => {}
        }
        // Unpacked and counted: what the archive says about its sizes is not believed.
        let read = io::copy(&mut part.take(left + 1), &mut io::sink());
        let read = read.map_err(|_| "has a part that cannot be read")?;
        left = left.checked_sub(read).ok_or("unpacks to more than 100 MB")?;
    }
    kind.filter(|_| typed).ok_or("is no Word or Excel file")
}

/// Whether these bytes are an archive as well as whatever they begin as.
pub fn is_archive_too(bytes: &[u8]) -> bool {
    ZipArchive::new(Cursor::new(bytes)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

    #[test]
    fn an_office_file_is_known_by_its_parts() {
        let docx = archive(&[TYPES, ("word/document.xml", b"<w/>")]);
        assert!(media_type(&docx).unwrap().ends_with("wordprocessingml.document"));
        let xlsx = archive(&[TYPES, ("xl/workbook.xml", b"<w/>")]);
        assert!(media_type(&xlsx).unwrap().ends_with("spreadsheetml.sheet"));
        for parts in [
            vec![("word/document.xml", &b"<w/>"[..])],
            vec![TYPES],
            vec![
                TYPES,
                ("word/document.xml", b"<w/>"),
                ("word/vbaProject.bin", b"x"),
            ],
        ] {
            assert!(media_type(&archive(&parts)).is_err());
        }
    }

    #[test]
    fn a_bomb_a_torn_one_and_two_files_in_one_are_refused() {
        let zeros = vec![0; (MAX_UNPACKED / 2) as usize + 1];
        let bomb = archive(&[TYPES, ("word/document.xml", &zeros), ("word/more.xml", &zeros)]);
        assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
        assert_eq!(media_type(&bomb), Err("unpacks to more than 100 MB"));
        let docx = archive(&[TYPES, ("word/document.xml", b"<w/>")]);
        let before = [b"<html>".as_slice(), &docx].concat();
        let after = [docx.as_slice(), b"<script>"].concat();
        let torn = &docx[..docx.len() - 30];
        for bytes in [&before[..], &after, torn] {
            assert!(media_type(bytes).is_err());
        }
        let mut bent = docx.clone();
        let at = bent.windows(4).position(|w| w == b"<w/>");
        if let Some(at) = at {
            bent[at] = b'[';
            assert!(media_type(&bent).is_err(), "its checksum is wrong");
        }
        assert!(is_archive_too(&[b"%PDF-1.7 ".as_slice(), &docx].concat()));
        assert!(!is_archive_too(b"%PDF-1.7 PK\x05\x06 by chance"));
    }
}
