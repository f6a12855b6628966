//! What a username and a name look like, and whom somebody acts for.

use store::people::Person;
use store::{Error, Tx};
use sync_core::{Id, Role};

/// A rule is against it. `code` is stable; `Display` is a sentence that says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The name is empty, too long or has control characters.
    #[error("姓名请填写 1 到 32 个字。")]
    Name,
    /// The password is short, simple or contains the username.
    #[error("新密码请用 8 到 64 个字，字母、数字、符号至少两种，不要包含用户名，也不要太常见。")]
    Password,
    /// There is no such unit.
    #[error("选择的社区或网格不存在，请刷新页面后重新选择。")]
    Unit,
    /// The username has other letters, or too few or too many.
    #[error("用户名请用 2 到 32 个小写字母、数字、点、横线或下划线。")]
    Username,
}

impl Refusal {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name_invalid",
            Self::Password => "password_weak",
            Self::Unit => "unit_unknown",
            Self::Username => "username_invalid",
        }
    }
}

/// Whom a new person acts for: themselves, their units, for a head the grids of their community, and
/// for the office the whole sub-district.
///
/// # Errors
/// If the database could not; the inner one if a unit is unknown.
pub async fn principals_of(
    tx: &mut Tx,
    person: &Person,
    units: &[Id],
) -> Result<Result<Vec<Id>, Refusal>, Error> {
    let all = tx.list_units(person.tenant).await?;
    let mut principals = vec![person.id];
    for unit in units {
        if !all.iter().any(|known| known.id == *unit) {
            return Ok(Err(Refusal::Unit));
        }
        principals.push(*unit);
        if matches!(person.role, Role::CommunitySecretary | Role::GridHead) {
            let grids = all.iter().filter(|grid| grid.parent == Some(*unit));
            principals.extend(grids.map(|grid| grid.id));
        }
    }
    if person.role.is_office() {
        principals.push(person.tenant);
    }
    Ok(Ok(principals))
}

/// Ends what the person acted for and no more does, and grants the rest; all principals concerned. What a role may know of a
/// ticket is part of the ticket as the phone holds it, so with another role all of it comes into view anew.
///
/// # Errors
/// If the database could not; the inner one if a unit is unknown.
pub async fn regrant(
    tx: &mut Tx,
    person: &Person,
    units: &[Id],
    role_changes: bool,
    seq: i64,
) -> Result<Result<Vec<Id>, Refusal>, Error> {
    let wanted = match principals_of(tx, person, units).await? {
        Ok(wanted) => wanted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let held = tx.list_principals(person.tenant, person.id).await?;
    for principal in &held {
        if role_changes || !wanted.contains(principal) {
            tx.revoke_principal(person.tenant, person.id, *principal, seq)
                .await?;
        }
    }
    for principal in &wanted {
        tx.grant_principal(person.tenant, person.id, *principal, seq)
            .await?;
    }
    Ok(Ok(held.into_iter().chain(wanted).collect()))
}

/// The username as it is kept.
///
/// # Errors
/// If it is not 2 to 32 of `a-z 0-9 . _ -`.
pub fn checked_username(typed: &str) -> Result<String, Refusal> {
    let username = typed.trim();
    let fits = (2..=32).contains(&username.len())
        && username.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
        });
    fits.then(|| username.to_owned()).ok_or(Refusal::Username)
}

/// Passwords that are tried first, as they are once letters and digits alone are left.
const COMMON: [&str; 24] = [
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "admin123",
    "admin1234",
    "admin888",
    "abc12345",
    "abcd1234",
    "abc123456",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "qwer1234",
    "1q2w3e4r",
    "1qaz2wsx",
    "q1w2e3r4",
    "qwe12345",
    "asd12345",
    "zxc12345",
    "woaini1314",
    "123456789a",
    "zhang123",
];

/// A password that its person chose.
///
/// # Errors
/// If it is not 8 to 64 characters of two kinds, contains the username, or is one of those tried first.
pub fn checked_password(typed: &str, username: &str) -> Result<(), Refusal> {
    let kinds = [
        typed.chars().any(char::is_alphabetic),
        typed.chars().any(char::is_numeric),
        typed.chars().any(|c| !c.is_alphanumeric()),
    ];
    let lower = typed.to_lowercase();
    let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let fits = (8..=64).contains(&typed.chars().count())
        && !typed.chars().any(char::is_control)
        && kinds.into_iter().filter(|kind| *kind).count() >= 2
        && (username.chars().count() < 3 || !lower.contains(username))
        && !COMMON.contains(&bare.as_str());
    fits.then_some(()).ok_or(Refusal::Password)
}

/// The name as it is kept.
///
/// # Errors
/// If it is not 1 to 32 characters.
pub fn checked_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    let fits = (1..=32).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or(Refusal::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_ones_own_is_long_enough_and_not_what_is_tried_first() {
        for good in [
            "yushan-72",
            "春天里的雨28滴",
            "xk4-m2p9-qq",
            &"a1".repeat(32),
        ] {
            assert_eq!(checked_password(good, "li"), Ok(()), "{good}");
        }
        for bad in [
            "",
            "ab1-xyz",
            "12345678",
            "abcdefgh",
            "Password-123",
            "a1234567",
            "wang.g-2026",
            "tab\tab-12",
            &"a1".repeat(33),
        ] {
            assert_eq!(
                checked_password(bad, "wang.g"),
                Err(Refusal::Password),
                "{bad}"
            );
        }
    }
}
