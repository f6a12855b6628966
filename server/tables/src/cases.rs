//! Small files with real-world trouble, and what must come of each.

use super::SkippedSheet;
use super::draft::Draft;
use super::ticket_table::TicketTable;
use super::users::UserTable;
use super::{FileRefused, Mapping, NotATable, Refused};

/// A file of `cases`.
macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!("../cases/", $name)).as_slice()
    };
}

mod made;

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
