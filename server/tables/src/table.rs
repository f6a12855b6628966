//! Reads the tables that offices send: CSV in the encodings of Windows and WPS, workbooks as XLSX, XLS, ODS and
//! SpreadsheetML, and tables of web pages, plain or gzipped. The content decides the format; the file name is never asked.
//!
//! A file is either refused as a whole with one sentence ([`NotATable`]) or becomes [`Table`]s; from
//! then on a broken row is refused alone and the rows after it are still read.

mod archive;
mod book;
mod ole;
mod opendocument;
mod page;
mod spreadsheetml;
mod text;
mod xls;
mod xlsx;
mod xml;

use std::borrow::Cow;
use std::io::Read;

use serde::Serialize;

pub(crate) use book::Beside;
use book::{Sheet, SheetRows};

/// Largest file that is accepted, as it is sent.
pub(crate) const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// Largest table after decompression.
const MAX_TABLE_BYTES: u64 = 128 * 1024 * 1024;
/// Most lines of one table.
const MAX_LINES: u32 = 200_000;
/// Most columns of one table.
const MAX_COLUMNS: usize = 256;

/// One row of a table. `line` counts from 1 as an editor or spreadsheet shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u32,
    pub(crate) cells: Vec<String>,
}

/// A row that was not taken, and the zh-CN sentence that says what to do about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Refused {
    /// Name of the sheet that the line is in; only for a workbook with several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Line in the file, or in its sheet, from 1, as an editor or spreadsheet shows it.
    pub line: u32,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Refused {
    /// A refused row of a file with one table.
    pub(crate) const fn new(line: u32, reason: String) -> Self {
        let sheet = None;
        Self {
            sheet,
            line,
            reason,
        }
    }
}

/// Why a file as a whole is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATable {
    /// A file of some other kind.
    #[error("这个文件不是表格；请选择 .csv 或 .xlsx 文件。")]
    OtherKind,
    /// The compressed content is damaged.
    #[error("压缩文件已损坏，解不开；请重新导出或重新传输这个文件。")]
    Damaged,
    /// No row at all.
    #[error("这个文件是空的；请选择有表头和数据的 .csv 或 .xlsx 文件。")]
    Empty,
    /// Neither UTF-8 nor GB18030.
    #[error("文字编码认不出；请把文件另存为 UTF-8 编码的 CSV，或直接导入 .xlsx 文件。")]
    Encoding,
    /// The binary workbook of Excel 95 and before.
    #[error("这是 Excel 95 或更早的 .xls 文件；请在 Excel 或 WPS 里另存为 .xlsx 后再导入。")]
    OldWorkbook,
    /// A workbook that opens only with a password.
    #[error(
        "这个文件设有打开密码，系统读不了；请用 Excel 或 WPS 打开，在“文件 - 信息 - 保护工作簿 - 用密码进行加密”\
里把密码清空，保存后再导入。"
    )]
    Password,
    /// A web page without a table, or saved in a way that cannot be read.
    #[error("这是网页格式的文件，读不出其中的表格；请用 Excel 或 WPS 打开后另存为 .xlsx，再导入。")]
    WebPage,
    /// Too many bytes, lines or columns.
    #[error("文件太大（上限 32 MB、20 万行、256 列）；请分成几个文件导入。")]
    TooLarge,
    /// A workbook that cannot be read.
    #[error("工作簿打不开；请在 Excel 或 WPS 里另存为 .xlsx（不加密码）后再导入。")]
    Workbook,
}

impl NotATable {
    /// Every reason, for the list in the documents.
    pub const ALL: [Self; 9] = [
        Self::OtherKind,
        Self::Damaged,
        Self::Empty,
        Self::Encoding,
        Self::OldWorkbook,
        Self::Password,
        Self::WebPage,
        Self::TooLarge,
        Self::Workbook,
    ];
}

/// One table of a file: a text is one, a workbook has one for each sheet that holds anything.
pub(crate) struct Table {
    /// Name of its sheet; a text has none.
    pub(crate) sheet: Option<String>,
    /// The sheet is hidden in the workbook.
    pub(crate) hidden: bool,
    rows: Rows,
}

/// Recognises the format of `content` and opens its tables, at least one.
pub(crate) fn open(content: &[u8]) -> Result<Vec<Table>, NotATable> {
    if content.len() > MAX_FILE_BYTES {
        return Err(NotATable::TooLarge);
    }
    let content = unpacked(content)?;
    let sheets = if content.starts_with(b"PK\x03\x04") {
        zipped(&content)?
    } else if content.starts_with(b"\xD0\xCF\x11\xE0") {
        xls::sheets(&content)?
    } else {
        let text = text::Text::of(&content)?;
        if spreadsheetml::is(&text) {
            spreadsheetml::sheets(&text)?
        } else if page::is(&text) {
            page::sheets(&text)?
        } else {
            return Ok(vec![Table::of_text(text)?]);
        }
    };
    let filled = sheets.into_iter().filter(|sheet| !sheet.rows.is_empty());
    let tables: Vec<_> = filled.map(Table::of_sheet).collect();
    match tables.is_empty() {
        true => Err(NotATable::Empty),
        false => Ok(tables),
    }
}

/// The sheets of a zip file, whose parts are counted before one is read.
fn zipped(content: &[u8]) -> Result<Vec<Sheet>, NotATable> {
    match archive::kind(content)? {
        archive::Kind::Xlsx => xlsx::sheets(content),
        archive::Kind::OpenDocument => opendocument::sheets(content),
    }
}

impl Table {
    fn of_text(text: text::Text<'_>) -> Result<Self, NotATable> {
        Ok(Self {
            sheet: None,
            hidden: false,
            rows: Rows::Text(text::TextRows::open(text)?),
        })
    }

    fn of_sheet(sheet: Sheet) -> Self {
        Self {
            sheet: Some(sheet.name.clone()),
            hidden: sheet.hidden,
            rows: Rows::Sheet(SheetRows::of(sheet)),
        }
    }

    /// The first `count` rows, header included; rows that cannot be read are left out. They are still to come.
    pub(crate) fn top(&mut self, count: usize) -> Vec<Row> {
        match &mut self.rows {
            Rows::Sheet(rows) => rows.top(count),
            Rows::Text(rows) => {
                let top = rows.by_ref().filter_map(Result::ok).filter(Row::is_filled);
                let top = top.take(count).collect();
                rows.rewind();
                top
            }
        }
    }

    /// Tells how wide the header is, or which of its columns have a title, and where it ends: from here on come the
    /// rows below it, each as wide as the header. A merged cell stands in all of its rows and columns, but
    /// only once down the columns `single`.
    ///
    /// # Errors
    /// If merged cells would fill more than a table may have.
    pub(crate) fn settle(
        &mut self,
        line: u32,
        titles: &[String],
        single: &[usize],
    ) -> Result<(), NotATable> {
        match &mut self.rows {
            Rows::Sheet(rows) => rows.settle(line, titles, single),
            Rows::Text(rows) => {
                rows.settle(line, titles);
                Ok(())
            }
        }
    }

    /// How many rows there are; rows that cannot be read count.
    pub(crate) fn row_count(&mut self) -> u64 {
        match &mut self.rows {
            Rows::Sheet(rows) => rows.row_count(),
            Rows::Text(rows) => {
                let count = rows.by_ref().count();
                rows.rewind();
                count as u64
            }
        }
    }

    /// Rows that are hidden or filtered away; they are read all the same.
    pub(crate) const fn hidden_rows(&self) -> u64 {
        match &self.rows {
            Rows::Sheet(rows) => rows.hidden_rows(),
            Rows::Text(_) => 0,
        }
    }

    /// Control characters that were dropped from its texts.
    pub(crate) const fn controls(&self) -> u64 {
        match &self.rows {
            Rows::Sheet(rows) => rows.controls(),
            Rows::Text(rows) => rows.controls(),
        }
    }

    /// The cells below the header that no title stands above.
    pub(crate) fn beside(&self) -> Beside {
        match &self.rows {
            Rows::Sheet(rows) => rows.beside().clone(),
            Rows::Text(rows) => rows.beside().clone(),
        }
    }

    /// Share of the table that has been read, in thousandths.
    pub(crate) fn progress(&self) -> u64 {
        match &self.rows {
            Rows::Sheet(rows) => rows.progress(),
            Rows::Text(rows) => rows.progress(),
        }
    }
}

/// Rows of empty cells are left out.
enum Rows {
    Sheet(SheetRows),
    Text(text::TextRows),
}

impl Row {
    fn is_filled(&self) -> bool {
        self.cells.iter().any(|cell| !cell.is_empty())
    }
}

impl Iterator for Table {
    type Item = Result<Row, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.rows {
            Rows::Sheet(rows) => rows.next().map(Ok),
            Rows::Text(rows) => rows.find(|row| row.as_ref().map_or(true, Row::is_filled)),
        }
    }
}

/// The content of a gzip file, or the content as it is.
fn unpacked(content: &[u8]) -> Result<Cow<'_, [u8]>, NotATable> {
    if !content.starts_with(b"\x1F\x8B") {
        return Ok(Cow::Borrowed(content));
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(content)
        .take(MAX_TABLE_BYTES + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| NotATable::Damaged)?;
    if unpacked.len() as u64 > MAX_TABLE_BYTES {
        return Err(NotATable::TooLarge);
    }
    Ok(Cow::Owned(unpacked))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_reason_is_listed_once() {
        let place = |reason: &NotATable| match reason {
            NotATable::OtherKind => 0,
            NotATable::Damaged => 1,
            NotATable::Empty => 2,
            NotATable::Encoding => 3,
            NotATable::OldWorkbook => 4,
            NotATable::Password => 5,
            NotATable::WebPage => 6,
            NotATable::TooLarge => 7,
            NotATable::Workbook => 8,
        };
        let places: Vec<_> = NotATable::ALL.iter().map(place).collect();
        assert_eq!(places, (0..9).collect::<Vec<_>>());
    }

    #[test]
    fn a_gzipped_table_is_read_like_a_plain_one() {
        let mut tables = open(&gzip(b"a,b\n1,2\n")).unwrap();
        assert_eq!(tables.remove(0).row_count(), 2);
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_in_one_sentence() {
        for (content, refusal) in [
            (&b""[..], NotATable::Empty),
            (b"\n\n", NotATable::Empty),
            (b"\xFF\xD8\xFF\xE0\x00\x10JFIF", NotATable::OtherKind),
            (b"%PDF-1.7\n\x00\x01", NotATable::OtherKind),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", NotATable::Workbook),
            (b"PK\x03\x04broken", NotATable::Workbook),
            (b"\x1F\x8B\x08broken", NotATable::Damaged),
        ] {
            assert_eq!(open(content).err(), Some(refusal));
        }
    }

    #[test]
    fn a_gzip_bomb_is_refused_without_being_unpacked() {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..130 {
            bomb.write_all(&zeros).unwrap();
        }
        let refusal = open(&bomb.finish().unwrap()).err();
        assert_eq!(refusal, Some(NotATable::TooLarge));
    }
}
