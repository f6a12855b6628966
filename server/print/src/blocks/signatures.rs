//! Boxes for signatures: a row of them is one piece.

use super::super::error::RenderError;
use super::super::fonts::Face;
use super::super::letters::Setter;
use super::super::lines::{Line, Measure, break_lines};
use super::super::paper::{Align, Ink, Mark, SignatureBox, Signatures};
use super::super::picture::{fit, read};
use super::super::piece::{Keep, Piece, Shade, Stroke};
use super::super::sheet::{FIELD_HEIGHT, FIELD_WIDTH, LEFT, MM, Size};

/// Between two boxes, and within a box between rule and text.
const GAP: f32 = 8.0;
/// Room to sign in.
const SIGN_HEIGHT: f32 = 54.0;
/// A committee's round seal is 42 mm wide; the place marked for it is a little wider.
const SEAL_RADIUS: f32 = 22.0 * MM;
/// A pixel of a picture of a signature, at most, in points.
const PIXEL: f32 = 0.75;

/// The boxes; `block` is their place in the paper.
pub(super) fn signatures(
    signatures: &Signatures,
    block: usize,
    letters: &mut Setter,
) -> Result<Vec<Piece>, RenderError> {
    let columns = usize::from(signatures.columns.clamp(1, 3));
    let width = (FIELD_WIDTH - GAP * (columns - 1) as f32) / columns as f32;
    let mut pieces = Vec::new();
    for row in signatures.boxes.chunks(columns) {
        let mut texts = Vec::with_capacity(row.len());
        for one in row {
            texts.push(Texts::new(one, width - 2.0 * GAP, letters));
        }
        let height = texts.iter().map(Texts::height).fold(0.0, f32::max);
        let mut strokes = Vec::new();
        let mut x = LEFT;
        for (one, texts) in row.iter().zip(texts) {
            draw(one, texts, [x, width, height], block, &mut strokes)?;
            x += width + GAP;
        }
        pieces.push(Piece {
            gap: GAP,
            height,
            strokes,
            ..Piece::default()
        });
    }
    // Signatures that fit on a page are not torn apart: the last of them would stand alone.
    let together: f32 = pieces.iter().map(|piece| piece.height + GAP).sum();
    if together <= FIELD_HEIGHT * 0.75
        && let [others @ .., _] = pieces.as_mut_slice()
    {
        others
            .iter_mut()
            .for_each(|piece| piece.keep = Keep::IfRoom);
    }
    Ok(pieces)
}

/// The texts of a box, in lines.
struct Texts {
    label: Vec<Line>,
    reason: Vec<Line>,
    seal: Vec<Line>,
    date: Vec<Line>,
}

impl Texts {
    fn new(one: &SignatureBox, width: f32, letters: &mut Setter) -> Self {
        let mut lines = |text: &str, size: Size, face, align, width| {
            let letter = size.letter;
            let measure = Measure {
                width,
                letter,
                indent: 0.0,
                align,
            };
            if text.is_empty() {
                return Vec::new();
            }
            break_lines(&letters.set_line(text, face), measure)
        };
        let reason = match &one.mark {
            Mark::Reason(reason) => reason.as_str(),
            Mark::Blank | Mark::Ink(_) | Mark::Picture(_) => "",
        };
        let seal = (2.0 * SEAL_RADIUS - 20.0).min(width);
        Self {
            label: lines(&one.label, Size::CELL, Face::Sans, Align::Left, width),
            reason: lines(reason, Size::CELL, Face::Serif, Align::Centre, width),
            seal: lines(&one.seal, Size::NOTE, Face::Serif, Align::Centre, seal),
            date: lines(&one.date, Size::CELL, Face::Serif, Align::Right, width),
        }
    }

    fn label_height(&self) -> f32 {
        GAP + self.label.len() as f32 * Size::CELL.line
    }

    /// The room in the middle, between label and date.
    fn middle_height(&self) -> f32 {
        let reason = self.reason.len() as f32 * Size::CELL.line;
        let seal = if self.seal.is_empty() {
            0.0
        } else {
            (self.seal.len() as f32 * Size::NOTE.line).max(2.0 * SEAL_RADIUS)
        };
        SIGN_HEIGHT.max(reason).max(seal) + 4.0
    }

    fn date_height(&self) -> f32 {
        GAP + self.date.len() as f32 * Size::CELL.line
    }

    fn height(&self) -> f32 {
        self.label_height() + self.middle_height() + self.date_height()
    }
}

/// Draws a box at `[x, width, height]`.
fn draw(
    one: &SignatureBox,
    texts: Texts,
    [x, width, height]: [f32; 3],
    block: usize,
    strokes: &mut Vec<Stroke>,
) -> Result<(), RenderError> {
    let (left, right) = (x, x + width);
    for (from, to) in [
        ([left, 0.0], [right, 0.0]),
        ([right, 0.0], [right, height]),
        ([right, height], [left, height]),
        ([left, height], [left, 0.0]),
    ] {
        strokes.push(Stroke::rule(from, to));
    }
    let inner = x + GAP;
    let top = texts.label_height();
    let bottom = height - texts.date_height();
    let middle = (top + bottom) / 2.0;
    let mut put = |lines: Vec<Line>, x: f32, mut y: f32, size: Size, shade: Shade| {
        for line in lines {
            strokes.push(Stroke::line(line, x, y, size, shade));
            y += size.line;
        }
    };
    put(texts.label, inner, GAP / 2.0, Size::CELL, Shade::Black);
    if !texts.seal.is_empty() {
        let y = middle - texts.seal.len() as f32 * Size::NOTE.line / 2.0;
        let seal = (2.0 * SEAL_RADIUS - 20.0).min(width - 2.0 * GAP);
        put(
            texts.seal,
            x + (width - seal) / 2.0,
            y,
            Size::NOTE,
            Shade::Grey,
        );
    }
    let y = middle - texts.reason.len() as f32 * Size::CELL.line / 2.0;
    put(texts.reason, inner, y, Size::CELL, Shade::Black);
    put(
        texts.date,
        inner,
        bottom + GAP / 2.0,
        Size::CELL,
        Shade::Black,
    );
    if !one.seal.is_empty() {
        strokes.push(Stroke::Circle {
            centre: [x + width / 2.0, middle],
            radius: SEAL_RADIUS.min(width / 2.0 - 2.0),
        });
    }
    let room = [inner, top, width - 2.0 * GAP, bottom - top - 4.0];
    match &one.mark {
        Mark::Ink(pen) => strokes.push(Stroke::Ink(ink(pen, room))),
        Mark::Picture(bytes) => {
            let image = read(bytes).ok_or(RenderError::Picture { block })?;
            let [x, y, width, height] = room;
            let size = fit(&image, [width, height], PIXEL);
            strokes.push(Stroke::Picture {
                image,
                corner: [x + (width - size[0]) / 2.0, y + (height - size[1]) / 2.0],
                size,
                block,
            });
        }
        Mark::Blank | Mark::Reason(_) => {}
    }
    Ok(())
}

/// The strokes of a pen within a room (x, y, width, height).
fn ink(ink: &Ink, [x, y, width, height]: [f32; 4]) -> Vec<Vec<[f32; 2]>> {
    let ratio = if ink.ratio.is_finite() && (0.1..=10.0).contains(&ink.ratio) {
        ink.ratio
    } else {
        2.0
    };
    let high = height.min(width / ratio);
    let wide = high * ratio;
    let corner = [x + (width - wide) / 2.0, y + (height - high) / 2.0];
    let place = |point: &[f32; 2]| {
        (!point[0].is_nan() && !point[1].is_nan()).then(|| {
            [
                corner[0] + point[0].clamp(0.0, 1.0) * wide,
                corner[1] + point[1].clamp(0.0, 1.0) * high,
            ]
        })
    };
    let strokes = ink.strokes.iter();
    strokes
        .map(|stroke| stroke.iter().filter_map(place).collect())
        .collect()
}
