//! A picture with its caption.

use super::super::error::RenderError;
use super::super::fonts::Face;
use super::super::letters::Setter;
use super::super::lines::{Measure, break_lines};
use super::super::paper::{Align, Photo};
use super::super::picture::{fit, read};
use super::super::piece::{Piece, Shade, Stroke};
use super::super::sheet::{FIELD_HEIGHT, FIELD_WIDTH, LEFT, Size};

/// Two pictures with captions of a line fit on a page, under a heading.
const HIGHEST: f32 = FIELD_HEIGHT / 2.0 - 48.0;
/// The size of a pixel that needs no more room, in points: 96 to an inch.
const PIXEL: f32 = 0.75;
const GAP: f32 = 8.0;

/// A photo; `block` is its place in the paper.
pub(super) fn photo(
    photo: &Photo,
    block: usize,
    letters: &mut Setter,
) -> Result<Piece, RenderError> {
    let image = read(&photo.bytes).ok_or(RenderError::Picture { block })?;
    let size = fit(&image, [FIELD_WIDTH, HIGHEST], PIXEL);
    let mut piece = Piece {
        gap: GAP,
        height: size[1],
        strokes: vec![Stroke::Picture {
            image,
            corner: [LEFT + (FIELD_WIDTH - size[0]) / 2.0, 0.0],
            size,
            block,
        }],
        ..Piece::default()
    };
    if !photo.caption.is_empty() {
        let measure = Measure {
            width: FIELD_WIDTH,
            letter: Size::NOTE.letter,
            indent: 0.0,
            align: Align::Centre,
        };
        piece.height += 4.0;
        for line in break_lines(&letters.set_line(&photo.caption, Face::Serif), measure) {
            let y = piece.height;
            piece
                .strokes
                .push(Stroke::line(line, LEFT, y, Size::NOTE, Shade::Black));
            piece.height += Size::NOTE.line;
        }
    }
    Ok(piece)
}
