//! Files that a person adds to a letter. A photo is decoded and written anew before anything is kept or hashed, so
//! that place, camera and time never leave the device; the rest is taken as it is.
//!
//! The server does the same again: it does not believe us, and we do not leave it to the server.

use crate::{
    error::{Error, Result},
    pictures::media_type,
};
use data_encoding::BASE64;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, imageops::FilterType};
use std::io::Cursor;

/// The largest file, in bytes.
pub(crate) const MAX_FILE: usize = 10 << 20;
/// The largest picture decoded, in pixels: 50 megapixels are 200 MB in memory, more than most phones take at once.
const MAX_PIXELS: u64 = 50_000_000;
/// The longer side of what is sent: the server keeps no more.
const MAX_SIDE: u32 = 1600;
const SMALL_SIDE: u32 = 160;
/// The longer side of a picture in a row, at three device pixels to one of CSS.
const ROW_SIDE: u32 = 320;
const QUALITY: u8 = 82;

/// A file as it is kept.
pub(crate) struct Taken {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    /// A small picture of it, as a `data:` address.
    pub small: Option<String>,
}

/// Takes a file.
///
/// # Errors
/// [`Error::TooMany`] bytes; [`Error::Invalid`] for a picture that cannot be cleaned, HEIC and TIFF among them: as
/// they are they would tell where they were taken.
pub(crate) fn take(bytes: Vec<u8>) -> Result<Taken> {
    if bytes.is_empty() {
        return Err(Error::Invalid("an empty file"));
    }
    if media_type(&bytes).starts_with("image/") {
        return anew(&bytes);
    }
    let brand =
        bytes.get(4..8) == Some(b"ftyp") || bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*");
    if brand {
        return Err(Error::Invalid("a picture of a kind that cannot be cleaned"));
    }
    if bytes.len() > MAX_FILE {
        return Err(Error::TooMany);
    }
    let media_type = match &bytes[..] {
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => "application/zip",
        _ => "application/octet-stream",
    };
    Ok(Taken {
        bytes,
        media_type,
        small: None,
    })
}

/// The picture as a row of a list shows it, or as it is where it is no larger than that or cannot be read. A list of
/// photographs in full takes 3 MB of memory for each row of 96 pixels.
pub(crate) fn for_a_row(bytes: Vec<u8>) -> Vec<u8> {
    let small = decoded(&bytes)
        .ok()
        .filter(|image| image.width().max(image.height()) > ROW_SIDE)
        .and_then(|image| jpeg(&image.thumbnail(ROW_SIDE, ROW_SIDE)).ok());
    small.unwrap_or(bytes)
}

fn anew(bytes: &[u8]) -> Result<Taken> {
    let mut image = decoded(bytes)?;
    if image.width().max(image.height()) > MAX_SIDE {
        image = image.resize(MAX_SIDE, MAX_SIDE, FilterType::Triangle);
    }
    let small = BASE64.encode(&jpeg(&image.thumbnail(SMALL_SIDE, SMALL_SIDE))?);
    Ok(Taken {
        bytes: jpeg(&image)?,
        media_type: "image/jpeg",
        small: Some(format!("data:image/jpeg;base64,{small}")),
    })
}

/// The pixels, upright.
fn decoded(bytes: &[u8]) -> Result<DynamicImage> {
    let unreadable = |_| Error::Invalid("a picture that cannot be read");
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooMany);
    }
    // Cameras store "turned" as a note; the note goes, so the pixels must turn.
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// On white, where something is transparent: a letter's pictures are evidence, not art.
fn jpeg(image: &DynamicImage) -> Result<Vec<u8>> {
    let mut rgba = image.to_rgba8();
    for pixel in rgba.pixels_mut() {
        let [.., alpha] = pixel.0;
        for colour in pixel.0.iter_mut().take(3) {
            let over = u32::from(*colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            *colour = u8::try_from(over / 255).unwrap_or(u8::MAX);
        }
    }
    let mut out = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, QUALITY);
    let rgb = DynamicImage::ImageRgba8(rgba).to_rgb8();
    rgb.write_with_encoder(encoder)
        .map_err(|_| Error::Invalid("a picture that cannot be written"))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG with an EXIF block that says where it was taken.
    fn photo() -> Vec<u8> {
        let image = DynamicImage::ImageRgb8(image::RgbImage::from_pixel(40, 20, image::Rgb([10, 200, 30])));
        let plain = jpeg(&image).unwrap();
        let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0GPS-28.0000,120.6500";
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, exif, &plain[2..]].concat()
    }

    #[test]
    fn where_a_photo_was_taken_is_gone_before_it_is_kept() {
        let photo = photo();
        assert!(photo.windows(4).any(|w| w == b"GPS-"));
        let taken = take(photo).unwrap();
        assert!(!taken.bytes.windows(4).any(|w| w == b"GPS-" || w == b"Exif"));
        assert_eq!(taken.media_type, "image/jpeg");
        assert!(taken.small.unwrap().starts_with("data:image/jpeg;base64,"));
    }

    #[test]
    fn a_row_gets_a_small_picture_and_what_is_small_or_unreadable_as_it_is() {
        let image =
            DynamicImage::ImageRgb8(image::RgbImage::from_pixel(1200, 640, image::Rgb([10, 200, 30])));
        let small = for_a_row(jpeg(&image).unwrap());
        let side = |bytes: &[u8]| decoded(bytes).map(|i| (i.width(), i.height())).unwrap();
        assert_eq!(side(&small), (320, 171));
        assert_eq!(for_a_row(small.clone()), small);
        assert_eq!(for_a_row(b"GIF89a broken".to_vec()), b"GIF89a broken");
    }

    #[test]
    fn what_cannot_be_cleaned_is_refused_and_the_rest_is_taken_as_it_is() {
        for bytes in [
            &b"\0\0\0\x18ftypheic\0\0"[..],
            b"II*\0....",
            b"\x89PNG broken",
            b"",
        ] {
            assert!(matches!(take(bytes.to_vec()), Err(Error::Invalid(_))));
        }
        assert!(matches!(take(vec![b'x'; MAX_FILE + 1]), Err(Error::TooMany)));
        let pdf = take(b"%PDF-1.7 x".to_vec()).unwrap();
        assert_eq!(
            (pdf.bytes, pdf.media_type),
            (b"%PDF-1.7 x".to_vec(), "application/pdf")
        );
    }
}
