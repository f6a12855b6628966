//! Printed cards with a code, and what the public reported by them.

use serde::Serialize;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A card that hangs somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Card {
    /// What its code says.
    pub code: String,
    /// The sub-district that it is of.
    #[serde(skip)]
    pub tenant: Id,
    /// Where it hangs.
    pub place: String,
    /// The community that the place is in.
    #[schema(value_type = Option<String>)]
    pub community: Option<Id>,
    /// Whether reports by it are taken.
    pub active: bool,
    /// When it was made, unix milliseconds.
    #[schema(value_type = i64)]
    pub created_at: Timestamp,
    /// Reports that came by it.
    pub reports: i64,
}

type CardRow = (String, Uuid, String, Option<Uuid>, bool, i64, i64);

impl Tx {
    /// Adds a card.
    pub async fn insert_card(&mut self, card: &Card, person: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO card (code, tenant, place, community, active, created_at, person)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(&card.code)
        .bind(uuid(card.tenant))
        .bind(&card.place)
        .bind(card.community.map(uuid))
        .bind(card.active)
        .bind(card.created_at.millis())
        .bind(uuid(person))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The cards of a sub-district, the newest first.
    pub async fn list_cards(&mut self, tenant: Id) -> Result<Vec<Card>, Error> {
        let rows: Vec<CardRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT c.code, c.tenant, c.place, c.community, c.active, c.created_at,
               (SELECT COUNT(*) FROM report r WHERE r.tenant = c.tenant AND r.card = c.code)
             FROM card c WHERE c.tenant = $1 ORDER BY c.created_at DESC, c.code"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(card_of).collect())
    }

    /// The card with this code, of whichever sub-district.
    pub async fn find_card(&mut self, code: &str) -> Result<Option<Card>, Error> {
        let row: Option<CardRow> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT code, tenant, place, community, active, created_at, CAST(0 AS BIGINT) FROM card WHERE code = $1"
        )
        .bind(code)
        .fetch_optional(&mut **tx)
        .await
        })?;
        Ok(row.map(card_of))
    }

    /// Whether reports by a card are taken; `false` if there is no such card.
    pub async fn update_card(
        &mut self,
        tenant: Id,
        code: &str,
        active: bool,
    ) -> Result<bool, Error> {
        let done = on_backend!(self, |tx| sqlx::query(
            "UPDATE card SET active = $3 WHERE tenant = $1 AND code = $2"
        )
        .bind(uuid(tenant))
        .bind(code)
        .bind(active)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(done == 1)
    }

    /// Keeps by which code a report is found again.
    pub async fn insert_report(
        &mut self,
        tenant: Id,
        (ticket, card): (Id, &str),
        code_hash: &[u8],
        at: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO report (code_hash, tenant, ticket, card, at) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(code_hash)
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(card)
        .bind(at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Sub-district and ticket of the report with this code, and when it came.
    pub async fn find_report(
        &mut self,
        code_hash: &[u8],
    ) -> Result<Option<(Id, Id, Timestamp)>, Error> {
        let row: Option<(Uuid, Uuid, i64)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT tenant, ticket, at FROM report WHERE code_hash = $1"
        )
        .bind(code_hash)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(tenant, ticket, at)| (id(tenant), id(ticket), Timestamp::from_millis(at))))
    }
}

fn card_of((code, tenant, place, community, active, created_at, reports): CardRow) -> Card {
    Card {
        code,
        tenant: id(tenant),
        place,
        community: community.map(id),
        active,
        created_at: Timestamp::from_millis(created_at),
        reports,
    }
}
