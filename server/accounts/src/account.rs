//! Adding an account, for every command that does.

use sync_core::{Id, Role};

use super::Parts;
use super::password::PasswordError;
use super::rules::{Refusal, checked_name, checked_username, principals_of};
use store::audit::AuditEntry;
use store::people::{PasswordState, Person, PersonState};

/// An account that is wanted.
#[derive(Clone, Debug)]
pub struct Account {
    /// As typed.
    pub username: String,
    /// As typed.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Codes of units.
    pub units: Vec<String>,
    /// In plain text.
    pub password: String,
    /// Whether somebody hands it out to them.
    pub password_state: PasswordState,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
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
///
/// # Errors
/// Nothing was added.
pub async fn add(account: &Account, tenant: Id, parts: Parts<'_>) -> Result<Added, AccountError> {
    let now = parts.clock.now();
    if account.role.is_representative() {
        return Err(AccountError::Refused(
            "业主代表由调解员在调解记录里邀请，不能这样添加。".to_owned(),
        ));
    }
    let username = checked_username(&account.username).map_err(refused)?;
    let mut tx = parts.store.read().await?;
    if let Some(person) = tx.find_person_by_username(tenant, &username).await? {
        return Ok(Added::Existed(person.id));
    }
    drop(tx);
    let hash = parts.passwords.hash(&account.password, parts.rng).await?;
    let mut person = Person {
        id: parts.rng.new_id(now),
        tenant,
        username,
        name: checked_name(&account.name).map_err(refused)?,
        role: account.role,
        password_hash: Some(hash),
        password_state: account.password_state,
        state: PersonState::Active,
        appointed_by: None,
        reference_seq: 0,
        created_at: now,
    };
    let mut tx = parts.store.begin().await?;
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
        .await?
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

fn refused(refusal: Refusal) -> AccountError {
    AccountError::Refused(refusal.to_string())
}
