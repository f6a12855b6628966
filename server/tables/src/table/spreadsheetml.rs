//! Workbooks as SpreadsheetML 2003: one XML document, which web systems often name `.xls`.

use quick_xml::events::BytesStart;

use super::NotATable;
use super::book::{Area, Budget, MAX_MERGED, Sheet};
use super::xlsx::{iso_date_time, number_text};
use super::xml::{self, Piece, attribute, number};

/// How far the beginning of a document is looked at.
const BEGINNING: usize = 4_096;

/// Whether a text is such a workbook.
pub(super) fn is(text: &str) -> bool {
    let beginning = text.get(..text.floor_char_boundary(BEGINNING));
    beginning.is_some_and(|text| {
        text.starts_with('<')
            && text.contains("urn:schemas-microsoft-com:office:spreadsheet")
            && text.contains("Workbook")
    })
}

/// Every sheet of the workbook.
pub(super) fn sheets(text: &str) -> Result<Vec<Sheet>, NotATable> {
    let mut reading = Reading::default();
    xml::read(text.as_bytes(), |piece| match piece {
        Piece::Start(element) => {
            reading.start(element);
            Ok(())
        }
        Piece::End(name) => reading.end(name),
        Piece::Text(text) => {
            reading.text(&text);
            Ok(())
        }
    })?;
    Ok(reading.sheets)
}

#[derive(Default)]
struct Reading {
    sheets: Vec<Sheet>,
    budget: Budget,
    line: u32,
    column: usize,
    /// The cell has been read as far as its columns that are merged.
    across: usize,
    /// What kind of value is being read, and its text.
    data: Option<(String, String)>,
    in_comment: bool,
    in_visible: bool,
}

impl Reading {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "Worksheet" => {
                self.line = 0;
                self.sheets.push(Sheet {
                    name: attribute(element, "Name").unwrap_or_default(),
                    ..Sheet::default()
                });
            }
            "Row" => self.open_row(element),
            "Cell" => self.open_cell(element),
            "Comment" => self.in_comment = true,
            "Data" if !self.in_comment => {
                let kind = attribute(element, "Type").unwrap_or_default();
                self.data = Some((kind, String::new()));
            }
            "Visible" => self.in_visible = true,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), NotATable> {
        match name {
            "Comment" => self.in_comment = false,
            "Visible" => self.in_visible = false,
            "Data" => self.close_data()?,
            "Cell" => self.column = self.column.saturating_add(1).saturating_add(self.across),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some((_, data)) = self.data.as_mut().filter(|_| !self.in_comment) {
            data.push_str(text);
        }
        if self.in_visible
            && text.contains("Hidden")
            && let Some(sheet) = self.sheets.last_mut()
        {
            sheet.hidden = true;
        }
    }

    fn open_row(&mut self, element: &BytesStart<'_>) {
        let line = number(element, "Index").filter(|line| *line > self.line);
        self.line = line.unwrap_or(self.line.saturating_add(1));
        self.column = 0;
        let is_hidden = attribute(element, "Hidden").as_deref() == Some("1");
        if let Some(sheet) = self.sheets.last_mut().filter(|_| is_hidden) {
            sheet.hidden_lines.insert(self.line);
        }
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) {
        let stated = number(element, "Index").and_then(|index: usize| index.checked_sub(1));
        self.column = stated.unwrap_or(self.column);
        self.across = number(element, "MergeAcross").unwrap_or(0);
        let down = number(element, "MergeDown").unwrap_or(0);
        if let Some(sheet) = self.sheets.last_mut()
            && (self.across > 0 || down > 0)
            && sheet.merged.len() < MAX_MERGED
        {
            let first = (self.line, self.column);
            let last = (
                self.line.saturating_add(down),
                self.column.saturating_add(self.across),
            );
            sheet.merged.push(Area { first, last });
        }
    }

    fn close_data(&mut self) -> Result<(), NotATable> {
        let (Some((kind, text)), Some(sheet)) = (self.data.take(), self.sheets.last_mut()) else {
            return Ok(());
        };
        let place = (self.line, self.column);
        sheet.put(place, &value(&kind, text), &mut self.budget)
    }
}

/// A value as a sheet shows it. Whole numbers keep their digits.
fn value(kind: &str, text: String) -> String {
    match kind {
        "DateTime" => iso_date_time(&text),
        "Number" if !text.trim().bytes().all(|byte| byte.is_ascii_digit()) => {
            text.trim().parse().map_or(text, number_text)
        }
        "Boolean" => (text.trim() == "1").to_string(),
        _ => text,
    }
}
