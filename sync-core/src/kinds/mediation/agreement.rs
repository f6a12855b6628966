//! Where a mediation stands: who signed what, what is missing, which version holds. Everything is read from the
//! document; nothing of it is stored, so nothing of it can be claimed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::content::Content;
use super::gaps::{Gap, gaps};
use super::performance::{self, Performance};
use super::wanted::{self, Capacity, Wanted, wanted};
use crate::document::Document;
use crate::hex;
use crate::ids::Id;
use crate::lifecycle::MediationState;
use crate::record::{Entry, Record};
use crate::time::Timestamp;
use crate::value::Value;

/// What has become of one who has to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Signed {
    /// Signed what stands there now.
    Signed {
        /// The entry in `signatures`.
        signature: Id,
        /// By the clock of the phone.
        at: Option<Timestamp>,
    },
    /// Signed something else: what was changed since has cancelled it.
    Cancelled {
        /// The entry in `signatures`.
        signature: Id,
        /// The places that differ; empty when what was signed cannot be read back.
        changed: Vec<String>,
        /// What stood at each of these places when it was signed; empty for a place that is no register.
        was: Vec<Value>,
    },
    /// Refused to sign what stands there now.
    Refused {
        /// The entry in `signatures`.
        signature: Id,
    },
    /// Not yet.
    Missing,
}

/// One who has to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// As whom.
    pub capacity: Capacity,
    /// The party or mediator; the document's committee has none.
    pub id: Option<Id>,
    /// As the paper names them.
    pub name: String,
    /// Whether the paper waits for this signature: of the mediators one is enough.
    pub needed: bool,
    /// What has become of it.
    #[serde(flatten)]
    pub signed: Signed,
}

/// One version that somebody signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Counted in the order of the first signatures.
    pub number: u32,
    /// Hash of its content, in hex.
    pub content: String,
    /// Which of the three papers it is. Not told to phones and office, who have the content.
    #[serde(skip)]
    pub form: String,
    /// The entries in `signatures` over it.
    pub signatures: Vec<Id>,
    /// When the last of those who had to sign it did; nothing while one is missing.
    pub complete_at: Option<Timestamp>,
}

/// Where a mediation stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// Its state.
    pub standing: MediationState,
    /// Hash of what stands there now, in hex; nothing while people disagree on it.
    pub content: Option<String>,
    /// Number that the paper of now has, or would have.
    pub number: u32,
    /// Places of the paper on which people disagree.
    pub unsettled: Vec<String>,
    /// What must be filled in before anybody signs.
    pub gaps: Vec<Gap>,
    /// Who has to sign what stands there now.
    pub signers: Vec<Signer>,
    /// What was signed, oldest first.
    pub revisions: Vec<Revision>,
    /// Signatures of people who count stand over different contents and none of these is complete.
    pub split: bool,
    /// The version that holds: the last one that was completed.
    pub holds: Option<Revision>,
    /// What was agreed and what came of it.
    #[serde(flatten)]
    pub performance: Performance,
}

/// A signature as the document holds it.
#[derive(Clone, Debug)]
struct Signature {
    id: Id,
    capacity: Capacity,
    signer: Option<Id>,
    content: [u8; 32],
    refused: bool,
    at: Option<Timestamp>,
    /// Order in which signatures were written.
    counter: u64,
    /// What it was written on, when that can be read back and is what it names.
    over: Option<Content>,
}

impl Agreement {
    /// Reads it at a point in time.
    pub fn of(document: &Document, record: &Record, now: Timestamp) -> Self {
        let content = Content::of(record);
        let hash = content.as_ref().ok().map(Content::hash);
        let signatures = signatures(document, record, content.as_ref().ok());
        let revisions = revisions(&signatures);
        let holds = revisions
            .iter()
            .filter(|(revision, _)| revision.complete_at.is_some())
            .max_by_key(|(revision, _)| revision.number)
            .cloned();
        let signers = content.as_ref().map_or_else(
            |_| Vec::new(),
            |content| signers(content, hash, &signatures),
        );
        let content_of_holds = holds.as_ref().map(|(_, content)| content);
        let performance = Performance::of(content_of_holds, document, record, now);
        let mut agreement = Self {
            standing: MediationState::Draft,
            content: hash.map(|hash| hex::encode(&hash)),
            number: number(&revisions, hash),
            gaps: content
                .as_ref()
                .map_or_else(|_| Vec::new(), |one| gaps(one, record)),
            unsettled: content.err().unwrap_or_default(),
            signers,
            split: holds.is_none() && is_split(&signatures),
            revisions: revisions
                .into_iter()
                .map(|(revision, _)| revision)
                .collect(),
            holds: holds.map(|(revision, _)| revision),
            performance,
        };
        agreement.standing = standing(&agreement, record);
        agreement
    }

    /// When the version that holds took effect.
    pub fn effective_at(&self) -> Option<Timestamp> {
        self.holds.as_ref().and_then(|holds| holds.complete_at)
    }
}

fn standing(agreement: &Agreement, record: &Record) -> MediationState {
    if is_withdrawn(record) {
        return MediationState::Withdrawn;
    }
    if agreement.holds.is_some() {
        return performance::standing(&agreement.performance);
    }
    let some = agreement
        .signers
        .iter()
        .any(|signer| matches!(signer.signed, Signed::Signed { .. }));
    if some {
        MediationState::PartlySigned
    } else {
        MediationState::Draft
    }
}

/// The last of the marks that knew of the others, whatever the clocks say.
fn is_withdrawn(record: &Record) -> bool {
    let marks = record.entries("events").iter().filter_map(|entry| {
        let register = entry.registers.get("kind")?;
        let kind = register.shown.value.text().filter(|kind| *kind != "note")?;
        Some(((register.shown.op.counter(), entry.id), kind))
    });
    marks.max().is_some_and(|(_, kind)| kind == "withdraw")
}

/// Two people signed different papers, and nobody's change says which came first.
fn is_split(signatures: &[Signature]) -> bool {
    let mut last: BTreeMap<(Capacity, Option<Id>), &Signature> = BTreeMap::new();
    for one in signatures.iter().filter(|one| !one.refused) {
        last.insert((one.capacity, one.signer), one);
    }
    let contents: BTreeSet<_> = last.values().map(|one| one.content).collect();
    contents.len() > 1
}

fn number(revisions: &[(Revision, Content)], hash: Option<[u8; 32]>) -> u32 {
    let hash = hash.map(|hash| hex::encode(&hash));
    let known = revisions
        .iter()
        .find(|(revision, _)| Some(&revision.content) == hash.as_ref());
    let next = u32::try_from(revisions.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    known.map_or(next, |(revision, _)| revision.number)
}

/// Who has to sign a content, and what has become of it, whether or not it stands there now.
pub fn signers_of(content: &Content, record: &Record) -> Vec<Signer> {
    let mut signatures: Vec<Signature> = record
        .entries("signatures")
        .iter()
        .filter_map(|entry| bare(entry, None))
        .collect();
    signatures.sort_by_key(|one| (one.counter, one.id));
    signers(content, Some(content.hash()), &signatures)
}

/// The content of a version that somebody signed, by its hash; `None` if nobody signed such a one here.
pub fn find_signed(document: &Document, record: &Record, hash: [u8; 32]) -> Option<Content> {
    let now = Content::of(record).ok();
    let signatures = signatures(document, record, now.as_ref());
    let mut over = signatures.into_iter().filter(|one| one.content == hash);
    over.find_map(|one| one.over)
}

/// All signatures in the order in which they were written.
fn signatures(document: &Document, record: &Record, now: Option<&Content>) -> Vec<Signature> {
    let mut contents: BTreeMap<[u8; 32], Content> = BTreeMap::new();
    contents.extend(now.map(|content| (content.hash(), content.clone())));
    let mut signatures: Vec<Signature> = record
        .entries("signatures")
        .iter()
        .filter_map(|entry| signature(document, entry, &mut contents))
        .collect();
    signatures.sort_by_key(|one| (one.counter, one.id));
    signatures
}

fn signature(
    document: &Document,
    entry: &Entry,
    contents: &mut BTreeMap<[u8; 32], Content>,
) -> Option<Signature> {
    let register = entry.registers.get("content")?;
    let content = <[u8; 32]>::try_from(register.shown.value.bytes()?).ok()?;
    let over = contents.get(&content).cloned().or_else(|| {
        let before = document.before(&document.change_of(&register.shown.op)?)?;
        let over = Content::of(&Record::of(&before)).ok()?;
        (over.hash() == content).then_some(over)
    });
    contents.extend(over.iter().map(|over| (content, over.clone())));
    bare(entry, over)
}

fn bare(entry: &Entry, over: Option<Content>) -> Option<Signature> {
    let register = entry.registers.get("content")?;
    Some(Signature {
        id: entry.id,
        capacity: Capacity::parse(entry.value("capacity").text()?)?,
        signer: entry.value("signer").text().and_then(Id::parse),
        content: <[u8; 32]>::try_from(register.shown.value.bytes()?).ok()?,
        refused: entry.value("method").text() == Some("refused"),
        at: entry.value("at").time(),
        counter: register.shown.op.counter(),
        over,
    })
}

/// The versions that somebody signed, oldest first, each with its content.
fn revisions(signatures: &[Signature]) -> Vec<(Revision, Content)> {
    let mut order: Vec<[u8; 32]> = Vec::new();
    for one in signatures.iter().filter(|one| !one.refused) {
        if !order.contains(&one.content) {
            order.push(one.content);
        }
    }
    let revision = |(place, hash): (usize, &[u8; 32])| {
        let over: Vec<&Signature> = signatures
            .iter()
            .filter(|one| one.content == *hash)
            .collect();
        let content = over.iter().find_map(|one| one.over.clone())?;
        let revision = Revision {
            number: u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1),
            content: hex::encode(hash),
            form: content
                .fields
                .get("form")
                .and_then(Value::text)
                .unwrap_or_default()
                .to_owned(),
            signatures: over
                .iter()
                .filter(|one| !one.refused)
                .map(|one| one.id)
                .collect(),
            complete_at: complete_at(&content, &over),
        };
        Some((revision, content))
    };
    order.iter().enumerate().filter_map(revision).collect()
}

/// When the last one who had to sign did.
fn complete_at(content: &Content, over: &[&Signature]) -> Option<Timestamp> {
    let signed: Vec<_> = over
        .iter()
        .filter(|one| !one.refused)
        .filter_map(|one| Some((one.capacity, one.signer, one.at?)))
        .collect();
    wanted::complete_at(content, &signed)
}

fn signers(content: &Content, hash: Option<[u8; 32]>, signatures: &[Signature]) -> Vec<Signer> {
    let signed = |wanted: &Wanted| {
        let own = signatures.iter().rev().filter(|one| {
            let whose = wanted.capacity == Capacity::Committee || one.signer == wanted.id;
            one.capacity == wanted.capacity && whose
        });
        let own: Vec<&Signature> = own.collect();
        let now = |one: &&&Signature| Some(one.content) == hash;
        if let Some(one) = own.iter().filter(now).find(|one| !one.refused) {
            return Signed::Signed {
                signature: one.id,
                at: one.at,
            };
        }
        if let Some(one) = own.iter().find(now) {
            return Signed::Refused { signature: one.id };
        }
        own.iter()
            .find(|one| !one.refused)
            .map_or(Signed::Missing, |one| {
                let over = one.over.as_ref();
                let changed = over.map_or_else(Vec::new, |over| content.differences(over));
                let was = over.map(|over| changed.iter().map(|path| over.value_at(path)).collect());
                Signed::Cancelled {
                    signature: one.id,
                    was: was.unwrap_or_default(),
                    changed,
                }
            })
    };
    let one_mediator = wanted(content).iter().any(|one| {
        one.capacity == Capacity::Mediator
            && one.needed
            && matches!(signed(one), Signed::Signed { .. })
    });
    wanted(content)
        .into_iter()
        .map(|wanted| {
            let signed = signed(&wanted);
            let others = wanted.capacity == Capacity::Mediator
                && one_mediator
                && !matches!(signed, Signed::Signed { .. });
            Signer {
                capacity: wanted.capacity,
                id: wanted.id,
                name: wanted.name,
                needed: wanted.needed && !others,
                signed,
            }
        })
        .collect()
}
