//! The foot of a page: name, hash and what the QR code is for at the left, the number of the page in the middle under
//! them, the QR code in the corner.

use super::error::RenderError;
use super::fonts::Face;
use super::letters::{Letter, Setter};
use super::limits::MAX_HASH;
use super::lines::{Line, Measure, break_lines, shorten};
use super::paper::{Align, Foot as Given, Language};
use super::piece::{Shade, Stroke};
use super::qr;
use super::sheet::{BOTTOM, FIELD_WIDTH, LEFT, MM, RIGHT, Size};

/// Upper edge of the foot's text and QR code.
const TOP: f32 = BOTTOM + 4.0 * MM;
/// Side of the QR code; with the foot's distance it ends 10 mm above the sheet's edge, where every printer prints.
const QR_SIDE: f32 = 20.0 * MM;
/// Room for the text.
const TEXT_WIDTH: f32 = FIELD_WIDTH - QR_SIDE - 4.0 * MM;

/// A foot, but for the numbers of its page.
pub(crate) struct Foot {
    language: Language,
    strokes: Vec<Stroke>,
    /// Lines before the number of the page.
    lines: u8,
}

impl Foot {
    pub(crate) fn new(
        given: &Given,
        language: Language,
        letters: &mut Setter,
    ) -> Result<Self, RenderError> {
        let measure = measure(TEXT_WIDTH, Align::Left);
        let dots = letters.set("…", Face::Serif);
        let name = letters.set_line(&given.name, Face::Serif);
        let hash = letters.set_line(&given.hash, Face::Serif);
        let hash = break_lines(&hash, measure);
        if hash.len() > 2 {
            let found = given.hash.chars().count();
            return Err(RenderError::TooMuch {
                what: "页脚校验码字数",
                most: MAX_HASH,
                found,
            });
        }
        let y = BOTTOM + 2.0 * MM;
        let mut strokes = vec![Stroke::Rule {
            from: [LEFT, y],
            to: [RIGHT, y],
            shade: Shade::Grey,
        }];
        let note = letters.set_line(&given.note, Face::Serif);
        let note = (!given.note.is_empty()).then(|| shorten(&note, &dots, measure));
        let shortened = [shorten(&name, &dots, measure)].into_iter();
        let mut lines = 0_u8;
        for line in shortened.chain(hash).chain(note) {
            strokes.push(text(line, LEFT, f32::from(lines)));
            lines += 1;
        }
        if !given.qr.is_empty() {
            strokes.push(qr::code(&given.qr, [RIGHT - QR_SIDE, TOP], QR_SIDE)?);
        }
        Ok(Self {
            language,
            strokes,
            lines,
        })
    }

    /// The foot of this page of so many.
    pub(crate) fn strokes(&self, page: usize, all: usize, letters: &mut Setter) -> Vec<Stroke> {
        let number = match self.language {
            Language::Chinese => format!("第 {page} 页 共 {all} 页"),
            Language::English => format!("Page {page} of {all}"),
        };
        let number: Vec<Letter> = letters.set_line(&number, Face::Serif);
        let measure = measure(FIELD_WIDTH, Align::Centre);
        let mut strokes = self.strokes.clone();
        let lines = break_lines(&number, measure).into_iter();
        let number = f32::from(self.lines).max(3.5);
        strokes.extend(lines.map(|line| text(line, LEFT, number)));
        strokes
    }
}

fn measure(width: f32, align: Align) -> Measure {
    Measure {
        width,
        letter: Size::FOOT.letter,
        indent: 0.0,
        align,
    }
}

fn text(line: Line, x: f32, number: f32) -> Stroke {
    let y = TOP + number * Size::FOOT.line;
    Stroke::line(line, x, y, Size::FOOT, Shade::Black)
}
