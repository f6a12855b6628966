//! `GET /v1/deadline-profiles`

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::deadline::{Profile, in_force};
use sync_core::{Id, Timestamp};

use super::form::ProfileForm;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use store::Tx;
use store::deadlines::{ProfileTickets, WrittenProfile};

/// Every version of every deadline profile: the shipped ones, then those that the office wrote.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProfilePage {
    items: Vec<ProfileRow>,
}

/// One version of a deadline profile. It is never changed: another wording is another version.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileRow {
    /// The same in all its versions.
    id: String,
    /// Counts from 1.
    version: u32,
    /// What people call it.
    name: String,
    /// By which rule, in words.
    basis: String,
    /// The first day on which tickets get this version, as `2026-10-08`; null if its rule names none.
    effective_from: Option<String>,
    /// All of it, as it is written: docs/IMPORTS.md.
    text: String,
    /// The same as a form has it.
    form: ProfileForm,
    /// Tickets that are dispatched today get it.
    in_force: bool,
    /// How many tickets run under it or ran, and how many of them are not over; null for who does not see them all.
    tickets: Option<ProfileCounts>,
    /// When it was written, unix milliseconds; null for one that came with the program.
    #[schema(value_type = Option<i64>)]
    written_at: Option<Timestamp>,
    /// Who wrote it; null for one that came with the program.
    #[schema(value_type = Option<String>)]
    person: Option<Id>,
    /// Their name.
    by: Option<String>,
}

/// Tickets of a version.
#[derive(Clone, Copy, Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileCounts {
    /// All of them.
    all: i64,
    /// Those that are not over.
    open: i64,
}

/// Lists the deadline profiles, for everybody who sees tickets at the office.
#[utoipa::path(get, path = "/v1/deadline-profiles", tag = "deadlines",
    security(("bearer" = [])),
    responses((status = 200, body = ProfilePage), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<ProfilePage>, ApiError> {
    user.ticket_sight()?;
    let mut tx = app.store().read().await?;
    let known = Known::load(&user, app.clock().now(), &mut tx).await?;
    let written = tx.list_deadline_profiles(user.tenant).await?;
    let shipped = Profile::shipped();
    let shipped = shipped.iter().map(|profile| known.row(profile, None));
    let own = written.iter();
    let own = own.map(|written| known.row(&written.profile, Some(written)));
    Ok(Json(ProfilePage {
        items: shipped.chain(own).collect(),
    }))
}

/// What rows tell beside the profiles themselves.
pub(super) struct Known {
    /// Id and version.
    in_force: BTreeSet<(String, u32)>,
    /// `None` for who does not see every ticket.
    counted: Option<Vec<ProfileTickets>>,
    names: HashMap<Id, String>,
}

impl Known {
    pub(super) async fn load(
        user: &CurrentUser,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<Self, store::Error> {
        let profiles = tx.load_deadline_profiles(user.tenant).await?;
        let ids: BTreeSet<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
        let in_force = ids.iter().filter_map(|id| in_force(&profiles, id, now));
        let in_force = in_force.map(|profile| (profile.id.clone(), profile.version));
        let counted = if user.role.is_office() {
            Some(tx.count_profile_tickets(user.tenant).await?)
        } else {
            None
        };
        let people = tx.list_people_known(user.tenant).await?;
        Ok(Self {
            in_force: in_force.collect(),
            counted,
            names: people.into_iter().map(|one| (one.id, one.name)).collect(),
        })
    }

    pub(super) fn row(&self, profile: &Profile, written: Option<&WrittenProfile>) -> ProfileRow {
        let key = (profile.id.clone(), profile.version);
        let counted = self.counted.as_ref().map(|all| {
            let of = all
                .iter()
                .find(|one| one.profile == key.0 && one.version == i64::from(key.1));
            of.map_or_else(ProfileCounts::default, |one| ProfileCounts {
                all: one.tickets,
                open: one.open,
            })
        });
        let person = written.and_then(|written| written.person);
        ProfileRow {
            in_force: self.in_force.contains(&key),
            id: key.0,
            version: key.1,
            name: profile.name.clone(),
            basis: profile.basis.clone(),
            effective_from: profile.effective_from.map(|day| day.to_string()),
            text: profile.to_string(),
            form: ProfileForm::of(profile),
            tickets: counted,
            written_at: written.map(|written| written.written_at),
            by: person.and_then(|person| self.names.get(&person).cloned()),
            person,
        }
    }
}
