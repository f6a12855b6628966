//! Reads the tables that offices send: CSV in the encodings of Windows and WPS, plain or gzipped, and
//! XLSX workbooks. The content decides the format; the file name is never asked.
//!
//! A file is either refused as a whole with one sentence ([`NotATable`]) or becomes [`Rows`]; from
//! then on a broken row is refused alone and the rows after it are still read.

mod sheet;
mod text;

use std::borrow::Cow;
use std::io::Read;

use serde::Serialize;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Refused {
    /// Line in the file, from 1, as an editor or spreadsheet shows it.
    pub line: u32,
    /// What is wrong and what to do.
    pub reason: String,
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
    /// The binary workbook of Excel 97-2003.
    #[error("这是旧版 .xls 文件；请在 Excel 或 WPS 里另存为 .xlsx 后再导入。")]
    OldWorkbook,
    /// Too many bytes, lines or columns.
    #[error("文件太大（上限 32 MB、20 万行、256 列）；请分成几个文件导入。")]
    TooLarge,
    /// A workbook that cannot be read.
    #[error("工作簿打不开；请在 Excel 或 WPS 里另存为 .xlsx（不加密码）后再导入。")]
    Workbook,
}

/// The rows of one table from its first line on, header included; rows of empty cells are left out.
pub(crate) struct Rows {
    format: Format,
    width: Option<usize>,
}

enum Format {
    Sheet(std::vec::IntoIter<Row>),
    Text(text::TextRows),
}

impl Rows {
    /// Recognises the format of `content` and opens it.
    pub(crate) fn open(content: &[u8]) -> Result<Self, NotATable> {
        if content.len() > MAX_FILE_BYTES {
            return Err(NotATable::TooLarge);
        }
        let content = unpacked(content)?;
        let format = if content.starts_with(b"PK\x03\x04") {
            Format::Sheet(sheet::rows(&content)?.into_iter())
        } else if content.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err(NotATable::OldWorkbook);
        } else {
            Format::Text(text::TextRows::open(&content)?)
        };
        let width = None;
        Ok(Self { format, width })
    }

    /// Tells how many columns the header has; from here on other rows are refused.
    pub(crate) const fn set_width(&mut self, width: usize) {
        self.width = Some(width);
        if let Format::Text(rows) = &mut self.format {
            rows.set_width(width);
        }
    }

    /// Share of the table that has been read, in thousandths.
    pub(crate) fn progress(&self) -> u64 {
        match &self.format {
            Format::Sheet(rows) => rows.as_slice().first().map_or(1000, |next| {
                let last = rows.as_slice().last().map_or(next.line, |row| row.line);
                u64::from(next.line) * 1000 / u64::from(last.max(1))
            }),
            Format::Text(rows) => rows.progress(),
        }
    }

    /// A sheet leaves out empty cells at the end of a row.
    fn fitted(&self, mut row: Row) -> Result<Row, Refused> {
        let Some(width) = self.width else {
            return Ok(row);
        };
        let used = row.cells.iter().rposition(|cell| !cell.is_empty());
        let used = used.map_or(0, |last| last + 1);
        if used > width {
            let reason = text::wrong_width(used, width);
            return Err(Refused {
                line: row.line,
                reason,
            });
        }
        row.cells.resize(width, String::new());
        Ok(row)
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match &mut self.format {
                Format::Sheet(rows) => Ok(rows.next()?),
                Format::Text(rows) => rows.next()?,
            };
            match row {
                Ok(row) if row.cells.iter().all(String::is_empty) => {}
                row => return Some(row.and_then(|row| self.fitted(row))),
            }
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
    fn a_gzipped_table_is_read_like_a_plain_one() {
        let rows: Vec<_> = Rows::open(&gzip(b"a,b\n1,2\n")).unwrap().collect();
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_in_one_sentence() {
        for (content, refusal) in [
            (&b""[..], NotATable::Empty),
            (b"\n\n", NotATable::Empty),
            (b"\xFF\xD8\xFF\xE0\x00\x10JFIF", NotATable::OtherKind),
            (b"%PDF-1.7\n\x00\x01", NotATable::OtherKind),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", NotATable::OldWorkbook),
            (b"PK\x03\x04broken", NotATable::Workbook),
            (b"\x1F\x8B\x08broken", NotATable::Damaged),
        ] {
            assert_eq!(Rows::open(content).err(), Some(refusal));
        }
    }

    #[test]
    fn a_gzip_bomb_is_refused_without_being_unpacked() {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..130 {
            bomb.write_all(&zeros).unwrap();
        }
        let refusal = Rows::open(&bomb.finish().unwrap()).err();
        assert_eq!(refusal, Some(NotATable::TooLarge));
    }
}
