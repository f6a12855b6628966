//! How large a paper may be: generous for an agreement of a street, and small enough that nothing can keep a hub busy.

use super::error::RenderError;
use super::paper::{Block, Mark, Paper, SignatureBox};

/// Most pages.
pub const MAX_PAGES: usize = 300;
/// Most blocks.
pub const MAX_BLOCKS: usize = 2_000;
/// Most characters, all texts together.
pub const MAX_CHARACTERS: usize = 300_000;
/// Most rows, clauses, facts, cards and boxes for signatures, all blocks together.
pub const MAX_ROWS: usize = 10_000;
/// Most columns of a table.
pub const MAX_COLUMNS: usize = 16;
/// Most points of ink, all signatures together.
pub const MAX_POINTS: usize = 200_000;
/// Most pictures.
pub const MAX_PICTURES: usize = 200;
/// Most bytes of pictures, all together.
pub const MAX_PICTURE_BYTES: usize = 100 << 20;
/// Most pixels of a PNG.
pub const MAX_PNG_PIXELS: u64 = 16_000_000;
/// Most pixels of all PNGs together: they are unpacked and packed anew, which takes seconds for this many.
pub const MAX_ALL_PNG_PIXELS: u64 = 32_000_000;
/// Most pixels of a JPEG, which is printed as it is.
pub const MAX_JPEG_PIXELS: u64 = 50_000_000;
/// Most characters of a title, a number, a heading, a label or date of a box, or a head of a column.
pub const MAX_SHORT: usize = 300;
/// Most characters of a caption or of a reason in a box.
pub const MAX_MIDDLE: usize = 600;
/// Most characters of a foot's hash.
pub const MAX_HASH: usize = 80;
/// Most bytes of a QR code's text: what version 10 holds at level M, 0.35 mm a module on paper.
pub const MAX_QR_BYTES: usize = 213;
/// Most bytes of a payload.
pub const MAX_PAYLOAD: usize = 8 << 20;

/// Refuses a paper that is beyond the limits.
pub(crate) fn check(paper: &Paper) -> Result<(), RenderError> {
    let mut sum = Sum::default();
    sum.short("标题字数", &paper.title)?;
    sum.short("文号字数", paper.number.as_deref().unwrap_or_default())?;
    sum.short("页脚名称字数", &paper.foot.name)?;
    sum.short("页脚说明字数", &paper.foot.note)?;
    let hash = paper.foot.hash.chars().count();
    at_most("页脚校验码字数", MAX_HASH, hash)?;
    sum.characters += hash;
    let found = paper.foot.qr.len();
    if found > MAX_QR_BYTES {
        let most = MAX_QR_BYTES;
        return Err(RenderError::Qr { most, found });
    }
    if let Some(payload) = &paper.payload {
        at_most("附件字节数", MAX_PAYLOAD, payload.bytes.len())?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        if !(1..=80).contains(&payload.name.len()) || !payload.name.as_bytes().iter().all(plain) {
            return Err(RenderError::PayloadName);
        }
    }
    at_most("项数", MAX_BLOCKS, paper.blocks.len())?;
    for block in &paper.blocks {
        sum.add(block)?;
    }
    at_most("字数", MAX_CHARACTERS, sum.characters)?;
    at_most("行数", MAX_ROWS, sum.rows)?;
    at_most("签名笔迹点数", MAX_POINTS, sum.points)?;
    at_most("图片数", MAX_PICTURES, sum.pictures)?;
    at_most("图片字节数", MAX_PICTURE_BYTES, sum.picture_bytes)?;
    let count = |pixels: u64| usize::try_from(pixels).unwrap_or(usize::MAX);
    at_most(
        "PNG 图片像素数",
        count(MAX_ALL_PNG_PIXELS),
        count(sum.png_pixels),
    )
}

pub(crate) fn at_most(what: &'static str, most: usize, found: usize) -> Result<(), RenderError> {
    if found > most {
        return Err(RenderError::TooMuch { what, most, found });
    }
    Ok(())
}

#[derive(Default)]
struct Sum {
    characters: usize,
    rows: usize,
    points: usize,
    pictures: usize,
    picture_bytes: usize,
    png_pixels: u64,
}

impl Sum {
    fn add(&mut self, block: &Block) -> Result<(), RenderError> {
        match block {
            Block::Heading(text) => self.short("小标题字数", text)?,
            Block::Paragraph(paragraph) => self.text(&paragraph.text),
            Block::Facts(facts) => {
                self.rows += facts.len();
                for fact in facts {
                    self.text(&fact.label);
                    self.text(&fact.value);
                }
            }
            Block::Table(table) => {
                at_most("表格列数", MAX_COLUMNS, table.columns.len())?;
                self.rows += table.rows.len();
                for column in &table.columns {
                    self.short("表头字数", &column.head)?;
                }
                for row in &table.rows {
                    at_most("一行的格数", MAX_COLUMNS, row.len())?;
                    row.iter().for_each(|cell| self.text(cell));
                }
            }
            Block::Clauses { items, .. } => {
                self.rows += items.len();
                items.iter().for_each(|item| self.text(item));
            }
            Block::Signatures(signatures) => {
                self.rows += signatures.boxes.len();
                for one in &signatures.boxes {
                    self.signature(one)?;
                }
            }
            Block::Cards(cards) => {
                self.rows += cards.len();
                for card in cards {
                    self.short("卡片标题字数", &card.title)?;
                    self.short("卡片说明字数", &card.lead)?;
                    self.short("卡片地点字数", &card.place)?;
                    self.short("卡片脚注字数", &card.note)?;
                    let (most, found) = (MAX_QR_BYTES, card.qr.len());
                    if found > most {
                        return Err(RenderError::Qr { most, found });
                    }
                }
            }
            Block::Photo(photo) => {
                self.picture(&photo.bytes);
                self.bounded("图片说明字数", MAX_MIDDLE, &photo.caption)?;
            }
            Block::PageBreak => {}
        }
        Ok(())
    }

    fn signature(&mut self, one: &SignatureBox) -> Result<(), RenderError> {
        self.short("签名栏名称字数", &one.label)?;
        self.short("签名日期字数", &one.date)?;
        self.short("盖章处字数", &one.seal)?;
        match &one.mark {
            Mark::Blank => {}
            Mark::Ink(ink) => {
                // A stroke without points costs as much as a point.
                self.points += ink.strokes.len();
                self.points += ink.strokes.iter().map(Vec::len).sum::<usize>();
            }
            Mark::Picture(bytes) => self.picture(bytes),
            Mark::Reason(reason) => self.bounded("未签字原因字数", MAX_MIDDLE, reason)?,
        }
        Ok(())
    }

    fn picture(&mut self, bytes: &[u8]) {
        self.pictures += 1;
        self.picture_bytes += bytes.len();
        // One that is too large by itself is refused with its place when it is read.
        self.png_pixels += png_pixels(bytes).unwrap_or(0).min(MAX_PNG_PIXELS);
    }

    fn text(&mut self, text: &str) {
        self.characters += text.chars().count();
    }

    fn short(&mut self, what: &'static str, text: &str) -> Result<(), RenderError> {
        self.bounded(what, MAX_SHORT, text)
    }

    fn bounded(&mut self, what: &'static str, most: usize, text: &str) -> Result<(), RenderError> {
        let found = text.chars().count();
        self.characters += found;
        at_most(what, most, found)
    }
}

/// Width times height as the header of a PNG, which must be its first chunk, tells them.
fn png_pixels(bytes: &[u8]) -> Option<u64> {
    let size = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let (width, height) = size.split_first_chunk::<4>()?;
    let height = height.first_chunk::<4>()?;
    Some(u64::from(u32::from_be_bytes(*width)) * u64::from(u32::from_be_bytes(*height)))
}
