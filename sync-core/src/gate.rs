//! The gate: the only door between received bytes and the log.
//!
//! Every change is checked against the schema, the graph and the writer, applied to a copy, read back,
//! saved, loaded again and compared. The engine panics or poisons itself on hostile bytes, so each step that
//! touches them is fenced; a host runs the gate in a process with a memory limit and a deadline, since a
//! stack overflow or an allocation of gigabytes cannot be fenced from inside.
//!
//! Only this module makes an [`Admitted`], and only an [`Admitted`] may be appended to the log.

mod examine;
pub mod job;
pub mod preview;
mod rules;

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change, ChangeHash};
use serde::{Deserialize, Serialize};

use crate::chunk::{self, ChunkHeader};
use crate::document::Document;
use crate::ids::Id;
use crate::limits;
use crate::reason::Reason;
use crate::role::Role;
use rules::Places;

/// A change that asks for admission.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The chunk as received.
    pub bytes: Vec<u8>,
    /// Who pushed it.
    pub writer: Writer,
}

/// The person behind the device that pushed a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Their id.
    pub person: Id,
    /// Their role when the change was received.
    pub role: Role,
}

/// A change that the gate has let through. There is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    header: ChunkHeader,
    bytes: Vec<u8>,
}

impl Admitted {
    /// What the change says of itself.
    pub const fn header(&self) -> &ChunkHeader {
        &self.header
    }

    /// The chunk, byte for byte as received.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Goes to the log.
    Admitted(Admitted),
    /// The document holds it already.
    Duplicate([u8; 32]),
    /// Put aside with its bytes; the rest goes on.
    Quarantined(Reason),
    /// Builds on a change that has not arrived.
    Waiting,
}

/// The document after admission and a verdict per candidate, in their order.
pub struct Admission {
    /// The document with all admitted changes, loaded afresh from `snapshot`.
    pub document: Document,
    /// The document's storage form.
    pub snapshot: Vec<u8>,
    /// One verdict per candidate.
    pub verdicts: Vec<Verdict>,
}

/// Decides on candidates for one document, in the order they were received.
///
/// The longest run of good changes passes at once; only when something fails is each tried alone, so one
/// bad change never costs the others their place.
pub fn admit(document: &Document, candidates: &[Candidate]) -> Admission {
    let headers: Vec<_> = candidates
        .iter()
        .map(|candidate| chunk::scan(&candidate.bytes))
        .collect();
    if let Some(admission) = admit_together(document, candidates, &headers) {
        return admission;
    }
    admit_one_by_one(document, candidates, &headers)
}

type Scanned = Result<ChunkHeader, Reason>;

/// The fast path: all candidates are new, in order and good.
fn admit_together(
    document: &Document,
    candidates: &[Candidate],
    headers: &[Scanned],
) -> Option<Admission> {
    let mut graph = Graph::of(document);
    let mut places = Places::of(document);
    let mut changes = Vec::with_capacity(candidates.len());
    for (candidate, header) in candidates.iter().zip(headers) {
        let header = header.as_ref().ok()?;
        (graph.place(header) == Standing::Next).then_some(())?;
        let change = parse(&candidate.bytes).ok()?;
        check_operations(&change, header, &mut places, candidate.writer).ok()?;
        graph.add(header);
        changes.push(change);
    }
    let headers: Vec<_> = headers
        .iter()
        .filter_map(|header| header.as_ref().ok())
        .cloned()
        .collect();
    // Such an entry is examined against the document right before it.
    (!places.to_examine).then_some(())?;
    let (next, snapshot) = apply(document, changes, candidates, &headers).ok()?;
    let verdicts = candidates
        .iter()
        .zip(headers)
        .map(|(candidate, header)| {
            Verdict::Admitted(Admitted {
                header,
                bytes: candidate.bytes.clone(),
            })
        })
        .collect();
    Some(Admission {
        document: next,
        snapshot,
        verdicts,
    })
}

fn admit_one_by_one(
    document: &Document,
    candidates: &[Candidate],
    headers: &[Scanned],
) -> Admission {
    let mut document = document.clone();
    let mut snapshot = None;
    let mut verdicts: Vec<Option<Verdict>> = vec![None; candidates.len()];
    let mut quarantined: Vec<[u8; 32]> = Vec::new();
    // A later candidate may be what an earlier one waits for: go round until nothing moves.
    loop {
        let mut moved = false;
        for ((candidate, header), verdict) in candidates.iter().zip(headers).zip(&mut verdicts) {
            if verdict.is_some() {
                continue;
            }
            let decided = decide(&document, candidate, header, &quarantined);
            let Some((settled, next)) = decided else {
                continue;
            };
            moved = true;
            if let (Verdict::Quarantined(_), Ok(header)) = (&settled, header) {
                quarantined.push(header.hash);
            }
            if let Some(next) = next {
                let saved;
                (document, saved) = *next;
                snapshot = Some(saved);
            }
            *verdict = Some(settled);
        }
        if !moved {
            break;
        }
    }
    let snapshot = snapshot.unwrap_or_else(|| document.save());
    let verdicts = verdicts
        .into_iter()
        .map(|verdict| verdict.unwrap_or(Verdict::Waiting))
        .collect();
    Admission {
        document,
        snapshot,
        verdicts,
    }
}

/// A verdict and, when it is admission, the document after it with its storage form.
type Decision = (Verdict, Option<Box<(Document, Vec<u8>)>>);

/// Decides on one candidate; `None` while a predecessor is missing.
fn decide(
    document: &Document,
    candidate: &Candidate,
    header: &Scanned,
    quarantined: &[[u8; 32]],
) -> Option<Decision> {
    let aside = |reason| Some((Verdict::Quarantined(reason), None));
    let header = match header {
        Ok(header) => header,
        Err(reason) => return aside(*reason),
    };
    if header.deps.iter().any(|dep| quarantined.contains(dep)) {
        return aside(Reason::DependsOnQuarantined);
    }
    match Graph::of(document).place(header) {
        Standing::Bad(reason) => return aside(reason),
        Standing::Known => return Some((Verdict::Duplicate(header.hash), None)),
        Standing::Early => return None,
        Standing::Next => {}
    }
    let checked = parse(&candidate.bytes).and_then(|change| {
        let mut places = Places::of(document);
        check_operations(&change, header, &mut places, candidate.writer)?;
        let applied = apply(
            document,
            vec![change],
            std::slice::from_ref(candidate),
            std::slice::from_ref(header),
        )?;
        if places.to_examine {
            examine::examine(document, &applied.0, header, candidate.writer)?;
        }
        Ok(applied)
    });
    match checked {
        Err(reason) => aside(reason),
        Ok(next) => {
            let admitted = Admitted {
                header: header.clone(),
                bytes: candidate.bytes.clone(),
            };
            Some((Verdict::Admitted(admitted), Some(Box::new(next))))
        }
    }
}

/// Where a change stands towards the document.
#[derive(PartialEq, Eq)]
enum Standing {
    Bad(Reason),
    /// A parent or the actor's previous change is missing.
    Early,
    Known,
    Next,
}

/// Hashes, counters and sequence numbers of a document and of the candidates accepted so far.
struct Graph<'a> {
    document: &'a Document,
    added: Vec<&'a ChunkHeader>,
    actors: std::collections::HashMap<Vec<u8>, (u64, [u8; 32])>,
    changes: usize,
}

impl<'a> Graph<'a> {
    fn of(document: &'a Document) -> Self {
        let mut actors = std::collections::HashMap::new();
        let changes = document.changes();
        for change in &changes {
            // Oldest first: the last one seen of an actor has its highest number.
            actors.insert(change.actor.clone(), (change.seq, change.hash));
        }
        Self {
            document,
            added: Vec::new(),
            actors,
            changes: changes.len(),
        }
    }

    fn add(&mut self, header: &'a ChunkHeader) {
        self.actors
            .insert(header.actor.to_vec(), (header.seq, header.hash));
        self.added.push(header);
        self.changes += 1;
    }

    fn max_op(&self, hash: &[u8; 32]) -> Option<u64> {
        let added = self.added.iter().find(|header| header.hash == *hash);
        added
            .map(|header| header.max_op())
            .or_else(|| self.document.change(hash).map(|change| change.max_op))
    }

    fn place(&self, header: &ChunkHeader) -> Standing {
        if self.max_op(&header.hash).is_some() {
            return Standing::Known;
        }
        if header.deps.is_empty() {
            return Standing::Bad(Reason::SeedMissing);
        }
        let actors = self.actors.len();
        let one_more = !self.actors.contains_key(header.actor.as_slice());
        if self.changes >= limits::DOCUMENT_CHANGES || one_more && actors >= limits::DOCUMENT_ACTORS
        {
            return Standing::Bad(Reason::DocumentFull);
        }
        let Some(max_ops) = header
            .deps
            .iter()
            .map(|dep| self.max_op(dep))
            .collect::<Option<Vec<_>>>()
        else {
            return Standing::Early;
        };
        let last = self.actors.get(header.actor.as_slice());
        let known = last.map_or(0, |(seq, _)| *seq);
        if header.seq <= known {
            return Standing::Bad(Reason::Equivocation);
        }
        if header.seq > known + 1 {
            return Standing::Early;
        }
        // An honest replica always names its own previous change among the parents.
        if last.is_some_and(|(_, hash)| !header.deps.contains(hash)) {
            return Standing::Bad(Reason::EncodingNotCanonical);
        }
        if max_ops.into_iter().max().map(|max| max + 1) != Some(header.start_op) {
            return Standing::Bad(Reason::StartOperationWrong);
        }
        Standing::Next
    }
}

fn parse(bytes: &[u8]) -> Result<Change, Reason> {
    fenced(|| Change::try_from(bytes).map_err(|_| Reason::ChunkMalformed))
}

fn check_operations(
    change: &Change,
    header: &ChunkHeader,
    places: &mut Places,
    writer: Writer,
) -> Result<(), Reason> {
    let expanded = fenced(|| Ok(change.decode()))?;
    rules::check(&expanded, header, places, writer)
}

/// Applies to a copy and proves that the result can be kept: every new change reads back byte for byte, and
/// the saved form loads to the same heads and the same content.
fn apply(
    document: &Document,
    changes: Vec<Change>,
    candidates: &[Candidate],
    headers: &[ChunkHeader],
) -> Result<(Document, Vec<u8>), Reason> {
    fenced(|| {
        let mut next = document.clone();
        next.engine
            .apply_changes(changes)
            .map_err(|_| Reason::NotReadableAfter)?;
        for (candidate, header) in candidates.iter().zip(headers) {
            let stored = next
                .engine
                .get_change_meta_by_hash(&ChangeHash(header.hash));
            stored.ok_or(Reason::NotReadableAfter)?;
            if next.change_bytes(&header.hash).as_deref() != Some(candidate.bytes.as_slice()) {
                return Err(Reason::EncodingNotCanonical);
            }
        }
        if next.heads().len() > limits::DOCUMENT_HEADS {
            return Err(Reason::DocumentFull);
        }
        let snapshot = next.save();
        if snapshot.len() > limits::SNAPSHOT_BYTES {
            return Err(Reason::DocumentFull);
        }
        let loaded = Document::load(next.kind(), &snapshot)?;
        if loaded.heads() != next.heads() || !same_content(&loaded.engine, &next.engine) {
            return Err(Reason::NotReadableAfter);
        }
        Ok((loaded, snapshot))
    })
}

fn same_content(left: &Automerge, right: &Automerge) -> bool {
    // The schema keeps documents three levels deep, so this recursion is bounded.
    left.hydrate(None) == right.hydrate(None)
}

/// Runs what may panic on hostile bytes; a panic is a refusal, and everything it touched is dropped.
fn fenced<T>(work: impl FnOnce() -> Result<T, Reason>) -> Result<T, Reason> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Reason::NotReadableAfter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;
    use crate::kinds::Kind;
    use crate::record::Record;
    use crate::time::Timestamp;
    use crate::value::Value;

    const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

    fn worker() -> Writer {
        Writer {
            person: Id::from_bytes([9; 16]),
            role: Role::GridWorker,
        }
    }

    fn set(field: &str, value: &str) -> Edit {
        Edit::SetField {
            field: field.into(),
            value: Value::Text(value.into()),
        }
    }

    fn candidate(bytes: Vec<u8>) -> Candidate {
        Candidate {
            bytes,
            writer: worker(),
        }
    }

    /// A phone's day: every kind of gesture once.
    fn honest_day(document: &mut Document, actor: [u8; 16]) -> Vec<Vec<u8>> {
        let id = |n| Id::from_parts(NOW, [n; 10]);
        let me = worker().person;
        let entry = |collection: &str, n, fields: &[(&str, Value)]| Edit::PutEntry {
            collection: collection.into(),
            id: id(n),
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        };
        let edits = [
            Edit::Include {
                set: "tickets".into(),
                id: id(1),
                included: true,
            },
            entry(
                "arrivals",
                2,
                &[
                    ("by", Value::Text(me.to_string())),
                    ("source", Value::Text("hand".into())),
                ],
            ),
            set("address", "一号院二单元"),
            set("outcome", "partly"),
            Edit::SetNote {
                note: "finding".into(),
                text: "三楼楼道堆放纸箱。".into(),
            },
            Edit::SetNote {
                note: "finding".into(),
                text: "三楼、四楼楼道堆放纸箱和旧家具。".into(),
            },
            entry(
                "items",
                3,
                &[
                    ("label", Value::Text("纸箱".into())),
                    ("quantity", Value::Int(6)),
                ],
            ),
            entry("items", 3, &[("state", Value::Text("cleared".into()))]),
            Edit::RemoveEntry {
                collection: "items".into(),
                id: id(3),
            },
            Edit::RestoreEntry {
                collection: "items".into(),
                id: id(3),
            },
            Edit::Mark {
                id: id(4),
                kind: "submit".into(),
                by: me,
                remark: String::new(),
                answers: 0,
            },
        ];
        edits
            .iter()
            .filter_map(|edit| document.edit(edit, actor, NOW).unwrap())
            .collect()
    }

    #[test]
    fn the_seed_makes_every_container_of_the_schema() {
        let document = Document::seeded(Kind::VISIT);
        let schema = Kind::VISIT.schema();
        for name in schema
            .collections
            .iter()
            .map(|collection| collection.name)
            .chain(schema.sets.iter().copied())
        {
            assert!(document.container(name).is_some(), "{name}");
        }
        assert_eq!(document.changes().len(), 1);
        // The bytes are the document's identity: they may never be made again.
        assert_eq!(
            crate::hex::encode(&chunk::scan(Kind::VISIT.seed()).unwrap().hash),
            "abab7b0d30bd3c04684c32cf3ffcc4f0d5698eef66ac9b11e824842f25af0357"
        );
    }

    #[test]
    fn an_honest_day_is_admitted_at_once_and_read_back() {
        let mut phone = Document::seeded(Kind::VISIT);
        let changes = honest_day(&mut phone, [1; 16]);
        assert_eq!(changes.len(), 11);
        let hub = Document::seeded(Kind::VISIT);
        let admission = admit(
            &hub,
            &changes.iter().cloned().map(candidate).collect::<Vec<_>>(),
        );
        for verdict in &admission.verdicts {
            assert!(matches!(verdict, Verdict::Admitted(_)), "{verdict:?}");
        }
        assert_eq!(admission.document.heads(), phone.heads());
        assert_eq!(Record::of(&admission.document), Record::of(&phone));
    }

    #[test]
    fn a_bad_change_is_put_aside_and_the_good_ones_pass() {
        let mut phone = Document::seeded(Kind::VISIT);
        let mut changes = honest_day(&mut phone, [1; 16]);
        let mut colleague = Document::seeded(Kind::VISIT);
        let mut forged = colleague
            .edit(&set("address", "假"), [2; 16], NOW)
            .unwrap()
            .unwrap();
        *forged.last_mut().unwrap() ^= 1;
        changes.insert(3, forged);
        let hub = Document::seeded(Kind::VISIT);
        let admission = admit(
            &hub,
            &changes.into_iter().map(candidate).collect::<Vec<_>>(),
        );
        let aside = admission
            .verdicts
            .iter()
            .filter(|v| matches!(v, Verdict::Quarantined(_)))
            .count();
        assert_eq!(aside, 1);
        assert_eq!(admission.document.heads(), phone.heads());
    }

    #[test]
    fn any_order_of_arrival_ends_in_the_same_document() {
        let mut phone = Document::seeded(Kind::VISIT);
        let mut changes = honest_day(&mut phone, [1; 16]);
        changes.reverse();
        let admission = admit(
            &Document::seeded(Kind::VISIT),
            &changes.into_iter().map(candidate).collect::<Vec<_>>(),
        );
        assert_eq!(admission.document.heads(), phone.heads());
    }

    #[test]
    fn two_phones_that_wrote_one_field_leave_both_values_in_view() {
        let (mut one, mut two) = (Document::seeded(Kind::VISIT), Document::seeded(Kind::VISIT));
        let first = one
            .edit(&set("outcome", "resolved"), [1; 16], NOW)
            .unwrap()
            .unwrap();
        let second = two
            .edit(&set("outcome", "unresolved"), [2; 16], NOW)
            .unwrap()
            .unwrap();
        let admission = admit(
            &Document::seeded(Kind::VISIT),
            &[candidate(first), candidate(second)],
        );
        let record = Record::of(&admission.document);
        let disagreements: Vec<_> = record.disagreements().collect();
        assert_eq!(disagreements.len(), 1);
        assert_eq!(disagreements[0].1.others.len(), 1);
        let mut document = admission.document;
        let pick = Edit::Settle {
            path: "fields/outcome".into(),
            value: Value::Text("unresolved".into()),
        };
        document.edit(&pick, [3; 16], NOW).unwrap().unwrap();
        assert_eq!(Record::of(&document).disagreements().count(), 0);
    }

    #[test]
    fn whichever_value_is_picked_the_pick_is_admitted() {
        let (mut one, mut two) = (Document::seeded(Kind::VISIT), Document::seeded(Kind::VISIT));
        let first = one.edit(&set("outcome", "resolved"), [1; 16], NOW).unwrap();
        let second = two
            .edit(&set("outcome", "unresolved"), [2; 16], NOW)
            .unwrap();
        let both = [first, second].map(|change| candidate(change.unwrap()));
        let merged = admit(&Document::seeded(Kind::VISIT), &both).document;
        for word in ["resolved", "unresolved"] {
            let mut office = Document::load(Kind::VISIT, &merged.save()).unwrap();
            let pick = Edit::Settle {
                path: "fields/outcome".into(),
                value: Value::Text(word.into()),
            };
            let change = office.edit(&pick, [3; 16], NOW).unwrap().unwrap();
            let admission = admit(&merged, &[candidate(change)]);
            assert!(matches!(admission.verdicts[..], [Verdict::Admitted(_)]));
            let record = Record::of(&admission.document);
            assert_eq!(record.disagreements().count(), 0);
            let (_, outcome) = record
                .registers()
                .find(|(path, _)| path == "fields/outcome")
                .unwrap();
            assert_eq!(outcome.shown.value, Value::Text(word.into()));
        }
    }

    #[test]
    fn a_change_that_is_already_there_is_a_duplicate() {
        let mut phone = Document::seeded(Kind::VISIT);
        let change = phone
            .edit(&set("address", "一号院"), [1; 16], NOW)
            .unwrap()
            .unwrap();
        let again = admit(&phone, &[candidate(change)]);
        assert!(matches!(again.verdicts[..], [Verdict::Duplicate(_)]));
    }

    #[test]
    fn nobody_signs_for_another_person() {
        let mut phone = Document::seeded(Kind::VISIT);
        let stranger = Id::from_bytes([8; 16]);
        let mark = Edit::Mark {
            id: stranger,
            kind: "submit".into(),
            by: stranger,
            remark: String::new(),
            answers: 0,
        };
        let change = phone.edit(&mark, [1; 16], NOW).unwrap().unwrap();
        let admission = admit(&Document::seeded(Kind::VISIT), &[candidate(change)]);
        assert_eq!(
            admission.verdicts,
            [Verdict::Quarantined(Reason::SchemaViolation)]
        );
    }

    #[test]
    fn a_note_may_hold_every_letter_that_people_write() {
        let mut phone = Document::seeded(Kind::VISIT);
        let note = |text: &str| Edit::SetNote {
            note: "process".into(),
            text: text.into(),
        };
        let texts = ["👨‍👩‍👧‍👦🇨🇳é\u{301}\u{200d}", "𠮷野家👩🏽‍🚒\n\t二楼", "", "é"];
        let changes = texts.map(|text| phone.edit(&note(text), [1; 16], NOW).unwrap().unwrap());
        let admission = admit(&Document::seeded(Kind::VISIT), &changes.map(candidate));
        assert!(all_admitted(&admission), "{:?}", admission.verdicts);
        assert_eq!(Record::of(&admission.document), Record::of(&phone));
    }

    #[test]
    fn phones_that_filled_a_collection_apart_from_each_other_still_merge() {
        let fill = |actor: u8| {
            let mut phone = Document::seeded(Kind::VISIT);
            let edits = (0..300u16).map(|n| Edit::PutEntry {
                collection: "items".into(),
                id: Id::from_parts(NOW.plus_millis(n.into()), [actor; 10]),
                fields: [].into(),
            });
            edits
                .map(|edit| candidate(phone.edit(&edit, [actor; 16], NOW).unwrap().unwrap()))
                .collect::<Vec<_>>()
        };
        let admission = admit(&Document::seeded(Kind::VISIT), &[fill(1), fill(2)].concat());
        assert!(all_admitted(&admission));
        assert_eq!(Record::of(&admission.document).entries("items").len(), 600);
    }

    #[test]
    fn no_document_grows_without_end() {
        let mut hostile = Document::seeded(Kind::VISIT);
        let include = |document: &mut Document, n: u16| {
            let ticket = Id::from_parts(NOW.plus_millis(n.into()), [1; 10]);
            document.commit([1; 16], NOW, "visit.tickets.include", |transaction| {
                use automerge::transaction::Transactable;
                let (_, set) = automerge::ReadDoc::get(transaction, automerge::ROOT, "tickets")?
                    .expect("the seed made it");
                transaction.put(&set, ticket.to_string(), true)
            })
        };
        let changes: Vec<_> = (0..120)
            .map(|n| candidate(include(&mut hostile, n).unwrap().unwrap()))
            .collect();
        let admission = admit(&Document::seeded(Kind::VISIT), &changes);
        let aside: Vec<_> = admission
            .verdicts
            .iter()
            .skip_while(|verdict| matches!(verdict, Verdict::Admitted(_)))
            .collect();
        assert_eq!(aside.len(), 20);
        assert_eq!(aside[0], &Verdict::Quarantined(Reason::DocumentFull));
        assert_eq!(
            aside[1],
            &Verdict::Quarantined(Reason::DependsOnQuarantined)
        );
    }

    #[test]
    fn the_office_may_say_whose_signature_stands() {
        let entry = Id::from_bytes([5; 16]);
        let mut phone = Document::seeded(Kind::VISIT);
        let by = |who: Id| Value::Text(who.to_string());
        let persuaded = Edit::PutEntry {
            collection: "persuasions".into(),
            id: entry,
            fields: [("by".to_owned(), by(worker().person))].into(),
        };
        let first = phone.edit(&persuaded, [1; 16], NOW).unwrap().unwrap();
        let office = Writer {
            person: Id::from_bytes([7; 16]),
            role: Role::OfficeReviewer,
        };
        let other = Edit::Settle {
            path: format!("persuasions/{entry}/by"),
            value: by(Id::from_bytes([8; 16])),
        };
        let pick = phone.edit(&other, [2; 16], NOW).unwrap().unwrap();
        for (writer, passes) in [(office, true), (worker(), false)] {
            let candidates = [
                candidate(first.clone()),
                Candidate {
                    bytes: pick.clone(),
                    writer,
                },
            ];
            let admission = admit(&Document::seeded(Kind::VISIT), &candidates);
            assert_eq!(all_admitted(&admission), passes, "{:?}", writer.role);
        }
    }

    fn all_admitted(admission: &Admission) -> bool {
        let mut verdicts = admission.verdicts.iter();
        verdicts.all(|verdict| matches!(verdict, Verdict::Admitted(_)))
    }
}
