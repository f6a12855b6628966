//! Photos for simulated phones: real JPEG files, each different, made when they are sent.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, Rgb, RgbImage};
use sync_core::MediaHash;

use sync_core::chance::Chance;
use sync_core::kinds::Shot;

/// Widths and heights of the pictures that photos are made of.
const SIZES: [(u32, u32); 6] = [
    (320, 240),
    (480, 640),
    (640, 480),
    (800, 600),
    (1024, 768),
    (1600, 1200),
];

/// A few pictures; a photo is one of them with a comment of its own, so its hash is its own too.
#[derive(Debug)]
pub struct Album(Vec<Picture>);

#[derive(Debug)]
struct Picture {
    width: u32,
    height: u32,
    file: Vec<u8>,
}

/// A photo before it is sent: which picture, and what makes it unlike all others.
#[derive(Clone, Debug)]
pub struct Photo {
    picture: usize,
    comment: [u8; 32],
    /// Its name.
    pub sha256: MediaHash,
    /// Bytes of the file.
    pub bytes: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Photo {
    /// What a record tells of it.
    pub fn shot(&self) -> Shot {
        Shot {
            sha256: self.sha256,
            bytes: usize::try_from(self.bytes).unwrap_or(usize::MAX),
            width: self.width,
            height: self.height,
        }
    }
}

impl Album {
    /// Draws the pictures of a seed.
    ///
    /// # Errors
    /// If the encoder cannot.
    pub fn draw(seed: u64) -> Result<Self, ImageError> {
        let mut chance = Chance::new(seed, u64::MAX - 1);
        let mut pictures = Vec::with_capacity(SIZES.len());
        for (width, height) in SIZES {
            let pixels = pixels(width, height, &mut chance);
            let mut file = Vec::new();
            JpegEncoder::new_with_quality(&mut file, 80).encode_image(&pixels)?;
            pictures.push(Picture {
                width,
                height,
                file,
            });
        }
        Ok(Self(pictures))
    }

    /// A new photo; small ones are more frequent than large ones.
    pub fn take(&self, chance: &mut Chance) -> Option<Photo> {
        let most = 1 + chance.below(self.0.len() as u64);
        let picture = usize::try_from(chance.below(most)).ok()?;
        let comment = chance.bytes();
        let Picture { width, height, .. } = self.0.get(picture)?;
        let mut photo = Photo {
            picture,
            comment,
            sha256: MediaHash::from_bytes([0; 32]),
            bytes: 0,
            width: *width,
            height: *height,
        };
        let file = self.file(&photo);
        photo.sha256 = MediaHash::of(&file);
        photo.bytes = file.len() as u64;
        Some(photo)
    }

    /// The file of a photo.
    pub fn file(&self, photo: &Photo) -> Vec<u8> {
        let picture = self
            .0
            .get(photo.picture)
            .map(|picture| picture.file.as_slice());
        let (start, rest) = picture
            .unwrap_or_default()
            .split_at_checked(2)
            .unwrap_or_default();
        // A comment segment right behind the start marker; its length counts itself.
        let comment = [&[0xff, 0xfe, 0, 34][..], &photo.comment].concat();
        [start, &comment, rest].concat()
    }
}

/// Blocks of colour with grain, so that the file is about as large as a photo of its size.
fn pixels(width: u32, height: u32, chance: &mut Chance) -> RgbImage {
    let mut picture = RgbImage::new(width, height);
    let shade = chance.bytes::<64>();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let block = usize::try_from(((x / 40) * 7 + (y / 40) * 13) % 64).unwrap_or(0);
        let base = shade.get(block).copied().unwrap_or(0);
        let [red, green, blue] = chance.bytes::<3>();
        let grain = |noise: u8| (base / 2).saturating_add(noise / 4);
        *pixel = Rgb([grain(red), grain(green), grain(blue)]);
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_differ_and_are_what_they_say() {
        let album = Album(vec![Picture {
            width: 320,
            height: 240,
            file: {
                let mut file = Vec::new();
                let pixels = pixels(320, 240, &mut Chance::new(1, 1));
                JpegEncoder::new_with_quality(&mut file, 80)
                    .encode_image(&pixels)
                    .unwrap();
                file
            },
        }]);
        let mut chance = Chance::new(1, 2);
        let (one, two) = (
            album.take(&mut chance).unwrap(),
            album.take(&mut chance).unwrap(),
        );
        assert_ne!(one.sha256, two.sha256);
        let read = image::load_from_memory(&album.file(&one)).unwrap();
        assert_eq!((read.width(), read.height()), (320, 240));
    }
}
