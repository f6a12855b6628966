//! Adding an account, for every command that does.

use sync_core::{Id, Role};

use crate::app::App;
use crate::auth::password::PasswordError;
use crate::error::ApiError;
use crate::people::create::{checked_name, checked_username, principals_of};
use crate::store;
use crate::store::audit::AuditEntry;
use crate::store::people::{Person, PersonState};

/// An account that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Codes of units.
    pub(crate) units: Vec<String>,
    pub(crate) password: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// There was such a username; nothing was changed.
    Existed(Id),
    /// The person is new.
    New(Id),
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A rule is against it, in words for people.
    #[error("{0}")]
    Refused(String),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Adds somebody with their principals, unless the username is there already.
pub(crate) async fn add(account: &Account, tenant: Id, app: &App) -> Result<Added, AccountError> {
    let now = app.clock().now();
    let username = checked_username(&account.username).map_err(refused)?;
    let mut tx = app.store().read().await?;
    if let Some(person) = tx.find_person_by_username(tenant, &username).await? {
        return Ok(Added::Existed(person.id));
    }
    drop(tx);
    let hash = app.passwords().hash(&account.password, app.rng()).await?;
    let mut person = Person {
        id: app.rng().new_id(now),
        tenant,
        username,
        name: checked_name(&account.name).map_err(refused)?,
        role: account.role,
        password_hash: Some(hash),
        state: PersonState::Active,
        reference_seq: 0,
        created_at: now,
    };
    let mut tx = app.store().begin().await?;
    let mut units = Vec::new();
    for code in &account.units {
        let unit = tx.find_unit_by_code(tenant, code).await?;
        let unit = unit.ok_or_else(|| {
            AccountError::Refused(format!(
                "没有编码为 {code} 的单位；请先导入组织，或改正编码。"
            ))
        })?;
        units.push(unit.id);
    }
    let principals = principals_of(&mut tx, &person, &units)
        .await
        .map_err(refused)?;
    person.reference_seq = tx.next_seq(tenant).await?;
    tx.insert_person(&person).await?;
    for principal in principals {
        tx.grant_principal(tenant, person.id, principal, person.reference_seq)
            .await?;
    }
    tx.append_audit(&AuditEntry {
        tenant,
        at: now,
        person: None,
        device: None,
        act: "person.create".to_owned(),
        object: format!("person/{}", person.id),
        result: "ok".to_owned(),
        request_id: String::new(),
    })
    .await?;
    tx.commit().await?;
    Ok(Added::New(person.id))
}

/// The sentence of a refusal without its code.
fn refused(error: ApiError) -> AccountError {
    let (code, text) = (error.code(), error.to_string());
    let detail = text
        .strip_prefix(code)
        .and_then(|text| text.strip_prefix(": "));
    AccountError::Refused(detail.unwrap_or(&text).to_owned())
}
