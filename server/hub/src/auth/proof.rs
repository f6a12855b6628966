//! How a phone proves that it is no copy: it signs what it asks for with a key that its browser does not hand out.
//!
//! A phone whose store lost its last writes, or whose hub was restored from a backup, shows a token that is dead or
//! unknown here. A copy of a token would look the same; the signature tells them apart, so that such a phone goes on
//! by itself. Then the time of the signature counts too: nobody is to come with one that was overheard long ago.

use basis::DeviceKey;
use serde::Deserialize;
use sync_core::{Id, Timestamp, hex};

use crate::error::ApiError;
use store::{Error, Tx};

/// How far the time of a proof may be from now where the token alone says nothing, ms. Phones know by how much
/// their clock is wrong since their last sync.
const RECENT_MILLIS: i64 = 10 * 60 * 1000;

/// What a phone with a key adds to a renewal.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Proof {
    /// The phone's sub-district.
    #[schema(value_type = String)]
    pub(super) tenant: Id,
    /// The phone.
    #[schema(value_type = String)]
    pub(super) device: Id,
    /// When it signed, unix milliseconds.
    #[schema(value_type = i64)]
    at: Timestamp,
    /// Over the line `warmline renewal 1`, the two ids, `at` and the refresh token, a line each; 64 bytes in
    /// hexadecimal.
    signature: String,
}

impl Proof {
    /// Whether the owner of the key signed this refresh token for this device.
    pub(super) fn holds(&self, key: &DeviceKey, refresh: &str) -> bool {
        let Self {
            tenant, device, at, ..
        } = self;
        let message = format!(
            "warmline renewal 1\n{tenant}\n{device}\n{}\n{refresh}",
            at.millis()
        );
        hex::decode(&self.signature)
            .is_some_and(|signature| key.verifies(message.as_bytes(), &signature))
    }

    /// Whether it was signed just now.
    pub(super) const fn is_recent(&self, now: Timestamp) -> bool {
        now.millis_since(self.at).abs() <= RECENT_MILLIS
    }
}

/// The key that counts for a device, if it ever showed one.
pub(super) async fn key_of(
    tx: &mut Tx,
    tenant: Id,
    device: Id,
) -> Result<Option<DeviceKey>, Error> {
    let keys = tx.list_device_keys(tenant, device).await?;
    keys.first().map(|(_, key)| known_key(key)).transpose()
}

/// A key as it is kept here.
pub(super) fn known_key(bytes: &[u8]) -> Result<DeviceKey, Error> {
    DeviceKey::read(bytes).ok_or(Error::Corrupt {
        table: "device_key",
        column: "public_key",
    })
}

/// The key that a phone shows at its sign-in.
pub(super) fn read_key(shown: Option<&str>) -> Result<Option<DeviceKey>, ApiError> {
    let Some(text) = shown else { return Ok(None) };
    let key = DeviceKey::parse(text).ok_or_else(|| {
        ApiError::unprocessable(
            "key_invalid",
            "这部手机的密钥读不懂，请更新应用后再登记；手机上的记录不会丢失。",
        )
    })?;
    Ok(Some(key))
}

/// The refusal of a renewal that its phone did not sign.
pub(super) fn key_required() -> ApiError {
    ApiError::unauthorized(
        "key_required",
        "这次请求不是由原来登记的手机发出的，请重新登录；手机上的记录不会丢失。",
    )
}
