//! Text over the whole width: each line is a piece.

use super::super::fonts::Face;
use super::super::letters::{Letter, Setter};
use super::super::lines::{Measure, break_lines};
use super::super::paper::Align;
use super::super::piece::{Piece, Shade, Stroke, keep_ends_together};
use super::super::sheet::{FIELD_WIDTH, LEFT, Size};

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) face: Face,
    pub(super) size: Size,
    pub(super) indent: bool,
    pub(super) align: Align,
}

/// The lines of a text; at least two of each paragraph stand together.
pub(super) fn text(text: &str, look: Look, letters: &mut Setter) -> Vec<Piece> {
    let measure = Measure {
        width: FIELD_WIDTH,
        letter: look.size.letter,
        indent: if look.indent {
            2.0 * look.size.letter
        } else {
            0.0
        },
        align: look.align,
    };
    let letters = letters.set(text, look.face);
    letters
        .split(Letter::is_feed)
        .flat_map(|paragraph| {
            let lines = break_lines(paragraph, measure).into_iter();
            let mut pieces: Vec<_> = lines
                .map(|line| Piece {
                    height: look.size.line,
                    strokes: vec![Stroke::line(line, LEFT, 0.0, look.size, Shade::Black)],
                    ..Piece::default()
                })
                .collect();
            keep_ends_together(&mut pieces);
            pieces
        })
        .collect()
}
