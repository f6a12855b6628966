//! Cards to be cut out: two beside each other, a row of them is one piece.

use super::super::error::RenderError;
use super::super::fonts::Face;
use super::super::letters::Setter;
use super::super::lines::{Line, Measure, break_lines};
use super::super::paper::{Align, Card};
use super::super::piece::{Piece, Shade, Stroke};
use super::super::qr;
use super::super::sheet::{FIELD_WIDTH, LEFT, MM, Size};

const COLUMNS: usize = 2;
/// Between two cards: scissors need some.
const GAP: f32 = 8.0;
/// Between rule and text.
const INNER: f32 = 7.0;
const WIDTH: f32 = (FIELD_WIDTH - GAP) / COLUMNS as f32;
/// Read from an arm's length: ten times its side.
const QR_SIDE: f32 = 32.0 * MM;

/// The cards, all of one height, so that a sheet is cut along straight lines.
pub(super) fn cards(cards: &[Card], letters: &mut Setter) -> Result<Vec<Piece>, RenderError> {
    let texts: Vec<Texts> = cards.iter().map(|card| Texts::new(card, letters)).collect();
    let height = texts.iter().map(Texts::height).fold(0.0, f32::max);
    let mut pieces: Vec<Piece> = Vec::new();
    for (number, (card, texts)) in cards.iter().zip(texts).enumerate() {
        let column = number % COLUMNS;
        if column == 0 {
            pieces.push(Piece {
                gap: GAP,
                height,
                ..Piece::default()
            });
        }
        let x = LEFT + (WIDTH + GAP) * column as f32;
        if let Some(row) = pieces.last_mut() {
            draw(card, texts, [x, height], &mut row.strokes)?;
        }
    }
    Ok(pieces)
}

/// The texts of a card, in lines.
struct Texts {
    title: Vec<Line>,
    lead: Vec<Line>,
    place: Vec<Line>,
    note: Vec<Line>,
}

impl Texts {
    fn new(card: &Card, letters: &mut Setter) -> Self {
        let mut lines = |text: &str, size: Size, face| {
            let measure = Measure {
                width: WIDTH - 2.0 * INNER,
                letter: size.letter,
                indent: 0.0,
                align: Align::Centre,
            };
            if text.is_empty() {
                return Vec::new();
            }
            break_lines(&letters.set_line(text, face), measure)
        };
        Self {
            title: lines(&card.title, Size::CELL, Face::Sans),
            lead: lines(&card.lead, Size::NOTE, Face::Serif),
            place: lines(&card.place, Size::CELL, Face::Serif),
            note: lines(&card.note, Size::FOOT, Face::Serif),
        }
    }

    fn height(&self) -> f32 {
        let lines = |lines: &[Line], size: Size| lines.len() as f32 * size.line;
        3.0 * INNER
            + QR_SIDE
            + lines(&self.title, Size::CELL)
            + lines(&self.lead, Size::NOTE)
            + lines(&self.place, Size::CELL)
            + lines(&self.note, Size::FOOT)
    }
}

/// Draws a card at `[x, height]`.
fn draw(
    card: &Card,
    texts: Texts,
    [x, height]: [f32; 2],
    strokes: &mut Vec<Stroke>,
) -> Result<(), RenderError> {
    let (left, right) = (x, x + WIDTH);
    for (from, to) in [
        ([left, 0.0], [right, 0.0]),
        ([right, 0.0], [right, height]),
        ([right, height], [left, height]),
        ([left, height], [left, 0.0]),
    ] {
        strokes.push(Stroke::Rule {
            from,
            to,
            shade: Shade::Grey,
        });
    }
    let mut y = INNER;
    let mut put = |lines: Vec<Line>, size: Size, y: &mut f32| {
        for line in lines {
            strokes.push(Stroke::line(line, x + INNER, *y, size, Shade::Black));
            *y += size.line;
        }
    };
    put(texts.title, Size::CELL, &mut y);
    put(texts.lead, Size::NOTE, &mut y);
    let code = y + INNER / 2.0;
    y = code + QR_SIDE + INNER / 2.0;
    put(texts.place, Size::CELL, &mut y);
    put(texts.note, Size::FOOT, &mut y);
    strokes.push(qr::code(
        &card.qr,
        [x + (WIDTH - QR_SIDE) / 2.0, code],
        QR_SIDE,
    )?);
    Ok(())
}
