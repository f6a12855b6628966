//! Units: the sub-district, its communities and their grids.

use sync_core::Id;
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::words::words;
use super::{Error, Tx};

words! {
    /// Where a unit stands.
    pub enum UnitKind {
        /// 社区
        Community = "community",
        /// 网格
        Grid = "grid",
        /// 科室
        Section = "section",
        /// 街道
        Street = "street",
        /// 专班: members of several units.
        Team = "team",
    }
}

/// A part of the sub-district, or the sub-district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Also a principal: who belongs to the unit acts for it.
    pub id: Id,
    /// The sub-district it belongs to.
    pub tenant: Id,
    /// Where it stands.
    pub kind: UnitKind,
    /// Unique in the tenant; what import files call the unit.
    pub code: String,
    /// Shown to people.
    pub name: String,
    /// A grid's community, a community's street.
    pub parent: Option<Id>,
}

type Row = (Uuid, Uuid, String, String, String, Option<Uuid>);

impl Tx {
    /// Conflict `unit_code` when the tenant has such a code.
    pub async fn insert_unit(&mut self, unit: &Unit) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO unit (id, tenant, kind, code, name, parent)
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(uuid(unit.id))
        .bind(uuid(unit.tenant))
        .bind(unit.kind.as_str())
        .bind(&unit.code)
        .bind(&unit.name)
        .bind(unit.parent.map(uuid))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Gives a unit another name.
    pub async fn rename_unit(&mut self, tenant: Id, unit: Id, name: &str) -> Result<(), Error> {
        Ok(on_backend!(self, |tx| sqlx::query(
            "UPDATE unit SET name = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .bind(name)
        .execute(&mut **tx)
        .await
        .map(drop))?)
    }

    /// The tenant's unit with this id.
    pub async fn find_unit(&mut self, tenant: Id, unit: Id) -> Result<Option<Unit>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, kind, code, name, parent FROM unit WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(unit))
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(unit_of).transpose()
    }

    /// The tenant's unit with this code.
    pub async fn find_unit_by_code(
        &mut self,
        tenant: Id,
        code: &str,
    ) -> Result<Option<Unit>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, tenant, kind, code, name, parent FROM unit
             WHERE tenant = $1 AND code = $2"
        )
        .bind(uuid(tenant))
        .bind(code)
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(unit_of).transpose()
    }

    /// Every unit of the tenant, by code.
    pub async fn list_units(&mut self, tenant: Id) -> Result<Vec<Unit>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, tenant, kind, code, name, parent FROM unit
             WHERE tenant = $1 ORDER BY code"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(unit_of).collect()
    }

    /// The units a person acts for, by code.
    pub async fn list_units_of_person(
        &mut self,
        tenant: Id,
        person: Id,
    ) -> Result<Vec<Unit>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT u.id, u.tenant, u.kind, u.code, u.name, u.parent
             FROM person_principal p JOIN unit u ON u.tenant = p.tenant AND u.id = p.principal
             WHERE p.tenant = $1 AND p.person = $2 AND p.revoked_seq IS NULL
             ORDER BY u.code"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(unit_of).collect()
    }
}

fn unit_of((unit, tenant, kind, code, name, parent): Row) -> Result<Unit, Error> {
    Ok(Unit {
        id: id(unit),
        tenant: id(tenant),
        kind: UnitKind::read(&kind, "unit", "kind")?,
        code,
        name,
        parent: parent.map(id),
    })
}
