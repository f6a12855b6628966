//! `POST /v1/mediations/{id}/representatives`: a residents' representative is invited to follow a mediation.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::{Id, Role, Timestamp};
use utoipa::ToSchema;

use super::visible;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;
use accounts::{checked_name, code, principals_of};
use store::Tx;
use store::enrolments::Enrolment;
use store::people::{PasswordState, Person, PersonState};
use store::representatives::NewRepresentative;

/// How many accounts may be made for one mediation: as many as a large courtyard has buildings.
const MOST: usize = 100;

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Invitation {
    /// What they are called, 1 to 32 characters; for somebody new.
    #[serde(default)]
    name: String,
    /// Somebody who was invited to this mediation before: they get another code, and those that they did not use stop
    /// working.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    person: Option<Id>,
}

/// A code to show as text and QR; the hub does not keep it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invited {
    /// Their account, for the register `person` of the party that they speak for: they see the mediation once it stands
    /// there.
    #[schema(value_type = String)]
    person: Id,
    /// `XXXX-XXXX-XXXX-XXXX`; lets one phone in, without a password.
    code: String,
    /// When it stops working, unix milliseconds.
    #[schema(value_type = i64)]
    expires_at: Timestamp,
    /// Opens the field app with the code filled in.
    url: String,
}

/// Makes an account for a residents' representative and a code for their phone. They see nothing yet.
#[utoipa::path(
    post,
    path = "/v1/mediations/{id}/representatives",
    tag = "mediations",
    request_body = Invitation,
    params(("id" = String, Path)),
    responses(
        (status = 201, body = Invited),
        (status = 403, body = crate::error::Problem, description = "`role_not_allowed`"),
        (status = 404, body = crate::error::Problem,
            description = "`mediation_unknown`, `representative_unknown`"),
        (status = 409, body = crate::error::Problem,
            description = "`account_disabled`, `too_many_representatives`"),
        (status = 422, body = crate::error::Problem, description = "`name_invalid`"),
    ),
)]
pub(crate) async fn invite(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(id): Path<Id>,
    Json(request): Json<Invitation>,
) -> Result<(StatusCode, Json<Invited>), ApiError> {
    if !user.ticket_sight()?.reaches_parties() {
        return Err(ApiError::forbidden(
            "role_not_allowed",
            "您的岗位不能邀请业主代表，请由调解员邀请。",
        ));
    }
    let now = app.clock().now();
    let code = code::generate(app.rng());
    let expires_at = now.plus_millis(code::LIFETIME_MILLIS);

    let mut tx = app.store().begin().await?;
    visible(id, &user, &mut tx).await.map_err(unknown)?;
    let invited = tx.list_invited(user.tenant, id).await?;
    let person = match request.person {
        Some(person) => again(person, &invited, &user, &mut tx).await?,
        None if invited.len() >= MOST => {
            return Err(ApiError::conflict(
                "too_many_representatives",
                "这件调解邀请的业主代表已有 100 位，不能再邀请。请给已邀请的人重新生成登记码。",
            ));
        }
        None => add(&request.name, &app, &user, now, &mut tx).await?,
    };
    let new = NewRepresentative {
        person,
        doc: id,
        by: user.person,
        at: now,
    };
    tx.insert_representative(user.tenant, &new).await?;
    tx.delete_unused_enrolments(user.tenant, person).await?;
    tx.insert_enrolment(&Enrolment {
        code_hash: code.hash,
        tenant: user.tenant,
        person,
        created_by: Some(user.person),
        created_at: now,
        expires_at,
        used_at: None,
        device: None,
    })
    .await?;
    let object = format!("mediation/{id}/person/{person}");
    tx.append_audit(&user.act("representative.invite", object, now, &request_id))
        .await?;
    tx.commit().await?;
    app.doors().live().poke_people(user.tenant);
    let public = app.config().public_url();
    let answer = Invited {
        url: format!("{public}/field/#/enrol?code={}&representative=1", code.text),
        person,
        code: code.text,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// A record that is not at the office yet looks like one that this person does not see.
fn unknown(error: ApiError) -> ApiError {
    if error.status() != StatusCode::NOT_FOUND {
        return error;
    }
    ApiError::not_found_because(
        "mediation_unknown",
        "这条调解记录还没有上传到办公室。请等手机联网上传后，再邀请业主代表。",
    )
}

/// Somebody who was invited to this mediation before.
async fn again(
    person: Id,
    invited: &[Id],
    user: &CurrentUser,
    tx: &mut Tx,
) -> Result<Id, ApiError> {
    let known = tx.find_person(user.tenant, person).await?;
    let known = known.filter(|known| invited.contains(&known.id) && known.role.is_representative());
    let known = known.ok_or_else(|| {
        ApiError::not_found_because(
            "representative_unknown",
            "这位业主代表不是这件调解邀请的，请重新邀请。",
        )
    })?;
    if known.state != PersonState::Active {
        return Err(ApiError::conflict(
            "account_disabled",
            "这位业主代表的账号已停用，请联系街道办公室恢复后再生成登记码。",
        ));
    }
    Ok(known.id)
}

/// An account that nobody signs in to with a password.
async fn add(
    name: &str,
    app: &App,
    user: &CurrentUser,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Id, ApiError> {
    let id = app.rng().new_id(now);
    let person = Person {
        id,
        tenant: user.tenant,
        // Unique as the id is; nobody types it.
        username: format!("rep.{}", id.to_string().to_lowercase()),
        name: checked_name(name)?,
        role: Role::OwnerRep,
        password_hash: None,
        password_state: PasswordState::Own,
        state: PersonState::Active,
        // Who invited them, the invitation says; they need nobody's confirmation, since they see one record.
        appointed_by: None,
        reference_seq: tx.next_seq(user.tenant).await?,
        created_at: now,
    };
    tx.insert_person(&person).await?;
    for principal in principals_of(tx, &person, &[]).await?? {
        tx.grant_principal(user.tenant, id, principal, person.reference_seq)
            .await?;
    }
    Ok(id)
}
