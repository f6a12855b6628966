//! Whole photos: checked, stored by content, and told to who waits for them.

use axum::body::Bytes;
use photos::Rendition;
use photos::format::{Header, NotAPhoto};
use store::device_days::{DeviceDay, day_of};
use store::media::{Media, Thumbnails};
use sync_core::{Id, MediaHash};

use crate::app::App;
use crate::error::ApiError;

/// What became of a photo that came whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is stored now.
    New,
    /// It was stored already.
    Known,
    /// It is none, or larger than photos may be.
    Refused,
}

/// What `check` finds of a file.
pub(crate) enum Checked {
    /// A photo of this name.
    Photo(Header),
    /// No photo that may be stored.
    Refused(NotAPhoto),
    /// Not the file of this name.
    Damaged,
}

/// Whether the file is what its name says and a photo of allowed size.
pub(crate) async fn check(file: Bytes, sha256: MediaHash) -> Result<Checked, ApiError> {
    let checked = tokio::task::spawn_blocking(move || {
        if MediaHash::of(&file) != sha256 {
            return Checked::Damaged;
        }
        match Header::read(&file) {
            Ok(header) => Checked::Photo(header),
            Err(reason) => Checked::Refused(reason),
        }
    });
    checked.await.map_err(|error| ApiError::internal(&error))
}

/// Stores a photo that was checked. Each step may be repeated after a crash between any two.
pub(crate) async fn keep(
    app: &App,
    (tenant, device): (Id, Id),
    sha256: MediaHash,
    header: &Header,
    file: Bytes,
) -> Result<(), ApiError> {
    let size_bytes = i64::try_from(file.len()).unwrap_or(i64::MAX);
    app.blobs()
        .put(tenant, sha256, Rendition::Original, file)
        .await
        .map_err(|error| ApiError::unavailable(&error))?;
    let mut tx = app.store().begin().await?;
    let now = app.clock().now();
    let media = Media {
        tenant,
        sha256,
        size_bytes,
        mime: header.format.mime().to_owned(),
        width: header.width.into(),
        height: header.height.into(),
        device,
        received_at: now,
        thumbnails: if header.format.is_picture() {
            Thumbnails::Pending
        } else {
            Thumbnails::Failed
        },
    };
    if tx.insert_media(&media).await? {
        let more = DeviceDay {
            photo_bytes: size_bytes,
            ..DeviceDay::default()
        };
        tx.add_to_device_day(tenant, device, day_of(now), &more)
            .await?;
    }
    tx.commit().await?;
    if header.format.is_picture() {
        app.thumbnails().push(tenant, sha256);
    }
    app.doors().live().poke_office(tenant);
    Ok(())
}

/// Checks and stores a file that came whole, by whatever its content is called.
pub(crate) async fn keep_whole(
    app: &App,
    (tenant, device): (Id, Id),
    file: Vec<u8>,
) -> Result<Kept, ApiError> {
    let file = Bytes::from(file);
    if file.len() > app.config().limits.max_photo_bytes {
        return Ok(Kept::Refused);
    }
    let sha256 = MediaHash::of(&file);
    let mut tx = app.store().read().await?;
    let known = tx.find_media(tenant, sha256).await?;
    drop(tx);
    if known.is_some() {
        return Ok(Kept::Known);
    }
    let Checked::Photo(header) = check(file.clone(), sha256).await? else {
        return Ok(Kept::Refused);
    };
    keep(app, (tenant, device), sha256, &header, file).await?;
    Ok(Kept::New)
}
