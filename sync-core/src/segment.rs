//! A segment: several changes of one document, packed.
//!
//! The unit of push, log and pull: bytes are packed once on the phone, stored as they came and served as
//! they are stored. Layout before DEFLATE, per change: `flags u8`, `length uLEB`, then the chunk without its
//! magic, its checksum and, with flag 1, without its first 33 bytes of body when those say "one parent: the
//! change before this one in the segment". Magic and checksum are recomputed, the parent is restored, so
//! unpacking yields the very bytes that were packed. Hashes do not compress; leaving them out halves a visit.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};

use crate::limits;
use crate::protocol::short;
use crate::reason::Reason;
use crate::threshold::name_of;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const ON_PREVIOUS: u8 = 1;
const WHOLE: u8 = 2;
const MALFORMED: Reason = Reason::SegmentMalformed;

/// Packs change chunks, in the order given.
pub fn pack<B: AsRef<[u8]>>(changes: &[B]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut previous: Option<[u8; 32]> = None;
    for change in changes {
        let change = change.as_ref();
        let Some((body, hash)) = split(change) else {
            plain.push(WHOLE);
            write_length(&mut plain, change.len());
            plain.extend_from_slice(change);
            previous = None;
            continue;
        };
        let short = previous.and_then(|parent| {
            body.strip_prefix(&[1])
                .and_then(|rest| rest.strip_prefix(&parent))
        });
        plain.push(if short.is_some() { ON_PREVIOUS } else { 0 });
        let content = short.unwrap_or(body);
        write_length(&mut plain, content.len());
        plain.extend_from_slice(content);
        previous = Some(hash);
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    // Writing to a Vec cannot fail; the error type is the writer's.
    encoder
        .write_all(&plain)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

/// Unpacks a segment into its change chunks.
///
/// # Errors
/// [`Reason::SegmentMalformed`] if the bytes are no segment or exceed the limits of one.
pub fn unpack(segment: &[u8]) -> Result<Vec<Vec<u8>>, Reason> {
    let changes = unpack_named(segment, &mut { usize::MAX }).unwrap_or(Err(MALFORMED))?;
    Ok(changes.into_iter().map(|(change, _)| change).collect())
}

/// The segment unpacks to more than there was room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the segment unpacks to more than there is room for")]
pub struct NoRoom;

/// A chunk and the change's hash, which it is named by.
pub type Named = (Vec<u8>, [u8; 32]);

/// The same with the changes' hashes, where many segments share `room`, in unpacked bytes. What was unpacked is taken from
/// it, of a malformed segment too: that is what it cost.
///
/// # Errors
/// [`NoRoom`] when it is used up; the inner one as [`unpack`].
pub fn unpack_within(
    segment: &[u8],
    room: &mut usize,
) -> Result<Result<Vec<Named>, Reason>, NoRoom> {
    unpack_named(segment, room)
}

/// Short hashes of the changes in a segment, in a row.
///
/// # Errors
/// As [`unpack`].
pub fn short_hashes(segment: &[u8]) -> Result<Vec<u8>, Reason> {
    let changes = unpack_named(segment, &mut { usize::MAX }).unwrap_or(Err(MALFORMED))?;
    Ok(changes.iter().flat_map(|(_, hash)| short(hash)).collect())
}

/// Names of the changes in a segment: their whole hashes.
///
/// # Errors
/// As [`unpack`].
pub fn names(segment: &[u8]) -> Result<Vec<[u8; 32]>, Reason> {
    let changes = unpack_named(segment, &mut { usize::MAX }).unwrap_or(Err(MALFORMED))?;
    Ok(changes.into_iter().map(|(_, hash)| hash).collect())
}

fn unpack_named(segment: &[u8], room: &mut usize) -> Result<Result<Vec<Named>, Reason>, NoRoom> {
    let most = limits::SEGMENT_BYTES.min(*room);
    let mut plain = Vec::with_capacity(segment.len().saturating_mul(4).min(most));
    let mut decoder = DeflateDecoder::new(segment).take(most as u64 + 1);
    let read = decoder.read_to_end(&mut plain);
    let is_over = plain.len() > *room;
    *room = room.saturating_sub(plain.len());
    if is_over {
        return Err(NoRoom);
    }
    // Bytes behind the end would be stored and served for nothing.
    let used = decoder.get_ref().total_in();
    if read.is_err() || plain.len() > limits::SEGMENT_BYTES || used != segment.len() as u64 {
        return Ok(Err(MALFORMED));
    }
    Ok(cut(&plain))
}

/// Cuts an inflated segment into its changes.
fn cut(plain: &[u8]) -> Result<Vec<Named>, Reason> {
    let mut rest = plain;
    let mut changes = Vec::new();
    let mut previous: Option<[u8; 32]> = None;
    while let Some((flags, after)) = rest.split_first() {
        let (length, after) = read_length(after).ok_or(Reason::SegmentMalformed)?;
        let (content, after) = after
            .split_at_checked(length)
            .ok_or(Reason::SegmentMalformed)?;
        let parent = match *flags {
            0 | WHOLE => None,
            ON_PREVIOUS => Some(previous.ok_or(Reason::SegmentMalformed)?),
            _ => return Err(Reason::SegmentMalformed),
        };
        if *flags == WHOLE {
            previous = None;
            changes.push((content.to_vec(), name_of(content)));
        } else {
            let (change, hash) = assemble(parent, content);
            previous = Some(hash);
            changes.push((change, hash));
        }
        if changes.len() > limits::SEGMENT_CHANGES {
            return Err(Reason::SegmentMalformed);
        }
        rest = after;
    }
    Ok(changes)
}

/// The body of a plain change chunk and the change's hash.
fn split(chunk: &[u8]) -> Option<(&[u8], [u8; 32])> {
    let hashed = chunk.strip_prefix(&MAGIC)?.get(4..)?;
    let hash: [u8; 32] = Sha256::digest(hashed).into();
    let (length, body) = read_length(hashed.strip_prefix(&[1])?)?;
    // Only what `assemble` would write again can be left out: shortest length, right checksum.
    let whole = assemble(None, body).0 == chunk;
    (whole && length == body.len()).then_some((body, hash))
}

fn assemble(parent: Option<[u8; 32]>, content: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let body_length = content.len() + if parent.is_some() { 33 } else { 0 };
    let mut chunk = Vec::with_capacity(body_length + 14);
    chunk.extend_from_slice(&MAGIC);
    chunk.extend_from_slice(&[0; 4]);
    chunk.push(1);
    write_length(&mut chunk, body_length);
    if let Some(parent) = parent {
        chunk.push(1);
        chunk.extend_from_slice(&parent);
    }
    chunk.extend_from_slice(content);
    let hash: [u8; 32] = Sha256::digest(chunk.get(8..).unwrap_or_default()).into();
    chunk
        .iter_mut()
        .skip(4)
        .zip(hash.iter().take(4))
        .for_each(|(to, from)| *to = *from);
    (chunk, hash)
}

fn write_length(out: &mut Vec<u8>, mut length: usize) {
    while length > 0x7f {
        out.push(u8::try_from(length & 0x7f).unwrap_or(0) | 0x80);
        length >>= 7;
    }
    out.push(u8::try_from(length).unwrap_or(0));
}

fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0usize;
    for (place, byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (place * 7);
        if byte & 0x80 == 0 {
            return Some((length, bytes.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(body: &[u8]) -> Vec<u8> {
        assemble(None, body).0
    }

    fn on(parent: &[u8], body: &[u8]) -> Vec<u8> {
        let hash: [u8; 32] = Sha256::digest(&parent[8..]).into();
        chunk(&[&[1][..], &hash, body].concat())
    }

    #[test]
    fn what_is_packed_is_unpacked_to_the_very_bytes() {
        let first = chunk(b"one change");
        let second = on(&first, b"built on it");
        let stranger = chunk(&[1; 40]);
        let garbage = b"no chunk at all".to_vec();
        let changes = vec![first, second, garbage, stranger, vec![]];
        let packed = pack(&changes);
        let names: Vec<u8> = changes
            .iter()
            .flat_map(|change| short(&name_of(change)))
            .collect();
        assert_eq!(short_hashes(&packed), Ok(names));
        assert_eq!(unpack(&packed), Ok(changes));
    }

    #[test]
    fn a_parent_that_is_the_change_before_is_left_out() {
        let first = chunk(&[3; 50]);
        let second = on(&first, &[4; 50]);
        assert!(pack(&[&first, &second]).len() < pack(&[&first]).len() + 30);
    }

    #[test]
    fn a_small_segment_that_unpacks_to_gigabytes_is_refused() {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
        encoder.write_all(&vec![0; 64 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 100_000);
        assert_eq!(unpack(&bomb), Err(Reason::SegmentMalformed));
    }

    #[test]
    fn segments_that_share_room_use_it_up() {
        let packed = pack(&[chunk(&[7; 50_000])]);
        let mut room = 120_000;
        for left in [69_000, 19_000] {
            let unpacked = unpack_within(&packed, &mut room).unwrap();
            let changes = unpacked.map(|all| all.into_iter().map(|(change, _)| change).collect());
            assert_eq!(changes, unpack(&packed));
            assert!((left..left + 1_000).contains(&room), "{room}");
        }
        assert_eq!(unpack_within(&packed, &mut room), Err(NoRoom));
        assert_eq!(room, 0);
        // What is malformed costs what it unpacked to.
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
        encoder.write_all(&[9; 30_000]).unwrap();
        let malformed = encoder.finish().unwrap();
        let mut room = 50_000;
        assert_eq!(unpack_within(&malformed, &mut room), Ok(Err(MALFORMED)));
        assert_eq!(room, 20_000);
    }

    #[test]
    fn bytes_that_are_no_segment_are_refused() {
        let good = pack(&[chunk(b"x")]);
        let longer = [&good[..], b"more"].concat();
        for bytes in [b"\xff\xff", &b"hello"[..], b"", &good[..3], &longer] {
            assert_eq!(unpack(bytes), Err(Reason::SegmentMalformed), "{bytes:?}");
        }
    }
}
