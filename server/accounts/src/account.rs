//! Adding an account, for every command that does.

use sync_core::{Id, Role};

use super::Parts;
use super::password::PasswordError;
use super::rules::{Refusal, checked_name, checked_username, principals_of, regrant};
use store::Tx;
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
    let username = checked_username(&account.username).map_err(refused)?;
    let mut tx = parts.store.read().await?;
    if let Some(person) = tx.find_person_by_username(tenant, &username).await? {
        return Ok(Added::Existed(person.id));
    }
    drop(tx);
    let hash = parts.passwords.hash(&account.password, parts.rng).await?;
    let mut tx = parts.store.begin().await?;
    let added = insert(account, hash, tenant, parts, &mut tx).await?;
    tx.commit().await?;
    Ok(added)
}

/// The same within a transaction, with the hash of the password; whoever only wants to know what would become of it
/// rolls back.
///
/// # Errors
/// Nothing was added.
pub async fn insert(
    account: &Account,
    password_hash: String,
    tenant: Id,
    parts: Parts<'_>,
    tx: &mut Tx,
) -> Result<Added, AccountError> {
    let now = parts.clock.now();
    if account.role.is_representative() {
        return Err(AccountError::Refused(
            "业主代表由调解员在调解记录里邀请，不能这样添加。".to_owned(),
        ));
    }
    let username = checked_username(&account.username).map_err(refused)?;
    if let Some(person) = tx.find_person_by_username(tenant, &username).await? {
        return Ok(Added::Existed(person.id));
    }
    let mut person = Person {
        id: parts.rng.new_id(now),
        tenant,
        username,
        name: checked_name(&account.name).map_err(refused)?,
        role: account.role,
        password_hash: Some(password_hash),
        password_state: account.password_state,
        state: PersonState::Active,
        appointed_by: None,
        reference_seq: 0,
        created_at: now,
    };
    let units = units_of(&account.units, tenant, tx).await?;
    let principals = principals_of(tx, &person, &units).await?.map_err(refused)?;
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
    Ok(Added::New(person.id))
}

/// Gives somebody who is there the name of this account and, where it lists any, its units, within a transaction. Role,
/// password and state stay: those are for a person to decide.
///
/// # Errors
/// If the name or a unit is none, or the database could not.
pub async fn take_over(
    person: &Person,
    account: &Account,
    parts: Parts<'_>,
    tx: &mut Tx,
) -> Result<(), AccountError> {
    let tenant = person.tenant;
    let name = checked_name(&account.name).map_err(refused)?;
    let units = units_of(&account.units, tenant, tx).await?;
    let seq = tx.next_seq(tenant).await?;
    tx.update_person(tenant, person.id, &name, person.role, seq)
        .await?;
    if !units.is_empty() {
        regrant(tx, person, &units, false, seq)
            .await?
            .map_err(refused)?;
    }
    tx.append_audit(&AuditEntry {
        tenant,
        at: parts.clock.now(),
        person: None,
        device: None,
        act: "person.edit".to_owned(),
        object: format!("person/{}", person.id),
        result: "ok".to_owned(),
        request_id: String::new(),
    })
    .await?;
    Ok(())
}

async fn units_of(codes: &[String], tenant: Id, tx: &mut Tx) -> Result<Vec<Id>, AccountError> {
    let mut units = Vec::new();
    for code in codes {
        let unit = tx.find_unit_by_code(tenant, code).await?;
        let unit = unit.ok_or_else(|| {
            AccountError::Refused(format!(
                "没有编码为 {code} 的单位；请先导入组织，或改正编码。"
            ))
        })?;
        units.push(unit.id);
    }
    Ok(units)
}

fn refused(refusal: Refusal) -> AccountError {
    AccountError::Refused(refusal.to_string())
}
