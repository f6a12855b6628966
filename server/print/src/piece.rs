//! Pieces: what no page breaks. A line of text is one, a row of boxes, a picture with its caption.

use std::rc::Rc;

use krilla::image::Image;

use super::letters::Letter;
use super::lines::Line;
use super::sheet::Size;

/// How dark something is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shade {
    Black,
    /// Rules and what is there for orientation.
    Grey,
    /// The place of a seal, which a seal shall cover.
    Pale,
}

/// Something to be drawn. Its places are in points: from the sheet's left edge, and from the upper edge of its piece.
#[derive(Clone, Debug)]
pub(crate) enum Stroke {
    /// Letters on a line.
    Text {
        x: f32,
        baseline: f32,
        letter: f32,
        letters: Vec<(Letter, f32)>,
        shade: Shade,
    },
    /// A straight line.
    Rule {
        from: [f32; 2],
        to: [f32; 2],
        shade: Shade,
    },
    /// A dashed circle.
    Circle { centre: [f32; 2], radius: f32 },
    /// What a pen wrote.
    Ink(Vec<Vec<[f32; 2]>>),
    /// A picture of the block that is named, from 1.
    Picture {
        image: Image,
        corner: [f32; 2],
        size: [f32; 2],
        block: usize,
    },
    /// Black squares: corner of the whole, side of one, and where they are (column, row, how many beside each other).
    Squares {
        corner: [f32; 2],
        side: f32,
        runs: Vec<[u16; 3]>,
    },
}

/// Whether a page may end after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Keep {
    /// It may.
    #[default]
    No,
    /// It may if all that shall stay together does not fit on a page.
    IfRoom,
    /// It must not.
    Always,
}

/// What no page breaks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    /// The block that it belongs to, from 1; 0 for what was added.
    pub(crate) block: usize,
    /// Room above it, unless it begins a page.
    pub(crate) gap: f32,
    /// Its height, without the room above.
    pub(crate) height: f32,
    /// Whether a page may end after it.
    pub(crate) keep: Keep,
    /// Whether it begins a page.
    pub(crate) begins_page: bool,
    /// What is drawn.
    pub(crate) strokes: Vec<Stroke>,
    /// What is drawn besides if a page begins with it.
    pub(crate) opening: Vec<Stroke>,
    /// What is drawn besides if a page ends with it.
    pub(crate) closing: Vec<Stroke>,
    /// What is put before it if a page begins with it.
    pub(crate) head: Option<Rc<Self>>,
}

impl Stroke {
    /// A line of text whose measure begins at `x` and whose upper edge is at `y`.
    pub(crate) fn line(line: Line, x: f32, y: f32, size: Size, shade: Shade) -> Self {
        Self::Text {
            x: x + line.x,
            baseline: y + size.baseline(),
            letter: size.letter,
            letters: line.letters,
            shade,
        }
    }

    /// A black rule.
    pub(crate) fn rule(from: [f32; 2], to: [f32; 2]) -> Self {
        let shade = Shade::Black;
        Self::Rule { from, to, shade }
    }
}

/// Lets at least two of these pieces stand together, wherever a page ends.
pub(crate) fn keep_ends_together(pieces: &mut [Piece]) {
    if let [first, _, ..] = pieces {
        first.keep = Keep::Always;
    }
    if let [.., before_last, _] = pieces {
        before_last.keep = Keep::Always;
    }
}
