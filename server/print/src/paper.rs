//! What a caller hands over: a paper as a plain value.

/// A paper to be printed.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Paper {
    /// Over the first page, and the file's own title.
    pub title: String,
    /// The line of its number under the title, such as 〔2026〕人调字第 12 号.
    pub number: Option<String>,
    /// What it says, from top to bottom.
    pub blocks: Vec<Block>,
    /// What stands at the foot of every page.
    pub foot: Foot,
    /// Bytes that travel within the file, for programs.
    pub payload: Option<Payload>,
    /// The language of the words that are added here: page numbers and the note on missing characters.
    pub language: Language,
}

/// The language of what is added to a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// 第 1 页 共 3 页
    #[default]
    Chinese,
    /// Page 1 of 3
    English,
}

/// The foot of every page.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Foot {
    /// The name of the document; shortened to one line.
    pub name: String,
    /// By which a print is compared with its record: printed whole, in at most two lines.
    pub hash: String,
    /// What the QR code is for; shortened to one line.
    pub note: String,
    /// The text of the QR code; empty: none.
    pub qr: String,
}

/// Bytes within the file, as an attachment that [`crate::find_payload`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Name of the attachment: letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// The bytes, not compressed here.
    pub bytes: Vec<u8>,
}

/// A part of a paper.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Heads what follows it, and never stands alone at the foot of a page.
    Heading(String),
    /// Text; every line feed in it begins a new paragraph.
    Paragraph(Paragraph),
    /// Labels with their values, in a ruled table of two columns.
    Facts(Vec<Fact>),
    /// A ruled table whose head is repeated on each page.
    Table(Table),
    /// Numbered paragraphs.
    Clauses {
        /// How they are numbered.
        numbering: Numbering,
        /// Their texts, without the numbers.
        items: Vec<String>,
    },
    /// Boxes in which people sign; none is split over two pages.
    Signatures(Signatures),
    /// Cards with a QR code to be cut out, several on a page and none split over two.
    Cards(Vec<Card>),
    /// A picture with its caption, whole on one page.
    Photo(Photo),
    /// What follows begins on a new page. Several in succession are one; one at the end is none.
    PageBreak,
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Paragraph {
    /// The text.
    pub text: String,
    /// Whether the first line is moved in by two characters.
    pub indent: bool,
    /// Where its lines stand.
    pub align: Align,
}

/// Where lines stand between the margins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Align {
    /// From margin to margin, the last line from the left.
    #[default]
    Justified,
    /// From the left.
    Left,
    /// In the middle.
    Centre,
    /// Up to the right.
    Right,
}

/// One row of facts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Table {
    /// Its columns, from the left.
    pub columns: Vec<Column>,
    /// Its rows. Cells that a row lacks are empty; a row with more cells than columns is refused.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of the width, in proportion to the other columns' shares.
    pub share: u16,
    /// Where the lines of its cells stand.
    pub align: Align,
}

/// How clauses are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Numbering {
    /// 一、二、三、
    #[default]
    Chinese,
    /// 1. 2. 3.
    Arabic,
}

/// Boxes in which people sign, row by row.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Signatures {
    /// Boxes beside each other, 1 to 3.
    pub columns: u8,
    /// The boxes.
    pub boxes: Vec<SignatureBox>,
}

/// A box in which one person signs.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SignatureBox {
    /// Who signs, such as 申请人 张某某.
    pub label: String,
    /// What stands in the box.
    pub mark: Mark,
    /// The line of the date, as it shall be printed; empty: none.
    pub date: String,
    /// The words in the place of a seal, such as （盖章）; empty: there is no such place.
    pub seal: String,
}

/// What stands in a box for a signature.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Mark {
    /// Room to sign on paper.
    #[default]
    Blank,
    /// What was written on a screen.
    Ink(Ink),
    /// JPEG or PNG of a signature.
    Picture(Vec<u8>),
    /// Why there is none, such as 拒绝签字.
    Reason(String),
}

/// A signature as it was drawn.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Ink {
    /// Its strokes, in the order of writing.
    pub strokes: Vec<Stroke>,
    /// Width of the pad divided by its height; what is no sensible number counts as 2.
    pub ratio: f32,
}

/// The way of the pen: points from 0 to 1, from the left and from the top of the pad. Points outside are moved to its
/// edge; what is no number is left out.
pub type Stroke = Vec<[f32; 2]>;

/// A card to be cut out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Card {
    /// At its head, such as the name of the sub-district's hotline.
    pub title: String,
    /// What the code is for, in a sentence.
    pub lead: String,
    /// The text of the QR code.
    pub qr: String,
    /// Under the code: where the card hangs.
    pub place: String,
    /// At its foot, small.
    pub note: String,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Photo {
    /// JPEG or PNG, upright, such as the large thumbnail of a photo: a camera's note of its orientation is not read.
    pub bytes: Vec<u8>,
    /// Printed under it.
    pub caption: String,
}
