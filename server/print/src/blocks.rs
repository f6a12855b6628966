//! From blocks to pieces.

mod cards;
mod photo;
mod signatures;
mod table;
mod text;

use super::error::RenderError;
use super::fonts::Face;
use super::letters::Setter;
use super::numerals::chinese;
use super::paper::{Align, Block, Language, Numbering, Paper, Paragraph};
use super::piece::{Keep, Piece};
use super::sheet::Size;
use text::{Look, text};

/// Most characters that the note on missing characters lists.
const LISTED: usize = 40;

/// Title and number.
pub(crate) fn title(paper: &Paper, letters: &mut Setter) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let look = |size| Look {
        face: Face::Serif,
        size,
        indent: false,
        align: Align::Centre,
    };
    if !paper.title.is_empty() {
        pieces.extend(text(&paper.title, look(Size::TITLE), letters));
    }
    if let Some(number) = &paper.number {
        let mut number = text(number, look(Size::CELL), letters);
        set_gap(&mut number, 6.0);
        pieces.extend(number);
    }
    pieces
        .iter_mut()
        .for_each(|piece| piece.keep = Keep::Always);
    if let Some(last) = pieces.last_mut() {
        last.height += 8.0;
    }
    pieces
}

/// The pieces of all blocks.
pub(crate) fn all(blocks: &[Block], letters: &mut Setter) -> Result<Vec<Piece>, RenderError> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut begins_page = false;
    for (number, block) in (1..).zip(blocks) {
        let mut more = match block {
            Block::Heading(heading) => head(heading, letters),
            Block::Paragraph(paragraph) => body(paragraph, letters),
            Block::Facts(facts) => table::facts(facts, letters),
            Block::Table(table) => table::table(table, number, letters)?,
            Block::Clauses { numbering, items } => clauses(*numbering, items, letters),
            Block::Signatures(signatures) => {
                // A page with nothing but signatures says nothing of what they stand under.
                if let Some(last) = pieces.last_mut() {
                    last.keep = last.keep.max(Keep::IfRoom);
                }
                signatures::signatures(signatures, number, letters)?
            }
            Block::Cards(cards) => cards::cards(cards, letters)?,
            Block::Photo(photo) => vec![photo::photo(photo, number, letters)?],
            Block::PageBreak => {
                begins_page = true;
                continue;
            }
        };
        if let Some(first) = more.first_mut() {
            first.begins_page = std::mem::take(&mut begins_page);
        }
        more.iter_mut().for_each(|piece| piece.block = number);
        pieces.extend(more);
    }
    Ok(pieces)
}

/// Tells which characters could not be printed, if there are any.
pub(crate) fn note(language: Language, letters: &mut Setter) -> Vec<Piece> {
    let missing = letters.missing();
    if missing.is_empty() {
        return Vec::new();
    }
    let code = |character: &char| format!("U+{:04X}", u32::from(*character));
    let is_selector =
        |character: &char| matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let (selectors, others): (Vec<char>, Vec<char>) =
        missing.iter().partition(|one| is_selector(one));
    let list = |characters: &[char]| {
        let mut list: Vec<_> = characters.iter().take(LISTED).map(code).collect();
        let more = characters.len().saturating_sub(LISTED);
        if more > 0 {
            list.push(match language {
                Language::Chinese => format!("另有 {more} 个"),
                Language::English => format!("{more} more"),
            });
        }
        list.join(match language {
            Language::Chinese => "、",
            Language::English => ", ",
        })
    };
    let mut sentences = Vec::new();
    if !others.is_empty() {
        sentences.push(match language {
            Language::Chinese => format!("注：〓 为字库所缺之字，按出现先后为 {}。", list(&others)),
            Language::English => format!(
                "Note: 〓 stands for what the fonts lack, in order: {}.",
                list(&others)
            ),
        });
    }
    if !selectors.is_empty() {
        sentences.push(match language {
            Language::Chinese => format!(
                "注：有字未能按所选字形印出，字形选择符为 {}。",
                list(&selectors)
            ),
            Language::English => format!(
                "Note: forms of characters were not printed as chosen by {}.",
                list(&selectors)
            ),
        });
    }
    let look = Look {
        face: Face::Serif,
        size: Size::NOTE,
        indent: false,
        align: Align::Left,
    };
    let mut pieces = text(&sentences.join("\n"), look, letters);
    set_gap(&mut pieces, 10.0);
    pieces
}

fn head(heading: &str, letters: &mut Setter) -> Vec<Piece> {
    let look = Look {
        face: Face::Sans,
        size: Size::BODY,
        indent: false,
        align: Align::Left,
    };
    let mut pieces = text(heading, look, letters);
    set_gap(&mut pieces, 5.0);
    pieces
        .iter_mut()
        .for_each(|piece| piece.keep = Keep::Always);
    pieces
}

fn body(paragraph: &Paragraph, letters: &mut Setter) -> Vec<Piece> {
    let look = Look {
        face: Face::Serif,
        size: Size::BODY,
        indent: paragraph.indent,
        align: paragraph.align,
    };
    text(&paragraph.text, look, letters)
}

fn clauses(numbering: Numbering, items: &[String], letters: &mut Setter) -> Vec<Piece> {
    let numbered = (1_usize..)
        .zip(items)
        .map(|(number, item)| match numbering {
            Numbering::Chinese => format!("{}、{item}", chinese(number)),
            Numbering::Arabic => format!("{number}. {item}"),
        });
    numbered
        .flat_map(|text| {
            let paragraph = Paragraph {
                text,
                indent: true,
                align: Align::Justified,
            };
            body(&paragraph, letters)
        })
        .collect()
}

/// Room above the first of these pieces.
fn set_gap(pieces: &mut [Piece], gap: f32) {
    if let Some(first) = pieces.first_mut() {
        first.gap = gap;
    }
}
