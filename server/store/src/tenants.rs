//! Tenants: sub-districts that share a hub and nothing else.

use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A sub-district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Also the principal of the whole office.
    pub id: Id,
    /// What people type to say which sub-district they mean.
    pub code: String,
    /// Shown on every page.
    pub name: String,
    /// Names the history that sequence numbers belong to; a restored backup starts a new one.
    pub timeline: Id,
    /// The last sequence number given out.
    pub seq: i64,
    /// When it was set up.
    pub created_at: Timestamp,
}

type Row = (Uuid, String, String, Uuid, i64, i64);

impl Tx {
    /// Conflict `tenant_code` when the code is taken.
    pub async fn insert_tenant(&mut self, tenant: &Tenant) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO tenant (id, code, name, timeline, seq, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(uuid(tenant.id))
        .bind(&tenant.code)
        .bind(&tenant.name)
        .bind(uuid(tenant.timeline))
        .bind(tenant.seq)
        .bind(tenant.created_at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The tenant with this id.
    pub async fn find_tenant(&mut self, tenant: Id) -> Result<Option<Tenant>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, code, name, timeline, seq, created_at FROM tenant WHERE id = $1"
        )
        .bind(uuid(tenant))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(tenant_of))
    }

    /// The tenant with this code.
    pub async fn find_tenant_by_code(&mut self, code: &str) -> Result<Option<Tenant>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, code, name, timeline, seq, created_at FROM tenant WHERE code = $1"
        )
        .bind(code)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(tenant_of))
    }

    /// Every tenant of the hub, by code.
    pub async fn list_tenants(&mut self) -> Result<Vec<Tenant>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, code, name, timeline, seq, created_at FROM tenant ORDER BY code"
        )
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(tenant_of).collect())
    }

    /// Marks a tenant as one that simulations may fill.
    pub async fn mark_simulated(&mut self, tenant: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE tenant SET simulated = TRUE WHERE id = $1"
        )
        .bind(uuid(tenant))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Whether a tenant was made for simulations.
    pub async fn is_simulated(&mut self, tenant: Id) -> Result<bool, Error> {
        let simulated: Option<bool> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT simulated FROM tenant WHERE id = $1"
        )
        .bind(uuid(tenant))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(simulated.unwrap_or(false))
    }

    /// What tells the keys that each sub-district was used with from others, where a hub has noted it.
    pub async fn list_key_fingerprints(&mut self) -> Result<Vec<(Id, Option<Vec<u8>>)>, Error> {
        let rows: Vec<(Uuid, Option<Vec<u8>>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, keys FROM tenant ORDER BY code"
        )
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(tenant, keys)| (id(tenant), keys))
            .collect())
    }

    /// Notes what tells the hub's keys from others.
    pub async fn update_key_fingerprint(
        &mut self,
        tenant: Id,
        fingerprint: &[u8],
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE tenant SET keys = $2 WHERE id = $1"
        )
        .bind(uuid(tenant))
        .bind(fingerprint)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// A finished backup holds everything that was received up to then.
    pub async fn update_secured_until(&mut self, tenant: Id, at: Timestamp) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE tenant SET secured_until = $2 WHERE id = $1"
        )
        .bind(uuid(tenant))
        .bind(at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}

fn tenant_of((tenant, code, name, timeline, seq, created_at): Row) -> Tenant {
    Tenant {
        id: id(tenant),
        code,
        name,
        timeline: id(timeline),
        seq,
        created_at: Timestamp::from_millis(created_at),
    }
}
