//! The rows of one file in batches, read ahead on a thread of their own.

use std::collections::BTreeMap;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use super::draft::{Draft, Fingerprint};
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
    pub(crate) fn of(table: TicketTable) -> Self {
        let (send, receive) = mpsc::channel(AHEAD);
        let reader = tokio::task::spawn_blocking(move || {
            for batch in batches(table, BATCH) {
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
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>, JoinError> {
        let batch = self.receive.recv().await;
        if batch.is_none()
            && let Some(reader) = self.reader.take()
        {
            reader.await?;
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
    /// Rows that say something else than an earlier row of their number.
    pub(crate) repeats: Vec<Repeat>,
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
            repeats: Vec::new(),
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
                    Some(first) => first.note(draft, &mut batch),
                },
                Err(refused) => batch.refused.push(refused),
            }
        }
        batch.progress = table.progress();
        (rows > 0).then_some(batch)
    })
}

/// A row whose number an earlier row of the file had, with other content. The earlier one counts: which of the two is
/// the newer, the file does not say.
pub(crate) struct Repeat {
    pub(crate) draft: Draft,
    /// The earlier row's line, with its sheet where there are several.
    pub(crate) first: String,
    pub(crate) fields: Vec<&'static str>,
}

/// The first row of a number.
struct First {
    fingerprint: Fingerprint,
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

    /// Takes in a later row of the same number.
    fn note(&self, draft: Draft, batch: &mut Batch) {
        let fields = self.fingerprint.differing(&draft.fingerprint());
        if fields.is_empty() {
            batch.repeated += 1;
            return;
        }
        let sheet = self.sheet.as_ref().map(|sheet| format!("「{sheet}」"));
        let first = format!("{}第 {} 行", sheet.unwrap_or_default(), self.line);
        batch.repeats.push(Repeat {
            draft,
            first,
            fields,
        });
    }
}
