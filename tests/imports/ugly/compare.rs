//! What was told and stored, beside what the rows mean.

use basis::mask;
use store::tickets::Ticket;
use tables::intake::Intake;
use tables::preview::Preview;
use tables::{ChangedRow, ReadingNotes, Refused};

use super::file::File;
use super::meant::{self, Answer, Meant, URGENCIES, WANTED};
use super::{kinds, layout};

/// Says what is not as it should be.
macro_rules! same {
    ($is:expr, $should:expr, $($what:tt)+) => {
        let (is, should) = (&$is, &$should);
        if is != should {
            return Err(format!("{}: is {is:?}, should be {should:?}", format_args!($($what)+)));
        }
    };
}

pub(super) use same;

fn lines(refused: &[Refused]) -> Vec<(Option<String>, u32)> {
    let places = refused.iter().map(|row| (row.sheet.clone(), row.line));
    places.collect()
}

fn sorted(changes: &[ChangedRow]) -> Vec<&ChangedRow> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|row| (row.sheet.clone(), row.line));
    changes
}

pub(super) fn same_as_meant(
    told: &Preview,
    answer: &Answer,
    file: &File,
    time: &str,
) -> Result<(), String> {
    same!(told.source, "office", "source");
    let places: Vec<_> = answer
        .refused
        .iter()
        .map(|(sheet, line, _)| (sheet.clone(), *line))
        .collect();
    if lines(&told.refused) != places {
        let place = |row: &&Refused| (row.sheet.clone(), row.line);
        let odd = told
            .refused
            .iter()
            .filter(|row| !places.contains(&place(row)));
        let odd: Vec<_> = odd.collect();
        let is = lines(&told.refused);
        let missing = answer.refused.iter();
        let missing = missing.filter(|(sheet, line, _)| !is.contains(&(sheet.clone(), *line)));
        let missing: Vec<_> = missing.collect();
        return Err(format!(
            "{time} time: refused {odd:?}, should be {missing:?}"
        ));
    }
    for (row, (_, line, words)) in told.refused.iter().zip(&answer.refused) {
        if !row.reason.contains(words) {
            return Err(format!("line {line}: {} should say {words}", row.reason));
        }
    }
    let mut changed: Vec<_> = told
        .changes
        .iter()
        .map(|row| meant::ChangedLine {
            sheet: row.sheet.clone(),
            line: row.line,
            number: row.upstream_no.clone(),
            fields: row.differences.iter().map(|one| one.field).collect(),
            first: row.first.clone(),
        })
        .collect();
    changed.sort();
    let mut should = answer.changed.clone();
    should.sort();
    if changed != should {
        let odd: Vec<_> = changed.iter().filter(|one| !should.contains(one)).collect();
        let missing: Vec<_> = should.iter().filter(|one| !changed.contains(one)).collect();
        return Err(format!(
            "{time} time: changed {odd:?}, should be {missing:?}"
        ));
    }
    same!(
        (told.added, told.unchanged, told.changed),
        (answer.added, answer.unchanged, answer.changed.len() as u64),
        "{time} time: added, unchanged, changed"
    );
    same!(told.total, file.rows.len() as u64, "all rows");
    let shown = told
        .sample
        .iter()
        .map(|row| (row.line, row.upstream_no.clone()));
    let good: Vec<_> = answer.good.iter().take(10).cloned().collect();
    same!(shown.collect::<Vec<_>>(), good, "the rows that are shown");
    same_notes(&told.notes, file)
}

fn same_notes(notes: &ReadingNotes, file: &File) -> Result<(), String> {
    let tables = || file.sheets.iter().filter(|sheet| sheet.is_table);
    let names = |sheets: Vec<&layout::Sheet>| -> Vec<String> {
        sheets.iter().map(|sheet| sheet.name.clone()).collect()
    };
    let hidden = names(tables().filter(|sheet| sheet.hidden).collect());
    same!(notes.hidden_sheets, hidden, "hidden sheets");
    let others = file.sheets.iter().filter(|sheet| !sheet.is_table);
    let skipped: Vec<String> = notes
        .skipped_sheets
        .iter()
        .map(|skipped| skipped.sheet.clone())
        .collect();
    same!(skipped, names(others.collect()), "sheets of something else");
    let count: u64 = tables().map(|sheet| sheet.hidden_rows).sum();
    same!(notes.hidden_rows, count, "hidden rows");
    // A row that was given up has no cells.
    let is_whole = !file.kinds.contains(&kinds::Kind::OpenQuote)
        && !file.kinds.contains(&kinds::Kind::Garbled);
    let count: u64 = tables().map(|sheet| sheet.notes).sum();
    if is_whole {
        same!(notes.untitled_cells, count, "notes beside the table");
    }
    Ok(())
}

pub(super) fn same_as_told(done: &Intake, told: &Preview, time: &str) -> Result<(), String> {
    same!(done.refused, told.refused, "{time} time: refused");
    same!(
        (done.added, done.unchanged, done.changed),
        (told.added, told.unchanged, told.changed),
        "{time} time: done, told"
    );
    same!(
        sorted(&done.changes),
        sorted(&told.changes),
        "{time} time: changes"
    );
    same!(done.notes, told.notes, "notes");
    same!(
        done.unknown_communities,
        told.unknown_communities,
        "unknown communities"
    );
    Ok(())
}

pub(super) fn same_ticket(ticket: &Ticket, meant: &Meant, number: &str) -> Result<(), String> {
    let row = &ticket.row;
    same!(row.title, mask::text(&meant.title), "{number}: title");
    same!(
        ticket.description,
        mask::text(&meant.description),
        "{number}: description"
    );
    same!(
        row.dispatched_at.millis(),
        meant.dispatched.millis(),
        "{number}: dispatched_at"
    );
    let due = meant.due.map(meant::Moment::millis);
    let given = ticket.given_due_at.map(|at| at.millis());
    same!(given, due, "{number}: given_due_at");
    same!(row.community, meant.community, "{number}: community");
    let address = meant.address.as_deref().map(mask::text);
    same!(row.address, address, "{number}: address");
    same!(row.channel, meant.channel, "{number}: channel");
    let urgency = URGENCIES[meant.urgency.unwrap_or(0)].1;
    same!(row.urgency.as_str(), urgency, "{number}: urgency");
    let wanted = meant.wanted.map(|place| WANTED[place].1);
    same!(
        row.request_kind.map(|kind| kind.as_str()),
        wanted,
        "{number}: request_kind"
    );
    let name = meant.requester.as_deref().map(mask::name);
    same!(ticket.requester_masked, name, "{number}: requester");
    let phone = meant.phone.as_deref().map(mask::phone);
    same!(ticket.phone_masked, phone, "{number}: phone");
    Ok(())
}
