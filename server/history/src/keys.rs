//! The keys that belong to the database: another hub's, or new ones, would void every cursor and never open what was
//! sealed, so a hub without its own does not start.

use std::path::Path;

use basis::{Keys, Rng};
use store::Db;

use crate::HistoryError;

/// The keys in `folder`: those that the database was used with. Makes keys for a database that knows of none.
///
/// # Errors
/// If they are missing or others.
pub async fn open_keys(store: &Db, folder: &Path, rng: &Rng) -> Result<Keys, HistoryError> {
    let noted = store.read().await?.list_key_fingerprints().await?;
    let known: Vec<Vec<u8>> = noted.iter().filter_map(|(_, one)| one.clone()).collect();
    let keys = if known.is_empty() {
        Keys::load(folder, rng)?
    } else {
        Keys::load_known(folder, &known)?
    };
    let now = keys.fingerprint();
    let outdated = noted
        .into_iter()
        .filter(|(_, one)| one.as_ref() != Some(&now));
    let outdated: Vec<_> = outdated.map(|(tenant, _)| tenant).collect();
    if !outdated.is_empty() {
        let mut tx = store.begin().await?;
        for tenant in outdated {
            tx.update_key_fingerprint(tenant, &now).await?;
        }
        tx.commit().await?;
    }
    Ok(keys)
}
