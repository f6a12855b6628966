//! The measures of a sheet, in points (1/72 inch), after GB/T 9704-2012: 37 mm above, 28 mm at the left, a field of
//! 156 mm by 225 mm.

/// Points of a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// Width of A4.
pub(crate) const WIDTH: f32 = 210.0 * MM;
/// Height of A4.
pub(crate) const HEIGHT: f32 = 297.0 * MM;
/// The field's left edge.
pub(crate) const LEFT: f32 = 28.0 * MM;
/// The field's upper edge.
pub(crate) const TOP: f32 = 37.0 * MM;
/// The field's width.
pub(crate) const FIELD_WIDTH: f32 = 156.0 * MM;
/// The field's height.
pub(crate) const FIELD_HEIGHT: f32 = 225.0 * MM;
/// The field's right edge.
pub(crate) const RIGHT: f32 = LEFT + FIELD_WIDTH;
/// The field's lower edge.
pub(crate) const BOTTOM: f32 = TOP + FIELD_HEIGHT;

/// How large letters are and how far apart their lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Side of a character's square.
    pub(crate) letter: f32,
    /// From one line to the next.
    pub(crate) line: f32,
}

impl Size {
    /// 28 characters in a line, 22 lines on a page, as the standard wants of the text.
    pub(crate) const BODY: Self = Self {
        letter: FIELD_WIDTH / 28.02,
        line: FIELD_HEIGHT / 22.01,
    };
    /// 二号.
    pub(crate) const TITLE: Self = Self {
        letter: 22.0,
        line: 33.0,
    };
    /// 小四, in tables.
    pub(crate) const CELL: Self = Self {
        letter: 12.0,
        line: 19.0,
    };
    /// 五号, in captions and notes.
    pub(crate) const NOTE: Self = Self {
        letter: 10.5,
        line: 16.0,
    };
    /// In the foot.
    pub(crate) const FOOT: Self = Self {
        letter: 8.5,
        line: 12.5,
    };

    /// From a line's upper edge to the line on which its letters stand.
    pub(crate) fn baseline(self) -> f32 {
        // An ideograph reaches from 0.88 above to 0.12 under it.
        (self.line - self.letter) / 2.0 + 0.88 * self.letter
    }
}
