//! A file by a seed, with the right answer beside it.

use harness::simulation::Chance;
use tables::TakeOver;

use super::kinds::{self, Form, Kind, hits};
use super::layout::{self, Draft, Sheet};
use super::meant::{Meant, Row};
use super::rows::{self, Column, Pen};
use super::{books, pages, plain, wrong};

/// What a file looks like from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    Text(plain::Style),
    Xlsx,
    Ods,
    SpreadsheetMl,
    Page,
}

/// A file, how it came about, and what it means.
pub(crate) struct File {
    pub(crate) content: Vec<u8>,
    /// The parts of a zip file before they are packed.
    pub(crate) parts: Vec<(String, String)>,
    pub(crate) format: Format,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) rows: Vec<Row>,
    /// What the hub has before.
    pub(crate) before: Vec<Meant>,
    pub(crate) take_over: TakeOver,
    pub(crate) sheets: Vec<Sheet>,
}

/// Rows of the files that are longer than a batch.
const LONG: usize = 1_200;
const LONG_EVERY: u64 = 997;

impl Format {
    fn of(seed: u64, chance: &mut Chance) -> (Self, Form) {
        match seed % 8 {
            0 | 1 => (Self::Xlsx, Form::Xlsx),
            2 => (Self::Ods, Form::Ods),
            3 => (Self::SpreadsheetMl, Form::SpreadsheetMl),
            4 => (Self::Page, Form::Page),
            _ => (Self::Text(plain::Style::any(chance)), Form::Text),
        }
    }
}

impl File {
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let chance = &mut chance;
        let (format, form) = Format::of(seed, chance);
        let kinds = kinds::some(form, chance);
        let columns = rows::columns(chance);
        let count = match seed % LONG_EVERY {
            5 => LONG,
            _ => 1 + chance.below(25),
        };
        let mut meant: Vec<Meant> = (0..count)
            .map(|place| rows::meant(seed, place, &columns, &kinds, chance))
            .collect();
        repeat(&mut meant, &columns, &kinds, chance);
        let cuts = cuts(meant.len(), &kinds, chance);
        let continued = merge(&mut meant, &cuts, &columns, &kinds, chance);
        let before = before(&meant, &columns, &kinds, chance);
        let mut rows = Vec::new();
        let mut drafts = Vec::new();
        for (place, meant) in meant.into_iter().enumerate() {
            let continued = &continued[place..];
            let (draft, words) = draft(&meant, continued, &columns, (form, &kinds), chance);
            drafts.push(draft);
            rows.push(Row {
                sheet: None,
                line: 0,
                meant,
                wrong: words,
            });
        }
        let sheets = sheets(drafts, &cuts, &columns, (form, &kinds), chance);
        let mut file = Self {
            content: Vec::new(),
            parts: Vec::new(),
            format,
            kinds,
            rows,
            before,
            take_over: [TakeOver::Deadline, TakeOver::All, TakeOver::Nothing][chance.below(3)],
            sheets,
        };
        file.write(chance);
        file
    }

    /// Writes the sheets, and notes where each row stands.
    fn write(&mut self, chance: &mut Chance) {
        let mut lines: Vec<Vec<u32>> = self
            .sheets
            .iter()
            .map(|sheet| (1..).take(sheet.lines.len()).collect())
            .collect();
        match self.format {
            Format::Text(style) => {
                let (content, places) = plain::write(&self.sheets[0], style, chance);
                self.content = content;
                lines[0] = places;
            }
            Format::Xlsx => self.parts = books::xlsx(&self.sheets, chance),
            Format::Ods => self.parts = books::ods(&self.sheets),
            Format::SpreadsheetMl => self.content = pages::spreadsheetml(&self.sheets),
            Format::Page => self.content = pages::html(&self.sheets, chance),
        }
        if !self.parts.is_empty() {
            self.content = books::zip(&self.parts);
        }
        let tables = self.sheets.iter().filter(|sheet| sheet.is_table).count();
        for (sheet, lines) in self.sheets.iter().zip(lines) {
            for (line, number) in sheet.lines.iter().zip(lines) {
                if let Some(row) = line.row {
                    self.rows[row].line = number;
                    self.rows[row].sheet = (tables > 1).then(|| sheet.name.clone());
                }
            }
        }
    }
}

/// Lets some numbers come again further down.
fn repeat(meant: &mut Vec<Meant>, columns: &[Column], kinds: &[Kind], chance: &mut Chance) {
    for place in (0..meant.len()).rev() {
        if chance.below(3) > 0 {
            continue;
        }
        let again = if hits(kinds, Kind::Repeated, chance) {
            meant[place].clone()
        } else if hits(kinds, Kind::RepeatedOtherwise, chance) {
            rows::otherwise(&meant[place], columns, chance)
        } else {
            continue;
        };
        let at = place + 1 + chance.below(meant.len() - place);
        meant.insert(at, again);
    }
}

/// Where a sheet ends: counts of rows.
fn cuts(rows: usize, kinds: &[Kind], chance: &mut Chance) -> Vec<usize> {
    let mut left = rows;
    let mut cuts = Vec::new();
    if kinds.contains(&Kind::Sheets) {
        for _ in 0..chance.below(3) {
            if left > 1 {
                let cut = 1 + chance.below(left - 1);
                cuts.push(cut);
                left -= cut;
            }
        }
    }
    cuts.push(left);
    cuts
}

/// Merges cells down some rows, which then mean the same there. Gives the columns that each row shares with
/// the one above.
fn merge(
    meant: &mut [Meant],
    cuts: &[usize],
    columns: &[Column],
    kinds: &[Kind],
    chance: &mut Chance,
) -> Vec<Vec<Column>> {
    let mut continued = vec![Vec::new(); meant.len()];
    if !kinds.contains(&Kind::MergedCells) {
        return continued;
    }
    let mut first = 0;
    for cut in cuts {
        for at in first + 1..first + cut {
            for column in [Column::Community, Column::Address, Column::Channel] {
                if !columns.contains(&column) || chance.below(3) > 0 {
                    continue;
                }
                let above = meant[at - 1].clone();
                let row = &mut meant[at];
                let (from, to) = if column == Column::Community {
                    (above.community, &mut row.community)
                } else if column == Column::Address {
                    (above.address, &mut row.address)
                } else {
                    (above.channel, &mut row.channel)
                };
                if from.is_some() {
                    *to = from;
                    continued[at].push(column);
                }
            }
        }
        first += cut;
    }
    continued
}

/// What the hub has of these rows, from an earlier file.
fn before(meant: &[Meant], columns: &[Column], kinds: &[Kind], chance: &mut Chance) -> Vec<Meant> {
    let mut before: Vec<Meant> = Vec::new();
    for row in meant {
        if before.iter().any(|known| known.number == row.number) {
            continue;
        }
        if hits(kinds, Kind::Known, chance) {
            before.push(row.clone());
        } else if hits(kinds, Kind::KnownOtherwise, chance) {
            before.push(rows::otherwise(row, columns, chance));
        }
    }
    before
}

/// A row as it is written, and what must be said of it if it is wrong. `continued` begins with its own merged cells;
/// those of the next row come behind.
fn draft(
    meant: &Meant,
    continued: &[Vec<Column>],
    columns: &[Column],
    (form, kinds): (Form, &[Kind]),
    chance: &mut Chance,
) -> (Draft, Option<&'static str>) {
    let fault = wrong::choose(kinds, chance);
    let mut pen = Pen {
        form,
        kinds,
        plainly: false,
    };
    let mut meant = meant.clone();
    if matches!(fault, Some(Kind::OpenQuote | Kind::OtherWidth)) {
        // Another quote or line end would decide where the row ends.
        pen.plainly = true;
        let simple = |text: &str| text.replace(['"', ',', '\n', ';', '|', '\t'], "");
        meant.title = simple(&meant.title);
        meant.description = simple(&meant.description);
        meant.address = meant.address.as_deref().map(simple);
    }
    let mut cells = pen.write(&meant, chance);
    let words = fault.and_then(|fault| {
        // What is wrong with a merged cell would be wrong in every row that it covers.
        let merged: Vec<Column> = continued.iter().take(2).flatten().copied().collect();
        let alone = columns.iter().filter(|column| !merged.contains(column));
        let alone: Vec<Column> = alone.copied().collect();
        let is_alone = merged.is_empty();
        let of = (form, alone.as_slice());
        wrong::spoil(fault, &mut cells, meant.dispatched, (of, is_alone), chance)
    });
    let wider = (fault == Some(Kind::OtherWidth)).then(|| chance.below(2) == 0);
    let draft = Draft {
        cells,
        wider,
        continued: continued[0].clone(),
    };
    (draft, words)
}

fn sheets(
    drafts: Vec<Draft>,
    cuts: &[usize],
    columns: &[Column],
    (form, kinds): (Form, &[Kind]),
    chance: &mut Chance,
) -> Vec<Sheet> {
    let mut drafts = drafts.into_iter();
    let mut sheets = Vec::new();
    let mut first = 0;
    for (place, cut) in cuts.iter().enumerate() {
        let rows: Vec<Draft> = drafts.by_ref().take(*cut).collect();
        let mut sheet = layout::table(rows, first, columns, (form, kinds), chance);
        sheet.name = format!("{}月&\"台账\"", place + 1);
        sheet.hidden = kinds.contains(&Kind::HiddenSheet) && chance.below(2) == 0;
        sheets.push(sheet);
        first += cut;
    }
    if kinds.contains(&Kind::CoverSheet) {
        sheets.insert(0, layout::cover("封面", chance));
        if chance.below(2) == 0 {
            sheets.push(layout::cover("说明", chance));
        }
    }
    if form == Form::Page {
        for (place, sheet) in sheets.iter_mut().enumerate() {
            sheet.name = format!("第{}个表格", place + 1);
        }
    }
    sheets
}
