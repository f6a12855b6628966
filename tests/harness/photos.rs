//! Photos made by code: honest ones and hostile ones.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A JPEG of this size whose pixels differ by `seed`: its left half is dark, its right half is light.
pub fn jpeg(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 90)
        .encode_image(&pixels(width, height, seed))
        .expect("a JPEG is encoded");
    file
}

/// A picture with features of its own for each seed, as a JPEG of this quality.
pub fn scene(width: u32, height: u32, seed: u32, quality: u8) -> Vec<u8> {
    let side = width.div_ceil(12);
    let mut file = Vec::new();
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let patch = (x / side) * 31 + (y / side) * 17 + seed * 7_919;
        let grey = u8::try_from(patch.wrapping_mul(2_654_435_761) >> 24).unwrap_or(0);
        Rgb([grey, grey / 2 + 60, grey])
    });
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode_image(&picture)
        .expect("a JPEG is encoded");
    file
}

/// The same picture as PNG or WebP.
pub fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    DynamicImage::ImageRgb8(pixels(width, height, 1))
        .write_to(&mut Cursor::new(&mut file), format)
        .expect("a picture is encoded");
    file
}

/// A JPEG with an Exif block that says how it is to be turned, and where it was taken: the latitude's
/// text is `latitude`.
pub fn jpeg_with_exif(width: u32, height: u32, orientation: u8, latitude: &str) -> Vec<u8> {
    let entries: &[(u16, u16, u32, [u8; 4])] = &[
        (0x0112, 3, 1, [0, orientation, 0, 0]), // Orientation, SHORT
        (0x8825, 4, 1, [0, 0, 0, 38]),          // offset of the GPS block, LONG
    ];
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    for (tag, kind, count, value) in entries {
        tiff.extend(tag.to_be_bytes());
        tiff.extend(kind.to_be_bytes());
        tiff.extend(count.to_be_bytes());
        tiff.extend(value);
    }
    tiff.extend([0; 4]);
    // GPS block: GPSLatitudeRef "N", then the text as GPSAreaInformation.
    tiff.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    tiff.extend(latitude.as_bytes());
    let len = u16::try_from(tiff.len() + 8).expect("an Exif block is short");

    let plain = jpeg(width, height, 1);
    let (start, rest) = plain.split_at(2);
    let mut file = start.to_vec();
    file.extend([0xff, 0xe1]);
    file.extend(len.to_be_bytes());
    file.extend(b"Exif\0\0");
    file.extend(tiff);
    file.extend(rest);
    file
}

/// A small PNG whose header claims another size; its checksum is right.
pub fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let file = encoded(ImageFormat::Png, 8, 8);
    let (signature, chunks) = file.split_at(8);
    let (_, after_header) = chunks.split_at(25);
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    [signature, &chunk(&header), after_header].concat()
}

/// A PNG with a colour profile of a few kilobytes that inflates to `bytes`.
pub fn png_with_profile_bomb(bytes: usize) -> Vec<u8> {
    let file = encoded(ImageFormat::Png, 8, 8);
    let (header, rest) = file.split_at(8 + 25);
    let mut profile = b"iCCPbomb\0\0".to_vec();
    profile.extend(deflated_zeros(bytes));
    [header, &chunk(&profile), rest].concat()
}

/// A PNG of this size and one colour, made without holding its pixels.
pub fn png_of_one_colour(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let row = usize::try_from(width).expect("a width") * 3 + 1;
    let rows = usize::try_from(height).expect("a height");
    let mut pixels = b"IDAT".to_vec();
    pixels.extend(deflated_zeros(row * rows));
    let signature = b"\x89PNG\r\n\x1a\n".as_slice();
    [signature, &chunk(&header), &chunk(&pixels), &chunk(b"IEND")].concat()
}

fn pixels(width: u32, height: u32, seed: u32) -> RgbImage {
    let mut noise = seed;
    RgbImage::from_fn(width, height, |x, _| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = u8::try_from(noise >> 28).unwrap_or(0);
        if x < width / 2 {
            Rgb([40 + grain, 50, 60])
        } else {
            Rgb([230 - grain, 210, 190])
        }
    })
}

/// Length, name and content, checksum.
fn chunk(named: &[u8]) -> Vec<u8> {
    let len = u32::try_from(named.len() - 4).expect("a chunk is short");
    let mut crc = flate2::Crc::new();
    crc.update(named);
    [&len.to_be_bytes(), named, &crc.sum().to_be_bytes()].concat()
}

fn deflated_zeros(bytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = [0; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let now = left.min(zeros.len());
        let part = zeros.get(..now).unwrap_or_default();
        deflated.write_all(part).expect("zeros are deflated");
        left -= now;
    }
    deflated.finish().expect("zeros are deflated")
}
