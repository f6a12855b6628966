//! Makes the two thumbnails of a photo. Runs in a worker process only.

use std::io::Cursor;

use fast_image_resize as fir;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageResult, Limits, Rgb, RgbImage, RgbaImage};

use super::format::{Format, Header, MAX_SIDE, NotAPhoto};
use super::jpeg;
use super::likeness::likeness;
pub use super::shape::{LARGE, SMALL};
use super::shape::{Size, fitting, glance, reading};

/// Largest decoded picture, in bytes: 50 megapixels with transparency are 200 MB.
const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;
/// JPEG quality of the thumbnails.
const QUALITY: u8 = 80;

/// Two JPEG files without metadata, upright.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnails {
    /// At most [`LARGE`] on its longest side; of a long screenshot or a panorama, readable along its length.
    pub large: Vec<u8>,
    /// At most [`SMALL`] on its longest side; of a long picture the top or the middle.
    pub small: Vec<u8>,
    /// What the picture looks like; `None` for one without features.
    pub likeness: Option<u64>,
}

impl Thumbnails {
    /// The form in which a worker answers: the likeness and whether there is one, length of the large one, both files.
    pub fn to_bytes(&self) -> Vec<u8> {
        let len = u32::try_from(self.large.len()).unwrap_or(u32::MAX);
        let known = [u8::from(self.likeness.is_some())];
        let likeness = self.likeness.unwrap_or(0).to_be_bytes();
        [
            &known,
            likeness.as_slice(),
            &len.to_be_bytes(),
            &self.large,
            &self.small,
        ]
        .concat()
    }

    /// Reads a worker's answer; `None` if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([known], rest) = bytes.split_first_chunk::<1>()?;
        let (likeness, rest) = rest.split_first_chunk::<8>()?;
        let (len, files) = rest.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
        let (large, small) = files.split_at_checked(len)?;
        let files = Self {
            large: large.to_vec(),
            small: small.to_vec(),
            likeness: (*known == 1).then(|| u64::from_be_bytes(*likeness)),
        };
        Some(files)
    }
}

/// Why a photo has no thumbnails.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file is damaged.
    #[error("the picture cannot be decoded")]
    Damaged(#[source] image::ImageError),
    /// The header is none of a photo.
    #[error(transparent)]
    Header(#[from] NotAPhoto),
    /// The file ends before the first pixel, or has two frames.
    #[error("the picture has no pixels of its own")]
    NoScan,
    /// The pixels cannot be resized.
    #[error("the picture cannot be resized")]
    Resize(#[from] fir::ResizeError),
    /// It would take more memory than a picture of allowed size needs.
    #[error("the picture takes too much memory")]
    Memory,
}

impl Unreadable {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Damaged(_) | Self::NoScan | Self::Resize(_) => "picture_damaged",
            Self::Header(NotAPhoto::Format) => "media_type_refused",
            Self::Header(NotAPhoto::Size) | Self::Memory => "picture_too_large",
        }
    }
}

impl From<image::ImageError> for Unreadable {
    fn from(error: image::ImageError) -> Self {
        if matches!(error, image::ImageError::Limits(_)) {
            Self::Memory
        } else {
            Self::Damaged(error)
        }
    }
}

/// Buffers that one photo leaves for the next.
#[derive(Default)]
pub struct Maker {
    resizer: fir::Resizer,
}

impl Maker {
    /// Decodes `photo` once and makes both thumbnails from it.
    pub fn thumbnails(&mut self, photo: &[u8]) -> Result<Thumbnails, Unreadable> {
        let (picture, orientation) = decode(photo)?;
        let size = reading(picture.dimensions());
        let large = if size == picture.dimensions() {
            picture
        } else {
            self.resized(&picture, (0, 0, picture.width(), picture.height()), size)?
        };
        // Turned when few pixels are left to move, and before the top is cut off a chat.
        let large = upright(large, orientation);
        let part @ (_, _, width, height) = glance(large.dimensions());
        let small = self.resized(&large, part, fitting((width, height), SMALL))?;
        Ok(Thumbnails {
            likeness: likeness(&large),
            large: encode(&large)?,
            small: encode(&small)?,
        })
    }

    /// The part of a picture at left, top, width and height, made to another size.
    fn resized(
        &mut self,
        picture: &RgbImage,
        (left, top, width, height): (u32, u32, u32, u32),
        (to_width, to_height): Size,
    ) -> Result<RgbImage, Unreadable> {
        let from = fir::images::ImageRef::new(
            picture.width(),
            picture.height(),
            picture.as_raw(),
            fir::PixelType::U8x3,
        )
        .map_err(|_| Unreadable::Memory)?;
        let mut to = fir::images::Image::new(to_width, to_height, fir::PixelType::U8x3);
        let options = fir::ResizeOptions::new()
            .resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::CatmullRom))
            .crop(left.into(), top.into(), width.into(), height.into());
        self.resizer.resize(&from, &mut to, &options)?;
        RgbImage::from_raw(to_width, to_height, to.into_vec()).ok_or(Unreadable::Memory)
    }
}

fn decode(photo: &[u8]) -> Result<(RgbImage, Orientation), Unreadable> {
    let header = Header::read(photo)?;
    let file = Cursor::new(photo);
    match header.format {
        Format::Jpeg => {
            let plain = jpeg::plain(photo).ok_or(Unreadable::NoScan)?;
            let (picture, _) = decode_with(JpegDecoder::new(Cursor::new(plain.file)))?;
            Ok((picture, plain.orientation))
        }
        Format::Png => decode_with(PngDecoder::with_limits(file, limits())),
        Format::WebP => decode_with(WebPDecoder::new(file)),
        Format::Seal | Format::Sound(_) => Err(NotAPhoto::Format.into()),
    }
}

fn decode_with(
    decoder: ImageResult<impl ImageDecoder>,
) -> Result<(RgbImage, Orientation), Unreadable> {
    let mut decoder = decoder?;
    decoder.set_limits(limits())?;
    // The decoders do not hold their output against the limit themselves.
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(Unreadable::Memory);
    }
    // A photo with unreadable metadata is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder)?;
    let picture = if picture.color().has_alpha() {
        on_white(&picture.into_rgba8())
    } else {
        picture.into_rgb8()
    };
    Ok((picture, orientation))
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

/// JPEG has no transparency: what is not there is paper.
fn on_white(picture: &RgbaImage) -> RgbImage {
    let mix = |colour: u8, alpha: u8| {
        let mixed = (u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0;
        Rgb([mix(r, alpha), mix(g, alpha), mix(b, alpha)])
    })
}

fn upright(picture: RgbImage, orientation: Orientation) -> RgbImage {
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

fn encode(picture: &RgbImage) -> Result<Vec<u8>, Unreadable> {
    let mut file = Vec::with_capacity(picture.as_raw().len() / 8);
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(picture)?;
    Ok(file)
}

#[cfg(test)]
mod odd_files;

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba};

    use super::*;

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut file = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut file), format)
            .unwrap();
        file
    }

    fn made(photo: &[u8]) -> (RgbImage, RgbImage) {
        let thumbnails = Maker::default().thumbnails(photo).unwrap();
        let read = |file: &[u8]| image::load_from_memory(file).unwrap().into_rgb8();
        (read(&thumbnails.large), read(&thumbnails.small))
    }

    #[test]
    fn the_shape_is_kept_and_nothing_is_made_larger() {
        for (size, large, small) in [
            ((4000, 3000), (1600, 1200), (320, 240)),
            ((300, 4000), (300, 4000), (240, 320)),
            ((500, 400), (500, 400), (320, 256)),
            ((20, 10), (20, 10), (20, 10)),
            ((12_000, 1), (12_000, 1), (320, 1)),
        ] {
            let photo = file(&DynamicImage::new_rgb8(size.0, size.1), ImageFormat::Png);
            let (is_large, is_small) = made(&photo);
            assert_eq!(
                (is_large.dimensions(), is_small.dimensions()),
                (large, small)
            );
        }
    }

    #[test]
    fn what_is_transparent_is_white() {
        let clear = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let (large, _) = made(&file(&clear.clone().into(), format));
            assert!(
                large
                    .get_pixel(20, 20)
                    .0
                    .iter()
                    .all(|channel| *channel > 250)
            );
        }
    }

    #[test]
    fn grey_and_deep_pictures_are_read() {
        for picture in [
            DynamicImage::new_luma8(400, 300),
            DynamicImage::new_luma_a8(400, 300),
            DynamicImage::new_rgb16(400, 300),
            DynamicImage::new_rgba16(400, 300),
        ] {
            let (_, small) = made(&file(&picture, ImageFormat::Png));
            assert_eq!(small.dimensions(), (320, 240));
        }
    }

    #[test]
    fn the_worker_answer_is_read_back() {
        let thumbnails = Thumbnails {
            large: vec![1, 2, 3],
            small: vec![4],
            likeness: Some(77),
        };
        let bytes = thumbnails.to_bytes();
        assert_eq!(Thumbnails::from_bytes(&bytes), Some(thumbnails));
        assert_eq!(Thumbnails::from_bytes(&bytes[..14]), None);
    }
}
