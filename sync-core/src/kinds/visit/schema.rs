//! What a visit may hold. Fields and collections follow requirements S40-S48 and S71; names are the glossary's.
//! They are added, never renamed or retyped.

use crate::limits;
use crate::schema::{Collection, Field, Schema};
use crate::value::ValueKind::{self, Choice, Flag, Hash, Int, Text, Time};

const COOPERATION: ValueKind = Choice(&["cooperative", "reluctant", "refused", "absent"]);
const UNIT: ValueKind = Choice(&["kg", "m3", "piece", "cart"]);
/// WGS-84 degrees times 10^7.
const LATITUDE: ValueKind = Int(-900_000_000, 900_000_000);
const LONGITUDE: ValueKind = Int(-1_800_000_000, 1_800_000_000);
/// Metres; a fix worse than 100 km is no fix.
const ACCURACY: ValueKind = Int(0, 100_000);
/// An id in text form.
const ID: ValueKind = Text(26);
const SHORT: ValueKind = Text(60);
const LINE: ValueKind = Text(200);

const fn field(name: &'static str, holds: ValueKind) -> Field {
    Field { name, holds }
}

const FIELDS: &[Field] = &[
    field("address", LINE),
    field("building", SHORT),
    field("stairwell", SHORT),
    field("room", SHORT),
    field(
        "place_kind",
        Choice(&[
            "stairwell",
            "courtyard",
            "market",
            "shop",
            "street",
            "home",
            "other",
        ]),
    ),
    field(
        "finding_kind",
        Choice(&[
            "clutter",
            "noise",
            "network",
            "sanitation",
            "construction",
            "road_occupation",
            "other",
        ]),
    ),
    field("severity", Choice(&["low", "medium", "high"])),
    field("hazard", Flag),
    field("occupant_present", Flag),
    field("cooperation", COOPERATION),
    field("has_property_company", Flag),
    field("contact_made", Flag),
    field("first_contact_at", Time),
    field("measure", LINE),
    field("law_cited", LINE),
    field("leaflet", SHORT),
    field("department_needed", SHORT),
    field(
        "cleanup_state",
        Choice(&["not_needed", "pending", "partial", "done"]),
    ),
    field("cleanup_amount", Int(0, 1_000_000)),
    field("cleanup_unit", UNIT),
    field("cleanup_moved_by", SHORT),
    field("cleanup_left_at", LINE),
    field("next_visit_at", Time),
    field("follow_up_needed", Flag),
    field(
        "outcome",
        Choice(&["resolved", "partly", "unresolved", "explained"]),
    ),
    // The form by which the record was begun, as `clutter/1` (sync-core/src/form.rs).
    field("form", SHORT),
];

/// 到场签到. Place by position or by hand: a stairwell has no signal (S40).
const ARRIVALS: &[Field] = &[
    field("at", Time),
    field("by", ID),
    field("source", Choice(&["gps", "hand"])),
    field("lat_e7", LATITUDE),
    field("lon_e7", LONGITUDE),
    field("accuracy_m", ACCURACY),
    field("address", LINE),
    field("reason", LINE),
    field("mock", Flag),
];

/// 联合上门 (S44).
const PARTICIPANTS: &[Field] = &[
    field("user", ID),
    field("role", SHORT),
    field("joined_at", Time),
    field("removed_at", Time),
];

/// 宣传劝导, one record a household and visit (S43).
const PERSUASIONS: &[Field] = &[
    field("household", SHORT),
    field("at", Time),
    field("by", ID),
    field("material", SHORT),
    field("reaction", COOPERATION),
    field("next_visit_at", Time),
    field("remark", LINE),
    field("removed_at", Time),
];

/// 堆物等物品.
const ITEMS: &[Field] = &[
    field("label", SHORT),
    field("place", SHORT),
    field("quantity", Int(0, 1_000_000)),
    field("unit", UNIT),
    field("state", Choice(&["found", "cleared", "moved", "refused"])),
    field("pos", SHORT),
    field("removed_at", Time),
];

/// 照片, and what somebody said into the phone (录音, role `voice`): both are files that belong to the visit, go up the same
/// way and are counted together, and a collection of their own would need another seed. The bytes live in the media store
/// under their hash (S46).
const PHOTOS: &[Field] = &[
    field("sha256", Hash),
    field("bytes", Int(1, 15 * 1024 * 1024)),
    field(
        "mime",
        Choice(&[
            "image/jpeg",
            "image/png",
            "image/webp",
            "audio/webm",
            "audio/mp4",
            "audio/ogg",
        ]),
    ),
    field("w", Int(1, 12_000)),
    field("h", Int(1, 12_000)),
    field("taken_at", Time),
    field("role", Choice(&["before", "after", "evidence", "voice"])),
    field("pair", ID),
    field("source", Choice(&["camera", "gallery"])),
    field("lat_e7", LATITUDE),
    field("lon_e7", LONGITUDE),
    field("accuracy_m", ACCURACY),
    field("place", LINE),
    field("caption", LINE),
    field("pos", SHORT),
    field("removed_at", Time),
    field("original_sha256", Hash),
    // How long a voice note is, ms.
    field("duration_ms", Int(1, limits::VOICE_MILLIS)),
];

/// 提交、撤回、补充说明、作废草稿: marks of the workflow, written once.
const EVENTS: &[Field] = &[
    field("kind", Choice(&["submit", "withdraw", "note", "discard"])),
    field("by", ID),
    field("at", Time),
    field("remark", Text(500)),
    // Decisions of the office that the writer knew of.
    field("answers", Int(0, 10_000)),
];

/// What a visit may hold.
pub(super) const SCHEMA: Schema = Schema {
    fields: FIELDS,
    notes: &["finding", "process", "result"],
    sets: &["tickets"],
    collections: &[
        Collection {
            name: "arrivals",
            fields: ARRIVALS,
            written_once: true,
            examined: false,
            represented: false,
        },
        Collection {
            name: "participants",
            fields: PARTICIPANTS,
            written_once: false,
            examined: false,
            represented: false,
        },
        Collection {
            name: "persuasions",
            fields: PERSUASIONS,
            written_once: false,
            examined: false,
            represented: false,
        },
        Collection {
            name: "items",
            fields: ITEMS,
            written_once: false,
            examined: false,
            represented: false,
        },
        Collection {
            name: "photos",
            fields: PHOTOS,
            written_once: false,
            examined: false,
            represented: false,
        },
        Collection {
            name: "events",
            fields: EVENTS,
            written_once: true,
            examined: false,
            represented: false,
        },
    ],
    answers: true,
};

const _: () = assert!(
    limits::NOTE_CHARS <= 4_000,
    "three notes of CJK text fit the hard document limit"
);
