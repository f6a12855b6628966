//! Documents whole: for a phone that lacks a part of one, whatever the reason.

use serde_bytes::ByteBuf;
use sync_core::protocol::{Changes, Envelope, Frame, encode_frame};
use sync_core::{Id, limits};

use super::author::Author;
use super::parts::Parts;
use super::pull::{FRAME_SEGMENTS, MOST_BYTES};
use store::Tx;

/// Frames with the documents from their beginning, as far as the person sees them and the bytes reach. They move no
/// cursor: what a phone holds already it passes over.
pub(super) async fn whole(
    parts: &Parts,
    author: Author,
    docs: &[Id],
) -> Result<Vec<u8>, store::Error> {
    let tenant = author.tenant;
    let mut docs = docs.to_vec();
    docs.sort_unstable();
    docs.dedup();
    docs.truncate(limits::REQUEST_WHOLE);
    let mut bytes = Vec::new();
    let mut tx = parts.store.read().await?;
    for doc in docs {
        let seen = sees(author, doc, &mut tx).await?;
        let document = tx.find_document(tenant, doc).await?;
        let Some(document) = document.filter(|_| seen) else {
            continue;
        };
        let mut frame = |parts: Vec<(ByteBuf, Id)>| {
            let (segments, writers) = parts.into_iter().unzip();
            let changes = Changes {
                doc,
                kind: document.kind,
                ticket: document.ticket,
                segments,
                writers,
            };
            bytes.extend(encode_frame(&Envelope {
                cursor: None,
                frame: Frame::Changes(changes),
            }));
        };
        let (mut segments, mut room) = (Vec::new(), FRAME_SEGMENTS);
        for segment in tx.list_segments(tenant, doc).await? {
            if segment.bytes.len() > room && !segments.is_empty() {
                frame(std::mem::take(&mut segments));
                room = FRAME_SEGMENTS;
            }
            room = room.saturating_sub(segment.bytes.len());
            segments.push((ByteBuf::from(segment.bytes), segment.person));
        }
        if !segments.is_empty() {
            frame(segments);
        }
        if bytes.len() > MOST_BYTES {
            break;
        }
    }
    Ok(bytes)
}

/// Whether the phone's person sees the document.
async fn sees(author: Author, doc: Id, tx: &mut Tx) -> Result<bool, store::Error> {
    let Author { tenant, person, .. } = author;
    if author.role.is_representative() {
        return Ok(!tx.list_followed(tenant, person, &[doc]).await?.is_empty());
    }
    let links = tx.list_document_links(tenant, &[doc]).await?;
    let tickets: Vec<Id> = links.into_iter().map(|(_, ticket)| ticket).collect();
    let seen = tx.list_seen_tickets(tenant, person, &tickets).await?;
    Ok(!seen.is_empty())
}
