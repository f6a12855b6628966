//! From pieces to pages.

use super::error::RenderError;
use super::foot::Foot;
use super::letters::Setter;
use super::limits::{MAX_PAGES, at_most};
use super::piece::{Keep, Piece, Stroke};
use super::sheet::{FIELD_HEIGHT, TOP};

/// For sums of heights that do not come out even.
const ROUNDING: f32 = 0.01;

/// What is drawn on a page, with how far down each piece stands.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) placed: Vec<Placed>,
    used: f32,
}

/// A piece on its page.
#[derive(Debug)]
pub(crate) struct Placed {
    /// From the sheet's upper edge to the piece's, in points.
    pub(crate) y: f32,
    pub(crate) piece: Piece,
}

/// All pages with their feet.
pub(crate) struct Pages {
    pub(crate) sheets: Vec<Sheet>,
    /// The foot of each one.
    pub(crate) feet: Vec<Vec<Stroke>>,
}

impl Pages {
    pub(crate) fn new(sheets: Vec<Sheet>, foot: Foot, letters: &mut Setter) -> Self {
        let all = sheets.len();
        let feet = (1..=all).map(|page| foot.strokes(page, all, letters));
        let feet = feet.collect();
        Self { sheets, feet }
    }
}

/// Fills pages. There is at least one.
pub(crate) fn fill(pieces: Vec<Piece>) -> Result<Vec<Sheet>, RenderError> {
    let mut sheets = Sheets::default();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(first) = pieces.next() {
        let mut kept = vec![first];
        while kept.last().is_some_and(|piece| piece.keep != Keep::No)
            && let Some(next) = pieces.next_if(|piece| !piece.begins_page)
        {
            kept.push(next);
        }
        part(kept)
            .into_iter()
            .try_for_each(|kept| sheets.place(kept))?;
    }
    Ok(sheets.finish())
}

/// Parts pieces that no page is high enough for where they may be parted.
fn part(kept: Vec<Piece>) -> Vec<Vec<Piece>> {
    if fit_alone(&kept) {
        return vec![kept];
    }
    let mut parts = vec![Vec::new()];
    for piece in kept {
        let ends = piece.keep == Keep::IfRoom;
        if let Some(part) = parts.last_mut() {
            part.push(piece);
        }
        if ends {
            parts.push(Vec::new());
        }
    }
    parts
}

/// Whether these pieces fit on a page of their own.
fn fit_alone(kept: &[Piece]) -> bool {
    let head = kept.first().and_then(|first| first.head.as_ref());
    head.map_or(0.0, |head| head.height) + height(kept) <= FIELD_HEIGHT + ROUNDING
}

/// The height of these pieces, without the room above the first.
fn height(kept: &[Piece]) -> f32 {
    let gaps: f32 = kept.iter().skip(1).map(|piece| piece.gap).sum();
    gaps + kept.iter().map(|piece| piece.height).sum::<f32>()
}

#[derive(Default)]
struct Sheets {
    full: Vec<Sheet>,
    current: Sheet,
}

impl Sheets {
    /// Places pieces that shall stand on one page; if no page is high enough, they are broken where it ends.
    fn place(&mut self, kept: Vec<Piece>) -> Result<(), RenderError> {
        let Some(first) = kept.first() else {
            return Ok(());
        };
        let fits_here = self.current.used + first.gap + height(&kept) <= FIELD_HEIGHT + ROUNDING;
        if first.begins_page || (!fits_here && fit_alone(&kept)) {
            self.turn()?;
        }
        kept.into_iter().try_for_each(|piece| self.put(piece))
    }

    fn put(&mut self, mut piece: Piece) -> Result<(), RenderError> {
        let fits = |used: f32| used + piece.height <= FIELD_HEIGHT + ROUNDING;
        if !self.current.placed.is_empty() && !fits(self.current.used + piece.gap) {
            self.turn()?;
        }
        let page = &mut self.current;
        if page.placed.is_empty() {
            piece.strokes.append(&mut piece.opening);
            piece.gap = 0.0;
            if let Some(head) = piece.head.take() {
                page.add(Piece::clone(&head));
            }
        }
        if !fits(page.used + piece.gap) {
            return Err(RenderError::TooTall { block: piece.block });
        }
        page.used += piece.gap;
        page.add(piece);
        Ok(())
    }

    /// Ends the page, unless nothing is on it.
    fn turn(&mut self) -> Result<(), RenderError> {
        if self.current.placed.is_empty() {
            return Ok(());
        }
        let mut page = std::mem::take(&mut self.current);
        page.close();
        self.full.push(page);
        at_most("页数", MAX_PAGES, self.full.len() + 1)
    }

    fn finish(mut self) -> Vec<Sheet> {
        self.current.close();
        self.full.push(self.current);
        self.full
    }
}

impl Sheet {
    fn add(&mut self, piece: Piece) {
        let y = TOP + self.used;
        self.used += piece.height;
        self.placed.push(Placed { y, piece });
    }

    fn close(&mut self) {
        if let Some(Placed { piece, .. }) = self.placed.last_mut() {
            piece.strokes.append(&mut piece.closing);
        }
    }
}
