//! Pictures and attachments of an import: read below the imported file's folder, decoded within limits, written
//! anew. What is stored was made by this program, so nothing that hid in a picture (place, camera, a second file)
//! comes along.

use super::office;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits};
use std::{
    collections::HashMap,
    io::Cursor,
    path::{Path, PathBuf},
};
use weimenhu_domain::record::{Attachment, Picture, Sha256};

/// The largest file taken.
const MAX_FILE: u64 = 10 << 20;
/// The largest picture decoded, in pixels: 40 megapixels are 160 MB in memory.
const MAX_PIXELS: u64 = 40_000_000;
/// The longer side of a stored picture: enough for a tablet's width, a fifth of the bytes of a camera's original.
const MAX_SIDE: u32 = 1600;
/// Above 82 JPEG grows much faster than it improves.
const QUALITY: u8 = 82;

/// Where an import takes its files from and where they wait for publication.
#[derive(Debug)]
pub struct Media {
    folder: PathBuf,
    staged: PathBuf,
    dry_run: bool,
    /// The same picture often stands in the text and in the list.
    pictures: HashMap<String, Result<Picture, String>>,
}

impl Media {
    pub fn new(folder: PathBuf, staged: PathBuf, dry_run: bool) -> Self {
        Self {
            folder,
            staged,
            dry_run,
            pictures: HashMap::new(),
        }
    }

    /// The stored picture made from a file.
    pub fn picture(&mut self, name: &str, alt: &str) -> Result<Picture, String> {
        let made = match self.pictures.get(name) {
            Some(made) => made.clone(),
            None => {
                let made = self.read(name).and_then(|bytes| self.store_picture(&bytes));
                self.pictures.insert(name.to_owned(), made.clone());
                made
            }
        };
        let alt = alt.trim().to_owned();
        made.map(|picture| Picture { alt, ..picture })
    }

    /// The stored attachment made from a file.
    pub fn attachment(&mut self, file: &str, name: &str) -> Result<Attachment, String> {
        let bytes = self.read(file)?;
        let own_name = Path::new(file)
            .file_name()
            .map(|n| n.to_string_lossy().into_owned());
        let name = match name.trim() {
            "" => own_name.unwrap_or_else(|| file.to_owned()),
            name => name.to_owned(),
        };
        let (bytes, media_type) = match sniff(&bytes, file)? {
            Sniffed::Picture => {
                let encoded = re_encode(&bytes)?;
                (encoded.bytes, encoded.media_type)
            }
            Sniffed::File(media_type) => (bytes, media_type),
        };
        Ok(Attachment {
            name,
            sha256: self.store(&bytes)?,
            size: u32::try_from(bytes.len()).map_err(|_| "too large".to_owned())?,
            media_type: media_type.into(),
        })
    }

    fn store_picture(&self, bytes: &[u8]) -> Result<Picture, String> {
        let encoded = re_encode(bytes)?;
        Ok(Picture {
            sha256: self.store(&encoded.bytes)?,
            width: encoded.width,
            height: encoded.height,
            alt: String::new(),
        })
    }

    /// Reads a file below the folder. A table must not be able to publish `/etc/passwd`.
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let not_found = |_| format!("{name} is not there");
        let folder = self.folder.canonicalize().map_err(not_found)?;
        let path = folder.join(name).canonicalize().map_err(not_found)?;
        if !path.starts_with(&folder) {
            return Err(format!("{name} lies outside of the folder of the imported file"));
        }
        let size = std::fs::metadata(&path).map_err(not_found)?.len();
        if size > MAX_FILE {
            return Err(format!("{name} has {} MB, at most 10 are taken", size >> 20));
        }
        std::fs::read(&path).map_err(not_found)
    }

    fn store(&self, bytes: &[u8]) -> Result<Sha256, String> {
        let sha = Sha256::of(bytes);
        let path = self.staged.join(sha.to_string());
        if !self.dry_run && !path.exists() {
            crate::tree::write_durably(&self.staged, &path, bytes).map_err(|e| e.to_string())?;
        }
        Ok(sha)
    }
}

/// A picture as it is stored.
#[derive(Debug)]
pub struct Encoded {
    /// As they are kept.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, `image/png`, or the file's own.
    pub media_type: &'static str,
    /// In pixels; 0 of what is no picture.
    pub width: u32,
    /// The same.
    pub height: u32,
}

/// A file that a citizen sends, by its bytes alone: a picture is written anew, a PDF or Office file is kept as it is
/// (width and height 0). Its name is not believed, so plain text is not taken.
///
/// # Errors
/// Why it is not taken, in English, for the log.
pub fn citizens_file(bytes: &[u8]) -> Result<Encoded, String> {
    match sniff(bytes, "file")? {
        Sniffed::Picture => re_encode(bytes),
        Sniffed::File(media_type) => Ok(Encoded {
            bytes: bytes.to_owned(),
            media_type,
            width: 0,
            height: 0,
        }),
    }
}

/// Decodes a picture within limits and writes it anew: JPEG, or PNG where something is transparent.
fn re_encode(bytes: &[u8]) -> Result<Encoded, String> {
    let unreadable = |e: image::ImageError| format!("the picture cannot be decoded: {e}");
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| e.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("{width} × {height} pixels, at most 40 million are taken"));
    }
    // Cameras store "turned" as a note; the note goes, so the pixels must turn.
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    if image.width().max(image.height()) > MAX_SIDE {
        image = image.resize(MAX_SIDE, MAX_SIDE, image::imageops::FilterType::Lanczos3);
    }
    let size = (image.width(), image.height());
    let transparent = image.color().has_alpha() && image.to_rgba8().pixels().any(|p| p.0[3] < 255);
    let mut out = Vec::new();
    let media_type = if transparent {
        let encoder = image::codecs::png::PngEncoder::new_with_quality(
            &mut out,
            image::codecs::png::CompressionType::Best,
            image::codecs::png::FilterType::Adaptive,
        );
        let rgba = image.to_rgba8();
        encoder
            .write_image(&rgba, size.0, size.1, image::ExtendedColorType::Rgba8)
            .map_err(unreadable)?;
        "image/png"
    } else {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, QUALITY);
        let rgb = image.to_rgb8();
        encoder
            .write_image(&rgb, size.0, size.1, image::ExtendedColorType::Rgb8)
            .map_err(unreadable)?;
        "image/jpeg"
    };
    Ok(Encoded {
        bytes: out,
        media_type,
        width: size.0,
        height: size.1,
    })
}

enum Sniffed {
    Picture,
    File(&'static str),
}

/// What a file is, by its bytes. Its name is only believed for plain text, which has no mark of its own.
fn sniff(bytes: &[u8], name: &str) -> Result<Sniffed, String> {
    if bytes.starts_with(b"%PDF-") {
        if office::is_archive_too(bytes) {
            return Err(format!("{name} is a PDF and an archive in one"));
        }
        return Ok(Sniffed::File("application/pdf"));
    }
    if bytes.starts_with(b"PK") {
        let known = office::media_type(bytes).map_err(|why| format!("{name} {why}"))?;
        return Ok(Sniffed::File(known));
    }
    if image::guess_format(bytes).is_ok() {
        return Ok(Sniffed::Picture);
    }
    let lower = name.to_ascii_lowercase();
    let is_text = !bytes.contains(&0)
        && (std::str::from_utf8(bytes).is_ok() || super::encoding::decode(bytes, true).is_ok());
    match is_text {
        true if lower.ends_with(".csv") => Ok(Sniffed::File("text/csv")),
        true if lower.ends_with(".txt") => Ok(Sniffed::File("text/plain")),
        _ => Err(format!(
            "{name} is none of PDF, Word (docx), Excel (xlsx), CSV, text or picture; save it as one of these"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, alpha: u8) -> Vec<u8> {
        let image = image::RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 40, alpha]));
        let mut bytes = Vec::new();
        DynamicImage::from(image)
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
            .unwrap();
        bytes
    }

    #[test]
    fn pictures_are_written_anew_smaller_and_transparent_ones_as_png() {
        let jpeg = re_encode(&png(3200, 800, 255)).unwrap();
        assert_eq!(
            (jpeg.media_type, jpeg.width, jpeg.height),
            ("image/jpeg", 1600, 400)
        );
        assert_eq!(
            image::guess_format(&jpeg.bytes).unwrap(),
            image::ImageFormat::Jpeg
        );
        assert_eq!(re_encode(&png(10, 10, 90)).unwrap().media_type, "image/png");
    }

    #[test]
    fn what_follows_a_picture_is_gone_and_a_cut_or_huge_one_is_refused() {
        let mut polyglot = png(10, 10, 255);
        polyglot.extend_from_slice(b"<script>alert(1)</script>");
        let bytes = re_encode(&polyglot).unwrap().bytes;
        assert!(!bytes.windows(8).any(|w| w == b"<script>"));
        assert!(re_encode(&png(10, 10, 255)[..40]).is_err());
        // A header that claims 50,000 × 50,000 pixels.
        let mut bomb = png(10, 10, 255);
        bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        assert!(re_encode(&bomb).is_err());
    }

    #[test]
    fn attachments_are_what_their_bytes_say() {
        assert!(matches!(
            sniff(b"%PDF-1.7 x", "a.txt"),
            Ok(Sniffed::File("application/pdf"))
        ));
        assert!(matches!(
            sniff(b"a,b\n1,2\n", "a.csv"),
            Ok(Sniffed::File("text/csv"))
        ));
        assert!(matches!(sniff(&png(2, 2, 255), "a.pdf"), Ok(Sniffed::Picture)));
        for (bytes, name) in [
            (&b"MZ\x90\x00"[..], "a.pdf"),
            (b"<html></html>", "a.html"),
            (b"PK\x03\x04 evil.exe", "a.docx"),
            (b"PK\x03\x04[Content_Types].xml word/vbaProject.bin", "a.docx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "a.doc"),
        ] {
            assert!(sniff(bytes, name).is_err(), "{name}");
        }
    }

    #[test]
    fn files_outside_of_the_folder_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let inside = dir.path().join("in");
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(dir.path().join("secret.txt"), "x").unwrap();
        std::fs::write(inside.join("a.txt"), "x").unwrap();
        let mut media = Media::new(inside.clone(), dir.path().to_owned(), true);
        assert!(media.attachment("a.txt", "").is_ok());
        let absolute = dir.path().join("secret.txt");
        for name in ["../secret.txt", absolute.to_str().unwrap(), "none.txt"] {
            assert!(media.attachment(name, "").is_err(), "{name}");
        }
    }
}
