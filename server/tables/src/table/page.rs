//! Tables of web pages, which web systems often name `.xls`: every table of the page is a sheet.

use super::book::{Area, Budget, MAX_MERGED, Sheet};
use super::{MAX_COLUMNS, NotATable};
use crate::markup::{self, Tag};

/// How far the beginning of a file is looked at.
const BEGINNING: usize = 1_024;
/// Most tables within each other.
const MAX_DEPTH: usize = 16;

/// Whether a text is a web page, or a part of one with a table.
pub(super) fn is(text: &str) -> bool {
    const STARTS: [&str; 9] = [
        "<!doctype html",
        "<html",
        "<head",
        "<meta",
        "<body",
        "<table",
        "<style",
        "<script",
        "<div",
    ];
    let text = text.trim_start_matches(crate::plain::is_blank);
    let beginning = text.get(..text.floor_char_boundary(BEGINNING));
    let beginning = beginning.unwrap_or_default().to_ascii_lowercase();
    STARTS.iter().any(|start| beginning.starts_with(start))
        || (beginning.starts_with('<') && beginning.contains("<html"))
        // A page with its parts in one file, as a browser saves it.
        || (beginning.starts_with("mime-version:") && beginning.contains("multipart/related"))
}

/// The tables of the page; at least one.
pub(super) fn sheets(text: &str) -> Result<Vec<Sheet>, NotATable> {
    if !text
        .trim_start_matches(crate::plain::is_blank)
        .starts_with('<')
    {
        return Err(NotATable::WebPage);
    }
    let mut reading = Reading::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        reading.text(before);
        rest = if let Some(after) = comment(from) {
            after
        } else if let Some(tag) = Tag::at_the_start_of(from) {
            let raw = from.get(..from.len() - tag.after.len()).unwrap_or_default();
            reading.tag(&tag, raw)?;
            match tag.name.as_str() {
                "script" | "style" if !tag.is_closing => past(tag.after, &tag.name),
                _ => tag.after,
            }
        } else {
            reading.text("<");
            from.get(1..).unwrap_or_default()
        };
    }
    // A page that was cut off would be taken for a whole one.
    if !reading.open.is_empty() {
        return Err(NotATable::WebPage);
    }
    match reading.sheets.iter().any(|sheet| !sheet.rows.is_empty()) {
        true => Ok(reading.sheets),
        false => Err(NotATable::WebPage),
    }
}

/// What comes behind a comment or a declaration that begins here.
fn comment(from: &str) -> Option<&str> {
    if let Some(inside) = from.strip_prefix("<!--") {
        return Some(inside.split_once("-->").map_or("", |(_, after)| after));
    }
    let inside = from
        .strip_prefix("<!")
        .or_else(|| from.strip_prefix("<?"))?;
    Some(inside.split_once('>').map_or("", |(_, after)| after))
}

/// What comes behind the end of a script or style.
fn past<'a>(text: &'a str, name: &str) -> &'a str {
    let is_end = |(at, _): &(usize, &str)| {
        let after = text.get(at + 2..).unwrap_or_default();
        let named = after.get(..name.len());
        named.is_some_and(|named| named.eq_ignore_ascii_case(name))
    };
    let end = text.match_indices("</").find(is_end);
    end.map_or("", |(at, _)| text.get(at..).unwrap_or_default())
}

#[derive(Default)]
struct Reading {
    sheets: Vec<Sheet>,
    budget: Budget,
    /// The tables that are open, the innermost last.
    open: Vec<OpenTable>,
}

/// A table before its end.
struct OpenTable {
    /// Its place among the sheets.
    sheet: usize,
    line: u32,
    column: usize,
    cell: Option<Cell>,
    /// How many more lines a cell further up takes in each column.
    taken: Vec<u32>,
}

/// A cell before its end: its part of the page.
struct Cell {
    html: String,
    columns: usize,
    lines: u32,
}

impl Reading {
    fn text(&mut self, text: &str) {
        let cell = self.open.last_mut().and_then(|table| table.cell.as_mut());
        if let Some(cell) = cell {
            cell.html.push_str(text);
        }
    }

    fn tag(&mut self, tag: &Tag<'_>, raw: &str) -> Result<(), NotATable> {
        match (tag.name.as_str(), tag.is_closing) {
            ("table", false) => self.open_table(),
            ("table", true) => {
                self.close_cell()?;
                self.open.pop();
                Ok(())
            }
            ("tr", false) => {
                self.close_cell()?;
                self.open_row();
                Ok(())
            }
            ("td" | "th", false) => {
                self.close_cell()?;
                self.open_cell(tag);
                Ok(())
            }
            ("td" | "th" | "tr", true) => self.close_cell(),
            _ => {
                self.text(raw);
                Ok(())
            }
        }
    }

    fn open_table(&mut self) -> Result<(), NotATable> {
        if self.open.len() >= MAX_DEPTH {
            return Err(NotATable::WebPage);
        }
        let number = self.sheets.len() + 1;
        self.open.push(OpenTable {
            sheet: self.sheets.len(),
            line: 0,
            column: 0,
            cell: None,
            taken: Vec::new(),
        });
        self.sheets.push(Sheet {
            name: format!("第{number}个表格"),
            ..Sheet::default()
        });
        Ok(())
    }

    fn open_row(&mut self) {
        if let Some(table) = self.open.last_mut() {
            table.line = table.line.saturating_add(1);
            table.column = 0;
            for taken in &mut table.taken {
                *taken = taken.saturating_sub(1);
            }
        }
    }

    fn open_cell(&mut self, tag: &Tag<'_>) {
        let Some(table) = self.open.last_mut() else {
            return;
        };
        // A table whose first cells stand in no row.
        table.line = table.line.max(1);
        while table
            .taken
            .get(table.column)
            .is_some_and(|lines| *lines > 0)
        {
            table.column += 1;
        }
        let columns = tag
            .attribute("colspan")
            .and_then(|columns| columns.trim().parse().ok());
        let lines = tag
            .attribute("rowspan")
            .and_then(|lines| lines.trim().parse().ok());
        table.cell = Some(Cell {
            html: String::new(),
            columns: columns.unwrap_or(1).clamp(1, MAX_COLUMNS),
            lines: lines.unwrap_or(1).max(1),
        });
    }

    fn close_cell(&mut self) -> Result<(), NotATable> {
        let Some(table) = self.open.last_mut() else {
            return Ok(());
        };
        let (Some(cell), Some(sheet)) = (table.cell.take(), self.sheets.get_mut(table.sheet))
        else {
            return Ok(());
        };
        let first = (table.line, table.column);
        sheet.put(first, &markup::of_page(&cell.html), &mut self.budget)?;
        table.column = table.column.saturating_add(cell.columns);
        if cell.columns == 1 && cell.lines == 1 {
            return Ok(());
        }
        if cell.lines > 1 && table.column <= MAX_COLUMNS {
            table.taken.resize(table.taken.len().max(table.column), 0);
            let columns = table.taken.get_mut(first.1..table.column);
            columns.unwrap_or_default().fill(cell.lines);
        }
        if sheet.merged.len() < MAX_MERGED {
            let last = (first.0.saturating_add(cell.lines - 1), table.column - 1);
            sheet.merged.push(Area { first, last });
        }
        Ok(())
    }
}
