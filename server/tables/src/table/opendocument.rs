//! Workbooks as OpenDocument (`.ods`), read cell by cell: what is repeated there in one word would take all memory here.

use std::collections::BTreeSet;
use std::io::{BufReader, Cursor};

use quick_xml::events::BytesStart;
use zip::ZipArchive;

use super::book::{Area, Budget, MAX_MERGED, Sheet};
use super::xlsx::{iso_date_time, number_text};
use super::xml::{self, Piece, attribute, number};
use super::{MAX_COLUMNS, MAX_LINES, NotATable};

/// Every sheet of the workbook; the sizes of its parts have been checked.
pub(super) fn sheets(content: &[u8]) -> Result<Vec<Sheet>, NotATable> {
    let mut zip = ZipArchive::new(Cursor::new(content)).map_err(|_| NotATable::Workbook)?;
    refuse_password(&mut zip)?;
    let part = zip
        .by_name("content.xml")
        .map_err(|_| NotATable::Workbook)?;
    let mut reading = Reading::default();
    xml::read(BufReader::new(part), |piece| match piece {
        Piece::Start(element) => reading.start(element),
        Piece::End(name) => reading.end(name),
        Piece::Text(text) => {
            reading.text(&text);
            Ok(())
        }
    })?;
    Ok(reading.sheets)
}

fn refuse_password(zip: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), NotATable> {
    let Ok(manifest) = zip.by_name("META-INF/manifest.xml") else {
        return Ok(());
    };
    xml::read(BufReader::new(manifest), |piece| match piece {
        Piece::Start(element) if element.local_name().as_ref() == "encryption-data" => {
            Err(NotATable::Password)
        }
        Piece::Start(_) | Piece::End(_) | Piece::Text(_) => Ok(()),
    })
}

#[derive(Default)]
struct Reading {
    sheets: Vec<Sheet>,
    budget: Budget,
    /// The style that is being described, and those of hidden sheets.
    style: Option<String>,
    hidden_styles: BTreeSet<String>,
    row: Row,
    cell: Option<Cell>,
    /// Levels of notes and drawings that a cell holds beside its own text.
    foreign: usize,
}

/// A row: cells without text do not matter.
#[derive(Default)]
struct Row {
    line: u32,
    repeated: u32,
    column: usize,
    cells: Vec<(usize, String)>,
    budget: Budget,
}

#[derive(Default)]
struct Cell {
    repeated: usize,
    columns: usize,
    lines: u32,
    /// The value where it is more exact than the text that is shown.
    value: Option<String>,
    text: String,
    paragraphs: usize,
}

impl Reading {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), NotATable> {
        match element.local_name().as_ref() {
            "annotation" | "shapes" | "frame" | "custom-shape" => self.foreign += 1,
            _ if self.foreign > 0 => {}
            "style" => self.style = attribute(element, "name"),
            "table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                self.hidden_styles.extend(self.style.clone());
            }
            "table" => self.open_sheet(element),
            "table-row" => self.open_row(element),
            "table-cell" | "covered-table-cell" => self.cell = Some(Cell::of(element)),
            "p" | "h" => self.text_of_cell(|cell| {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
            }),
            "s" | "tab" => self.text_of_cell(|cell| cell.text.push(' ')),
            "line-break" => self.text_of_cell(|cell| cell.text.push('\n')),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), NotATable> {
        match name {
            "annotation" | "shapes" | "frame" | "custom-shape" => {
                self.foreign = self.foreign.saturating_sub(1);
            }
            _ if self.foreign > 0 => {}
            "table-row" => self.close_row()?,
            "table-cell" | "covered-table-cell" => self.close_cell()?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.foreign == 0 {
            self.text_of_cell(|cell| {
                if cell.paragraphs > 0 {
                    cell.text.push_str(text);
                }
            });
        }
    }

    fn text_of_cell(&mut self, change: impl FnOnce(&mut Cell)) {
        if let Some(cell) = &mut self.cell {
            change(cell);
        }
    }

    fn open_sheet(&mut self, element: &BytesStart<'_>) {
        let style = attribute(element, "style-name");
        self.row = Row::default();
        self.sheets.push(Sheet {
            name: attribute(element, "name").unwrap_or_default(),
            hidden: style.is_some_and(|style| self.hidden_styles.contains(&style)),
            ..Sheet::default()
        });
    }

    fn open_row(&mut self, element: &BytesStart<'_>) {
        let line = self.row.line.saturating_add(self.row.repeated.max(1));
        self.row = Row {
            line: if self.row.repeated == 0 { 1 } else { line },
            repeated: number(element, "number-rows-repeated").unwrap_or(1).max(1),
            ..Row::default()
        };
        let visibility = attribute(element, "visibility");
        let is_hidden = visibility.is_some_and(|is| is == "collapse" || is == "filter");
        let last = self.row.line.saturating_add(self.row.repeated - 1);
        if let Some(sheet) = self.sheets.last_mut().filter(|_| is_hidden) {
            let lines = self.row.line..=last.min(MAX_LINES);
            sheet.hidden_lines.extend(lines);
        }
    }

    fn close_cell(&mut self) -> Result<(), NotATable> {
        let Some(cell) = self.cell.take() else {
            return Ok(());
        };
        let first = self.row.column;
        self.row.column = first.saturating_add(cell.repeated);
        let text = cell.value.unwrap_or(cell.text);
        if text.is_empty() {
            return Ok(());
        }
        if self.row.column > MAX_COLUMNS {
            return Err(NotATable::TooLarge);
        }
        let (line, merged) = (self.row.line, cell.columns > 1 || cell.lines > 1);
        if let Some(sheet) = self.sheets.last_mut()
            && merged
            && sheet.merged.len() < MAX_MERGED
        {
            let last = (
                line.saturating_add(cell.lines - 1),
                first.saturating_add(cell.columns - 1),
            );
            let first = (line, first);
            sheet.merged.push(Area { first, last });
        }
        for column in first..self.row.column {
            // Counted here too, where a row is kept until it ends.
            self.row.budget.take(1, text.len())?;
            self.row.cells.push((column, text.clone()));
        }
        Ok(())
    }

    fn close_row(&mut self) -> Result<(), NotATable> {
        let cells = std::mem::take(&mut self.row.cells);
        let Some(sheet) = self.sheets.last_mut().filter(|_| !cells.is_empty()) else {
            return Ok(());
        };
        // Before the first of many: the last would be refused only after the others had been made.
        self.row.budget.take_times(self.row.repeated)?;
        // Cells of a damaged file may stand outside of any row.
        let more = self.row.repeated.saturating_sub(1);
        let last = self.row.line.saturating_add(more);
        for line in self.row.line..=last {
            for (column, text) in &cells {
                sheet.put((line, *column), text, &mut self.budget)?;
            }
        }
        Ok(())
    }
}

impl Cell {
    fn of(element: &BytesStart<'_>) -> Self {
        let at_least_one = |name| number(element, name).unwrap_or(1).max(1);
        Self {
            repeated: at_least_one("number-columns-repeated"),
            columns: at_least_one("number-columns-spanned"),
            lines: number(element, "number-rows-spanned").unwrap_or(1).max(1),
            value: value(element),
            ..Self::default()
        }
    }
}

/// Numbers and dates as they are, not as the sheet rounds them.
fn value(element: &BytesStart<'_>) -> Option<String> {
    match attribute(element, "value-type")?.as_str() {
        "date" => Some(iso_date_time(&attribute(element, "date-value")?)),
        "float" => Some(number_text(number(element, "value")?)),
        _ => None,
    }
}
