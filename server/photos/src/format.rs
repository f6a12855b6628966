//! What a photo's first bytes say: its format and its size in pixels, without decoding anything.
//!
//! Only the few fields needed are read, here in the hub, so that a file that is no photo or a
//! decompression bomb is refused before it is stored. Decoding is for the worker.

use sync_core::kinds::mediation::sealed::{self, Sealed};

use super::jpeg;
use super::sound::Container;

/// Longest side a photo may have, in pixels.
pub const MAX_SIDE: u32 = 12_000;
/// Most pixels a photo may have.
pub const MAX_PIXELS: u64 = 50_000_000;

/// The formats that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ISO 10918, from `FF D8 FF`.
    Jpeg,
    /// ISO 15948.
    Png,
    /// RIFF container with one picture.
    WebP,
    /// A drawn signature, sealed: no picture, but it lies beside them under its hash.
    Seal,
    /// What somebody said into the phone.
    Sound(Container),
}

impl Format {
    /// The format that a file's first 12 bytes name.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::WebP),
            seal if seal.starts_with(&sealed::MAGIC) => Some(Self::Seal),
            other => Container::sniff(other).map(Self::Sound),
        }
    }

    /// The media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Seal => sealed::MIME,
            Self::Sound(container) => container.mime(),
        }
    }

    /// The format of a stored media type.
    pub fn of_mime(mime: &str) -> Option<Self> {
        let sounds = Container::ALL.map(Self::Sound);
        [Self::Jpeg, Self::Png, Self::WebP, Self::Seal]
            .into_iter()
            .chain(sounds)
            .find(|format| format.mime() == mime)
    }

    /// The usual ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Seal => "cbor",
            Self::Sound(container) => container.extension(),
        }
    }

    /// Whether there is anything to look at.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP)
    }
}

/// Format and size of a photo that may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format.
    pub format: Format,
    /// Width in pixels, before any rotation.
    pub width: u32,
    /// Height in pixels, before any rotation.
    pub height: u32,
}

/// Why a file is no photo for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPhoto {
    /// Another kind of file, or one that no browser shows.
    #[error("not a JPEG, PNG or WebP file, nor a voice note")]
    Format,
    /// More than [`MAX_SIDE`] or [`MAX_PIXELS`].
    #[error("too many pixels")]
    Size,
}

impl Header {
    /// Reads the header of a whole file.
    pub fn read(file: &[u8]) -> Result<Self, NotAPhoto> {
        let format = Format::sniff(file).ok_or(NotAPhoto::Format)?;
        let size = match format {
            Format::Jpeg => {
                jpeg::frame(file).map(|frame| (frame.width.into(), frame.height.into()))
            }
            Format::Png => png_size(file),
            Format::WebP => webp_size(file),
            Format::Sound(container) => {
                return container
                    .holds_sound(file)
                    .then_some(Self {
                        format,
                        width: 0,
                        height: 0,
                    })
                    .ok_or(NotAPhoto::Format);
            }
            // Whole and in its one form, or none; it has no size.
            Format::Seal => {
                return Sealed::read(file)
                    .map(|_| Self {
                        format,
                        width: 0,
                        height: 0,
                    })
                    .map_err(|_| NotAPhoto::Format);
            }
        };
        let (width, height) = size.ok_or(NotAPhoto::Format)?;
        if width == 0 || height == 0 {
            return Err(NotAPhoto::Format);
        }
        let pixels = u64::from(width) * u64::from(height);
        if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
            return Err(NotAPhoto::Size);
        }
        Ok(Self {
            format,
            width,
            height,
        })
    }
}

/// The first chunk must be IHDR: iOS puts one of its own before it, in files that only its own decoder shows.
fn png_size(file: &[u8]) -> Option<(u32, u32)> {
    let header = file.get(8..24)?;
    let (name, size) = header.get(4..)?.split_first_chunk::<4>()?;
    let ([w1, w2, w3, w4], [h1, h2, h3, h4]) = two_fours(size)?;
    (name == b"IHDR").then(|| {
        (
            u32::from_be_bytes([w1, w2, w3, w4]),
            u32::from_be_bytes([h1, h2, h3, h4]),
        )
    })
}

fn two_fours(bytes: &[u8]) -> Option<([u8; 4], [u8; 4])> {
    let (first, rest) = bytes.split_first_chunk::<4>()?;
    Some((*first, *rest.first_chunk::<4>()?))
}

/// The first chunk tells the variant: lossy, lossless or extended.
fn webp_size(file: &[u8]) -> Option<(u32, u32)> {
    let (name, chunk) = file.get(12..)?.split_first_chunk::<4>()?;
    let content = chunk.get(4..)?;
    match name {
        b"VP8 " => {
            let [_, _, _, 0x9d, 0x01, 0x2a, w1, w2, h1, h2, ..] = content else {
                return None;
            };
            // The two upper bits are a scale for display.
            let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            Some((side(*w1, *w2), side(*h1, *h2)))
        }
        b"VP8L" => {
            let [0x2f, b1, b2, b3, b4, ..] = content else {
                return None;
            };
            let bits = u32::from_le_bytes([*b1, *b2, *b3, *b4]);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let [_, _, _, _, w1, w2, w3, h1, h2, h3, ..] = content else {
                return None;
            };
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            Some((side(*w1, *w2, *w3), side(*h1, *h2, *h3)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn file(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(width, height)
            .write_to(&mut Cursor::new(&mut bytes), format)
            .unwrap();
        bytes
    }

    #[test]
    fn the_size_is_that_of_the_picture() {
        for (with, format) in [
            (ImageFormat::Jpeg, Format::Jpeg),
            (ImageFormat::Png, Format::Png),
            (ImageFormat::WebP, Format::WebP),
        ] {
            let header = Header::read(&file(with, 301, 77)).unwrap();
            let expected = Header {
                format,
                width: 301,
                height: 77,
            };
            assert_eq!(header, expected);
        }
    }

    #[test]
    fn a_png_that_claims_900_megapixels_is_too_large() {
        let mut bytes = file(ImageFormat::Png, 8, 8);
        bytes[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
        assert_eq!(Header::read(&bytes), Err(NotAPhoto::Size));
    }

    #[test]
    fn sides_and_pixels_are_bounded_apart() {
        let size = |width: u32, height: u32| {
            let mut bytes = file(ImageFormat::Png, 8, 8);
            bytes[16..20].copy_from_slice(&width.to_be_bytes());
            bytes[20..24].copy_from_slice(&height.to_be_bytes());
            Header::read(&bytes).map(|_| ())
        };
        assert_eq!(size(12_000, 4_166), Ok(()));
        assert_eq!(size(12_000, 4_167), Err(NotAPhoto::Size));
        assert_eq!(size(12_001, 1), Err(NotAPhoto::Size));
        assert_eq!(size(0, 1), Err(NotAPhoto::Format));
    }

    #[test]
    fn other_files_are_no_photos() {
        for text in [
            "",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "<!doctype html><img src=x>",
            "GIF89a\x01\0\x01\0\0\0\0;",
            "%PDF-1.7",
            "RIFF\x08\0\0\0WAVEfmt ",
        ] {
            assert_eq!(
                Header::read(text.as_bytes()),
                Err(NotAPhoto::Format),
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_cut_anywhere_never_stops_the_hub() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = file(format, 40, 30);
            for end in 0..whole.len() {
                let _ = Header::read(&whole[..end]);
            }
        }
    }

    #[test]
    fn a_jpeg_of_padding_or_empty_segments_ends() {
        let mut padding = vec![0xff, 0xd8];
        padding.extend([0xff; 70_000]);
        assert_eq!(Header::read(&padding), Err(NotAPhoto::Format));
        let mut segments = vec![0xff, 0xd8];
        segments.extend([0xff, 0xe0, 0, 0].repeat(20_000));
        assert_eq!(Header::read(&segments), Err(NotAPhoto::Format));
    }
}
