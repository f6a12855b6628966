//! What a person may know of themselves.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sync_core::sight::TicketSight;
use sync_core::{Id, Role};

use super::current_user::CurrentUser;
use super::current_user::login_required;
use crate::app::App;
use crate::error::ApiError;
use store::devices::DeviceKind;
use store::people::Person;
use store::units::{Unit, UnitKind};
use store::{Error, Tx};

/// The signed-in person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// Their id.
    #[schema(value_type = String)]
    id: Id,
    /// What they sign in with.
    username: String,
    /// What they are called.
    name: String,
    /// What they are.
    #[schema(value_type = String)]
    role: Role,
    /// Their sub-district.
    tenant: MyTenant,
    /// The units they belong to.
    units: Vec<UnitRef>,
    /// Whether the office pages have something for them.
    office: bool,
    /// Whether they record visits.
    field: bool,
}

/// The signed-in person, and what their device needs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MyAnswer {
    #[serde(flatten)]
    me: Me,
    /// See `POST /v1/enrol`; browsers are never given it.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_key: Option<String>,
}

/// A sub-district.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MyTenant {
    #[schema(value_type = String)]
    id: Id,
    code: String,
    name: String,
}

/// A unit as far as naming it goes.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct UnitRef {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Where it stands.
    pub kind: UnitKind,
    /// What import files call it.
    pub code: String,
    /// What people call it.
    pub name: String,
}

impl From<Unit> for UnitRef {
    fn from(unit: Unit) -> Self {
        Self {
            id: unit.id,
            kind: unit.kind,
            code: unit.code,
            name: unit.name,
        }
    }
}

/// The person who is signed in.
#[utoipa::path(
    get, path = "/v1/me", tag = "auth",
    responses((status = 200, body = MyAnswer), (status = 401, body = crate::error::Problem)),
)]
pub(crate) async fn me(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<MyAnswer>, ApiError> {
    let mut tx = app.store().read().await?;
    let person = tx
        .find_person(user.tenant, user.person)
        .await?
        .ok_or_else(login_required)?;
    let device = tx.find_device(user.tenant, user.device).await?;
    let contact_key = match device {
        Some(device) if device.kind == DeviceKind::Phone => contact_key(&app, &person)?,
        Some(_) | None => None,
    };
    let me = load(&mut tx, person).await?;
    Ok(Json(MyAnswer { me, contact_key }))
}

/// What a phone of this person opens numbers of parties with (S49): nothing, if they do not handle tickets.
pub(super) fn contact_key(app: &App, person: &Person) -> Result<Option<String>, ApiError> {
    if !TicketSight::of(person.role).is_some_and(TicketSight::reaches_parties) {
        return Ok(None);
    }
    let key = app.keys().contact(person.tenant);
    let key = key.map_err(|error| ApiError::internal(&error))?;
    Ok(Some(key.text()))
}

/// Gathers what [`Me`] says.
pub(super) async fn load(tx: &mut Tx, person: Person) -> Result<Me, Error> {
    let tenant = tx.find_tenant(person.tenant).await?.ok_or(Error::Corrupt {
        table: "person",
        column: "tenant",
    })?;
    let units = tx.list_units_of_person(person.tenant, person.id).await?;
    Ok(Me {
        id: person.id,
        username: person.username,
        name: person.name,
        role: person.role,
        tenant: MyTenant {
            id: tenant.id,
            code: tenant.code,
            name: tenant.name,
        },
        units: units.into_iter().map(UnitRef::from).collect(),
        office: person.role.has_office_pages(),
        field: person.role.is_field(),
    })
}
