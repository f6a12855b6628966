//! Papers for people: a plain value is laid out on A4 and written as PDF.
//!
//! Who prints what, the caller knows; nothing here knows tickets, rows or HTTP. [`render`] goes this way: the paper is
//! measured against its limits ([`limits`]), every text becomes letters whose fonts are known (`letters`), lines
//! (`lines`) and pieces that no page breaks (`piece`, `blocks`), pieces become pages (`pages`), and only then, when the
//! number of pages is known, all is drawn (`draw`). The same paper gives the same bytes: there is no clock and no chance.
//!
//! A character that no font has is printed as 〓 and told, on the paper and to the caller. A paper may carry a payload,
//! which [`find_payload`] finds again in the file without knowing PDF.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod blocks;
mod draw;
mod error;
mod fonts;
mod foot;
mod letters;
pub mod limits;
mod lines;
mod numerals;
mod pages;
mod paper;
mod payload;
mod picture;
mod piece;
mod qr;
mod sheet;

pub use error::RenderError;
pub use paper::{
    Align, Block, Card, Column, Fact, Foot, Ink, Language, Mark, Numbering, Paper, Paragraph,
    Payload, Photo, SignatureBox, Signatures, Stroke, Table,
};
pub use payload::{PayloadError, find_payload};

/// A written paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The file.
    pub pdf: Vec<u8>,
    /// Its pages, as the foot of each one tells.
    pub pages: u32,
    /// Characters that are not printed as they were given, in the order of their first appearance: 〓 stands for them
    /// (of a selector of a character's form: its usual form stands there). A note under the last block lists them.
    pub missing: Vec<char>,
}

/// Lays out and writes a paper.
///
/// # Errors
/// When the paper is beyond [`limits`], a picture cannot be read, a table has no sensible columns, or something else in the
/// file would be taken for its payload.
pub fn render(paper: &Paper) -> Result<Rendered, RenderError> {
    limits::check(paper)?;
    let (pages, missing) = lay_out(paper)?;
    let pdf = draw::write(paper, &pages)?;
    payload::check(&pdf, paper.payload.as_ref())?;
    Ok(Rendered {
        pdf,
        pages: u32::try_from(pages.sheets.len()).unwrap_or(u32::MAX),
        missing,
    })
}

/// All pages of a paper, not yet drawn, and what its fonts lack.
fn lay_out(paper: &Paper) -> Result<(pages::Pages, Vec<char>), RenderError> {
    let mut letters = letters::Setter::new()?;
    let mut pieces = blocks::title(paper, &mut letters);
    pieces.extend(blocks::all(&paper.blocks, &mut letters)?);
    let foot = foot::Foot::new(&paper.foot, paper.language, &mut letters)?;
    pieces.extend(blocks::note(paper.language, &mut letters));
    let sheets = pages::fill(pieces)?;
    let pages = pages::Pages::new(sheets, foot, &mut letters);
    Ok((pages, letters.into_missing()))
}

#[cfg(test)]
mod tests;
