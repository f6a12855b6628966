//! Pictures: read as far as their header, bounded.

use krilla::image::Image;

use super::limits::{MAX_JPEG_PIXELS, MAX_PNG_PIXELS};

/// A JPEG or PNG with a sensible number of pixels. That all of it can be read shows when the file is written.
pub(crate) fn read(bytes: &[u8]) -> Option<Image> {
    let (image, most) = match bytes {
        [0xff, 0xd8, 0xff, ..] => (
            Image::from_jpeg(bytes.to_vec().into(), false).ok()?,
            MAX_JPEG_PIXELS,
        ),
        [0x89, b'P', b'N', b'G', ..] => (
            Image::from_png(bytes.to_vec().into(), false).ok()?,
            MAX_PNG_PIXELS,
        ),
        _ => return None,
    };
    let (width, height) = image.size();
    let pixels = u64::from(width) * u64::from(height);
    (1..=most).contains(&pixels).then_some(image)
}

/// The largest size with the picture's proportions within this room, without making a pixel larger than `pixel`; in points.
pub(crate) fn fit(image: &Image, room: [f32; 2], pixel: f32) -> [f32; 2] {
    let (width, height) = image.size();
    let (width, height) = (width as f32, height as f32);
    let scale = (room[0] / width).min(room[1] / height).min(pixel);
    [width * scale, height * scale]
}
