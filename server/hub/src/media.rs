//! Photos over HTTP: resumable upload, and who may see them.
//!
//! The way in: parts are appended to a file of this hub; when the last one is here the hash is compared, the
//! header read, the file stored with fsync, its row committed, and only then is the answer given.

pub mod receive;
pub(crate) mod show;
