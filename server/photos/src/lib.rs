//! Photos: what has come of an upload, durable storage by content, thumbnails. Who may send and see them, the hub says.
//!
//! A photo is named by its SHA-256. Its way in: parts are appended to a file of this hub ([`partial`]);
//! when the last one is here the hash is compared, the header read ([`mod@format`]), the file stored with
//! fsync ([`blob_store`]), its row committed, and only then is the answer given. Thumbnails are made
//! afterwards in a worker process ([`thumbnailer`], [`thumbnail`]); a photo without them is as safe. What a picture
//! looks like is reckoned with them ([`likeness`]).
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod blob_store;
pub mod format;
mod jpeg;
pub mod likeness;
pub mod partial;
mod shape;
pub mod sound;
pub mod thumbnail;
pub mod thumbnailer;

pub use blob_store::{BlobError, BlobStore, Rendition};
pub use partial::Partials;
pub use thumbnailer::{Queue as ThumbnailQueue, ThumbnailError, Thumbnailer};
