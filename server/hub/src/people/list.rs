//! The people of the sub-district with their devices: who works, and whose phone has been silent.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::{Id, Role, Timestamp};

use super::rights::{Sight, sight_of};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::auth::session::IDLE_MILLIS;
use crate::error::ApiError;
use store::Tx;
use store::device_days::day_of;
use store::devices::{Device, DeviceKind, DeviceState, RevokeReason};
use store::people::{PasswordState, Person, PersonState};
use store::units::{Unit, UnitKind};
use store::unsent::Unsent;

/// What is searched for.
#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct PeopleQuery {
    /// A part of the name or username.
    query: Option<String>,
}

/// The people found, by username.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct People {
    items: Vec<PersonRow>,
}

/// A person with units and devices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PersonRow {
    #[schema(value_type = String)]
    id: Id,
    username: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    state: PersonState,
    /// Who appointed them, while a second person has not confirmed it.
    #[schema(value_type = Option<String>)]
    appointed_by: Option<Id>,
    /// Their password was handed out and has not been replaced by their own.
    first_password: bool,
    units: Vec<PersonUnit>,
    devices: Vec<DeviceRow>,
}

/// A unit that a person belongs to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PersonUnit {
    #[schema(value_type = String)]
    id: Id,
    kind: UnitKind,
    code: String,
    name: String,
}

/// A phone or browser and what it said of itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DeviceRow {
    #[schema(value_type = String)]
    id: Id,
    kind: DeviceKind,
    name: String,
    state: DeviceState,
    /// Why it was revoked.
    revoke_reason: Option<RevokeReason>,
    /// When it last signed in with a password, unix milliseconds.
    #[schema(value_type = i64)]
    enrolled_at: Timestamp,
    /// When it last synced, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    last_seen_at: Option<Timestamp>,
    app_version: Option<String>,
    /// What it said that it still had to send; absent if it has never said anything.
    unsent: Option<UnsentRow>,
    /// Its clock minus the hub's, milliseconds.
    clock_offset_ms: Option<i64>,
    /// Changes that the hub did not even put aside today, because what it refused of this device was too much;
    /// they stay on the device.
    held_back: i64,
}

/// What a phone said when it last synced. Anything may have been added since.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UnsentRow {
    /// When, unix milliseconds.
    #[schema(value_type = i64)]
    reported_at: Timestamp,
    /// Records of which something was still to be sent; absent from an older app.
    records: Option<i64>,
    /// Changes.
    changes: i64,
    /// Photos.
    photos: i64,
}

/// The people of the sub-district; a community's or grid's head sees those of their own units.
#[utoipa::path(
    get, path = "/v1/people", tag = "people", params(PeopleQuery),
    responses((status = 200, body = People), (status = 403, body = crate::error::Problem)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<People>, ApiError> {
    let sight = sight_of(&user)?;
    // PostgreSQL refuses a text with a zero byte.
    let query = query
        .query
        .map(|text| text.trim().replace(char::is_control, ""));
    let query = query.as_deref().filter(|text| !text.is_empty());
    let mut tx = app.store().read().await?;
    let people = tx.list_people(user.tenant, query).await?;
    let mut units = units_by_person(&mut tx, user.tenant).await?;
    let now = app.clock().now();
    let mut devices = devices_by_person(&mut tx, user.tenant, now).await?;
    drop(tx);

    let own: BTreeSet<Id> = units
        .get(&user.person)
        .map(|units| units.iter().map(|unit| unit.id).collect())
        .unwrap_or_default();
    let items = people
        .into_iter()
        .map(|person| {
            let units = units.remove(&person.id).unwrap_or_default();
            let devices = devices.remove(&person.id).unwrap_or_default();
            row(person, units, devices)
        })
        .filter(|row| match sight {
            Sight::All => true,
            Sight::OwnUnits => row.units.iter().any(|unit| own.contains(&unit.id)),
        })
        .collect();
    Ok(Json(People { items }))
}

async fn units_by_person(
    tx: &mut Tx,
    tenant: Id,
) -> Result<BTreeMap<Id, Vec<PersonUnit>>, ApiError> {
    let units: BTreeMap<Id, PersonUnit> = tx
        .list_units(tenant)
        .await?
        .into_iter()
        .map(|unit| (unit.id, person_unit(unit)))
        .collect();
    let mut by_person: BTreeMap<Id, Vec<PersonUnit>> = BTreeMap::new();
    for (person, unit) in tx.list_memberships(tenant).await? {
        if let Some(unit) = units.get(&unit) {
            by_person.entry(person).or_default().push(unit.clone());
        }
    }
    Ok(by_person)
}

async fn devices_by_person(
    tx: &mut Tx,
    tenant: Id,
    now: Timestamp,
) -> Result<BTreeMap<Id, Vec<DeviceRow>>, ApiError> {
    let mut by_person: BTreeMap<Id, Vec<DeviceRow>> = BTreeMap::new();
    let unsent = tx.list_unsent(tenant).await?;
    let all = tx.list_devices(tenant).await?;
    let ids: Vec<Id> = all.iter().map(|device| device.id).collect();
    let days = tx.list_device_days(tenant, day_of(now), &ids).await?;
    for device in all {
        // A browser without a session holds nothing that anybody has to look after.
        if device.kind == DeviceKind::Browser && !is_browser_in_use(&device, now) {
            continue;
        }
        let unsent = unsent.get(&device.id).copied();
        let held_back = days.get(&device.id).map_or(0, |day| day.later_changes);
        by_person
            .entry(device.person)
            .or_default()
            .push(device_row(device, unsent, held_back));
    }
    Ok(by_person)
}

/// Whether the browser's session can still be gone on with.
fn is_browser_in_use(device: &Device, now: Timestamp) -> bool {
    let asked_at = device.last_seen_at.unwrap_or(device.enrolled_at);
    device.state == DeviceState::Active && now.millis_since(asked_at) <= IDLE_MILLIS
}

fn person_unit(unit: Unit) -> PersonUnit {
    PersonUnit {
        id: unit.id,
        kind: unit.kind,
        code: unit.code,
        name: unit.name,
    }
}

fn row(person: Person, units: Vec<PersonUnit>, devices: Vec<DeviceRow>) -> PersonRow {
    PersonRow {
        id: person.id,
        username: person.username,
        name: person.name,
        role: person.role,
        state: person.state,
        appointed_by: person.appointed_by,
        first_password: person.password_state == PasswordState::First,
        units,
        devices,
    }
}

fn device_row(device: Device, unsent: Option<Unsent>, held_back: i64) -> DeviceRow {
    DeviceRow {
        id: device.id,
        kind: device.kind,
        name: device.name,
        state: device.state,
        revoke_reason: device.revoke_reason,
        enrolled_at: device.enrolled_at,
        last_seen_at: device.last_seen_at,
        app_version: device.app_version,
        unsent: unsent.map(|unsent| UnsentRow {
            reported_at: unsent.reported_at,
            records: unsent.records,
            changes: unsent.changes,
            photos: unsent.photos,
        }),
        clock_offset_ms: device.clock_offset_ms,
        held_back,
    }
}
