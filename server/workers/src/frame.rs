//! The pipe between hub and worker: `u32 length, big-endian | tag | payload`.
//!
//! The tag of a job is its kind, the tag of an answer its outcome. The length counts the tag.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Larger frames are a fault of the other side: the largest honest one is a photo of 15 MB.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What the tag of an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The payload is the result.
    Done,
    /// The job panicked.
    Panicked,
    /// The process is up; the payload is its version. Sent once, before any job.
    Ready,
    /// The payload is a code.
    Refused,
}

impl Outcome {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Panicked => 1,
            Self::Ready => 2,
            Self::Refused => 3,
        }
    }

    pub(super) const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Done),
            1 => Some(Self::Panicked),
            2 => Some(Self::Ready),
            3 => Some(Self::Refused),
            _ => None,
        }
    }
}

/// Sends a frame without waiting on anything but the pipe.
pub(super) async fn send(
    tag: u8,
    payload: &[u8],
    pipe: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    pipe.write_all(&head(tag, payload)?).await?;
    pipe.write_all(payload).await?;
    pipe.flush().await
}

/// Reads one frame: tag and payload.
pub(super) async fn receive(pipe: &mut (impl AsyncRead + Unpin)) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    pipe.read_exact(&mut head).await?;
    let (tag, len) = parse_head(head)?;
    let mut payload = vec![0; len];
    pipe.read_exact(&mut payload).await?;
    Ok((tag, payload))
}

/// Sends a frame from the worker's side, which has no runtime.
pub(super) fn send_blocking(tag: u8, payload: &[u8], pipe: &mut impl io::Write) -> io::Result<()> {
    pipe.write_all(&head(tag, payload)?)?;
    pipe.write_all(payload)?;
    pipe.flush()
}

/// Reads one frame into `payload` and gives its tag; `None` when the pipe was closed between frames.
pub(super) fn receive_blocking(
    payload: &mut Vec<u8>,
    pipe: &mut impl io::Read,
) -> io::Result<Option<u8>> {
    let mut head = [0; 5];
    match pipe.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let (tag, len) = parse_head(head)?;
    payload.resize(len, 0);
    pipe.read_exact(payload)?;
    Ok(Some(tag))
}

fn head(tag: u8, payload: &[u8]) -> io::Result<[u8; 5]> {
    if payload.len() > MAX_BYTES {
        return Err(io::Error::other("a frame for a worker is too long"));
    }
    let len = u32::try_from(payload.len() + 1).map_err(io::Error::other)?;
    let [a, b, c, d] = len.to_be_bytes();
    Ok([a, b, c, d, tag])
}

fn parse_head([a, b, c, d, tag]: [u8; 5]) -> io::Result<(u8, usize)> {
    let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).map_err(io::Error::other)?;
    match len.checked_sub(1) {
        Some(len) if len <= MAX_BYTES => Ok((tag, len)),
        _ => Err(io::Error::other("a frame of a worker has no honest length")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_survives_the_pipe() {
        let mut pipe = Vec::new();
        send_blocking(7, b"payload", &mut pipe).unwrap();
        send_blocking(8, b"", &mut pipe).unwrap();
        let mut reader = pipe.as_slice();
        let mut payload = Vec::new();
        assert_eq!(
            receive_blocking(&mut payload, &mut reader).unwrap(),
            Some(7)
        );
        assert_eq!(payload, b"payload");
        assert_eq!(
            receive_blocking(&mut payload, &mut reader).unwrap(),
            Some(8)
        );
        assert_eq!(payload, b"");
        assert_eq!(receive_blocking(&mut payload, &mut reader).unwrap(), None);
    }

    #[tokio::test]
    async fn a_dishonest_length_is_refused_before_memory_is_taken() {
        for head in [[0, 0, 0, 0, 1], [255, 255, 255, 255, 1]] {
            assert!(receive(&mut head.as_slice()).await.is_err());
        }
    }

    #[test]
    fn every_outcome_is_read_back_from_its_code() {
        for outcome in [
            Outcome::Done,
            Outcome::Panicked,
            Outcome::Ready,
            Outcome::Refused,
        ] {
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        }
    }
}
