//! What a workbook of any format holds: sheets with rows, merged cells and hidden lines.

use std::collections::BTreeSet;

use super::{MAX_COLUMNS, MAX_LINES, NotATable, Row, text};
use crate::plain;

/// Most text of all cells of a workbook together.
const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;
/// Most cells of a workbook, counting the empty ones before the last of each row.
const MAX_CELLS: usize = 8 * 1024 * 1024;
/// Most merged areas that are kept for one sheet.
pub(super) const MAX_MERGED: usize = 200_000;
/// Most sheets of a workbook.
pub(super) const MAX_SHEETS: usize = 1_000;
/// How many cells without a title are named.
const NAMED_CELLS: usize = 10;

/// What all sheets of one workbook may take together.
#[derive(Debug, Default)]
pub(super) struct Budget {
    bytes: usize,
    cells: usize,
}

impl Budget {
    pub(super) const fn take(&mut self, cells: usize, bytes: usize) -> Result<(), NotATable> {
        self.cells = self.cells.saturating_add(cells);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.cells > MAX_CELLS || self.bytes > MAX_TEXT_BYTES {
            return Err(NotATable::TooLarge);
        }
        Ok(())
    }

    /// Takes what has been taken as often as this all together.
    pub(super) fn take_times(&mut self, times: u32) -> Result<(), NotATable> {
        let more = usize::try_from(times)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        self.take(
            self.cells.saturating_mul(more),
            self.bytes.saturating_mul(more),
        )
    }
}

/// Merged cells: lines from 1, columns from 0, the last ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) first: (u32, usize),
    pub(super) last: (u32, usize),
}

/// One sheet as it was read.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) rows: Vec<Row>,
    pub(super) merged: Vec<Area>,
    pub(super) hidden_lines: BTreeSet<u32>,
    /// Control characters that were left out.
    pub(super) controls: u64,
}

impl Sheet {
    /// Puts the text of a cell into its row; lines come in order. An empty text makes no row.
    pub(super) fn put(
        &mut self,
        (line, column): (u32, usize),
        text: &str,
        budget: &mut Budget,
    ) -> Result<(), NotATable> {
        let (text, controls) = text::without_controls(text);
        self.controls += controls;
        let text = plain::cell(&text);
        if text.is_empty() {
            return Ok(());
        }
        if line > MAX_LINES || column >= MAX_COLUMNS {
            return Err(NotATable::TooLarge);
        }
        if self.rows.last().is_none_or(|last| last.line != line) {
            self.rows.push(Row {
                line,
                cells: Vec::new(),
            });
        }
        match self.rows.last_mut() {
            Some(row) => set(row, column, text, budget),
            None => Ok(()),
        }
    }
}

fn set(row: &mut Row, column: usize, text: String, budget: &mut Budget) -> Result<(), NotATable> {
    let new = (column + 1).saturating_sub(row.cells.len());
    budget.take(new, text.len())?;
    if new > 0 {
        row.cells.resize(column + 1, String::new());
    }
    if let Some(place) = row.cells.get_mut(column) {
        *place = text;
    }
    Ok(())
}

/// Cells below a header that no title stands above: how many, and the names of the first ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    pub(crate) count: u64,
    pub(crate) names: Vec<String>,
}

impl Beside {
    /// Empties the cells of a row that no title stands above, and takes them up.
    pub(super) fn leave_out(&mut self, line: u32, cells: &mut [String], titles: &[String]) {
        for (column, cell) in cells.iter_mut().enumerate() {
            let titled = titles.get(column).is_some_and(|title| !title.is_empty());
            if titled || cell.is_empty() {
                continue;
            }
            cell.clear();
            self.count += 1;
            if self.names.len() < NAMED_CELLS {
                self.names.push(format!("{}{line}", letters(column)));
            }
        }
    }
}

/// The rows of a sheet that are still to come.
pub(super) struct SheetRows {
    sheet: Sheet,
    /// Rows before this one have been given out.
    at: usize,
    hidden_rows: u64,
    beside: Beside,
}

impl SheetRows {
    pub(super) fn of(sheet: Sheet) -> Self {
        Self {
            sheet,
            at: 0,
            hidden_rows: 0,
            beside: Beside::default(),
        }
    }

    pub(super) fn top(&self, count: usize) -> Vec<Row> {
        self.sheet.rows.iter().take(count).cloned().collect()
    }

    pub(super) const fn row_count(&self) -> u64 {
        self.sheet.rows.len() as u64
    }

    pub(super) const fn hidden_rows(&self) -> u64 {
        self.hidden_rows
    }

    pub(super) const fn controls(&self) -> u64 {
        self.sheet.controls
    }

    pub(super) const fn beside(&self) -> &Beside {
        &self.beside
    }

    pub(super) fn progress(&self) -> u64 {
        self.at as u64 * 1000 / self.row_count().max(1)
    }

    /// See [`super::Table::settle`].
    pub(super) fn settle(
        &mut self,
        line: u32,
        titles: &[String],
        single: &[usize],
    ) -> Result<(), NotATable> {
        self.sheet.rows.retain(|row| row.line > line);
        self.fill_merged(line, single)?;
        self.leave_out_untitled(titles);
        self.sheet
            .rows
            .retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let hidden = |row: &&Row| self.sheet.hidden_lines.contains(&row.line);
        self.hidden_rows = self.sheet.rows.iter().filter(hidden).count() as u64;
        Ok(())
    }

    /// Repeats what a merged cell says in every place that it covers, in rows that say something themselves.
    fn fill_merged(&mut self, header: u32, single: &[usize]) -> Result<(), NotATable> {
        let mut budget = Budget::default();
        for area in std::mem::take(&mut self.sheet.merged) {
            let rows = &mut self.sheet.rows;
            let start = rows.partition_point(|row| row.line < area.first.0);
            let end = rows.partition_point(|row| row.line <= area.last.0);
            let Some(rows) = rows.get_mut(start..end).filter(|_| area.first.0 > header) else {
                continue;
            };
            let first = rows.first().filter(|row| row.line == area.first.0);
            let Some(text) = first.and_then(|row| row.cells.get(area.first.1)).cloned() else {
                continue;
            };
            for row in rows {
                fill(row, area, single, &text, &mut budget)?;
            }
        }
        Ok(())
    }

    /// A note beside the table is none of its data.
    fn leave_out_untitled(&mut self, titles: &[String]) {
        for row in &mut self.sheet.rows {
            self.beside.leave_out(row.line, &mut row.cells, titles);
            row.cells.resize(titles.len(), String::new());
        }
    }
}

impl Iterator for SheetRows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = self.sheet.rows.get_mut(self.at)?;
        self.at += 1;
        let cells = std::mem::take(&mut row.cells);
        Some(Row {
            line: row.line,
            cells,
        })
    }
}

/// The part of a merged area that is in this row.
fn fill(
    row: &mut Row,
    area: Area,
    single: &[usize],
    text: &str,
    budget: &mut Budget,
) -> Result<(), NotATable> {
    for column in area.first.1..=area.last.1.min(MAX_COLUMNS - 1) {
        let below = row.line > area.first.0;
        // A number that is merged over several rows must not make them one and the same ticket.
        if below && single.contains(&column) {
            continue;
        }
        budget.take(1, 0)?;
        if row.cells.get(column).is_none_or(String::is_empty) {
            set(row, column, text.to_owned(), budget)?;
        }
    }
    Ok(())
}

/// The letters of a column, which counts from 0: A, Z, AA.
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A place like `F2` as line from 1 and column from 0.
pub(super) fn place(name: &str) -> Option<(u32, usize)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, line) = name.split_at_checked(digits)?;
    let mut column = 0_usize;
    for letter in letters.bytes() {
        let worth = letter.to_ascii_uppercase().checked_sub(b'A')?;
        let worth = Some(usize::from(worth)).filter(|worth| *worth < 26)?;
        column = column.checked_mul(26)?.checked_add(worth + 1)?;
    }
    let line = line.parse().ok().filter(|line| *line > 0)?;
    Some((line, column.checked_sub(1)?))
}

/// An area like `A1:B2` or `A1`.
pub(super) fn area(name: &str) -> Option<Area> {
    let (first, last) = name.split_once(':').unwrap_or((name, name));
    let (first, last) = (place(first)?, place(last)?);
    (first.0 <= last.0 && first.1 <= last.1).then_some(Area { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_a_spreadsheet_names_them() {
        assert_eq!(place("A1"), Some((1, 0)));
        assert_eq!(place("XFD1048576"), Some((1_048_576, 16_383)));
        for name in ["A0", "1", "A", "", "AAAAAAAAAAAAAAAA1", "A1B", "$A$1"] {
            assert_eq!(place(name), None, "{name}");
        }
        assert_eq!(area("B2:A1"), None);
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV")] {
            assert_eq!(letters(column), name);
        }
    }
}
