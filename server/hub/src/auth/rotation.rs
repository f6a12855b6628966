//! Refresh tokens: how a device stays signed in without a lost answer ever locking it out.
//!
//! A token is 32 random bytes, of which the hub keeps the SHA-256. Asking with R1 gives R2 and leaves R1
//! alive: **R1 dies when R2 or the access token that came with it is first used**, because only then is it
//! known that the answer arrived. Until then R1 may ask again, after days, as often as it takes.
//!
//! A dead token that is shown is a copy, so its device is suspended and has to sign in again, unless it proves with
//! its key that it is that device: then its store has lost a write, and it goes on. Two pages
//! of one phone that ask at once look the same, so within a minute they are told to use the newer token
//! instead. For the same reason an unused R2 survives R1 asking again within that minute.

use sha2::{Digest as _, Sha256};
use sync_core::{Id, Timestamp, hex};

use super::token::{RefreshPrefix, prefix_of};
use basis::Rng;
use store::devices::{Device, DeviceState};
use store::tokens::{RefreshToken, TokenHash, TokenState};
use store::{Error, Tx};

/// A token not asked with for this long has expired.
const SLIDING_MILLIS: i64 = 30 * 24 * 3600 * 1000;

/// A phone that signed in this long ago has to sign in again.
const ABSOLUTE_MILLIS: i64 = 180 * 24 * 3600 * 1000;

/// How long requests of one device count as made at once.
const PARALLEL_MILLIS: i64 = 60 * 1000;

/// A token as the device keeps it. Shown to nobody else, so it has no `Debug`.
pub struct Refresh {
    /// 64 hexadecimal characters.
    pub text: String,
    /// Names it in the access token that comes with it.
    pub prefix: RefreshPrefix,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// What showing a refresh token leads to.
pub enum Rotation {
    /// The device gets a new one.
    Renewed(Box<Device>, Refresh),
    /// Too old; the person signs in again.
    Expired,
    /// No such token, also after a restore from a backup; the person signs in again.
    Unknown,
    /// A dead one, shown beside the newer one that its device uses already.
    Superseded,
    /// A dead one, shown by the device itself: its store had lost the newer one.
    Recovered(Box<Device>, Refresh),
    /// A dead one: all tokens of the device have just ended.
    Reused(Box<Device>),
    /// The device is revoked or has to sign in again anyway.
    Barred(Box<Device>),
}

/// Starts the chain of a device that signs in; what it had before ends.
pub async fn start(
    tx: &mut Tx,
    device: &Device,
    lifetime_millis: i64,
    now: Timestamp,
    rng: &Rng,
) -> Result<Refresh, Error> {
    tx.end_tokens_of_device(device.tenant, device.id).await?;
    issue(tx, device, None, now.plus_millis(lifetime_millis), now, rng).await
}

/// Starts the chain of a phone.
pub async fn start_phone(
    tx: &mut Tx,
    device: &Device,
    now: Timestamp,
    rng: &Rng,
) -> Result<Refresh, Error> {
    start(tx, device, SLIDING_MILLIS, now, rng).await
}

/// Answers a device that shows a token; `proven`: it has proved with its key, just now, that it is that device.
pub async fn rotate(
    tx: &mut Tx,
    shown: &str,
    proven: bool,
    now: Timestamp,
    rng: &Rng,
) -> Result<Rotation, Error> {
    let hash = hash_of(shown);
    let Some(first_look) = tx.find_token(&hash).await? else {
        return Ok(Rotation::Unknown);
    };
    // Changing the device's row makes its requests wait for each other.
    tx.update_last_seen(first_look.tenant, first_look.device, now)
        .await?;
    let device = tx.find_device(first_look.tenant, first_look.device).await?;
    let (Some(token), Some(device)) = (tx.find_token(&hash).await?, device) else {
        return Ok(Rotation::Unknown);
    };
    let released_until = device.released_until().filter(|until| now <= *until);
    if let Some(until) = released_until.filter(|_| now <= token.expires_at) {
        // Its tokens died when it was revoked. It may only hand over, so any token that it ever had will do.
        let refresh = issue(tx, &device, None, until, now, rng).await?;
        return Ok(Rotation::Renewed(Box::new(device), refresh));
    }
    if device.state != DeviceState::Active {
        return Ok(Rotation::Barred(Box::new(device)));
    }
    if token.expires_at < now || device.enrolled_at.plus_millis(ABSOLUTE_MILLIS) < now {
        return Ok(Rotation::Expired);
    }
    if token.state == TokenState::Dead {
        return match after_death(tx, &token, &device, now).await? {
            Death::Superseded => Ok(Rotation::Superseded),
            Death::Shown if proven => {
                let refresh = start_phone(tx, &device, now, rng).await?;
                Ok(Rotation::Recovered(Box::new(device), refresh))
            }
            Death::Shown => {
                tx.end_tokens_of_device(device.tenant, device.id).await?;
                tx.update_device_state(device.tenant, device.id, DeviceState::Suspended)
                    .await?;
                Ok(Rotation::Reused(Box::new(device)))
            }
        };
    }
    // It reached the device, so what it replaced, and what was sent in its stead, is not needed.
    tx.use_token(token.tenant, &hash, now).await?;
    if let Some(parent) = &token.parent {
        tx.end_token(token.tenant, parent).await?;
        for sibling in tx.list_successors(token.tenant, parent).await? {
            if sibling.hash != hash {
                tx.end_token(token.tenant, &sibling.hash).await?;
            }
        }
    }
    for unused in tx.list_successors(token.tenant, &hash).await? {
        if now.millis_since(unused.issued_at) > PARALLEL_MILLIS {
            tx.end_token(token.tenant, &unused.hash).await?;
        }
    }
    tx.delete_expired_tokens(device.tenant, device.id, now)
        .await?;
    let last = device.enrolled_at.plus_millis(ABSOLUTE_MILLIS);
    let expires_at = now.plus_millis(SLIDING_MILLIS).min(last);
    let refresh = issue(tx, &device, Some(hash), expires_at, now, rng).await?;
    Ok(Rotation::Renewed(Box::new(device), refresh))
}

/// Begins anew for a phone that shows a token which nobody knows here, and has proved that it is that phone: the hub was
/// put back to an earlier state.
pub async fn recover(
    tx: &mut Tx,
    (tenant, device): (Id, Id),
    now: Timestamp,
    rng: &Rng,
) -> Result<Rotation, Error> {
    tx.update_last_seen(tenant, device, now).await?;
    let Some(device) = tx.find_device(tenant, device).await? else {
        return Ok(Rotation::Unknown);
    };
    if device.state != DeviceState::Active {
        return Ok(Rotation::Barred(Box::new(device)));
    }
    if device.enrolled_at.plus_millis(ABSOLUTE_MILLIS) < now {
        return Ok(Rotation::Expired);
    }
    let refresh = start_phone(tx, &device, now, rng).await?;
    Ok(Rotation::Recovered(Box::new(device), refresh))
}

/// Whether an access token that names this refresh token is the first sign that it arrived.
pub async fn is_first_use(
    tx: &mut Tx,
    tenant: Id,
    device: Id,
    prefix: &RefreshPrefix,
) -> Result<bool, Error> {
    let token = tx.find_token_by_prefix(tenant, device, prefix).await?;
    Ok(token.is_some_and(|token| token.state == TokenState::Issued))
}

/// Notes that the access token that came with a refresh token was used: the one before it dies.
pub async fn note_first_use(
    tx: &mut Tx,
    tenant: Id,
    device: Id,
    prefix: &RefreshPrefix,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(token) = tx.find_token_by_prefix(tenant, device, prefix).await? else {
        return Ok(());
    };
    if token.state == TokenState::Issued {
        tx.use_token(token.tenant, &token.hash, now).await?;
        if let Some(parent) = &token.parent {
            tx.end_token(token.tenant, parent).await?;
        }
    }
    Ok(())
}

/// SHA-256 of what a device shows.
pub fn hash_of(shown: &str) -> TokenHash {
    Sha256::digest(shown.as_bytes()).into()
}

/// How a dead token comes to be shown.
enum Death {
    /// At the same time as the newer one was first used.
    Superseded,
    /// Long after: by a copy, or by a device that has lost the newer one.
    Shown,
}

async fn after_death(
    tx: &mut Tx,
    token: &RefreshToken,
    device: &Device,
    now: Timestamp,
) -> Result<Death, Error> {
    let mut newer = tx.list_successors(device.tenant, &token.hash).await?;
    if let Some(parent) = &token.parent {
        newer.extend(tx.list_successors(device.tenant, parent).await?);
    }
    let superseded_now = newer
        .iter()
        .filter(|other| other.hash != token.hash)
        .filter_map(|other| other.first_used_at)
        .any(|used_at| now.millis_since(used_at) <= PARALLEL_MILLIS);
    Ok(if superseded_now {
        Death::Superseded
    } else {
        Death::Shown
    })
}

async fn issue(
    tx: &mut Tx,
    device: &Device,
    parent: Option<TokenHash>,
    expires_at: Timestamp,
    now: Timestamp,
    rng: &Rng,
) -> Result<Refresh, Error> {
    let mut secret = [0; 32];
    rng.fill(&mut secret);
    let text = hex::encode(&secret);
    let hash = hash_of(&text);
    tx.insert_token(&RefreshToken {
        hash,
        tenant: device.tenant,
        device: device.id,
        parent,
        state: TokenState::Issued,
        issued_at: now,
        first_used_at: None,
        expires_at,
    })
    .await?;
    Ok(Refresh {
        text,
        prefix: prefix_of(&hash),
        expires_at,
    })
}
