//! Tables of answers: one line for each record, as CSV or as a workbook, written line by line.

use zip::result::ZipError;

use crate::feedback::cell_of_csv;
use crate::template::workbook;
use crate::times;
use sync_core::Timestamp;

/// What Excel reads as UTF-8 begins with it.
pub const CSV_BEGINS: &str = "\u{FEFF}";

/// A line of CSV. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn csv_line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell_of_csv(cell)).collect();
    cells.join(",") + "\r\n"
}

/// A time as tables write it; empty if there is none.
pub fn time(at: Option<Timestamp>) -> String {
    at.map(times::local).unwrap_or_default()
}

/// A workbook that is written line by line.
pub struct Book(workbook::Rows);

impl Book {
    /// A workbook of one sheet with so many columns.
    ///
    /// # Errors
    /// When the file cannot be packed.
    pub fn begin(columns: usize) -> Result<Self, ZipError> {
        workbook::Rows::begin("答案", columns).map(Self)
    }

    /// The next line; the first one is the header.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn push(&mut self, cells: &[String]) -> Result<(), ZipError> {
        self.0.push(cells)
    }

    /// The whole file.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn finish(self) -> Result<Vec<u8>, ZipError> {
        self.0.finish()
    }
}
