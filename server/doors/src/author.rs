//! Who pushes, and what their device says of itself.

use basis::DeviceKey;
use sync_core::{Id, Role, Timestamp};

/// Who pushes.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// The sub-district.
    pub tenant: Id,
    /// The person.
    pub person: Id,
    /// Their device.
    pub device: Id,
    /// Their role.
    pub role: Role,
    /// What their device signs with, if it has shown a key: then it has to sign what it pushes.
    pub key: Option<DeviceKey>,
    /// Set if they left: until when their device may hand over what it still holds. It gets nothing, and what it
    /// brings is put aside for the office.
    pub released_until: Option<Timestamp>,
}

/// What a device says of itself.
#[derive(Clone, Debug)]
pub struct Report {
    /// Version of its app.
    pub app: String,
    /// Records of which something stays on it after this sync; older apps do not say it.
    pub unsent_records: Option<u32>,
    /// Changes it has not sent, those of this sync included.
    pub unsent_changes: u32,
    /// Photos it has not sent.
    pub unsent_photos: u32,
    /// Its clock minus the hub's, ms.
    pub clock_offset_ms: i64,
}
