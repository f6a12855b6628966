//! What can be wrong with a row, and the words by which it must be refused.

use harness::simulation::Chance;

use super::kinds::{Form, Kind};
use super::meant::{DAY, Moment};
use super::rows::{Cell, Cells, Column};
use super::times;

/// The kinds that make a row one to refuse.
const KINDS: [Kind; 11] = [
    Kind::NumberDamaged,
    Kind::DeadlineBefore,
    Kind::NoTime,
    Kind::ErrorCell,
    Kind::TooLong,
    Kind::Missing,
    Kind::UnknownWord,
    Kind::NoPhone,
    Kind::OtherWidth,
    Kind::OpenQuote,
    Kind::Garbled,
];

const NOT_A_NUMBER: [(&str, &str); 16] = [
    ("2.02611E+17", "科学计数"),
    ("2E+17", "科学计数"),
    ("2e17", "科学计数"),
    ("２．０２６１１Ｅ＋１７", "科学计数"),
    ("2.02\u{200b}611E+17", "科学计数"),
    ("########", "只显示为 ####"),
    ("＃＃＃＃＃＃", "只显示为 ####"),
    ("NULL", "“空值”的写法"),
    ("null", "“空值”的写法"),
    ("ＮＵＬＬ", "“空值”的写法"),
    ("undefined", "“空值”的写法"),
    ("UG 1 2", "中间有空格或换行"),
    ("UG-1\nUG-2", "中间有空格或换行"),
    ("UG-1\u{3000}2", "中间有空格或换行"),
    ("#VALUE!", "是表格的出错值"),
    ("#REF!", "是表格的出错值"),
];

/// One of the kinds of the file that this row can have.
pub(crate) fn choose(kinds: &[Kind], chance: &mut Chance) -> Option<Kind> {
    // Cells beyond the header are notes where there are notes.
    let has_notes = kinds.contains(&Kind::NotesBeside);
    let possible: Vec<Kind> = kinds
        .iter()
        .copied()
        .filter(|kind| KINDS.contains(kind) && !(has_notes && *kind == Kind::OtherWidth))
        .collect();
    match chance.below(4) {
        0 => chance.pick(&possible).copied(),
        _ => None,
    }
}

/// Makes the cells of a good row those of a bad one, and gives the words that must refuse it; `None` if
/// the file lacks the column.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other kinds make no row wrong"
)]
pub(crate) fn spoil(
    kind: Kind,
    cells: &mut Cells,
    dispatched: Moment,
    ((form, columns), is_alone): ((Form, &[Column]), bool),
    chance: &mut Chance,
) -> Option<&'static str> {
    let mut put = |column: Column, cell: Cell| {
        columns
            .contains(&column)
            .then(|| cells.insert(column, cell))
    };
    let text = |text: &str| Cell::Text(text.to_owned());
    let words = match kind {
        Kind::NumberDamaged => {
            if form.has_cells() && chance.below(4) == 0 {
                // More digits than a spreadsheet keeps.
                put(Column::Number, Cell::Whole(2_026_112_000_000_001))?;
                return Some("科学计数");
            }
            let (number, words) = NOT_A_NUMBER[chance.below(NOT_A_NUMBER.len())];
            put(Column::Number, text(number))?;
            words
        }
        Kind::DeadlineBefore => {
            let before = Moment(dispatched.0 - DAY * 2);
            put(Column::Due, text(&times::plain(before, false)))?;
            "早于"
        }
        Kind::NoTime => {
            let none = times::NONE[chance.below(times::NONE.len())];
            let of = [Column::Due, Column::Dispatched];
            put(of[chance.below(2)], text(none))?;
            "不是能识别的时间"
        }
        Kind::ErrorCell => {
            let error = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"][chance.below(5)];
            let of = [
                Column::Number,
                Column::Title,
                Column::Description,
                Column::Requester,
            ];
            put(of[chance.below(4)], Cell::Error(error))?;
            "是表格的出错值"
        }
        Kind::TooLong => too_long(&mut put, chance)?,
        Kind::Missing => return missing(cells, is_alone, chance),
        Kind::UnknownWord => {
            let of = [Column::Urgency, Column::Wanted];
            let word = ["马上", "13800005678", "紧急吗"][chance.below(3)];
            put(of[chance.below(2)], text(word))?;
            "认不出；请改为："
        }
        Kind::NoPhone => {
            let (phone, words) = [
                ("打过来", "不像电话号码"),
                ("1.38E+10", "科学计数"),
                ("1234", "不像电话号码"),
                (
                    "13800005678/13800005678/13800005678/13800005678",
                    "不像电话号码",
                ),
            ][chance.below(4)];
            put(Column::Phone, text(phone))?;
            words
        }
        Kind::OpenQuote => {
            let of = [Column::Title, Column::Description, Column::Number];
            put(of[chance.below(3)], Cell::Raw("\"打开的引号".to_owned()))?;
            "引号"
        }
        Kind::Garbled => {
            put(Column::Description, text("楼道\u{fffd}\u{fffd}堆物"))?;
            "乱码"
        }
        // The writer of texts leaves out a cell or adds one.
        Kind::OtherWidth => "列，表头有",
        other => panic!("{other:?} makes no row wrong"),
    };
    Some(words)
}

fn too_long(
    put: &mut impl FnMut(Column, Cell) -> Option<Option<Cell>>,
    chance: &mut Chance,
) -> Option<&'static str> {
    let (column, most, words) = match chance.below(8) {
        0..=2 => (Column::Number, 64, "有 65 个字，超过上限 64 个"),
        3 | 4 => (Column::Title, 200, "有 201 个字，超过上限 200 个"),
        5 | 6 => (Column::Address, 200, "有 201 个字，超过上限 200 个"),
        _ => (
            Column::Description,
            20_000,
            "有 20001 个字，超过上限 20000 个",
        ),
    };
    put(column, Cell::Text("9".repeat(most + 1)))?;
    Some(words)
}

fn missing(cells: &mut Cells, is_alone: bool, chance: &mut Chance) -> Option<&'static str> {
    if is_alone && chance.below(4) == 0 {
        // The line under a table that adds it up.
        for (column, cell) in cells.iter_mut() {
            *cell = if *column == Column::Number {
                Cell::Text("合计：23件".to_owned())
            } else {
                Cell::Empty
            };
        }
        return Some("「派发时间」为空");
    }
    let (column, words) = [
        (Column::Number, "「工单编号」为空"),
        (Column::Title, "「标题」为空"),
        (Column::Description, "「内容」为空"),
        (Column::Dispatched, "「派发时间」为空"),
    ][chance.below(4)];
    let nothing = ["", "-", "无", "\u{3000}", "\u{200b}", "<p>&nbsp;</p>"][chance.below(6)];
    let cell = match nothing {
        "" => Cell::Empty,
        text => Cell::Text(text.to_owned()),
    };
    cells.insert(column, cell);
    Some(words)
}
