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

/// The name as it is kept.
///
/// # Errors
/// If it is not 1 to 32 characters.
pub fn checked_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    let fits = (1..=32).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or(Refusal::Name)
}
