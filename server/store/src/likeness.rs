//! What photos look like: one that is used again is found among all of the sub-district.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;
use sync_core::{Id, MediaHash};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::media::read_hash;
use super::{Error, Tx};

/// Most photos that are alike and worth telling.
const MOST: usize = 20;

/// A photo that looks like another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// It.
    pub sha256: MediaHash,
    /// In how many of 64 bits they differ.
    pub bits: u32,
}

impl Tx {
    /// Notes what a photo looks like.
    pub async fn put_likeness(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
        likeness: u64,
    ) -> Result<(), Error> {
        let signed = likeness.cast_signed();
        if let Some(before) = self.find_likeness(tenant, sha256).await? {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("DELETE FROM media_look WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND look IN (");
                let mut list = query.separated(", ");
                for look in looks(before) {
                    list.push_bind(look);
                }
                query.push(") AND sha256 = ");
                query.push_bind(sha256.bytes().to_vec());
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        on_backend!(self, |tx| {
            sqlx::query("UPDATE media SET likeness = $3 WHERE tenant = $1 AND sha256 = $2")
                .bind(uuid(tenant))
                .bind(sha256.bytes().as_slice())
                .bind(signed)
                .execute(&mut **tx)
                .await
                .map(drop)
        })?;
        on_backend!(self, |tx| {
            let mut query =
                QueryBuilder::new("INSERT INTO media_look (tenant, look, sha256, likeness) ");
            query.push_values(looks(likeness), |mut values, look| {
                values
                    .push_bind(uuid(tenant))
                    .push_bind(look)
                    .push_bind(sha256.bytes().to_vec())
                    .push_bind(signed);
            });
            query.push(
                " ON CONFLICT (tenant, look, sha256) DO UPDATE SET likeness = excluded.likeness",
            );
            query.build().execute(&mut **tx).await.map(drop)
        })?;
        Ok(())
    }

    /// Photos that differ from this one in at most `most` bits, the most alike first. Complete for up to 7 bits: of four
    /// quarters one differs in a single bit at most.
    pub async fn list_alike(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
        most: u32,
    ) -> Result<Vec<Alike>, Error> {
        let Some(own) = self.find_likeness(tenant, sha256).await? else {
            return Ok(Vec::new());
        };
        let near: Vec<i64> = looks(own)
            .into_iter()
            .flat_map(|look| {
                let flipped = (0..16).map(move |bit| look ^ (1_i64 << bit));
                std::iter::once(look).chain(flipped)
            })
            .collect();
        let rows: Vec<(Vec<u8>, i64)> = on_backend!(self, |tx| {
            let mut query =
                QueryBuilder::new("SELECT sha256, likeness FROM media_look WHERE tenant = ");
            query.push_bind(uuid(tenant)).push(" AND look IN (");
            let mut list = query.separated(", ");
            for look in &near {
                list.push_bind(*look);
            }
            query.push(")");
            query.build_query_as().fetch_all(&mut **tx).await
        })?;
        let mut found = BTreeMap::new();
        for (other, likeness) in rows {
            let bits = (likeness.cast_unsigned() ^ own).count_ones();
            let other = read_hash("media_look", &other)?;
            if other != sha256 && bits <= most {
                found.insert(other, bits);
            }
        }
        let found = found.into_iter();
        let mut found: Vec<Alike> = found.map(|(sha256, bits)| Alike { sha256, bits }).collect();
        found.sort_by_key(|one| one.bits);
        found.truncate(MOST);
        Ok(found)
    }

    async fn find_likeness(&mut self, tenant: Id, sha256: MediaHash) -> Result<Option<u64>, Error> {
        let found: Option<Option<i64>> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT likeness FROM media WHERE tenant = $1 AND sha256 = $2"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(found.flatten().map(i64::cast_unsigned))
    }

    /// The documents that point at photos, or did: (photo, document).
    pub async fn list_photo_documents(
        &mut self,
        tenant: Id,
        photos: &[MediaHash],
    ) -> Result<Vec<(MediaHash, Id)>, Error> {
        let mut found = Vec::new();
        for photos in pieces(photos) {
            let rows: Vec<(Vec<u8>, Uuid)> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT sha256, doc FROM document_photo WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND sha256 IN (");
                let mut list = query.separated(", ");
                for sha256 in photos {
                    list.push_bind(sha256.bytes().to_vec());
                }
                query.push(")");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (sha256, doc) in rows {
                found.push((read_hash("document_photo", &sha256)?, id(doc)));
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// The quarters of a likeness, each with its number.
fn looks(likeness: u64) -> [i64; 4] {
    [0_u8, 1, 2, 3].map(|quarter| {
        let bits = (likeness >> (u32::from(quarter) * 16)) & 0xFFFF;
        i64::from(quarter) * 65_536 + bits.cast_signed()
    })
}
