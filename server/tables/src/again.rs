//! A number that is there already, with other content: a third outcome beside added and unchanged.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_core::{Id, Timestamp};

use super::batches::Repeat;
use super::content::{Content, Origin};
use super::draft::Draft;
use super::{Parts, communities::Communities};
use basis::SealError;
use store::ticket_events::NewTicketEvent;
use store::tickets::{NewTicket, Ticket, Urgency};

/// Rows that are listed with what differs; all are counted.
pub(crate) const LISTED: usize = 500;

/// Words by which the hotline says that it asks again.
const URGING: [&str; 3] = ["催办", "催单", "督办"];

/// What is taken over from a row whose ticket is there with other content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakeOver {
    /// All that the row says. Where the ticket stands and who has it stay.
    All,
    /// The deadline, and how much it hurries: what the upper level decides.
    #[default]
    Deadline,
    /// Nothing.
    Nothing,
}

impl TakeOver {
    /// The words of the command line and of the API.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("deadline", Self::Deadline),
        ("all", Self::All),
        ("nothing", Self::Nothing),
    ];
}

/// A field in which a row differs from its ticket. Personal data is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Difference {
    /// Name of the field, as `due_at`.
    pub field: &'static str,
    /// What the ticket says; null if nothing. Times are local.
    pub before: Option<String>,
    /// What the row says.
    pub after: Option<String>,
    /// Whether taking over deadlines alone takes this.
    pub deadline: bool,
}

/// A row whose ticket is there with other content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChangedRow {
    /// Name of the sheet that the line is in; only for a workbook with several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Line in the file, or in its sheet.
    pub line: u32,
    /// The number of the upper level.
    pub upstream_no: String,
    /// The ticket; absent for a row that differs from an earlier one of the same file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ticket: Option<Id>,
    /// Where that earlier row stands. It counts; nothing is taken over from the later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The hotline asks again: the row says so and the ticket does not.
    pub urged: bool,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// An entry of another list that is there with other content: an account, a unit. It stays as it is unless the import
/// says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChangedEntry {
    /// Name of the sheet that the line is in; only for a workbook with several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Line in the file, or in its sheet; for JSON the place in the list, from 1.
    pub line: u32,
    /// What it is known by: a username, a code.
    pub key: String,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// A field of such an entry, if it differs.
pub(crate) fn differs(field: &'static str, before: &str, after: &str) -> Option<Difference> {
    (before != after).then(|| Difference {
        field,
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
        deadline: false,
    })
}

impl ChangedRow {
    /// A row that differs from an earlier one of the same file.
    pub(crate) fn repeated(repeat: Repeat, communities: &Communities) -> Self {
        let Repeat {
            draft,
            first,
            fields,
        } = repeat;
        let said = Content::of_draft(&draft, communities).says();
        let differences = said.iter().filter(|said| fields.contains(&said.field));
        Self {
            differences: differences
                .map(|said| Difference {
                    field: said.field,
                    before: None,
                    after: said.shown(),
                    deadline: false,
                })
                .collect(),
            sheet: draft.sheet,
            line: draft.line,
            upstream_no: draft.upstream_no,
            ticket: None,
            first: Some(first),
            urged: false,
        }
    }
}

/// Rows that differ: all counted, the first ones listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) count: u64,
    pub(crate) rows: Vec<ChangedRow>,
}

impl Changed {
    pub(crate) fn push(&mut self, row: ChangedRow) {
        self.count += 1;
        if self.rows.len() < LISTED {
            self.rows.push(row);
        }
    }
}

/// A row beside the ticket that has its number.
pub(crate) struct Pair {
    before: Content,
    after: Content,
    pub(crate) row: ChangedRow,
}

/// A ticket as it is from now on, and the hash of its caller's number.
type Rewritten = (NewTicket, Option<Vec<u8>>);

impl Pair {
    /// `None` if the row says nothing else than the ticket.
    pub(crate) fn of(
        ticket: &Ticket,
        draft: &Draft,
        communities: &Communities,
        parts: Parts<'_>,
    ) -> Result<Option<Self>, SealError> {
        let before = Content::of_ticket(ticket, parts.keys)?;
        let mut after = Content::of_draft(draft, communities);
        // A row that asks again does not calm a ticket by a column that nobody has changed.
        if urges(&after) && after.urgency == Some(Urgency::Normal) {
            after.urgency = None;
        }
        let pairs = before.says().into_iter().zip(after.says());
        let differences: Vec<Difference> = pairs
            .filter(|(before, after)| after.text.is_some() && after.text != before.text)
            .map(|(before, after)| Difference {
                field: after.field,
                before: before.shown(),
                after: after.shown(),
                deadline: matches!(after.field, "due_at" | "urgency"),
            })
            .collect();
        if differences.is_empty() {
            return Ok(None);
        }
        let urged = urges(&after) && !urges(&before);
        let row = ChangedRow {
            sheet: draft.sheet.clone(),
            line: draft.line,
            upstream_no: draft.upstream_no.clone(),
            ticket: Some(ticket.row.id),
            first: None,
            urged,
            differences,
        };
        Ok(Some(Self { before, after, row }))
    }

    /// The ticket with what is taken over; `None` if that changes nothing.
    pub(crate) fn merged(
        self,
        ticket: &Ticket,
        (tenant, take): (Id, TakeOver),
        parts: Parts<'_>,
    ) -> Result<Option<Rewritten>, SealError> {
        let raised = self.row.urged && self.before.urgency.unwrap_or_default() == Urgency::Normal;
        let takes_deadline = raised || self.row.differences.iter().any(|one| one.deadline);
        let mut content = match take {
            TakeOver::Nothing => return Ok(None),
            TakeOver::Deadline if !takes_deadline => return Ok(None),
            TakeOver::Deadline => self.before.with_deadline_of(&self.after),
            TakeOver::All => self.after.over(self.before),
        };
        if raised && content.urgency.unwrap_or_default() == Urgency::Normal {
            content.urgency = Some(Urgency::Urgent);
        }
        let origin = Origin {
            id: ticket.row.id,
            tenant,
            source: &ticket.row.source,
            upstream_no: self.row.upstream_no,
            status: ticket.row.status,
            grid: ticket.grid,
            created_at: ticket.created_at,
        };
        Ok(Some(content.stored(origin, parts)?))
    }
}

/// What the ticket's log says of a row that was taken over.
pub(crate) fn event(
    row: &ChangedRow,
    take: TakeOver,
    source: &str,
    by: Option<Id>,
    at: Timestamp,
) -> NewTicketEvent {
    let taken = |one: &&Difference| take == TakeOver::All || one.deadline;
    let left = |one: &&Difference| !taken(one);
    NewTicketEvent {
        at,
        person: by,
        device: None,
        kind: "imported_again",
        detail: json!({
            "source": source,
            "sheet": row.sheet,
            "line": row.line,
            "urged": row.urged,
            "taken": row.differences.iter().filter(taken).collect::<Vec<_>>(),
            "left": row.differences.iter().filter(left).map(|one| one.field).collect::<Vec<_>>(),
        }),
    }
}

fn urges(content: &Content) -> bool {
    let said = content.says();
    let texts = said
        .iter()
        .filter(|said| matches!(said.field, "title" | "description"))
        .filter_map(|said| said.text.as_deref());
    texts
        .into_iter()
        .any(|text| URGING.iter().any(|word| text.contains(word)))
}
