//! Workbooks of Excel 97-2003 (`.xls`), record by record: what a cell shares with others is taken once, and all cells
//! within one budget.

mod formats;
mod records;

use std::collections::BTreeSet;

use super::book::{Area, Budget, MAX_MERGED, MAX_SHEETS, Sheet};
use super::xlsx::{date_time, number_text};
use super::{MAX_LINES, NotATable, ole};
use formats::Formats;
use records::{Record, Records};

/// Begins the workbook or a sheet; a chart in a sheet too.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
/// The version that writes texts as Unicode: Excel 97 and later.
const EXCEL_97: u16 = 0x0600;

/// Every sheet of the workbook.
pub(super) fn sheets(content: &[u8]) -> Result<Vec<Sheet>, NotATable> {
    sheets_of(&ole::workbook(content)?)
}

fn sheets_of(stream: &[u8]) -> Result<Vec<Sheet>, NotATable> {
    let book = Book::read(stream)?;
    if book.listed.len() > MAX_SHEETS {
        return Err(NotATable::TooLarge);
    }
    let (mut budget, mut starts) = (Budget::default(), BTreeSet::new());
    let mut sheets = Vec::new();
    for listed in &book.listed {
        // A sheet that is listed twice has no rows of its own.
        if !starts.insert(listed.start) {
            continue;
        }
        let records = stream.get(listed.start..).ok_or(NotATable::Workbook)?;
        let sheet = Sheet {
            name: listed.name.clone(),
            hidden: listed.hidden,
            ..Sheet::default()
        };
        sheets.push(book.sheet(sheet, Records(records), &mut budget)?);
    }
    Ok(sheets)
}

/// What the sheets share.
#[derive(Default)]
struct Book {
    listed: Vec<Listed>,
    texts: Vec<String>,
    formats: Formats,
    is_1904: bool,
}

struct Listed {
    name: String,
    hidden: bool,
    start: usize,
}

impl Book {
    fn read(stream: &[u8]) -> Result<Self, NotATable> {
        let mut book = Self::default();
        for mut record in Records(stream) {
            match record.kind {
                END => return Ok(book),
                BEGIN => {
                    if record.u16() != Some(EXCEL_97) {
                        return Err(NotATable::OldWorkbook);
                    }
                }
                0x002F => return Err(NotATable::Password),
                0x00FC => book.texts = texts(&mut record)?,
                _ => {
                    // What is cut off has no part in the values.
                    book.note(&mut record);
                }
            }
        }
        Err(NotATable::Workbook)
    }

    fn note(&mut self, record: &mut Record<'_>) -> Option<()> {
        match record.kind {
            0x0022 => self.is_1904 = record.u16()? == 1,
            0x041E => {
                let number = record.u16()?;
                self.formats.add(number, &record.text()?);
            }
            0x00E0 => {
                record.skip(2)?;
                self.formats.add_style(record.u16()?);
            }
            0x0085 => {
                let start = usize::try_from(record.u32()?).ok()?;
                let (state, kind) = (record.byte()?, record.byte()?);
                let length = record.byte()?;
                let name = record.text_of(usize::from(length))?;
                let hidden = state & 0x03 != 0;
                // Others are charts and macros.
                if kind == 0 {
                    self.listed.push(Listed {
                        name,
                        hidden,
                        start,
                    });
                }
            }
            _ => {}
        }
        Some(())
    }

    fn sheet(
        &self,
        sheet: Sheet,
        records: Records<'_>,
        budget: &mut Budget,
    ) -> Result<Sheet, NotATable> {
        let mut reading = Reading {
            book: self,
            sheet,
            budget,
            formula: None,
        };
        let mut depth = 0_u32;
        for mut record in records {
            match record.kind {
                BEGIN => depth = depth.saturating_add(1),
                END if depth <= 1 => return Ok(reading.ordered()),
                END => depth -= 1,
                _ if depth == 1 => reading.take(&mut record)?,
                _ => {}
            }
        }
        // A sheet that was cut off would be taken for a whole one.
        Err(NotATable::Workbook)
    }
}

/// The texts that cells share, counted before they are kept.
fn texts(record: &mut Record<'_>) -> Result<Vec<String>, NotATable> {
    let (mut texts, mut budget) = (Vec::new(), Budget::default());
    let count = record.skip(4).and_then(|()| record.u32());
    for _ in 0..count.unwrap_or_default() {
        // A list that ends too soon is damaged.
        let text = record.text().ok_or(NotATable::Workbook)?;
        budget.take(1, text.len())?;
        texts.push(text);
    }
    Ok(texts)
}

struct Reading<'a> {
    book: &'a Book,
    sheet: Sheet,
    budget: &'a mut Budget,
    /// The place of a formula whose text comes in the next record.
    formula: Option<(u32, usize)>,
}

impl Reading<'_> {
    fn take(&mut self, record: &mut Record<'_>) -> Result<(), NotATable> {
        match record.kind {
            0x0208 => {
                self.row(record);
                Ok(())
            }
            0x00E5 => {
                self.merged(record);
                Ok(())
            }
            0x00BD => self.numbers(record),
            0x0207 => {
                let (place, text) = (self.formula.take(), record.text());
                self.put(place.zip(text))
            }
            0x0006 | 0x00D6 | 0x00FD | 0x0203 | 0x0204 | 0x0205 | 0x027E => {
                let cell = self.cell(record).ok_or(NotATable::Workbook)?;
                self.put(cell)
            }
            _ => Ok(()),
        }
    }

    /// Cells come in the order of rows, but nothing holds a program to it.
    fn ordered(mut self) -> Sheet {
        self.sheet.rows.sort_by_key(|row| row.line);
        self.sheet
    }

    fn put(&mut self, cell: Option<((u32, usize), String)>) -> Result<(), NotATable> {
        match cell {
            Some((place, text)) => self.sheet.put(place, &text, self.budget),
            None => Ok(()),
        }
    }

    /// A cell's place and text; nothing for a formula without a value, or whose text comes behind. `None` if the record is
    /// damaged.
    fn cell(&mut self, record: &mut Record<'_>) -> Option<Option<((u32, usize), String)>> {
        let place = place(record)?;
        let style = record.u16()?;
        let text = match record.kind {
            0x00FD => {
                let number = usize::try_from(record.u32()?).ok()?;
                self.book.texts.get(number)?.clone()
            }
            0x0203 => self.number(f64::from_le_bytes(record.bytes()?), style),
            0x027E => self.number(short_number(record.u32()?), style),
            0x0205 => {
                let (value, is_error) = (record.byte()?, record.byte()? != 0);
                if is_error { error(value) } else { truth(value) }
            }
            0x0006 => match record.bytes::<8>()? {
                [0, .., 0xFF, 0xFF] => {
                    self.formula = Some(place);
                    return Some(None);
                }
                [1, _, value, .., 0xFF, 0xFF] => truth(value),
                [2, _, value, .., 0xFF, 0xFF] => error(value),
                [.., 0xFF, 0xFF] => return Some(None),
                number => self.number(f64::from_le_bytes(number), style),
            },
            _ => record.text()?,
        };
        Some(Some((place, text)))
    }

    /// Several numbers beside each other.
    fn numbers(&mut self, record: &mut Record<'_>) -> Result<(), NotATable> {
        let (line, mut column) = place(record).ok_or(NotATable::Workbook)?;
        // The last two bytes are the last column.
        while record.left() >= 8 {
            let (style, number) = (record.u16(), record.u32());
            let cell = style
                .zip(number)
                .map(|(style, number)| ((line, column), self.number(short_number(number), style)));
            self.put(cell)?;
            column += 1;
        }
        Ok(())
    }

    fn number(&self, number: f64, style: u16) -> String {
        let date = self.book.formats.is_date(style);
        let date = date.then(|| date_time(number, self.book.is_1904)).flatten();
        date.unwrap_or_else(|| number_text(number))
    }

    fn row(&mut self, record: &mut Record<'_>) -> Option<()> {
        let line = u32::from(record.u16()?) + 1;
        record.skip(10)?;
        if record.byte()? & 0x20 != 0 && line <= MAX_LINES {
            self.sheet.hidden_lines.insert(line);
        }
        Some(())
    }

    fn merged(&mut self, record: &mut Record<'_>) -> Option<()> {
        for _ in 0..record.u16()? {
            let (top, bottom) = (record.u16()?, record.u16()?);
            let (left, right) = (record.u16()?, record.u16()?);
            if self.sheet.merged.len() < MAX_MERGED {
                self.sheet.merged.push(Area {
                    first: (u32::from(top) + 1, usize::from(left)),
                    last: (u32::from(bottom) + 1, usize::from(right)),
                });
            }
        }
        Some(())
    }
}

fn place(record: &mut Record<'_>) -> Option<(u32, usize)> {
    let (row, column) = (record.u16()?, record.u16()?);
    Some((u32::from(row) + 1, usize::from(column)))
}

/// A number in four bytes: the upper half of one in eight, or a whole one; perhaps a hundred times as large.
fn short_number(bits: u32) -> f64 {
    let number = if bits & 0x02 == 0 {
        f64::from_bits(u64::from(bits & 0xFFFF_FFFC) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 0x01 == 0 {
        number
    } else {
        number / 100.0
    }
}

fn truth(value: u8) -> String {
    (value != 0).to_string()
}

/// As the sheet shows it.
fn error(value: u8) -> String {
    let shown = match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    shown.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of these kinds and contents.
    fn stream(records: &[(u16, &[u8])]) -> Vec<u8> {
        let written = records.iter().map(|(kind, content)| {
            let length = u16::try_from(content.len()).unwrap();
            [&kind.to_le_bytes(), &length.to_le_bytes(), *content].concat()
        });
        written.flatten().collect()
    }

    const BOOK: &[u8] = &[0x00, 0x06, 0x05, 0];
    const SHEET: &[u8] = &[0x00, 0x06, 0x10, 0];

    /// A workbook with one sheet of these records.
    fn book(records: &[(u16, &[u8])]) -> Vec<u8> {
        let list = |start: u8| [start, 0, 0, 0, 0, 0, 1, 0, b'a'];
        let head = |start| stream(&[(BEGIN, BOOK), (0x0085, &list(start)), (END, &[])]);
        let mut book = head(u8::try_from(head(0).len()).unwrap());
        book.extend(stream(&[(BEGIN, SHEET)]));
        book.extend(stream(records));
        book
    }

    fn cells(records: &[(u16, &[u8])]) -> Vec<String> {
        let sheets = sheets_of(&book(records)).unwrap();
        sheets[0]
            .rows
            .iter()
            .flat_map(|row| row.cells.clone())
            .collect()
    }

    #[test]
    fn values_of_every_kind_are_read_as_the_sheet_shows_them() {
        let formula = |column: u8, value: [u8; 8]| {
            [&[0, 0, column, 0, 0, 0], value.as_slice(), &[0; 8]].concat()
        };
        let read = cells(&[
            (0x0006, &formula(0, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF])),
            (0x0207, &[2, 0, 1, 0x02, 0x5E, 0x02, 0x5E]),
            (0x0006, &formula(1, [1, 0, 1, 0, 0, 0, 0xFF, 0xFF])),
            (0x0006, &formula(2, [2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF])),
            (0x0006, &formula(3, 2.5_f64.to_le_bytes())),
            // 12 as a whole number, then 12.34 as a hundred times itself.
            (
                0x00BD,
                &[0, 0, 4, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0x4B, 0x13, 0, 0, 5, 0],
            ),
            (0x027E, &[0, 0, 6, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
            (0x0205, &[0, 0, 7, 0, 0, 0, 0x17, 1]),
            // A chart in the sheet has cells of its own.
            (BEGIN, &[0x00, 0x06, 0x20, 0]),
            (0x0205, &[0, 0, 8, 0, 0, 0, 1, 0]),
            (END, &[]),
            (END, &[]),
        ]);
        assert_eq!(
            read,
            ["市市", "true", "#N/A", "2.5", "12", "12.34", "1", "#REF!"]
        );
    }

    #[test]
    fn a_text_that_goes_on_in_another_record_says_anew_how_it_is_written() {
        let text = [4, 0, 0, b'a', b'b'];
        let read = cells(&[
            (0x0204, &[&[0, 0, 0, 0, 0, 0], text.as_slice()].concat()),
            (0x003C, &[1, 0x02, 0x5E, 0x03, 0x5E]),
            (END, &[]),
        ]);
        assert_eq!(read, ["ab市布"]);
    }

    #[test]
    fn what_is_cut_off_encrypted_or_older_is_refused_with_its_reason() {
        for (content, refusal) in [
            (book(&[]), NotATable::Workbook),
            (
                book(&[(0x00FD, &[0, 0, 0, 0, 0, 0, 9, 0, 0, 0]), (END, &[])]),
                NotATable::Workbook,
            ),
            (book(&[(0x0205, &[0, 0]), (END, &[])]), NotATable::Workbook),
            (
                book(&[(0x0205, &[0, 0, 0xFF, 0xFF, 0, 0, 1, 0]), (END, &[])]),
                NotATable::TooLarge,
            ),
            (
                stream(&[(BEGIN, BOOK), (0x002F, &[0; 6])]),
                NotATable::Password,
            ),
            (
                stream(&[(BEGIN, &[0x00, 0x05, 0x05, 0])]),
                NotATable::OldWorkbook,
            ),
            (Vec::new(), NotATable::Workbook),
        ] {
            assert_eq!(sheets_of(&content).err(), Some(refusal));
        }
    }
}
