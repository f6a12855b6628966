//! The sheets of a workbook by name, and their cells by column.

use super::{LeftOut, MAX_LINES, NotAForm, WhyLeft};
use crate::table::Table;

/// How much of a cell is quoted.
const QUOTED_CHARS: usize = 60;

/// The sheets that make a form.
pub(super) struct Sheets {
    pub(super) survey: Sheet,
    pub(super) choices: Option<Sheet>,
    pub(super) settings: Option<Sheet>,
}

/// A sheet with its header.
pub(super) struct Sheet {
    name: &'static str,
    /// Lower-case, without the space around, `_` for spaces.
    titles: Vec<String>,
    written: Vec<String>,
    header_line: u32,
    rows: Vec<(u32, Vec<String>)>,
}

impl Sheets {
    pub(super) fn of(tables: Vec<Table>) -> Result<Self, NotAForm> {
        let [mut survey, mut choices, mut settings] = [None, None, None];
        for table in tables {
            let name = table.sheet.clone().unwrap_or_default();
            let place = match name.trim().to_lowercase().as_str() {
                "survey" => &mut survey,
                "choices" => &mut choices,
                "settings" => &mut settings,
                _ => continue,
            };
            let name = match name.trim().to_lowercase().as_str() {
                "survey" => "survey",
                "choices" => "choices",
                _ => "settings",
            };
            if place.is_some() {
                return Err(NotAForm::Twice);
            }
            *place = Some(Sheet::of(name, table)?);
        }
        Ok(Self {
            survey: survey.ok_or(NotAForm::NoSurvey)?,
            choices,
            settings,
        })
    }
}

impl Sheet {
    fn of(name: &'static str, mut table: Table) -> Result<Self, NotAForm> {
        if table.row_count() > MAX_LINES as u64 {
            return Err(NotAForm::TooLarge);
        }
        let mut rows = table.top(MAX_LINES).into_iter();
        let header = rows.next().ok_or(NotAForm::NoColumns)?;
        let titles: Vec<String> = header.cells.iter().map(|title| plain(title)).collect();
        for (place, title) in titles.iter().enumerate() {
            if !title.is_empty() && titles.iter().skip(place + 1).any(|other| other == title) {
                return Err(NotAForm::Twice);
            }
        }
        Ok(Self {
            name,
            titles,
            written: header.cells,
            header_line: header.line,
            rows: rows.map(|row| (row.line, row.cells)).collect(),
        })
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.titles.iter().any(|title| title == column)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|(line, cells)| Line {
            sheet: self,
            line: *line,
            cells,
        })
    }

    /// Names each column in which something stands that a form has no use for, once.
    pub(super) fn name_unused(&self, known: &dyn Fn(&str) -> bool, left_out: &mut Vec<LeftOut>) {
        for (place, title) in self.titles.iter().enumerate() {
            let filled = |(_, cells): &(u32, Vec<String>)| {
                cells.get(place).is_some_and(|cell| !cell.trim().is_empty())
            };
            if title.is_empty() || known(title) || !self.rows.iter().any(filled) {
                continue;
            }
            let written = self.written.get(place).cloned().unwrap_or_default();
            left_out.push(LeftOut {
                sheet: self.name,
                line: self.header_line,
                column: quoted(&written),
                what: quoted(&written),
                why: WhyLeft::ColumnUnused,
                kept: true,
            });
        }
    }

    /// The titles that begin with `word::`, with the language behind it.
    pub(super) fn languages<'a>(
        &'a self,
        word: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.titles.iter().filter_map(move |title| {
            let rest = title.strip_prefix(word)?;
            let language = rest.strip_prefix("::").or_else(|| rest.strip_prefix(':'))?;
            Some((title.as_str(), language))
        })
    }
}

/// A line of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) line: u32,
    cells: &'a [String],
}

impl<'a> Line<'a> {
    /// What stands in a column, without the space around it; empty where there is no such column.
    pub(super) fn cell(&self, column: &str) -> &'a str {
        let place = self.sheet.titles.iter().position(|title| title == column);
        let cell = place.and_then(|place| self.cells.get(place));
        cell.map_or("", |cell| cell.trim())
    }

    /// The first of several columns in which something stands.
    pub(super) fn any(&self, columns: &[&str]) -> &'a str {
        let cells = columns.iter().map(|column| self.cell(column));
        cells.filter(|cell| !cell.is_empty()).next().unwrap_or("")
    }

    /// Names what stands in a column as left out, or as held in another way (`kept`).
    pub(super) fn leave(
        &self,
        column: &str,
        why: WhyLeft,
        kept: bool,
        left_out: &mut Vec<LeftOut>,
    ) {
        let titles = self.sheet.titles.iter();
        let place = titles.clone().position(|title| title == column);
        let written = place.and_then(|place| self.sheet.written.get(place));
        left_out.push(LeftOut {
            sheet: self.sheet.name,
            line: self.line,
            column: quoted(written.map_or(column, |title| title.trim())),
            what: quoted(self.cell(column)),
            why,
            kept,
        });
    }
}

/// `List name` and `list_name` are one column.
fn plain(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words
        .join("_")
        .to_lowercase()
        .replace("_::_", "::")
        .replace("::_", "::")
        .replace("_::", "::")
}

pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS).collect()
}
