//! What one device may bring in a day. Far above what a person records, and low enough that nobody fills the
//! hub's disk: what is more stays on the phone, which is told when to send it again, and the office is told.

use store::device_days::DeviceDay;
use sync_core::reason::Reason;

/// Rows and bytes that are put aside with their content.
const REFUSED_ROWS: i64 = 200;
const REFUSED_BYTES: i64 = 4 * 1024 * 1024;
/// Of bytes that no phone of ours makes a sample is enough.
const SAMPLED_ROWS: i64 = 20;
/// Rows put aside at either door after which a device is not received from any more: the second door decides
/// later than the first.
const ALL_REFUSED_ROWS: i64 = 1_000;
/// Changes that are received, and their bytes: a thousand visits.
const RECEIVED_CHANGES: i64 = 50_000;
const RECEIVED_BYTES: i64 = 32 * 1024 * 1024;

/// When a phone may send again what is too much for now, seconds.
pub(super) const LATER_SECONDS: u32 = 3_600;

/// Whether anything more is received of a device today.
pub(super) const fn receives(day: &DeviceDay) -> bool {
    day.received_changes < RECEIVED_CHANGES
        && day.received_bytes < RECEIVED_BYTES
        && day.refused_rows < ALL_REFUSED_ROWS
}

/// Whether another refusal with this reason is put aside today.
pub(super) fn puts_aside(day: &DeviceDay, reason: Reason) -> bool {
    let rows = if is_no_phones(reason) {
        SAMPLED_ROWS
    } else {
        REFUSED_ROWS
    };
    day.refused_rows < rows && day.refused_bytes < REFUSED_BYTES
}

/// Whether bytes that are refused so were not made by our app: there is nothing in them to read.
const fn is_no_phones(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ChangeTooLarge
            | Reason::ChecksumWrong
            | Reason::ChunkMalformed
            | Reason::ChunkTypeRefused
            | Reason::SegmentMalformed
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_sampled_and_work_is_kept_up_to_the_quota() {
        let day = |refused_rows, refused_bytes| DeviceDay {
            refused_rows,
            refused_bytes,
            ..DeviceDay::default()
        };
        for (reason, rows, bytes, kept) in [
            (Reason::OutOfScope, 0, 0, true),
            (Reason::OutOfScope, REFUSED_ROWS - 1, 100, true),
            (Reason::OutOfScope, REFUSED_ROWS, 100, false),
            (Reason::OutOfScope, 1, REFUSED_BYTES, false),
            (Reason::SegmentMalformed, SAMPLED_ROWS - 1, 100, true),
            (Reason::SegmentMalformed, SAMPLED_ROWS, 100, false),
        ] {
            assert_eq!(puts_aside(&day(rows, bytes), reason), kept, "{reason:?}");
        }
        assert!(receives(&day(REFUSED_ROWS, REFUSED_BYTES)));
        assert!(!receives(&day(ALL_REFUSED_ROWS, 0)));
    }
}
