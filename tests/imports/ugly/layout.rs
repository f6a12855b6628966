//! Where rows stand: sheets with titles, headers, notes and gaps.

use std::collections::BTreeMap;

use harness::simulation::Chance;

use super::kinds::{Form, Kind, hits};
use super::rows::{Cell, Cells, Column};
use super::times::wide;

/// One sheet, before it is written in any format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    pub(crate) lines: Vec<Line>,
    /// First and last place, each a place among the lines and a column, both from 0.
    pub(crate) merged: Vec<((usize, usize), (usize, usize))>,
    /// Whether it has tickets.
    pub(crate) is_table: bool,
    /// Cells with a note and no title above.
    pub(crate) notes: u64,
    pub(crate) hidden_rows: u64,
}

/// One line of a sheet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) cells: Vec<Cell>,
    pub(crate) hidden: bool,
    /// The row of the file that stands here.
    pub(crate) row: Option<usize>,
    /// Written with so many cells more or less than the header has.
    pub(crate) wider: Option<bool>,
    /// A line that a text has instead of cells.
    pub(crate) raw: Option<&'static str>,
}

impl Line {
    fn of(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }
}

/// A row to lay out.
pub(crate) struct Draft {
    pub(crate) cells: Cells,
    pub(crate) wider: Option<bool>,
    /// Columns that are merged with the row before.
    pub(crate) continued: Vec<Column>,
}

/// A column of one sheet.
#[derive(Clone, Debug)]
enum Place {
    Known(Column),
    Extra(&'static str),
    /// Beside the table, without a title.
    Beside,
}

const TITLES: [&str; 5] = [
    "北园街道12345工单台账",
    "填报单位：综合办",
    "工单表（2026年11月）",
    "说明：请勿改动表头",
    "sep=,",
];

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// A sheet with these rows; `first` is the place of the first of them in the file.
pub(crate) fn table(
    rows: Vec<Draft>,
    first: usize,
    columns: &[Column],
    (form, kinds): (Form, &[Kind]),
    chance: &mut Chance,
) -> Sheet {
    let has = |kind: Kind| kinds.contains(&kind);
    let places = places(columns, kinds, chance);
    let width = places.len();
    let mut sheet = Sheet {
        is_table: true,
        ..Sheet::default()
    };
    if has(Kind::TitleAbove) {
        for _ in 0..=chance.below(3) {
            let mut cells = vec![text(TITLES[chance.below(4)])];
            if chance.below(2) == 0 {
                cells.resize(width, Cell::Empty);
            }
            if chance.below(3) == 0 && width > 2 {
                cells.resize(width, Cell::Empty);
                cells[2] = text("单位：件");
            }
            sheet.lines.push(Line::of(cells));
        }
        if chance.below(3) == 0 {
            sheet.lines.push(Line::default());
        }
    }
    header(&places, kinds, chance, &mut sheet);
    for (place, draft) in rows.into_iter().enumerate() {
        if hits(kinds, Kind::BlankRows, chance) && draft.continued.is_empty() {
            sheet.lines.push(blank(width, form, chance));
        }
        if hits(kinds, Kind::NotesBeside, chance)
            && draft.continued.is_empty()
            && chance.below(3) == 0
        {
            let mut line = Line::of(vec![Cell::Empty; width]);
            note(&places, &mut line, &mut sheet.notes, chance);
            sheet.lines.push(line);
        }
        let at = sheet.lines.len();
        let mut line = Line {
            row: Some(first + place),
            wider: draft.wider,
            hidden: hits(kinds, Kind::HiddenRows, chance),
            ..Line::default()
        };
        line.cells = places
            .iter()
            .map(|place| match place {
                Place::Known(column) => draft.cells.get(column).cloned().unwrap_or(Cell::Empty),
                Place::Extra(_) => match chance.below(3) {
                    0 => Cell::Empty,
                    1 => text("已阅"),
                    _ => Cell::Whole(7),
                },
                Place::Beside => Cell::Empty,
            })
            .collect();
        if hits(kinds, Kind::NotesBeside, chance) && draft.wider.is_none() {
            note(&places, &mut line, &mut sheet.notes, chance);
        }
        sheet.hidden_rows += u64::from(line.hidden);
        for column in &draft.continued {
            merge(&places, *column, at, &mut sheet, &mut line);
        }
        sheet.lines.push(line);
    }
    sheet
}

/// Makes a cell a part of the one above.
fn merge(places: &[Place], column: Column, at: usize, sheet: &mut Sheet, line: &mut Line) {
    let found = places
        .iter()
        .position(|place| matches!(place, Place::Known(known) if *known == column));
    let column = found.expect("a merged column is one of the sheet");
    line.cells[column] = Cell::Empty;
    let area = sheet
        .merged
        .iter_mut()
        .find(|(first, last)| first.1 == column && last.0 + 1 == at);
    match area {
        Some((_, last)) => last.0 = at,
        None => sheet.merged.push(((at - 1, column), (at, column))),
    }
}

/// The columns of a sheet, in their order.
fn places(columns: &[Column], kinds: &[Kind], chance: &mut Chance) -> Vec<Place> {
    let has = |kind: Kind| kinds.contains(&kind);
    let mut places: Vec<_> = columns.iter().copied().map(Place::Known).collect();
    if has(Kind::OtherOrder) {
        chance.shuffle(&mut places);
    }
    if has(Kind::ExtraColumns) {
        for title in ["备注", "序号", "满意度", "经办人"] {
            if chance.below(2) == 0 {
                places.insert(chance.below(places.len() + 1), Place::Extra(title));
            }
        }
    }
    if has(Kind::NotesBeside) {
        if chance.below(4) == 0 {
            places.insert(0, Place::Beside);
        }
        if chance.below(4) == 0 {
            let middle = chance.below(places.len() + 1);
            places.insert(middle, Place::Beside);
        }
        for _ in 0..=chance.below(3) {
            places.push(Place::Beside);
        }
    }
    places
}

fn note(places: &[Place], line: &mut Line, notes: &mut u64, chance: &mut Chance) {
    let beside = places.iter().enumerate();
    let beside: Vec<usize> = beside
        .filter(|(_, place)| matches!(place, Place::Beside))
        .map(|(column, _)| column)
        .collect();
    if let Some(column) = chance.pick(&beside) {
        line.cells[*column] = text(["见附件", "催", "×"][chance.below(3)]);
        *notes += 1;
    }
}

/// A line that says nothing.
fn blank(width: usize, form: Form, chance: &mut Chance) -> Line {
    if form == Form::Text {
        return match chance.below(5) {
            0 => Line {
                raw: Some(""),
                ..Line::default()
            },
            1 => Line {
                raw: Some("   "),
                ..Line::default()
            },
            2 => Line {
                raw: Some("\u{3000}"),
                ..Line::default()
            },
            3 => Line::of(vec![Cell::Empty; 2]),
            _ => Line::of(vec![Cell::Empty; width]),
        };
    }
    match chance.below(3) {
        0 => Line::default(),
        1 => Line::of(vec![text("\u{3000}"); 2]),
        _ => Line::of(vec![Cell::Empty; width]),
    }
}

fn header(places: &[Place], kinds: &[Kind], chance: &mut Chance, sheet: &mut Sheet) {
    let titles: Vec<String> = places
        .iter()
        .map(|place| match place {
            Place::Known(column) => marked(column.title(), kinds, chance),
            Place::Extra(title) => (*title).to_owned(),
            Place::Beside => String::new(),
        })
        .collect();
    let cell = |title: &String| match title.as_str() {
        "" => Cell::Empty,
        title => text(title),
    };
    let mut groups = groups(&titles, chance);
    // Where all that a mapping knows stands in the lower row, the upper one cannot be told from a title.
    let stands_above = |groups: &BTreeMap<&str, std::ops::Range<usize>>| {
        let grouped = |column| groups.values().any(|range| range.contains(&column));
        let mut known = places.iter().enumerate();
        known.any(|(column, place)| matches!(place, Place::Known(_)) && !grouped(column))
    };
    while !stands_above(&groups) {
        groups.pop_last();
    }
    if !kinds.contains(&Kind::TwoRowHeader) || groups.is_empty() {
        sheet
            .lines
            .push(Line::of(titles.iter().map(cell).collect()));
        return;
    }
    let at = sheet.lines.len();
    let (mut upper, mut lower): (Vec<Cell>, Vec<Cell>) = (
        titles.iter().map(cell).collect(),
        vec![Cell::Empty; titles.len()],
    );
    let merges = chance.below(2) == 0;
    for (name, columns) in groups {
        for column in columns.clone() {
            lower[column] = std::mem::replace(&mut upper[column], Cell::Empty);
        }
        upper[columns.start] = text(name);
        if merges {
            sheet
                .merged
                .push(((at, columns.start), (at, columns.end - 1)));
        }
    }
    if merges {
        for (column, _) in lower
            .iter()
            .enumerate()
            .filter(|(_, cell)| **cell == Cell::Empty)
        {
            sheet.merged.push(((at, column), (at + 1, column)));
        }
    }
    sheet.lines.push(Line::of(upper));
    sheet.lines.push(Line::of(lower));
}

/// Groups of two or more columns that stand side by side and have titles.
fn groups(
    titles: &[String],
    chance: &mut Chance,
) -> BTreeMap<&'static str, std::ops::Range<usize>> {
    let mut groups = BTreeMap::new();
    let mut column = 0;
    for name in ["工单信息", "诉求人信息", "办理情况"] {
        column += chance.below(3);
        let end = (column + 2 + chance.below(2)).min(titles.len());
        let range = column..end;
        let all_named = titles
            .get(range.clone())
            .is_some_and(|titles| titles.len() > 1 && titles.iter().all(|title| !title.is_empty()));
        if all_named {
            groups.insert(name, range);
            column = end;
        }
    }
    groups
}

/// A title with what people put around it.
fn marked(title: &str, kinds: &[Kind], chance: &mut Chance) -> String {
    if !hits(kinds, Kind::HeaderMarks, chance) {
        return title.to_owned();
    }
    let apart: String = title.chars().flat_map(|c| [c, ' ']).collect();
    let forms = [
        format!("*{title}"),
        format!("{title}（必填）"),
        format!("{title}："),
        format!("【必填】{title}"),
        format!("{title}\n(必填)"),
        format!("\u{3000}{title}\u{3000}"),
        format!("\u{200b}{title}"),
        wide(&format!("{title}*")),
        format!("★{title}"),
        apart,
    ];
    forms[chance.below(forms.len())].clone()
}

/// A sheet of something else.
pub(crate) fn cover(name: &str, chance: &mut Chance) -> Sheet {
    let lines = [
        "北园街道",
        "2026 年 11 月工单汇总",
        "编制：综合办\n审核：某某",
    ];
    let count = 1 + chance.below(3);
    Sheet {
        name: name.to_owned(),
        lines: lines
            .iter()
            .take(count)
            .map(|line| Line::of(vec![text(*line)]))
            .collect(),
        ..Sheet::default()
    }
}
