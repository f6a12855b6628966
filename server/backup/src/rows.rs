//! Rows in a file: pieces of a length and as many rows as fit.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use store::dump::Value;
use sync_core::protocol::{decode, encode};

use crate::BackupError;
use crate::files::HashedFile;

/// Rows of a piece, and bytes after which it is full.
const ROWS: usize = 512;
const BYTES: usize = 1024 * 1024;
/// A longer piece is damage: no row is longer than a segment or a text of a ticket.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Collects rows into pieces.
pub(crate) struct RowWriter {
    file: HashedFile,
    waiting: Vec<Vec<Value>>,
    bytes: usize,
}

impl RowWriter {
    pub(crate) fn new(file: HashedFile) -> Self {
        Self {
            file,
            waiting: Vec::new(),
            bytes: 0,
        }
    }

    pub(crate) fn write(&mut self, row: Vec<Value>) -> io::Result<()> {
        let length = |value: &Value| match value {
            Value::Bytes(bytes) => bytes.len(),
            Value::Integer(_) | Value::Null => 8,
            Value::Text(text) => text.len(),
        };
        self.bytes += row.iter().map(length).sum::<usize>();
        self.waiting.push(row);
        if self.waiting.len() >= ROWS || self.bytes >= BYTES {
            self.flush()?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> io::Result<HashedFile> {
        self.flush()?;
        Ok(self.file)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = encode(&self.waiting);
        let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
        self.file.write(&length.to_be_bytes())?;
        self.file.write(&piece)?;
        self.waiting.clear();
        self.bytes = 0;
        Ok(())
    }
}

/// Reads pieces back, one after the other.
pub(crate) struct RowReader {
    file: BufReader<File>,
}

impl RowReader {
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(BackupError::file(path))?;
        Ok(Self {
            file: BufReader::new(file),
        })
    }

    /// The next rows; `None` at the end.
    pub(crate) fn next(&mut self, path: &Path) -> Result<Option<Vec<Vec<Value>>>, BackupError> {
        let mut length = [0; 4];
        match self.file.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read.map_err(BackupError::file(path))?,
        }
        let length = u32::from_be_bytes(length) as usize;
        if length > MOST_BYTES {
            return Err(BackupError::damaged(path, "cannot be read"));
        }
        let mut piece = vec![0; length];
        self.file
            .read_exact(&mut piece)
            .map_err(BackupError::file(path))?;
        decode(&piece)
            .map(Some)
            .map_err(|_| BackupError::damaged(path, "cannot be read"))
    }
}
