//! Workbooks as XLSX. The cells come through calamine; what it does not tell, or stops at, through [`parts`].

mod parts;

use std::borrow::Cow;
use std::io::{Cursor, Read, Seek};

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};
use time::macros::{datetime, format_description};

use super::NotATable;
use super::book::{Budget, MAX_SHEETS, Sheet};
use parts::Parts;

/// Numbers from here on have lost digits in the spreadsheet; they are shown as it shows them.
const EXACT_INTEGERS: f64 = 1e15;

/// Every sheet of the workbook, in its order; the sizes of its parts have been checked.
pub(super) fn sheets(content: &[u8]) -> Result<Vec<Sheet>, NotATable> {
    let mut parts = Parts::read(content)?;
    let content = match parts.mended(content) {
        Some(mended) => Cow::Owned(mended?),
        None => Cow::Borrowed(content),
    };
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(&*content)).map_err(|_| NotATable::Workbook)?;
    let mut budget = Budget::default();
    let listed = book.sheets_metadata().to_vec();
    if listed.len() > MAX_SHEETS {
        return Err(NotATable::TooLarge);
    }
    let mut sheets = Vec::new();
    for listed in listed {
        let hidden = listed.visible != SheetVisible::Visible;
        // A sheet that is listed twice has no rows of its own.
        let Some(part) = parts.take(&listed.name) else {
            continue;
        };
        let mut sheet = Sheet {
            name: listed.name,
            hidden,
            merged: part.merged,
            hidden_lines: part.hidden_lines,
            ..Sheet::default()
        };
        read_cells(&mut book, &mut sheet, &mut budget)?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn read_cells<S: Read + Seek>(
    book: &mut Xlsx<S>,
    sheet: &mut Sheet,
    budget: &mut Budget,
) -> Result<(), NotATable> {
    let is_1904 = book.has_1904_epoch();
    let mut cells = match book.worksheet_cells_reader(&sheet.name) {
        Ok(cells) => cells,
        // A sheet that is a chart has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(_) => return Err(NotATable::Workbook),
    };
    while let Some(cell) = cells.next_cell().map_err(|_| NotATable::Workbook)? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let place = (row.saturating_add(1), column);
        sheet.put(place, &text_of(cell.get_value(), is_1904), budget)?;
    }
    Ok(())
}

fn text_of<'a>(value: &'a DataRef<'_>, is_1904: bool) -> Cow<'a, str> {
    match value {
        DataRef::Int(number) => number.to_string().into(),
        DataRef::Float(number) => number_text(*number).into(),
        DataRef::String(text) | DataRef::DurationIso(text) => text.into(),
        DataRef::DateTimeIso(text) => iso_date_time(text).into(),
        DataRef::SharedString(text) => (*text).into(),
        DataRef::Bool(value) => value.to_string().into(),
        DataRef::DateTime(serial) => date_time(serial.as_f64(), is_1904)
            .unwrap_or_else(|| serial.as_f64().to_string())
            .into(),
        // As the sheet shows it; where it matters it is refused with its name.
        DataRef::Error(error) => error.to_string().into(),
        DataRef::Empty => "".into(),
    }
}

pub(super) fn number_text(number: f64) -> String {
    if number.abs() >= EXACT_INTEGERS {
        return format!("{number:E}");
    }
    number.to_string()
}

/// A local ISO time as other date cells are shown; a day at midnight is a day without a time. Other texts as they are.
pub(super) fn iso_date_time(text: &str) -> String {
    let text = text.trim();
    let Some((day, clock)) = text.split_once('T') else {
        return text.to_owned();
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let is_local = |c: char| c.is_ascii_digit() || c == ':';
    if !whole.chars().all(is_local) || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return text.to_owned();
    }
    match whole.chars().all(|c| matches!(c, '0' | ':')) {
        true => day.to_owned(),
        false => format!("{day} {whole}"),
    }
}

/// A serial day number as local date and time, rounded to the second.
pub(super) fn date_time(serial: f64, is_1904: bool) -> Option<String> {
    let epoch = if is_1904 {
        datetime!(1904-01-01 00:00)
    } else {
        datetime!(1899-12-30 00:00)
    };
    let moment = epoch.checked_add(time::Duration::checked_seconds_f64(
        (serial * 86_400.0).round(),
    )?)?;
    // A day without a time of day stays one: as a deadline it lasts until its end.
    if moment.time() == time::Time::MIDNIGHT {
        return moment
            .format(format_description!("[year]-[month]-[day]"))
            .ok();
    }
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    moment.format(format).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use crate::table::Row;

    fn rows(content: &[u8]) -> Result<Vec<Row>, NotATable> {
        Ok(crate::table::zipped(content)?.remove(0).rows)
    }

    #[test]
    fn a_serial_number_is_the_date_that_the_sheet_shows() {
        let shown = |serial, is_1904| date_time(serial, is_1904).unwrap();
        assert_eq!(shown(45_943.541, false), "2025-10-13 12:59:02");
        assert_eq!(shown(45_943.0, false), "2025-10-13");
        assert_eq!(shown(44_481.0, true), "2025-10-13");
    }

    #[test]
    fn whole_numbers_keep_their_digits_and_damaged_ones_are_visible() {
        assert_eq!(
            text_of(&DataRef::Float(13_800_000_000.0), false),
            "13800000000"
        );
        assert_eq!(text_of(&DataRef::Float(3.701_052e17), false), "3.701052E17");
    }

    fn workbook(rows: &str) -> Vec<u8> {
        samples::xlsx(&[("a", &format!("<sheetData>{rows}</sheetData>"))])
    }

    #[test]
    fn cells_are_read_as_the_sheet_shows_them_at_their_line() {
        let content = workbook(
            r#"<row r="1"><c r="A1" t="inlineStr"><is><t>编号</t></is></c></row>
               <row r="4"><c r="A4"><v>13800005678</v></c><c r="C4" s="1"><v>45943.541</v></c></row>"#,
        );
        let rows = rows(&content).unwrap();
        assert_eq!((rows[0].line, rows[0].cells[0].as_str()), (1, "编号"));
        assert_eq!(rows[1].line, 4);
        assert_eq!(rows[1].cells, ["13800005678", "", "2025-10-13 12:59:02"]);
    }

    #[test]
    fn a_cell_far_away_is_refused_before_it_takes_memory() {
        let content = workbook(r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#);
        assert_eq!(rows(&content), Err(NotATable::TooLarge));
    }

    #[test]
    fn a_part_that_unpacks_to_more_than_a_table_may_have_is_refused() {
        let spaces = " ".repeat(usize::try_from(crate::table::MAX_TABLE_BYTES).unwrap());
        assert_eq!(rows(&workbook(&spaces)), Err(NotATable::TooLarge));
    }

    #[test]
    fn few_rows_with_cells_far_to_the_right_are_refused_before_they_take_memory() {
        let row = |line| format!(r#"<row r="{line}"><c r="IV{line}"><v>1</v></c></row>"#);
        let content = workbook(&(1..40_000).map(row).collect::<String>());
        assert_eq!(rows(&content), Err(NotATable::TooLarge));
    }

    #[test]
    fn dimensions_that_are_none_do_not_matter() {
        let cells = samples::rows(&["a|b"]);
        for dimension in [
            r#"<dimension ref="A0:D0"/>"#,
            r#"<dimension ref="D4:A1"></dimension>"#,
            "<dimension/>",
            r#"<dimension ref=""/>"#,
        ] {
            let content = samples::xlsx(&[("a", &format!("{dimension}{cells}"))]);
            assert_eq!(rows(&content).unwrap()[0].cells, ["a", "b"], "{dimension}");
        }
    }

    #[test]
    fn a_day_in_a_date_cell_is_a_day_in_each_of_its_forms() {
        for (written, read) in [
            ("2026-11-20T09:30:00", "2026-11-20 09:30:00"),
            ("2026-11-20T09:30:00.000", "2026-11-20 09:30:00"),
            ("2026-11-20T00:00:00", "2026-11-20"),
            ("2026-11-20", "2026-11-20"),
            ("2026-11-20T09:30:00Z", "2026-11-20T09:30:00Z"),
            ("2026-11-20T09:30:00+08:00", "2026-11-20T09:30:00+08:00"),
        ] {
            assert_eq!(iso_date_time(written), read);
        }
    }

    #[test]
    fn a_zip_file_without_a_workbook_is_no_table() {
        let content = samples::zip(&[("word/document.xml", String::new())]);
        assert_eq!(rows(&content), Err(NotATable::OtherKind));
    }
}
