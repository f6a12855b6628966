//! `GET /v1/audit`: who did what, for those who watch over it.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sync_core::{Id, Role, Timestamp};
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::PersonName;
use crate::telemetry::RequestId;
use store::Tx;
use store::audit::{AuditEntry, AuditFilter};

/// Longest name of an act.
const MOST_ACT_BYTES: usize = 64;

/// Which acts to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Who did it.
    person: Option<String>,
    /// An act, or what several begin with: `person` stands for `person.create` too.
    act: Option<String>,
    /// From the last answer's `next`.
    cursor: Option<String>,
    /// Rows, 50 unless said, 200 at most.
    limit: Option<u32>,
}

/// One act.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLine {
    /// Its number; numbers of a sub-district have no gap.
    n: i64,
    /// When, unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// Who; absent for the hub itself, the command line, and a sign-in that failed.
    person: Option<PersonName>,
    /// With which device.
    device_name: Option<String>,
    /// What, as `noun.verb`.
    act: String,
    /// To what: a kind and an id.
    object: String,
    /// Whoever the object is, if it is a person.
    object_person: Option<PersonName>,
    /// `ok`, or the stable code of the refusal.
    result: String,
    /// The request it was part of; empty for the command line.
    request_id: String,
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Audit {
    items: Vec<AuditLine>,
    next: Option<String>,
}

/// What was done, the newest first. Reading it is an act as well.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(AuditQuery),
    security(("bearer" = [])),
    responses((status = 200, body = Audit),
        (status = 403, body = crate::error::Problem, description = "`role_not_allowed`"),
        (status = 422, body = crate::error::Problem, description = "`condition_invalid`")))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Audit>, ApiError> {
    require_watcher(&user)?;
    let filter = filter(&query)?;
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = app.store().read().await?;
    let mut rows = tx
        .list_audit(user.tenant, &filter, i64::from(limit) + 1)
        .await?;
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > full;
    rows.truncate(full);
    let next = rows.last().filter(|_| more).map(|(n, _)| n.to_string());
    let mut names = Names::new(user.tenant);
    let mut items = Vec::with_capacity(rows.len());
    for (n, entry) in rows {
        items.push(names.line(n, entry, &mut tx).await?);
    }
    drop(tx);
    let now = app.clock().now();
    let read = user.act("audit.read", object_of(&filter), now, &request_id);
    app.notes().note(read);
    Ok(Json(Audit { items, next }))
}

/// The auditor, and the leader who answers for the street.
fn require_watcher(user: &CurrentUser) -> Result<(), ApiError> {
    if matches!(user.role, Role::Auditor | Role::Leader) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "操作记录由审计员和分管领导查看。",
    ))
}

fn filter(query: &AuditQuery) -> Result<AuditFilter, ApiError> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let unreadable = || {
        ApiError::unprocessable(
            "condition_invalid",
            "筛选条件看不懂，请刷新页面后重新选择。",
        )
    };
    let person = match given(&query.person) {
        Some(text) => Some(Id::parse(&text).ok_or_else(unreadable)?),
        None => None,
    };
    let before = match given(&query.cursor) {
        Some(text) => Some(text.parse().map_err(|_| unreadable())?),
        None => None,
    };
    let act = given(&query.act);
    let is_name = |act: &String| {
        let known = |letter: u8| letter.is_ascii_lowercase() || matches!(letter, b'_' | b'.');
        act.len() <= MOST_ACT_BYTES && act.bytes().all(known)
    };
    if !act.iter().all(is_name) {
        return Err(unreadable());
    }
    Ok(AuditFilter {
        person,
        act,
        before,
    })
}

/// Which page was read: whose acts and which of them are part of it.
fn object_of(filter: &AuditFilter) -> String {
    let mut object = match filter.before {
        Some(n) => format!("audit/below-{n}"),
        None => "audit/newest".to_owned(),
    };
    if let Some(person) = filter.person {
        object.push_str(&format!("/person/{person}"));
    }
    if let Some(act) = &filter.act {
        object.push_str(&format!("/act/{act}"));
    }
    object
}

/// What ids are called; each is looked up once.
struct Names {
    tenant: Id,
    people: HashMap<Id, Option<PersonName>>,
    devices: HashMap<Id, Option<String>>,
}

impl Names {
    fn new(tenant: Id) -> Self {
        Self {
            tenant,
            people: HashMap::new(),
            devices: HashMap::new(),
        }
    }

    async fn person(
        &mut self,
        id: Option<Id>,
        tx: &mut Tx,
    ) -> Result<Option<PersonName>, store::Error> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.people.get(&id) {
            return Ok(known.clone());
        }
        let found = tx.find_person(self.tenant, id).await?.map(PersonName::of);
        self.people.insert(id, found.clone());
        Ok(found)
    }

    async fn device(
        &mut self,
        id: Option<Id>,
        tx: &mut Tx,
    ) -> Result<Option<String>, store::Error> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.devices.get(&id) {
            return Ok(known.clone());
        }
        let found = tx.find_device(self.tenant, id).await?;
        let found = found.map(|device| device.name);
        self.devices.insert(id, found.clone());
        Ok(found)
    }

    async fn line(
        &mut self,
        n: i64,
        entry: AuditEntry,
        tx: &mut Tx,
    ) -> Result<AuditLine, store::Error> {
        let object_person = entry.object.rsplit_once("person/");
        // `person/…`, or `ticket/…/person/…`.
        let object_person = object_person.and_then(|(_, person)| Id::parse(person));
        Ok(AuditLine {
            n,
            at: entry.at,
            person: self.person(entry.person, tx).await?,
            device_name: self.device(entry.device, tx).await?,
            act: entry.act,
            object_person: self.person(object_person, tx).await?,
            object: entry.object,
            result: entry.result,
            request_id: entry.request_id,
        })
    }
}
