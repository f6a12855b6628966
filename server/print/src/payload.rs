//! Bytes that travel within the file, and how they are found again without knowing PDF.
//!
//! The attachment is not compressed, so its content stands in the file as it is, wherever that may be:
//! `warmline-payload 1 `, the length in decimal, a space, the SHA-256 in small hexadecimal, a line feed, the bytes, a line
//! feed, `warmline-payload end`, a line feed. The words at both ends tell that there was a payload even when one of them is
//! damaged.

use sha2::{Digest as _, Sha256};

use super::error::RenderError;
use super::limits::MAX_PAYLOAD;
use super::paper::Payload;

const NAME: &[u8] = b"warmline-payload ";
const BEGIN: &[u8] = b"1 ";
const END: &[u8] = b"end\n";
/// More beginnings than this are no honest file; each may cost a hash over [`MAX_PAYLOAD`].
const MOST_FOUND: usize = 16;

/// Why a file yields no payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// There is none in the file.
    #[error("文件中没有附带数据。请确认选择的是本系统生成的 PDF 文件，而不是扫描件或另存的文件。")]
    Missing,
    /// There is one, but not as it was written.
    #[error("文件中的附带数据已损坏或被改动。请重新取得原文件。")]
    Damaged,
    /// There are several that differ.
    #[error("文件中有多份不同的附带数据，无法判断以哪份为准。请分别提交原文件。")]
    Several,
}

/// Finds the payload of a file.
///
/// The file may be anything. That the payload's hash is right says that it is whole, not who made it.
///
/// # Errors
/// [`PayloadError`] tells a file without a payload from one whose payload is damaged, and from one with several different ones.
pub fn find_payload(pdf: &[u8]) -> Result<&[u8], PayloadError> {
    let mut found: Option<&[u8]> = None;
    let mut damaged = false;
    let mut looked_at = 0;
    let mut rest = pdf;
    while let Some(at) = find(rest, NAME) {
        let (_, after) = rest.split_at((at + NAME.len()).min(rest.len()));
        looked_at += 1;
        if looked_at > MOST_FOUND {
            return Err(PayloadError::Several);
        }
        rest = match read(after) {
            Some((bytes, further)) => {
                if found.is_some_and(|other| other != bytes) {
                    return Err(PayloadError::Several);
                }
                found = Some(bytes);
                further
            }
            None => {
                damaged = true;
                after
            }
        };
    }
    match found {
        Some(bytes) => Ok(bytes),
        None if damaged => Err(PayloadError::Damaged),
        None => Err(PayloadError::Missing),
    }
}

/// The content of the attachment.
pub(crate) fn block(bytes: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(bytes.len() + 150);
    for part in [
        NAME,
        BEGIN,
        format!("{} {}\n", bytes.len(), hash(bytes)).as_bytes(),
        bytes,
        b"\n",
        NAME,
        END,
    ] {
        block.extend_from_slice(part);
    }
    block
}

/// Whether the file is read back with the payload of its paper, and none if it has none: pictures go into it as they are.
pub(crate) fn check(pdf: &[u8], payload: Option<&Payload>) -> Result<(), RenderError> {
    let expected = payload.map(|payload| payload.bytes.as_slice());
    match (find_payload(pdf), expected) {
        (Ok(found), Some(expected)) if found == expected => Ok(()),
        (Err(PayloadError::Missing), None) => Ok(()),
        _ => Err(RenderError::ForeignPayload),
    }
}

/// The bytes that are announced here, after the name, and what follows them.
fn read(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(BEGIN)?;
    let digits = text
        .iter()
        .take(20)
        .take_while(|byte| byte.is_ascii_digit());
    let (digits, text) = text.split_at(digits.count());
    let length: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    if length > MAX_PAYLOAD {
        return None;
    }
    let (expected, text) = text.strip_prefix(b" ")?.split_at_checked(64)?;
    let (bytes, further) = text.strip_prefix(b"\n")?.split_at_checked(length)?;
    let further = further
        .strip_prefix(b"\n")?
        .strip_prefix(NAME)?
        .strip_prefix(END)?;
    (hash(bytes).as_bytes() == expected).then_some((bytes, further))
}

fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the first of these words begins.
fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = word.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes.get(from..)?.starts_with(word) {
            return Some(from);
        }
        from += 1;
    }
}
