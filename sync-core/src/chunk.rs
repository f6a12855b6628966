//! Bounded look at a change chunk before anything expands it.
//!
//! A change stores its operations in run-length encoded columns: a chunk of 60 bytes can claim 2^24
//! operations, and the document engine would build them all. [`scan`] walks the headers of the runs, never
//! their content, so its cost is bounded by the bytes received.

use sha2::{Digest, Sha256};

use crate::limits;
use crate::reason::Reason;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;

/// What a change says of itself. The operations are not looked at: only the gate does that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkHeader {
    /// SHA-256 over the chunk without magic and checksum: the change's name.
    pub hash: [u8; 32],
    /// Hashes of the changes that this one builds on.
    pub deps: Vec<[u8; 32]>,
    /// The replica that made the change.
    pub actor: [u8; 16],
    /// 1 for the actor's first change of the document, then 2, 3, ...
    pub seq: u64,
    /// Counter of the first operation.
    pub start_op: u64,
    /// Seconds since 1970 by the phone's clock; display only.
    pub time: i64,
    /// The gesture, as `visit.arrive`; empty if none.
    pub message: String,
    /// Operations in the change.
    pub operations: u64,
}

impl ChunkHeader {
    /// Counter of the last operation.
    pub const fn max_op(&self) -> u64 {
        self.start_op
            .saturating_add(self.operations)
            .saturating_sub(1)
    }
}

/// Ends the message of a change whose phone did not believe its own clock.
pub(crate) const DOUBTED: char = '~';

/// The gesture that a change's message names, as `visit.outcome`, and whether its phone only estimated the time.
pub fn gesture(message: &str) -> (&str, bool) {
    let gesture = message.strip_suffix(DOUBTED);
    (gesture.unwrap_or(message), gesture.is_some())
}

/// Whether a change may say that it was made then, in seconds: 1970 to 2099. Times before or far ahead overflow the
/// engine's delta columns later.
pub(crate) const fn is_possible(time: i64) -> bool {
    0 <= time && time < 4_102_444_800
}

/// Length in bytes of the chunk at the start of `bytes`, from its header alone.
///
/// # Errors
/// [`Reason::ChunkMalformed`] if there is no whole change header.
pub fn length(bytes: &[u8]) -> Result<usize, Reason> {
    let mut reader = Reader::new(bytes);
    reader.take(9)?;
    let body = reader.length()?;
    let start = bytes.len() - reader.rest.len();
    start.checked_add(body).ok_or(Reason::ChunkMalformed)
}

/// Checks one change chunk and reads its header.
///
/// # Errors
/// The reason why the chunk may not enter: not a plain change, wrong checksum, over a limit, malformed.
pub fn scan(bytes: &[u8]) -> Result<ChunkHeader, Reason> {
    scan_with(bytes, |hashed| Sha256::digest(hashed).into())
}

/// The same for a chunk whose hash was computed as it was unpacked: SHA-256 over all but its first eight bytes.
///
/// # Errors
/// As [`scan`].
pub fn scan_hashed(bytes: &[u8], hash: [u8; 32]) -> Result<ChunkHeader, Reason> {
    scan_with(bytes, |_| hash)
}

fn scan_with(bytes: &[u8], hash_of: impl FnOnce(&[u8]) -> [u8; 32]) -> Result<ChunkHeader, Reason> {
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(Reason::ChangeTooLarge);
    }
    let mut reader = Reader::new(bytes);
    if reader.take(4)? != MAGIC {
        return Err(Reason::ChunkMalformed);
    }
    let checksum = reader.take(4)?;
    let hashed = reader.rest;
    if reader.byte()? != CHANGE {
        return Err(Reason::ChunkTypeRefused);
    }
    if reader.length()? != reader.rest.len() {
        return Err(Reason::ChunkMalformed);
    }
    let hash = hash_of(hashed);
    if !hash.starts_with(checksum) {
        return Err(Reason::ChecksumWrong);
    }
    let header = read_header(&mut reader, hash)?;
    Ok(header)
}

fn read_header(reader: &mut Reader<'_>, hash: [u8; 32]) -> Result<ChunkHeader, Reason> {
    let count = reader.unsigned()?;
    if count > limits::CHANGE_DEPS {
        return Err(Reason::TooManyOperations);
    }
    let mut deps = Vec::new();
    for _ in 0..count {
        deps.push(reader.array::<32>()?);
    }
    let mut unique = deps.clone();
    unique.sort_unstable();
    unique.dedup();
    if unique.len() != deps.len() {
        return Err(Reason::EncodingNotCanonical);
    }
    let actor = reader.actor()?;
    let seq = reader.unsigned()?;
    let start_op = reader.unsigned()?;
    let time = reader.signed()?;
    let message_bytes = reader.unsigned()?;
    if message_bytes > limits::MESSAGE_BYTES {
        return Err(Reason::ChunkMalformed);
    }
    let message = reader.take_u64(message_bytes)?;
    let message = String::from_utf8(message.to_vec()).map_err(|_| Reason::ChunkMalformed)?;
    let actors = reader.unsigned()?;
    if actors > limits::CHANGE_ACTORS {
        return Err(Reason::TooManyOperations);
    }
    for _ in 0..actors {
        reader.actor()?;
    }
    let operations = scan_columns(reader)?;
    // Anything behind the columns would be a self-asserted author or an extension that we do not know.
    if !reader.rest.is_empty() || seq == 0 || start_op == 0 {
        return Err(Reason::ChunkMalformed);
    }
    if operations == 0 || operations > limits::CHANGE_OPERATIONS {
        return Err(Reason::TooManyOperations);
    }
    let header = ChunkHeader {
        hash,
        deps,
        actor,
        seq,
        start_op,
        time,
        message,
        operations,
    };
    if header.max_op() >= limits::OPERATION_COUNTER {
        return Err(Reason::OperationCounterTooLarge);
    }
    if !is_possible(time) {
        return Err(Reason::TimeImpossible);
    }
    Ok(header)
}

/// The kinds of column, the low three bits of a column's specification.
mod column {
    pub(super) const GROUP: u64 = 0;
    pub(super) const DELTA: u64 = 3;
    pub(super) const BOOLEAN: u64 = 4;
    pub(super) const STRING: u64 = 5;
    pub(super) const VALUE: u64 = 7;
    pub(super) const DEFLATED: u64 = 8;
    /// Specification of the action column: one item per operation.
    pub(super) const ACTION: u64 = (4 << 4) | 2;
    /// The columns of an operation that our documents use: container, key, insertion, action, value and what is
    /// replaced. Marks of rich text, and what a later engine may add, are not among them.
    pub(super) const USED: [u64; 12] = [
        0x01, 0x02, 0x11, 0x13, 0x15, 0x34, ACTION, 0x56, 0x57, 0x70, 0x71, 0x73,
    ];
}

/// Counts the items of every column; answers the number of operations.
fn scan_columns(reader: &mut Reader<'_>) -> Result<u64, Reason> {
    let count = reader.unsigned()?;
    if count > 32 {
        return Err(Reason::ChunkMalformed);
    }
    let mut columns: Vec<(u64, usize)> = Vec::new();
    for _ in 0..count {
        let specification = reader.unsigned()?;
        if specification & column::DEFLATED != 0 {
            return Err(Reason::ChunkTypeRefused);
        }
        let in_order = columns.last().is_none_or(|(last, _)| *last < specification);
        if !in_order || !column::USED.contains(&specification) {
            return Err(Reason::EncodingNotCanonical);
        }
        columns.push((specification, reader.length()?));
    }
    let (mut items, mut operations) = (0u64, 0);
    for (specification, length) in columns {
        let content = reader.take(length)?;
        let counted = match specification & 7 {
            column::VALUE => 0,
            column::BOOLEAN => count_booleans(content)?,
            kind => count_runs(content, kind)?,
        };
        items = items.saturating_add(counted);
        if items > limits::CHANGE_ITEMS {
            return Err(Reason::TooManyOperations);
        }
        if specification == column::ACTION {
            operations = counted;
        }
    }
    Ok(operations)
}

fn count_booleans(content: &[u8]) -> Result<u64, Reason> {
    let mut reader = Reader::new(content);
    let mut items = 0u64;
    while !reader.rest.is_empty() {
        items = items.saturating_add(reader.unsigned()?);
    }
    Ok(items)
}

/// Items of a run-length encoded column. A group column also counts the items that it announces in the
/// columns behind it, so a single operation with 2^22 predecessors is seen here.
fn count_runs(content: &[u8], kind: u64) -> Result<u64, Reason> {
    let mut reader = Reader::new(content);
    let mut items = 0u64;
    while !reader.rest.is_empty() {
        let run = reader.signed()?;
        let repeats = run.unsigned_abs();
        if run == 0 {
            items = items.saturating_add(reader.unsigned()?);
        } else if run > 0 {
            let announced = reader.skip_value(kind)?;
            items = items.saturating_add(repeats.saturating_mul(announced.saturating_add(1)));
        } else {
            if repeats > limits::CHANGE_ITEMS {
                return Err(Reason::TooManyOperations);
            }
            for _ in 0..repeats {
                items = items.saturating_add(reader.skip_value(kind)?.saturating_add(1));
            }
        }
        if items > limits::CHANGE_ITEMS {
            return Err(Reason::TooManyOperations);
        }
    }
    Ok(items)
}

/// Reads from the front of a slice; every method fails instead of reading past the end.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Reason> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Reason::ChunkMalformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_u64(&mut self, length: u64) -> Result<&'a [u8], Reason> {
        self.take(usize::try_from(length).map_err(|_| Reason::ChunkMalformed)?)
    }

    fn byte(&mut self) -> Result<u8, Reason> {
        let (byte, rest) = self.rest.split_first().ok_or(Reason::ChunkMalformed)?;
        self.rest = rest;
        Ok(*byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        self.take(N)?.try_into().map_err(|_| Reason::ChunkMalformed)
    }

    fn length(&mut self) -> Result<usize, Reason> {
        usize::try_from(self.unsigned()?).map_err(|_| Reason::ChunkMalformed)
    }

    /// An actor: our replicas always use 16 bytes.
    fn actor(&mut self) -> Result<[u8; 16], Reason> {
        if self.unsigned()? != 16 {
            return Err(Reason::ChunkMalformed);
        }
        self.array::<16>()
    }

    /// Unsigned LEB128 of at most 64 bits, in its shortest form.
    fn unsigned(&mut self) -> Result<u64, Reason> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(Reason::ChunkMalformed);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return if byte == 0 && shift > 0 {
                    Err(Reason::EncodingNotCanonical)
                } else {
                    Ok(value)
                };
            }
        }
        Err(Reason::ChunkMalformed)
    }

    /// Signed LEB128 of at most 64 bits.
    fn signed(&mut self) -> Result<i64, Reason> {
        let mut value = 0i64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = i64::from(byte & 0x7f);
            if shift == 63 && bits != 0 && bits != 0x7f {
                return Err(Reason::ChunkMalformed);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0 && shift < 57;
                return Ok(if negative {
                    value | (-1 << (shift + 7))
                } else {
                    value
                });
            }
        }
        Err(Reason::ChunkMalformed)
    }

    /// Skips one value of a run; answers what a group value announces, else 0.
    fn skip_value(&mut self, kind: u64) -> Result<u64, Reason> {
        match kind {
            column::GROUP => self.unsigned(),
            column::STRING => {
                let length = self.unsigned()?;
                self.take_u64(length)?;
                Ok(0)
            }
            column::DELTA => self.signed().map(|_| 0),
            _ => self.unsigned().map(|_| 0),
        }
    }
}
