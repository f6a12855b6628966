//! The three papers of a mediation, from its document.

mod clauses;
mod parts;
mod signing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use photos::{BlobStore, Rendition};
use print::{Block, Foot, Language, Paper, Payload, Photo};
use store::Tx;
use store::documents::DocumentRow;
use sync_core::document::Document;
use sync_core::gate::job::rebuild;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::agreement::{Agreement, find_signed};
use sync_core::kinds::mediation::content::Content;
use sync_core::kinds::mediation::proof::Proof;
use sync_core::record::{Entry, Record};
use sync_core::{Id, MediaHash, Timestamp, hex};

use super::error::PaperError;
use super::moment;
use super::words::Words;

/// Everything that a paper is made of.
pub struct Source {
    /// The document.
    pub id: Id,
    record: Record,
    content: Content,
    /// Number of the version that is printed, counted in the order of the first signatures.
    number: u32,
    complete_at: Option<Timestamp>,
    proof: Option<Proof>,
    photos: Vec<(Entry, Vec<u8>)>,
}

/// Reads a mediation from the log; `None` if there is none.
pub(crate) async fn read(
    tenant: Id,
    doc: Id,
    tx: &mut Tx,
) -> Result<Option<(DocumentRow, Document, Record)>, PaperError> {
    let found = read_any(tenant, doc, tx).await?;
    Ok(found.filter(|(row, ..)| row.kind == Kind::MEDIATION))
}

/// Reads a document of any kind from the log.
pub(crate) async fn read_any(
    tenant: Id,
    doc: Id,
    tx: &mut Tx,
) -> Result<Option<(DocumentRow, Document, Record)>, PaperError> {
    let Some(row) = tx.find_document(tenant, doc).await? else {
        return Ok(None);
    };
    let segments = tx.list_segments(tenant, doc).await?;
    let packed: Vec<_> = segments.iter().map(|one| &one.bytes).collect();
    let document = rebuild(row.kind, &packed).map_err(|_| store::Error::Corrupt {
        table: "segment",
        column: "bytes",
    })?;
    let record = Record::of(&document);
    Ok(Some((row, document, record)))
}

/// Reads what a paper needs: the version that holds, or what stands there now while none does.
///
/// # Errors
/// If there is no such mediation, people disagree on it, or a part of it is still on a phone.
pub async fn load(
    tenants: &[Id],
    doc: Id,
    now: Timestamp,
    blobs: &BlobStore,
    tx: &mut Tx,
) -> Result<Source, PaperError> {
    let mut found = None;
    for tenant in tenants {
        found = found.or(read(*tenant, doc, tx).await?);
    }
    let (row, document, record) = found.ok_or(PaperError::Unknown(doc))?;
    let tenant = row.tenant;
    let agreement = Agreement::of(&document, &record, now);
    let (content, number, complete_at) = match &agreement.holds {
        Some(holds) => {
            let hash = hex::decode(&holds.content).and_then(|hash| hash.try_into().ok());
            let signed = hash.and_then(|hash| find_signed(&document, &record, hash));
            let content = signed.ok_or(PaperError::Unknown(doc))?;
            (content, holds.number, holds.complete_at)
        }
        None => {
            let content = Content::of(&record).map_err(PaperError::Unsettled)?;
            (content, agreement.number, None)
        }
    };
    let mut drawn = BTreeMap::new();
    for entry in record.entries("signatures") {
        if let Some(hash) = media_of(entry, "sealed") {
            let file = blobs.read(tenant, hash, Rendition::Original).await?;
            drawn.extend(file.map(|file| (hash, file.to_vec())));
        }
    }
    let proof = Proof::of(doc, (&content, &record), |hash| drawn.get(&hash).cloned())
        .map_err(PaperError::StillOnAPhone)?;
    let mut photos = Vec::new();
    let mut missing = Vec::new();
    for entry in record
        .entries("photos")
        .iter()
        .filter(|one| !one.is_removed())
    {
        let Some(hash) = media_of(entry, "sha256") else {
            continue;
        };
        // The large small picture stands upright and says nothing of where it was taken.
        match blobs.read(tenant, hash, Rendition::Large).await? {
            Some(file) => photos.push((entry.clone(), file.to_vec())),
            None => missing.push(hash),
        }
    }
    if !missing.is_empty() {
        return Err(PaperError::StillOnAPhone(missing));
    }
    Ok(Source {
        id: doc,
        record,
        content,
        number,
        complete_at,
        proof: (!proof.signatures.is_empty()).then_some(proof),
        photos,
    })
}

/// The paper. `verify` is the address of the page on which anybody can check its hash, without the hash; empty if there is
/// none.
pub fn paper(source: &Source, verify: &str) -> Paper {
    let words = Words::chinese();
    let hash = MediaHash::of(&source.content.bytes()).to_string();
    let form = parts::text(&source.content.fields, "form");
    let title = words.choice("form", form);
    let title = if title.is_empty() {
        words.name("fields.form")
    } else {
        title
    };
    let mut blocks = parts::head(source, &words);
    blocks.extend(clauses::clauses(&source.content, &words));
    blocks.extend(parts::after(source, &words));
    blocks.extend(signing::signatures(source, &words));
    blocks.extend(attached(source, &words));
    Paper {
        foot: Foot {
            name: format!("{title} 第{}版", source.number),
            hash: format!("校验码 {}", grouped(&hash)),
            note: if verify.is_empty() {
                String::new()
            } else {
                format!("扫码核对真伪，或打开 {verify} 输入校验码的前两组。")
            },
            qr: if verify.is_empty() {
                format!("warmline:sha256:{hash}")
            } else {
                format!("{verify}#{hash}")
            },
        },
        number: source
            .record
            .field("number")
            .text()
            .filter(|number| !number.is_empty())
            .map(str::to_owned),
        payload: source.proof.as_ref().map(|proof| Payload {
            name: "proof.cbor".to_owned(),
            bytes: proof.bytes(),
        }),
        title,
        blocks,
        language: Language::Chinese,
    }
}

/// In groups of eight, so that a person can type some of it.
fn grouped(hash: &str) -> String {
    let mut text = String::with_capacity(72);
    for (place, digit) in hash.chars().enumerate() {
        if place > 0 && place % 8 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The photos, each with what it shows and its hash.
fn attached(source: &Source, words: &Words) -> Vec<Block> {
    if source.photos.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::PageBreak, Block::Heading("附件：照片".to_owned())];
    blocks.extend(source.photos.iter().map(|(entry, bytes)| {
        let text = |name: &str| entry.value(name).text().unwrap_or_default().to_owned();
        let at = entry.value("taken_at").time();
        let hash = media_of(entry, "sha256").map(|hash| hash.to_string());
        let parts = [
            words.choice("photo_role", &text("role")),
            text("caption"),
            at.map(moment::minute).unwrap_or_default(),
            text("place"),
            hash.map(|hash| format!("SHA-256 {hash}"))
                .unwrap_or_default(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Block::Photo(Photo {
            bytes: bytes.clone(),
            caption: parts.join("，"),
        })
    }));
    blocks
}

fn media_of(entry: &Entry, register: &str) -> Option<MediaHash> {
    MediaHash::from_slice(entry.value(register).bytes()?)
}
