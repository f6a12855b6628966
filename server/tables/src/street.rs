//! Which sub-district a command means, and the first one of a new hub.

use sync_core::Id;

use super::Parts;
use store::tenants::Tenant;
use store::{Db, Tx};

/// Code of the sub-district that an import makes in an empty hub.
pub const DEFAULT_CODE: &str = "main";
const DEFAULT_NAME: &str = "本街道";

/// A sub-district that a command works for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Street {
    /// Its id.
    pub tenant: Id,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// It was made just now.
    pub is_new: bool,
}

/// Why it is not clear which sub-district is meant.
#[derive(Debug, thiserror::Error)]
pub enum StreetError {
    /// There are several.
    #[error("系统里有多个街道（{0}）；请用 --tenant 代码 指明是哪一个 / choose one with --tenant")]
    Ambiguous(String),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// There is none with this code.
    #[error("没有代码为 {0} 的街道；请先用 import org 导入组织，或改正代码 / no such sub-district")]
    Unknown(String),
}

/// The sub-district with this code, which must exist; without a code as [`choose`].
pub async fn find(parts: Parts<'_>, code: Option<&str>) -> Result<Street, StreetError> {
    let Some(code) = code else {
        return choose(parts, None).await;
    };
    let found = existing(Some(code), parts.store).await?;
    found.ok_or_else(|| StreetError::Unknown(code.to_owned()))
}

/// The sub-district with this code, which must exist; without a code the only one there is, or none of an empty hub.
pub async fn existing(code: Option<&str>, store: &Db) -> Result<Option<Street>, StreetError> {
    let mut tx = store.read().await?;
    if let Some(code) = code {
        let tenant = tx.find_tenant_by_code(code).await?;
        let tenant = tenant.ok_or_else(|| StreetError::Unknown(code.to_owned()))?;
        return Ok(Some(street_of(&tenant, false)));
    }
    only_one(&tx.list_tenants().await?)
}

/// The sub-district with this code; without a code the only one there is, or a new one in an empty hub.
pub async fn choose(parts: Parts<'_>, code: Option<&str>) -> Result<Street, StreetError> {
    let mut tx = parts.store.begin().await?;
    let street = match code {
        Some(code) => find_or_add(code, code, parts, &mut tx).await?,
        None => match only_one(&tx.list_tenants().await?)? {
            Some(street) => street,
            None => find_or_add(DEFAULT_CODE, DEFAULT_NAME, parts, &mut tx).await?,
        },
    };
    tx.commit().await?;
    Ok(street)
}

/// The sub-district with this code, made under this name if there is none.
pub(super) async fn find_or_add(
    code: &str,
    name: &str,
    parts: Parts<'_>,
    tx: &mut Tx,
) -> Result<Street, store::Error> {
    if let Some(tenant) = tx.find_tenant_by_code(code).await? {
        return Ok(street_of(&tenant, false));
    }
    let now = parts.clock.now();
    let tenant = Tenant {
        id: parts.rng.new_id(now),
        code: code.to_owned(),
        name: name.to_owned(),
        timeline: parts.rng.new_id(now),
        seq: 0,
        created_at: now,
    };
    tx.insert_tenant(&tenant).await?;
    tx.update_key_fingerprint(tenant.id, &parts.keys.fingerprint())
        .await?;
    Ok(street_of(&tenant, true))
}

fn only_one(tenants: &[Tenant]) -> Result<Option<Street>, StreetError> {
    match tenants {
        [] => Ok(None),
        [only] => Ok(Some(street_of(only, false))),
        several => {
            let codes: Vec<_> = several.iter().map(|tenant| tenant.code.as_str()).collect();
            Err(StreetError::Ambiguous(codes.join("、")))
        }
    }
}

fn street_of(tenant: &Tenant, is_new: bool) -> Street {
    Street {
        tenant: tenant.id,
        code: tenant.code.clone(),
        name: tenant.name.clone(),
        is_new,
    }
}
