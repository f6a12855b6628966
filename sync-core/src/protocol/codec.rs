//! Bytes of messages and frames: `length u32 BE | flags u8 | CBOR`, flag 1 = the CBOR is deflated.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::message::{Envelope, Frame};
use crate::limits;

const DEFLATED: u8 = 1;
/// Below this a compressed frame saves less than it costs.
const WORTH_DEFLATING: usize = 512;

/// The bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not CBOR, or not of this form.
    #[error("not a well-formed message: {0}")]
    Malformed(String),
    /// Over [`limits::FRAME_BYTES`] after decompression.
    #[error("the message is over its size limit")]
    TooLarge,
}

/// Writes a message as CBOR.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // The messages hold nothing that CBOR cannot say, and a Vec takes all that is written.
    minicbor_serde::to_vec(message).unwrap_or_default()
}

/// Reads a message from CBOR.
///
/// # Errors
/// [`DecodeError::Malformed`] with the decoder's word on it.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    minicbor_serde::from_slice(bytes).map_err(|error| DecodeError::Malformed(error.to_string()))
}

/// Writes a frame with its length in front.
pub fn encode_frame(envelope: &Envelope) -> Vec<u8> {
    let plain = encode(envelope);
    let worth = plain.len() > WORTH_DEFLATING && dense(&envelope.frame, &plain) * 2 < plain.len();
    let (flags, body) = if worth {
        (DEFLATED, deflate(&plain))
    } else {
        (0, plain)
    };
    let length = u32::try_from(body.len() + 1).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(body.len() + 5);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.push(flags);
    bytes.extend_from_slice(&body);
    bytes
}

/// Bytes of a frame that deflating would not make fewer: segments are compressed already, and hashes are as good as
/// random.
fn dense(frame: &Frame, plain: &[u8]) -> usize {
    match frame {
        Frame::Changes(_) => plain.len(),
        Frame::Receipts(receipts) => receipts
            .iter()
            .map(|one| one.received.len() + one.duplicate.len() + one.waiting.len())
            .sum(),
        Frame::Verdicts(verdicts) => verdicts.iter().map(|one| one.hashes.len()).sum(),
        Frame::Scope(_)
        | Frame::Tickets(_)
        | Frame::Visits(_)
        | Frame::Reference(_)
        | Frame::Resync { .. }
        | Frame::End(_)
        | Frame::Poke => 0,
    }
}

/// Reads a frame without its length.
///
/// # Errors
/// If the bytes are no frame or too large.
pub fn decode_frame(bytes: &[u8]) -> Result<Envelope, DecodeError> {
    match bytes.split_first() {
        Some((0, body)) => decode(body),
        Some((&DEFLATED, body)) => decode(&inflate(body)?),
        _ => Err(DecodeError::Malformed("unknown flags".to_owned())),
    }
}

/// Cuts a stream of bytes into frames.
#[derive(Debug, Default)]
pub struct Frames {
    held: Vec<u8>,
}

impl Frames {
    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next whole frame, without its length.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] if the stream announces a frame over the limit.
    pub fn next_frame(&mut self) -> Result<Option<Vec<u8>>, DecodeError> {
        loop {
            let Some((length, rest)) = self.held.split_first_chunk::<4>() else {
                return Ok(None);
            };
            let length = u32::from_be_bytes(*length) as usize;
            if length > limits::FRAME_BYTES {
                return Err(DecodeError::TooLarge);
            }
            let Some(frame) = rest.get(..length) else {
                return Ok(None);
            };
            let frame = frame.to_vec();
            self.held.drain(..length + 4);
            // One without content says that the line is alive.
            if !frame.is_empty() {
                return Ok(Some(frame));
            }
        }
    }
}

/// A frame without content.
pub const SIGN_OF_LIFE: [u8; 4] = [0; 4];

fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(3));
    // Writing to a Vec cannot fail.
    encoder
        .write_all(plain)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

fn inflate(body: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut plain = Vec::new();
    let cap = limits::FRAME_BYTES as u64 + 1;
    let read = DeflateDecoder::new(body).take(cap).read_to_end(&mut plain);
    read.map_err(|error| DecodeError::Malformed(error.to_string()))?;
    if plain.len() > limits::FRAME_BYTES {
        Err(DecodeError::TooLarge)
    } else {
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{End, Frame};
    use crate::time::Timestamp;
    use serde_bytes::ByteBuf;

    fn end() -> Envelope {
        let end = End {
            more: false,
            server_time: Timestamp::from_millis(5),
            timeline: ByteBuf::from([1]),
            min_client: "0.1.0".repeat(200),
            secured_until: Some(Timestamp::from_millis(1)),
            released_until: None,
        };
        Envelope {
            cursor: Some(ByteBuf::from([7])),
            frame: Frame::End(end),
        }
    }

    #[test]
    fn a_frame_is_read_back_from_a_stream_that_comes_byte_by_byte() {
        let bytes = [
            encode_frame(&end()),
            encode_frame(&Envelope {
                cursor: None,
                frame: Frame::Poke,
            }),
        ]
        .concat();
        let (mut frames, mut seen) = (Frames::default(), Vec::new());
        for byte in [&bytes[..], &SIGN_OF_LIFE].concat() {
            frames.push(&[byte]);
            while let Some(frame) = frames.next_frame().unwrap() {
                seen.push(decode_frame(&frame).unwrap());
            }
        }
        assert_eq!(
            seen,
            [
                end(),
                Envelope {
                    cursor: None,
                    frame: Frame::Poke
                }
            ]
        );
    }

    #[test]
    fn bytes_that_are_no_frame_are_refused() {
        assert!(decode_frame(&[]).is_err());
        assert!(decode_frame(&[9, 1, 2]).is_err());
        assert!(decode_frame(&[0, 0xff]).is_err());
        let mut frames = Frames::default();
        frames.push(&[0xff; 8]);
        assert_eq!(frames.next_frame(), Err(DecodeError::TooLarge));
    }
}
