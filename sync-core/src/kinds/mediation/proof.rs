//! What a printed paper carries with it, so that anybody can check years later that not a byte changed: the content,
//! and who signed it with what they drew.
//!
//! A proof stands for itself: it shows that these people signed these words. Whether they did so at this office only
//! the office's own log can tell; [`Proof::compare`] asks it.

use super::agreement::Agreement;
use super::cbor::Cbor;
use super::content::{ALGORITHM, Content};
use super::sealed::Sealed;
use super::wanted::{Capacity, complete_at};
use crate::hex;
use crate::ids::{Id, MediaHash};
use crate::limits;
use crate::record::{Entry, Record};
use crate::time::Timestamp;

/// Most bytes of a proof: 200 signatures, and the longest paper.
pub const BYTES: usize = 16 * 1024 * 1024;

/// One signature over the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The entry in `signatures`.
    pub id: Id,
    /// As whom.
    pub capacity: Capacity,
    /// The party or mediator.
    pub signer: Id,
    /// `glass`, `paper` or `seal`.
    pub method: String,
    /// By the clock of the phone.
    pub at: Timestamp,
    /// Hash of what was drawn, or of the photographed paper.
    pub evidence: MediaHash,
    /// What was drawn; a photo is printed, not carried.
    pub sealed: Option<Vec<u8>>,
}

/// A version of a mediation and its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The document.
    pub document: Id,
    /// The signed bytes.
    pub content: Vec<u8>,
    /// Its signatures by their ids.
    pub signatures: Vec<Proven>,
}

/// What a proof shows by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Hash of the content.
    pub hash: [u8; 32],
    /// When the last of those who had to sign it did; nothing while one is missing.
    pub complete_at: Option<Timestamp>,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not the one form of a proof.
    #[error("proof_malformed")]
    Malformed,
    /// The content is not the one form of a content.
    #[error("content_malformed")]
    Content,
    /// What was drawn is not what the signature names.
    #[error("drawing_changed")]
    Drawing,
    /// What was drawn belongs to another document, another content or another person.
    #[error("drawing_of_something_else")]
    DrawingOfSomethingElse,
}

/// What the office's own record says to a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The version holds.
    Holds,
    /// It was signed by all; a later version holds now.
    Superseded,
    /// Not all have signed it.
    Incomplete,
    /// Nobody has signed such a content in this document.
    ContentUnknown,
    /// A signature of the proof is not in the record, or is another there.
    SignatureUnknown(Id),
}

impl Proof {
    /// The proof of a version. `sealed` gives what was drawn by its hash, where it is here.
    ///
    /// # Errors
    /// The hashes of drawings that are still on a phone.
    pub fn of(
        document: Id,
        (content, record): (&Content, &Record),
        mut sealed: impl FnMut(MediaHash) -> Option<Vec<u8>>,
    ) -> Result<Self, Vec<MediaHash>> {
        let hash = content.hash();
        let over = record.entries("signatures").iter().filter(|entry| {
            entry.value("content").bytes() == Some(hash.as_slice())
                && entry.value("method").text() != Some("refused")
        });
        let mut missing = Vec::new();
        let mut signatures: Vec<Proven> = over
            .filter_map(|entry| proven(entry, record))
            .map(|one| {
                let drawn = (one.method == "glass").then(|| sealed(one.evidence));
                if drawn == Some(None) {
                    missing.push(one.evidence);
                }
                Proven {
                    sealed: drawn.flatten(),
                    ..one
                }
            })
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        signatures.sort_by_key(|one| one.id);
        Ok(Self {
            document,
            content: content.bytes(),
            signatures,
        })
    }

    /// The one form in bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let text = |text: &str| Cbor::Text(text.to_owned());
        let signatures = self.signatures.iter().map(|one| {
            let mut map = vec![
                ("id", text(&one.id.to_string())),
                ("capacity", text(one.capacity.as_str())),
                ("signer", text(&one.signer.to_string())),
                ("method", text(&one.method)),
                ("at", Cbor::Int(one.at.millis())),
                ("evidence", Cbor::Bytes(one.evidence.bytes().to_vec())),
            ];
            map.extend(
                one.sealed
                    .iter()
                    .map(|drawn| ("sealed", Cbor::Bytes(drawn.clone()))),
            );
            named(map)
        });
        named(vec![
            ("v", Cbor::Int(1)),
            ("kind", text("mediation-proof")),
            ("algorithm", text(ALGORITHM)),
            ("document", text(&self.document.to_string())),
            ("content", Cbor::Bytes(self.content.clone())),
            ("signatures", Cbor::Array(signatures.collect())),
        ])
        .bytes()
    }

    /// Reads a proof back.
    ///
    /// # Errors
    /// For anything but the one form.
    pub fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let proof = (bytes.len() <= BYTES)
            .then(|| Cbor::read(bytes))
            .flatten()
            .and_then(|map| Self::parse(&map))
            .ok_or(Broken::Malformed)?;
        // Whatever is said in another form, or beside it, is not said.
        (proof.bytes() == bytes)
            .then_some(proof)
            .ok_or(Broken::Malformed)
    }

    fn parse(map: &Cbor) -> Option<Self> {
        let Cbor::Array(list) = map.find("signatures")? else {
            return None;
        };
        if list.len() > limits::COLLECTION_ENTRIES_MERGED {
            return None;
        }
        let signature = |one: &Cbor| {
            Some(Proven {
                id: one.id("id")?,
                capacity: Capacity::parse(one.text("capacity")?)?,
                signer: one.id("signer")?,
                method: one.text("method")?.to_owned(),
                at: Timestamp::from_millis(one.int("at")?),
                evidence: MediaHash::from_slice(one.data("evidence")?)?,
                sealed: one.data("sealed").map(<[u8]>::to_vec),
            })
        };
        Some(Self {
            document: map.id("document")?,
            content: map.data("content")?.to_vec(),
            signatures: list.iter().map(signature).collect::<Option<_>>()?,
        })
    }

    /// What the proof shows by itself.
    ///
    /// # Errors
    /// The first thing in it that does not fit together.
    pub fn check(&self) -> Result<Shown, Broken> {
        let content = Content::read(&self.content).ok_or(Broken::Content)?;
        let hash = content.hash();
        for one in &self.signatures {
            match &one.sealed {
                Some(drawn) => self.check_drawing(one, drawn, hash)?,
                None if one.method == "glass" => return Err(Broken::Drawing),
                None => {}
            }
        }
        let signed: Vec<_> = self
            .signatures
            .iter()
            .map(|one| (one.capacity, Some(one.signer), one.at))
            .collect();
        Ok(Shown {
            hash,
            complete_at: complete_at(&content, &signed),
        })
    }

    fn check_drawing(&self, one: &Proven, drawn: &[u8], hash: [u8; 32]) -> Result<(), Broken> {
        if MediaHash::of(drawn) != one.evidence {
            return Err(Broken::Drawing);
        }
        let sealed = Sealed::read(drawn).map_err(|_| Broken::Drawing)?;
        let fits = sealed.document == self.document
            && sealed.content == hex::encode(&hash)
            && sealed.algorithm == ALGORITHM
            && sealed.signer == one.signer
            && sealed.capacity() == Some(one.capacity);
        fits.then_some(()).ok_or(Broken::DrawingOfSomethingElse)
    }

    /// Holds a proof against the office's own record of its document.
    pub fn compare(&self, agreement: &Agreement, record: &Record) -> Compared {
        let hash = MediaHash::of(&self.content).to_string();
        let revision = agreement.revisions.iter().find(|one| one.content == hash);
        let Some(revision) = revision else {
            return Compared::ContentUnknown;
        };
        for one in &self.signatures {
            let known = record
                .entries("signatures")
                .iter()
                .find(|entry| entry.id == one.id);
            let same = known.and_then(|entry| proven(entry, record));
            let same = same.is_some_and(|same| {
                Proven {
                    sealed: one.sealed.clone(),
                    ..same
                } == *one
            });
            if !same || !revision.signatures.contains(&one.id) {
                return Compared::SignatureUnknown(one.id);
            }
        }
        if revision.complete_at.is_none() {
            Compared::Incomplete
        } else if agreement.holds.as_ref() == Some(revision) {
            Compared::Holds
        } else {
            Compared::Superseded
        }
    }
}

fn proven(entry: &Entry, record: &Record) -> Option<Proven> {
    let text = |name: &str| entry.value(name).text();
    let drawn = || {
        entry
            .value("sealed")
            .bytes()
            .and_then(MediaHash::from_slice)
    };
    let photographed = || {
        let photo = text("photo").and_then(Id::parse)?;
        let mut photos = record.entries("photos").iter();
        let photo = photos.find(|one| one.id == photo)?;
        photo
            .value("sha256")
            .bytes()
            .and_then(MediaHash::from_slice)
    };
    Some(Proven {
        id: entry.id,
        capacity: Capacity::parse(text("capacity")?)?,
        signer: text("signer").and_then(Id::parse)?,
        method: text("method")?.to_owned(),
        at: entry.value("at").time()?,
        evidence: drawn().or_else(photographed)?,
        sealed: None,
    })
}

fn named(map: Vec<(&str, Cbor)>) -> Cbor {
    Cbor::Map(
        map.into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}
