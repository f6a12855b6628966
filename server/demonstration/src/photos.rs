//! Pictures painted by code: nobody's stairwell, nobody's market.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, RgbImage};
use sync_core::MediaHash;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 960;
/// Where walls meet the floor.
const FLOOR: u32 = 620;
const QUALITY: u8 = 82;

/// A painted photo.
pub(super) struct Photo {
    pub(super) sha256: MediaHash,
    pub(super) content: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// What is in the picture.
#[derive(Clone, Copy)]
pub(super) enum Scene {
    /// Waste bins, so many of them full.
    Bins { full: u32 },
    /// A network cabinet whose lights are red or green.
    Cabinet { works: bool },
    /// A manhole cover on a pavement.
    Manhole,
    /// A market hall with scaffolding, perhaps behind a screen against noise.
    Market { screened: bool },
    /// A stairwell with so many things left in it; `landing` tells stairwells apart.
    Stairwell { things: u32, landing: u32 },
}

type Colour = [u8; 3];

const WALL: Colour = [214, 206, 188];
const CONCRETE: Colour = [150, 148, 144];
const CARDBOARD: Colour = [176, 132, 84];
const SHADOW: Colour = [70, 66, 62];
const STEEL: Colour = [112, 120, 130];
const GREEN: Colour = [66, 140, 92];
const RED: Colour = [196, 58, 50];

/// Paints the scene and encodes it as a camera would.
pub(super) fn paint(scene: Scene) -> Result<Photo, ImageError> {
    let mut canvas = Canvas::room(match scene {
        Scene::Bins { .. } | Scene::Manhole => [168, 196, 214],
        Scene::Cabinet { .. } => [222, 224, 226],
        Scene::Market { .. } => [198, 188, 170],
        Scene::Stairwell { .. } => WALL,
    });
    match scene {
        Scene::Bins { full } => bins(&mut canvas, full),
        Scene::Cabinet { works } => cabinet(&mut canvas, works),
        Scene::Manhole => manhole(&mut canvas),
        Scene::Market { screened } => market(&mut canvas, screened),
        Scene::Stairwell { things, landing } => stairwell(&mut canvas, things, landing),
    }
    let mut content = Vec::new();
    canvas
        .finish()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut content, QUALITY))?;
    Ok(Photo {
        sha256: MediaHash::of(&content),
        content,
        width: WIDTH,
        height: HEIGHT,
    })
}

fn stairwell(canvas: &mut Canvas, things: u32, landing: u32) {
    // Steps that rise to the right, and a handrail.
    for step in 0..8 {
        let (left, top) = (720 + step * 70, FLOOR - (step + 1) * 48);
        canvas.block(left, top, WIDTH - left, 48, shade(CONCRETE, 8 * step));
        canvas.block(left, top, 8, 48, SHADOW);
        canvas.block(left + 30, top.saturating_sub(180), 8, 180, STEEL);
    }
    canvas.block(60 + landing * 40, 140, 190, 280, [150, 176, 196]);
    canvas.block(60 + landing * 40, 276, 190, 8, [236, 236, 232]);
    for thing in 0..things {
        let (width, height) = (150 + (thing * 37) % 90, 110 + (thing * 53) % 120);
        let left = 90 + (thing % 4) * 165 + (thing / 4) * 40;
        let top = (FLOOR + 150).saturating_sub(height + (thing / 4) * 130);
        let colour = if thing % 3 == 1 {
            [122, 84, 70]
        } else {
            CARDBOARD
        };
        canvas.block(left + 14, top + 18, width, height, SHADOW);
        canvas.block(left, top, width, height, shade(colour, thing * 6));
        canvas.block(left, top + height / 2, width, 6, shade(colour, 60));
    }
}

fn market(canvas: &mut Canvas, screened: bool) {
    for stall in 0..5 {
        let left = 40 + stall * 250;
        canvas.block(left, 420, 210, 30, if stall % 2 == 0 { RED } else { GREEN });
        canvas.block(left + 10, 450, 190, 210, [228, 222, 206]);
    }
    for pole in 0..9 {
        canvas.block(60 + pole * 145, 60, 10, 560, STEEL);
    }
    for level in 0..4 {
        canvas.block(40, 90 + level * 130, WIDTH - 80, 8, STEEL);
    }
    if screened {
        canvas.block(40, 70, WIDTH - 80, 340, shade(GREEN, 10));
        canvas.block(40, 230, WIDTH - 80, 6, shade(GREEN, 60));
    }
}

fn cabinet(canvas: &mut Canvas, works: bool) {
    canvas.block(420, 110, 440, 620, SHADOW);
    canvas.block(440, 130, 400, 580, [52, 58, 66]);
    for row in 0..7 {
        let top = 160 + row * 78;
        canvas.block(460, top, 360, 56, [84, 92, 102]);
        for light in 0..8 {
            let colour = if works || (row + light) % 3 == 0 {
                GREEN
            } else {
                RED
            };
            canvas.block(480 + light * 40, top + 22, 16, 12, colour);
        }
    }
    for cable in 0..5 {
        canvas.block(500 + cable * 60, 710, 8, 200, shade(STEEL, cable * 12));
    }
}

fn bins(canvas: &mut Canvas, full: u32) {
    for bin in 0..3 {
        let left = 180 + bin * 320;
        if bin < full {
            for bag in 0..6 {
                let top = 330 + (bag % 3) * 24;
                canvas.block(left + bag * 34, top, 70, 90, shade([54, 56, 60], bag * 10));
            }
            canvas.block(left + 40, FLOOR + 190, 120, 60, [212, 208, 198]);
        }
        canvas.block(left, 400, 230, 390, shade(GREEN, bin * 10));
        canvas.block(left - 10, 400, 250, 34, shade(GREEN, 40));
    }
}

fn manhole(canvas: &mut Canvas) {
    for tile in 0..10 {
        canvas.block(tile * 128, FLOOR, 4, HEIGHT - FLOOR, SHADOW);
    }
    canvas.disc(640, 800, 170, SHADOW);
    canvas.disc(650, 792, 160, STEEL);
    canvas.disc(650, 792, 120, shade(STEEL, 20));
    canvas.disc(650, 792, 18, SHADOW);
}

/// Three bytes a pixel, line by line.
struct Canvas(Vec<u8>);

impl Canvas {
    /// A wall of this colour above a floor, lit from the left.
    fn room(wall: Colour) -> Self {
        let mut canvas = Self(vec![0; offset(0, HEIGHT)]);
        canvas.block(0, 0, WIDTH, FLOOR, wall);
        canvas.block(0, FLOOR, WIDTH, HEIGHT - FLOOR, CONCRETE);
        canvas.block(0, FLOOR, WIDTH, 10, shade(CONCRETE, 50));
        canvas
    }

    fn block(&mut self, left: u32, top: u32, width: u32, height: u32, colour: Colour) {
        let right = left.saturating_add(width).min(WIDTH);
        let bottom = top.saturating_add(height).min(HEIGHT);
        let line: Vec<u8> = (left..right).flat_map(|x| shade(colour, x / 40)).collect();
        for y in top..bottom {
            let start = offset(left, y);
            if let Some(place) = self.0.get_mut(start..start + line.len()) {
                place.copy_from_slice(&line);
            }
        }
    }

    fn disc(&mut self, x: u32, y: u32, radius: u32, colour: Colour) {
        for line in y.saturating_sub(radius)..(y + radius).min(HEIGHT) {
            let high = line.abs_diff(y);
            let half = (radius * radius).saturating_sub(high * high).isqrt();
            self.block(x.saturating_sub(half), line, half * 2, 1, colour);
        }
    }

    /// The grain of a small sensor, the same at every run.
    fn finish(mut self) -> RgbImage {
        let mut mixed = 0x2545_F491_u32;
        for channel in &mut self.0 {
            mixed = mixed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *channel = channel.saturating_sub((mixed >> 29) as u8);
        }
        // The vector has the right length by construction; an empty picture is refused by the encoder.
        RgbImage::from_raw(WIDTH, HEIGHT, self.0).unwrap_or_default()
    }
}

/// Where a pixel begins.
const fn offset(x: u32, y: u32) -> usize {
    (y as usize * WIDTH as usize + x as usize) * 3
}

/// The colour, darker by so many steps.
fn shade(colour: Colour, by: u32) -> Colour {
    let by = u8::try_from(by).unwrap_or(u8::MAX);
    colour.map(|channel| channel.saturating_sub(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_painted_photo_is_a_jpeg_that_differs_from_the_others() {
        let before = paint(Scene::Stairwell {
            things: 7,
            landing: 0,
        })
        .unwrap();
        let after = paint(Scene::Stairwell {
            things: 0,
            landing: 0,
        })
        .unwrap();
        assert_eq!(&before.content[..3], b"\xFF\xD8\xFF");
        assert_ne!(before.sha256, after.sha256);
    }

    #[test]
    fn the_same_scene_is_the_same_file() {
        let paint = || paint(Scene::Cabinet { works: true }).unwrap().sha256;
        assert_eq!(paint(), paint());
    }
}
