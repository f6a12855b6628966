//! Files by content: a folder on this machine, or a bucket that many hubs share.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetResult, ObjectStore, ObjectStoreExt};
use sync_core::{Id, MediaHash};

/// Where photos and their thumbnails are kept, as `TENANT/HH/HASH` with `HH` the hash's first two
/// characters; thumbnails end in `.1600.jpg` and `.320.jpg`.
#[derive(Clone, Debug)]
pub struct BlobStore {
    objects: Arc<dyn ObjectStore>,
    prefix: String,
}

/// The file of a photo that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendition {
    /// The thumbnail for looking closely.
    Large,
    /// What the phone sent, byte for byte.
    Original,
    /// The thumbnail for lists.
    Small,
}

/// Why the photo store cannot do it.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The folder cannot be made.
    #[error("the photo folder cannot be used")]
    Folder(#[source] std::io::Error),
    /// The store failed.
    #[error("the photo store failed")]
    Store(#[from] object_store::Error),
    /// The URL is neither `file://` nor `s3://`.
    #[error("the photo store must be file:///DIR or s3://BUCKET/PREFIX")]
    UnknownUrl,
}

impl BlobStore {
    /// Opens the store at `url`; without one, the folder `photos` in the folder `data`.
    ///
    /// Credentials of a bucket come from the usual `AWS_*` variables.
    pub fn open(url: Option<&str>, data: &Path) -> Result<Self, BlobError> {
        let Some(url) = url else {
            return Self::in_folder(&data.join("photos"));
        };
        if let Some(folder) = url.strip_prefix("file://") {
            return Self::in_folder(Path::new(folder));
        }
        let Some(place) = url.strip_prefix("s3://") else {
            return Err(BlobError::UnknownUrl);
        };
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .build()?;
        Ok(Self::over(Arc::new(store), prefix))
    }

    /// A store over any other kind of object store, with a prefix for all names.
    pub fn over(objects: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        let prefix = prefix.trim_matches('/').to_owned();
        Self { objects, prefix }
    }

    fn in_folder(folder: &Path) -> Result<Self, BlobError> {
        make_folder(folder).map_err(BlobError::Folder)?;
        // With fsync a file is written under another name, synced, renamed, and its folder (and every
        // folder made for it) synced, all before `put` returns.
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self::over(Arc::new(store), ""))
    }

    /// Stores a file. When this returns `Ok`, the file survives a power cut.
    pub async fn put(
        &self,
        tenant: Id,
        sha256: MediaHash,
        rendition: Rendition,
        content: Bytes,
    ) -> Result<(), BlobError> {
        let name = self.name(tenant, sha256, rendition);
        self.objects.put(&name, content.into()).await?;
        Ok(())
    }

    /// Opens a file for reading; `None` if there is none.
    pub async fn open_file(
        &self,
        tenant: Id,
        sha256: MediaHash,
        rendition: Rendition,
    ) -> Result<Option<GetResult>, BlobError> {
        let name = self.name(tenant, sha256, rendition);
        match self.objects.get(&name).await {
            Ok(file) => Ok(Some(file)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a whole file; `None` if there is none.
    pub async fn read(
        &self,
        tenant: Id,
        sha256: MediaHash,
        rendition: Rendition,
    ) -> Result<Option<Bytes>, BlobError> {
        match self.open_file(tenant, sha256, rendition).await? {
            Some(file) => Ok(Some(file.bytes().await?)),
            None => Ok(None),
        }
    }

    /// The photos of a tenant whose files are here.
    pub async fn list_originals(&self, tenant: Id) -> Result<HashSet<MediaHash>, BlobError> {
        let name = tenant.to_string();
        let parts = self.prefix.split('/').chain([name.as_str()]);
        let mut files = self.objects.list(Some(&ObjectPath::from_iter(parts)));
        let mut found = HashSet::new();
        while let Some(file) = files.try_next().await? {
            // Thumbnails have an ending.
            let hash = file.location.filename().and_then(MediaHash::parse);
            found.extend(hash);
        }
        Ok(found)
    }

    fn name(&self, tenant: Id, sha256: MediaHash, rendition: Rendition) -> ObjectPath {
        let hash = sha256.to_string();
        let (first_two, _) = hash.split_at_checked(2).unwrap_or(("", ""));
        let ending = match rendition {
            Rendition::Large => ".1600.jpg",
            Rendition::Original => "",
            Rendition::Small => ".320.jpg",
        };
        let file = format!("{hash}{ending}");
        ObjectPath::from_iter(self.prefix.split('/').chain([
            tenant.to_string().as_str(),
            first_two,
            &file,
        ]))
    }
}

/// Makes the folder so that it survives a power cut before anything is put into it.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in folder.ancestors().take(2) {
        // The parent of a relative path of one part has no name.
        let entry = if entry.as_os_str().is_empty() {
            Path::new(".")
        } else {
            entry
        };
        std::fs::File::open(entry)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    const TENANT: Id = Id::from_bytes([1; 16]);

    #[tokio::test]
    async fn each_tenant_and_rendition_has_its_own_file() {
        let store = BlobStore::over(Arc::new(InMemory::new()), "/photos/2026/");
        let hash = MediaHash::of(b"photo");
        let name = store.name(TENANT, hash, Rendition::Small).to_string();
        assert_eq!(
            name,
            format!(
                "photos/2026/{TENANT}/{}/{hash}.320.jpg",
                &hash.to_string()[..2]
            )
        );
        store
            .put(
                TENANT,
                hash,
                Rendition::Original,
                Bytes::from_static(b"photo"),
            )
            .await
            .unwrap();
        let read = |tenant, rendition| store.read(tenant, hash, rendition);
        assert_eq!(
            read(TENANT, Rendition::Original).await.unwrap().unwrap(),
            "photo"
        );
        assert_eq!(read(TENANT, Rendition::Small).await.unwrap(), None);
        assert_eq!(
            read(Id::from_bytes([2; 16]), Rendition::Original)
                .await
                .unwrap(),
            None
        );
    }

    #[test]
    fn a_store_of_another_kind_is_refused() {
        assert!(matches!(
            BlobStore::open(Some("gs://bucket/photos"), Path::new("unused")),
            Err(BlobError::UnknownUrl)
        ));
    }
}
