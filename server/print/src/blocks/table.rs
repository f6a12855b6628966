//! Ruled tables. A row is cut into slices of one line each, so that a long one may go on over the page.

use std::rc::Rc;

use super::super::error::RenderError;
use super::super::fonts::Face;
use super::super::letters::Setter;
use super::super::lines::{Line, Measure, break_lines, width};
use super::super::paper::{Align, Fact, Table};
use super::super::piece::{Keep, Piece, Shade, Stroke, keep_ends_together};
use super::super::sheet::{FIELD_HEIGHT, FIELD_WIDTH, LEFT, RIGHT, Size};

/// Between rules and text, at the sides and above and below.
const PADDING: [f32; 2] = [5.0, 3.5];
/// The narrowest column: two characters.
const NARROWEST: f32 = 2.0 * Size::CELL.letter + 2.0 * PADDING[0];
/// Room above and below a table.
const GAP: f32 = 4.0;

/// A column as it stands on the page.
#[derive(Clone, Copy)]
struct Place {
    x: f32,
    width: f32,
    align: Align,
    face: Face,
}

/// A table; `block` is its place in the paper.
pub(super) fn table(
    table: &Table,
    block: usize,
    letters: &mut Setter,
) -> Result<Vec<Piece>, RenderError> {
    let places = places(table).ok_or(RenderError::Columns { block })?;
    if table.rows.iter().any(|row| row.len() > places.len()) {
        return Err(RenderError::Columns { block });
    }
    let heads = places.iter().map(|place| Place {
        align: Align::Centre,
        face: Face::Sans,
        ..*place
    });
    let heads: Vec<Place> = heads.collect();
    let texts = table.columns.iter().map(|column| column.head.as_str());
    let head = whole(row(texts, &heads, letters));
    // A head that fills a page leaves no room for rows.
    if head.height > FIELD_HEIGHT / 3.0 {
        return Err(RenderError::TooTall { block });
    }
    let repeated = Rc::new(Piece {
        block,
        gap: 0.0,
        ..head.clone()
    });
    let mut pieces = vec![Piece {
        keep: Keep::Always,
        ..head
    }];
    for cells in &table.rows {
        let mut slices = row(cells.iter().map(String::as_str), &places, letters);
        for slice in &mut slices {
            slice.head = Some(Rc::clone(&repeated));
            // The head's lower rule is theirs.
            slice.opening.clear();
        }
        pieces.extend(slices);
    }
    close(&mut pieces);
    Ok(pieces)
}

/// Labels with their values.
pub(super) fn facts(facts: &[Fact], letters: &mut Setter) -> Vec<Piece> {
    let mut widest = NARROWEST;
    for fact in facts {
        let label = letters.set_line(&fact.label, Face::Sans);
        widest = widest.max(width(&label, Size::CELL.letter) + 2.0 * PADDING[0] + 0.5);
    }
    let labels = widest.min(FIELD_WIDTH * 0.3);
    let places = [
        Place {
            x: LEFT,
            width: labels,
            align: Align::Left,
            face: Face::Sans,
        },
        Place {
            x: LEFT + labels,
            width: FIELD_WIDTH - labels,
            align: Align::Left,
            face: Face::Serif,
        },
    ];
    let mut pieces = Vec::new();
    for fact in facts {
        let texts = [fact.label.as_str(), fact.value.as_str()];
        pieces.extend(row(texts.into_iter(), &places, letters));
    }
    close(&mut pieces);
    pieces
}

/// Where the columns stand; `None` if there is no sensible place for one.
fn places(table: &Table) -> Option<Vec<Place>> {
    let sum: f32 = table
        .columns
        .iter()
        .map(|column| f32::from(column.share))
        .sum();
    let mut x = LEFT;
    let mut places = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let width = FIELD_WIDTH * f32::from(column.share) / sum;
        if width.is_nan() || width < NARROWEST {
            return None;
        }
        places.push(Place {
            x,
            width,
            align: column.align,
            face: Face::Serif,
        });
        x += width;
    }
    (!places.is_empty()).then_some(places)
}

/// The slices of a row, each with the rules beside it, the first with the rule above.
fn row<'t>(
    texts: impl Iterator<Item = &'t str>,
    places: &[Place],
    letters: &mut Setter,
) -> Vec<Piece> {
    let mut cells: Vec<(f32, std::vec::IntoIter<Line>)> = Vec::with_capacity(places.len());
    for (place, text) in places.iter().zip(texts) {
        let measure = Measure {
            width: place.width - 2.0 * PADDING[0],
            letter: Size::CELL.letter,
            indent: 0.0,
            align: place.align,
        };
        let lines = break_lines(&letters.set(text, place.face), measure);
        cells.push((place.x + PADDING[0], lines.into_iter()));
    }
    let count = cells
        .iter()
        .map(|(_, lines)| lines.len())
        .max()
        .unwrap_or(0)
        .max(1);
    let mut slices: Vec<_> = (1..=count)
        .map(|number| slice(&mut cells, places, number == 1, number == count))
        .collect();
    keep_ends_together(&mut slices);
    slices
}

/// The next line of each cell.
fn slice(
    cells: &mut [(f32, std::vec::IntoIter<Line>)],
    places: &[Place],
    first: bool,
    last: bool,
) -> Piece {
    let above = if first { PADDING[1] } else { 0.0 };
    let height = above + Size::CELL.line + if last { PADDING[1] } else { 0.0 };
    let mut strokes: Vec<_> = cells
        .iter_mut()
        .filter_map(|(x, lines)| {
            let line = lines.next()?;
            Some(Stroke::line(line, *x, above, Size::CELL, Shade::Black))
        })
        .collect();
    let edges = places.iter().map(|place| place.x).chain([RIGHT]);
    strokes.extend(edges.map(|x| Stroke::rule([x, 0.0], [x, height])));
    let across = |y| Stroke::rule([LEFT, y], [RIGHT, y]);
    if first {
        strokes.push(across(0.0));
    }
    Piece {
        height,
        strokes,
        opening: vec![across(0.0)],
        closing: vec![across(height)],
        ..Piece::default()
    }
}

/// One piece of all slices: a head is not broken.
fn whole(slices: Vec<Piece>) -> Piece {
    let mut all = Piece::default();
    for slice in slices {
        let down = all.height;
        all.strokes
            .extend(slice.strokes.into_iter().map(|stroke| lower(stroke, down)));
        all.height += slice.height;
    }
    // Whatever follows, its lower edge is ruled.
    let y = all.height;
    all.strokes.push(Stroke::rule([LEFT, y], [RIGHT, y]));
    all
}

fn lower(mut stroke: Stroke, down: f32) -> Stroke {
    match &mut stroke {
        Stroke::Text { baseline, .. } => *baseline += down,
        Stroke::Rule { from, to, .. } => {
            from[1] += down;
            to[1] += down;
        }
        // Nothing else stands in a row.
        Stroke::Circle { .. }
        | Stroke::Ink(_)
        | Stroke::Picture { .. }
        | Stroke::Squares { .. } => {}
    }
    stroke
}

/// Rules the lower edge and leaves room around the whole.
fn close(pieces: &mut [Piece]) {
    if let Some(first) = pieces.first_mut() {
        first.gap = GAP;
    }
    if let Some(last) = pieces.last_mut() {
        last.strokes.append(&mut last.closing);
        last.height += GAP;
    }
}
