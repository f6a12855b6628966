//! How a ticket came in: who took it first, what its form said, and by which number it is found again.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::lifecycle::act::Answer;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::bulk::pieces;
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

/// What the form of a channel asked, by the name of its field.
pub type Form = BTreeMap<String, Answer>;

/// What is written of a ticket beside its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewIntake {
    /// 首接负责: who took it first.
    pub first_receiver: Option<Id>,
    /// When.
    pub received_at: Option<Timestamp>,
    /// When the office took it in.
    pub accepted_at: Option<Timestamp>,
    /// The keyed hash of the requester's number.
    pub phone_hash: Option<Vec<u8>>,
    /// What its form said, numbers of people masked.
    pub form: Form,
}

/// Who took a ticket first, where it came to the office directly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FirstReceiver {
    /// The person.
    #[schema(value_type = String)]
    pub id: Id,
    /// Their name.
    pub name: String,
}

impl Tx {
    /// Writes how a ticket came in.
    pub async fn update_intake(
        &mut self,
        tenant: Id,
        ticket: Id,
        intake: &NewIntake,
    ) -> Result<(), Error> {
        let form = (!intake.form.is_empty()).then_some(Json(&intake.form));
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE ticket SET first_receiver = $3, received_at = $4, accepted_at = $5, phone_hash = $6, form = $7,
                 given_due_at = COALESCE(given_due_at, due_at)
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(intake.first_receiver.map(uuid))
        .bind(intake.received_at.map(Timestamp::millis))
        .bind(intake.accepted_at.map(Timestamp::millis))
        .bind(&intake.phone_hash)
        .bind(form)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// Writes by which numbers tickets are found again.
    pub async fn update_phone_hashes(
        &mut self,
        tenant: Id,
        hashes: &[(Id, Vec<u8>)],
    ) -> Result<(), Error> {
        for hashes in pieces(hashes) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("UPDATE ticket SET phone_hash = CASE id");
                for (ticket, hash) in hashes {
                    query.push(" WHEN ").push_bind(uuid(*ticket));
                    query.push(" THEN ").push_bind(hash.as_slice());
                }
                query.push(" END WHERE tenant = ").push_bind(uuid(tenant));
                query.push(" AND id IN (");
                let mut ids = query.separated(", ");
                for (ticket, _) in hashes {
                    ids.push_bind(uuid(*ticket));
                }
                query.push(")");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Who took a ticket first.
    pub async fn find_first_receiver(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<Option<FirstReceiver>, Error> {
        let row: Option<(Uuid, String)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT p.id, p.name FROM ticket t JOIN person p ON p.tenant = t.tenant AND p.id = t.first_receiver
             WHERE t.tenant = $1 AND t.id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_optional(&mut **tx)
        .await
        })?;
        Ok(row.map(|(person, name)| FirstReceiver {
            id: id(person),
            name,
        }))
    }

    /// The ticket that is worked on in this one's place.
    pub async fn find_merged_into(&mut self, tenant: Id, ticket: Id) -> Result<Option<Id>, Error> {
        let into: Option<Option<Uuid>> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT merged_into FROM ticket WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(into.flatten().map(id))
    }

    /// The next number of the day for tickets that came to the office directly, from 1; `day` as `device_days::day_of`.
    pub async fn next_local_number(&mut self, tenant: Id, day: i64) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "INSERT INTO local_number (tenant, day, last) VALUES ($1, $2, 1)
             ON CONFLICT (tenant, day) DO UPDATE SET last = local_number.last + 1 RETURNING last"
        )
        .bind(uuid(tenant))
        .bind(day)
        .fetch_one(&mut **tx)
        .await)?)
    }
}
