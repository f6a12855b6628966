//! Small files with real-world trouble, and what must come of each.

mod formats;

use super::draft::Draft;
use super::ticket_table::TicketTable;
use super::users::UserTable;
use super::{FileRefused, Mapping, NotATable, Refused};
use super::{SkippedSheet, samples};

/// A file of `cases`.
macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/cases/", $name)).as_slice()
    };
}
use case;

fn open(content: &[u8]) -> Result<TicketTable, FileRefused> {
    TicketTable::open(content, Mapping::embedded().unwrap(), None)
}

/// The tickets and the refused rows.
fn read(content: &[u8]) -> (Vec<Draft>, Vec<Refused>) {
    let mut read = (Vec::new(), Vec::new());
    for row in open(content).unwrap() {
        match row {
            Ok(draft) => read.0.push(draft),
            Err(refused) => read.1.push(refused),
        }
    }
    read
}

#[test]
fn every_file_gives_its_tickets_and_refuses_what_is_broken() {
    for (name, content, tickets, refused) in [
        ("sheets", case!("sheets-three-months.xlsx"), 9, 0),
        ("deadline", case!("deadline-date-cell.xlsx"), 4, 0),
        ("control", case!("control-vertical-tab.csv"), 5, 0),
        ("dates", case!("dates.csv"), 8, 2),
        ("marks", case!("header-required-marks.csv"), 3, 0),
        ("two rows", case!("header-two-rows-merged.xlsx"), 3, 0),
        ("formula", case!("number-as-formula-text.csv"), 2, 0),
        ("damaged", case!("number-damaged.csv"), 1, 4),
        ("CR", case!("line-ends-cr-only.csv"), 100, 0),
        ("semicolons", case!("title-then-semicolons.csv"), 3, 0),
        ("merged", case!("merged-community.xlsx"), 3, 0),
        ("dimension", case!("sheet-dimension-a0.xlsx"), 3, 0),
        ("ISO date", case!("cell-iso-date.xlsx"), 1, 0),
        ("notes", case!("notes-beside-the-table.xlsx"), 2, 0),
    ] {
        let (read, broken) = read(content);
        assert_eq!(
            (read.len(), broken.len()),
            (tickets, refused),
            "{name}: {broken:?}"
        );
    }
}

#[test]
fn every_sheet_is_read_and_named() {
    let table = open(case!("sheets-three-months.xlsx")).unwrap();
    let sheets: Vec<_> = table
        .notes()
        .sheets
        .iter()
        .map(|read| (read.sheet.as_str(), read.rows))
        .collect();
    assert_eq!(sheets, [("九月", 3), ("十月", 3), ("十一月", 3)]);
    let (tickets, _) = read(case!("sheets-three-months.xlsx"));
    let last = tickets.last().unwrap();
    assert_eq!((last.sheet.as_deref(), last.line), (Some("十一月"), 4));
}

#[test]
fn a_merged_community_is_that_of_all_its_rows() {
    let (tickets, _) = read(case!("merged-community.xlsx"));
    for ticket in tickets {
        assert_eq!(ticket.community.as_deref(), Some("南路社区"));
    }
}

#[test]
fn a_header_of_two_rows_gives_all_its_columns() {
    let (tickets, _) = read(case!("header-two-rows-merged.xlsx"));
    assert_eq!(tickets[0].requester.as_deref(), Some("某某"));
    assert_eq!(tickets[0].phone.as_deref(), Some("13800001111"));
}

#[test]
fn a_note_beside_the_table_is_named() {
    let table = open(case!("notes-beside-the-table.xlsx")).unwrap();
    assert_eq!(
        (
            table.notes().untitled_cells,
            table.notes().untitled_names.as_slice()
        ),
        (1, ["F2".to_owned()].as_slice())
    );
}

#[test]
fn a_dropped_control_character_is_counted() {
    let table = open(case!("control-vertical-tab.csv")).unwrap();
    assert_eq!(table.notes().control_characters, 1);
}

#[test]
fn an_iso_date_is_local_time() {
    let (tickets, _) = read(case!("cell-iso-date.xlsx"));
    // 2026-11-20 09:30 in Beijing.
    assert_eq!(tickets[0].dispatched_at.millis(), 1_795_138_200_000);
}

#[test]
fn a_book_with_a_password_is_told_so() {
    let refusal = open(case!("password-protected.xlsx")).err().unwrap();
    assert_eq!(refusal, FileRefused::NotATable(NotATable::Password));
    assert!(refusal.to_string().contains("密码"));
}

#[test]
fn people_may_stand_below_a_title() {
    assert!(UserTable::open(case!("people-title-row.csv")).is_ok());
    let refusal = UserTable::open("名单,\n姓名,电话\n某,1\n".as_bytes()).err();
    assert!(
        refusal
            .unwrap()
            .to_string()
            .contains("缺少这些列：账号、角色；")
    );
}

const HEADER: &str = "工单编号|标题|内容|派发时间";

#[test]
fn sheets_of_something_else_are_named_and_each_table_has_its_own_header() {
    let cover = samples::rows(&["北园街道 2026 年工单", "", "编制：综合办"]);
    let first = samples::rows(&[
        HEADER,
        "A-1|堆物|楼道堆物|2026-11-24",
        "A-2|堆物||2026-11-24",
    ]);
    let second = samples::rows(&[
        "二月",
        "派发时间|内容|工单编号|标题",
        "~2026-11-24|噪声|B-1|夜间",
    ]);
    let near = samples::rows(&["工单编号|标题|内容|派发日期", "C-1|a|b|2026-11-24"]);
    let book = samples::xlsx(&[
        ("封面", &cover),
        ("一月", &first),
        ("二月\" state=\"hidden", &second),
        ("三月", &near),
        ("空", "<sheetData/>"),
    ]);
    let table = open(&book).unwrap();
    let notes = table.notes();
    assert_eq!(
        (notes.hidden_sheets.as_slice(), notes.hidden_rows),
        (["二月".to_owned()].as_slice(), 1)
    );
    let skipped: Vec<_> = notes
        .skipped_sheets
        .iter()
        .map(|SkippedSheet { sheet, rows, .. }| (sheet.as_str(), *rows))
        .collect();
    assert_eq!(skipped, [("封面", 2), ("三月", 2)]);
    assert!(
        notes.skipped_sheets[1]
            .reason
            .contains("缺少这些列：派发时间；")
    );
    let told = notes.told.join("\n");
    for sentence in [
        "读了 2 张工作表：「一月」2 行、「二月」1 行。",
        "没有读工作表「封面」（2 行）：前几行里没有认得出的表头；",
        "工作表「二月」是隐藏的，也读了；",
        "有 1 行被隐藏或筛选掉了，也读了；",
    ] {
        assert!(told.contains(sentence), "{told}");
    }
    let (tickets, refused) = read(&book);
    assert_eq!(tickets[1].upstream_no, "B-1");
    assert_eq!(
        (refused[0].sheet.as_deref(), refused[0].line),
        (Some("一月"), 3)
    );
}

#[test]
fn one_table_needs_no_name() {
    let book = samples::xlsx(&[("a", &samples::rows(&[HEADER, "A-1|堆物||2026-11-24"]))]);
    let (_, refused) = read(&book);
    assert_eq!((refused[0].sheet.as_deref(), refused[0].line), (None, 2));
    assert!(open(&book).unwrap().notes().is_empty());
}

#[test]
fn merged_cells_fill_their_area_but_never_make_two_tickets_one() {
    let lines = [
        HEADER,
        "A-1|堆物|一|2026-11-24",
        "|||",
        "A-3||二|",
        "|||合计",
    ];
    let merged = "<mergeCells><mergeCell ref=\"B2:B4\"/><mergeCell ref=\"D2:D4\"/><mergeCell ref=\"A4:A5\"/><mergeCell ref=\"C1:D1\"/></mergeCells>";
    let (tickets, refused) = read(&samples::xlsx(&[("a", &(samples::rows(&lines) + merged))]));
    let read: Vec<_> = tickets
        .iter()
        .map(|ticket| (ticket.line, ticket.title.as_str()))
        .collect();
    assert_eq!(read, [(2, "堆物"), (4, "堆物")]);
    assert_eq!((refused.len(), refused[0].line), (1, 5));
}

#[test]
fn a_column_without_title_and_notes_far_away_are_left_out_and_named() {
    let lines = [
        "工单编号||标题|内容|派发时间",
        "A-1|催|堆物|一|2026-11-24|急||注",
        "|||||见上",
    ];
    let table = open(&samples::xlsx(&[("a", &samples::rows(&lines))])).unwrap();
    assert_eq!(table.notes().untitled_names, ["B2", "F2", "H2", "F3"]);
    assert_eq!(table.count(), 1);
}
