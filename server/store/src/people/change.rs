//! What changes of a person: password, appointment, name and role, and whether they may sign in.

use sync_core::{Id, Role};

use super::{PasswordState, PersonState};
use crate::db::{on_backend, uuid};
use crate::{Error, Tx};

impl Tx {
    /// Replaces the hash of a password that stays the same.
    pub async fn update_password(
        &mut self,
        tenant: Id,
        person: Id,
        password_hash: &str,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE person SET password_hash = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(password_hash)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Gives a person another password, chosen by them or handed out.
    pub async fn replace_password(
        &mut self,
        tenant: Id,
        person: Id,
        password_hash: &str,
        state: PasswordState,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE person SET password_hash = $3, password_state = $4
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(password_hash)
        .bind(state.as_str())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Notes who appointed a person to the office; `None` when a second person has confirmed it.
    pub async fn update_appointment(
        &mut self,
        tenant: Id,
        person: Id,
        appointed_by: Option<Id>,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE person SET appointed_by = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(appointed_by.map(uuid))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Gives a person another name and role; `seq` tells phones.
    pub async fn update_person(
        &mut self,
        tenant: Id,
        person: Id,
        name: &str,
        role: Role,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE person SET name = $3, role = $4, reference_seq = $5
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(name)
        .bind(role.as_str())
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Lets a person in or keeps them out; `seq` tells phones.
    pub async fn update_person_state(
        &mut self,
        tenant: Id,
        person: Id,
        state: PersonState,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE person SET state = $3, reference_seq = $4 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(state.as_str())
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
