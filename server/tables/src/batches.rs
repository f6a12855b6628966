//! The rows of one file in batches, read ahead on a thread of their own.

use std::collections::BTreeMap;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::draft::Draft;
use super::intake::{IntakeError, OpenFile};
use super::table::Refused;
use super::ticket_table::TicketTable;

/// Tickets of one transaction: long enough to spread the cost of the disk's flush, short enough that
/// phones do not wait for it.
const BATCH: usize = 1_000;
/// Batches that are read ahead of the database.
const AHEAD: usize = 2;

/// The batches of one file, read on a thread of their own.
pub(crate) struct Batches {
    receive: mpsc::Receiver<Batch>,
    reader: Option<JoinHandle<()>>,
}

impl Batches {
    pub(crate) fn of(file: OpenFile) -> Self {
        let (send, receive) = mpsc::channel(AHEAD);
        let reader = tokio::task::spawn_blocking(move || {
            for batch in batches(file.0, BATCH) {
                // The other end is gone when a batch could not be stored.
                if send.blocking_send(batch).is_err() {
                    break;
                }
            }
        });
        let reader = Some(reader);
        Self { receive, reader }
    }

    /// The next batch; an error if the reader has stopped before the end of the file.
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>, IntakeError> {
        let batch = self.receive.recv().await;
        if batch.is_none()
            && let Some(reader) = self.reader.take()
        {
            reader.await.map_err(IntakeError::Reader)?;
        }
        Ok(batch)
    }
}

/// Rows read together.
pub(crate) struct Batch {
    /// Each number once in the file.
    pub(crate) drafts: Vec<Draft>,
    /// Rows that say what an earlier row of their number said.
    pub(crate) repeated: u64,
    pub(crate) refused: Vec<Refused>,
    /// Thousandths of the file after this batch.
    pub(crate) progress: u64,
}

/// Cuts the table into batches of `size` rows.
fn batches(mut table: TicketTable, size: usize) -> impl Iterator<Item = Batch> {
    let mut seen: BTreeMap<String, First> = BTreeMap::new();
    std::iter::from_fn(move || {
        let mut batch = Batch {
            drafts: Vec::new(),
            repeated: 0,
            refused: Vec::new(),
            progress: 0,
        };
        let mut rows = 0;
        for row in table.by_ref().take(size) {
            rows += 1;
            match row {
                Ok(draft) => match seen.get(&draft.upstream_no) {
                    None => {
                        seen.insert(draft.upstream_no.clone(), First::of(&draft));
                        batch.drafts.push(draft);
                    }
                    Some(first) if first.fingerprint == draft.fingerprint() => batch.repeated += 1,
                    Some(first) => batch.refused.push(first.refuse(&draft)),
                },
                Err(refused) => batch.refused.push(refused),
            }
        }
        batch.progress = table.progress();
        (rows > 0).then_some(batch)
    })
}

/// The first row of a number.
struct First {
    fingerprint: u64,
    sheet: Option<String>,
    line: u32,
}

impl First {
    fn of(draft: &Draft) -> Self {
        Self {
            fingerprint: draft.fingerprint(),
            sheet: draft.sheet.clone(),
            line: draft.line,
        }
    }

    /// Nobody but its person knows which of two rows is right.
    fn refuse(&self, draft: &Draft) -> Refused {
        let sheet = self
            .sheet
            .as_ref()
            .map(|sheet| format!("工作表「{sheet}」"));
        let reason = format!(
            "编号「{}」在{}第 {} 行已经有了，内容却不同；请核对后只留一行。",
            draft.upstream_no,
            sheet.unwrap_or_default(),
            self.line
        );
        Refused {
            sheet: draft.sheet.clone(),
            ..Refused::new(draft.line, reason)
        }
    }
}
