//! What a mediation may hold. Fields and collections follow requirements S49-S56 and S75; names are the glossary's.
//! They are added, never renamed or retyped.
//!
//! Texts are registers, not notes: of two people who wrote one at the same time, both stand until the mediator
//! chooses. A clause blended of two is a clause that nobody agreed to.

use super::contact;
use crate::schema::{Collection, Field, Schema};
use crate::value::ValueKind::{self, Choice, Flag, Hash, Int, Sealed, Text, Time};

/// An id in text form.
const ID: ValueKind = Text(26);
const SHORT: ValueKind = Text(60);
const LINE: ValueKind = Text(200);
const LONG: ValueKind = Text(1_000);
/// Minute of a day; 1440 is its end.
const MINUTE: ValueKind = Int(0, 1_440);

const fn field(name: &'static str, holds: ValueKind) -> Field {
    Field { name, holds }
}

const FIELDS: &[Field] = &[
    // Which of the three papers: 现场调解记录, 口头协议登记, 人民调解协议书.
    field("form", Choice(&["record", "oral", "agreement"])),
    field("number", SHORT),
    field("committee", SHORT),
    field(
        "dispute",
        Choice(&[
            "neighbour",
            "noise",
            "decoration",
            "property",
            "trade",
            "wages",
            "damage",
            "family",
            "other",
        ]),
    ),
    field("place", LINE),
    field("facts", Text(2_000)),
    field("responsibilities", LONG),
    field("performance", LINE),
    field("copies", Int(1, 50)),
    field("notice_given", Flag),
    field("risk", Choice(&["low", "medium", "high"])),
    field("risk_reason", LINE),
    field("follow_up_at", Time),
    field("judicial_applied_at", Time),
];

/// 当事人 (S49).
const PARTIES: &[Field] = &[
    field("side", Choice(&["applicant", "respondent", "third"])),
    field("name", SHORT),
    field("gender", Choice(&["female", "male", "organisation"])),
    field(
        "id_type",
        Choice(&["identity_card", "passport", "credit_code", "seen", "none"]),
    ),
    // The last characters alone: enough to tell two of one name apart.
    field("id_tail", Text(4)),
    // By which number they can be reached: sealed, because everybody who sees the ticket holds the document (`contact.rs`).
    field("contact", Sealed(contact::VERSION, contact::BYTES)),
    field("address", LINE),
    field("agent", SHORT),
    field("represents", LINE),
    field("households", Int(0, 100_000)),
    field("consent", Choice(&["none", "list", "photo", "spoken"])),
    field("consent_photo", ID),
    // The account of a residents' representative who follows the mediation on their own phone.
    field("person", ID),
    field("pos", SHORT),
    field("removed_at", Time),
];

/// 调解员. A paper with a committee needs a certified one.
const MEDIATORS: &[Field] = &[
    field("user", ID),
    field("name", SHORT),
    field("unit", SHORT),
    field("certified", Flag),
    field("pos", SHORT),
    field("removed_at", Time),
];

/// 诉求, each of one party (S52).
const CLAIMS: &[Field] = &[
    field("party", ID),
    field("text", LONG),
    field(
        "standing",
        Choice(&["open", "agreed", "disputed", "dropped"]),
    ),
    field("pos", SHORT),
    field("removed_at", Time),
];

/// What the sides agree on and what stays between them.
const POINTS: &[Field] = &[
    field("standing", Choice(&["agreed", "disputed"])),
    field("claim", ID),
    field("text", LONG),
    field("pos", SHORT),
    field("removed_at", Time),
];

/// 协议条款, each answering a claim, with terms that can be measured (S52, S55).
const CLAUSES: &[Field] = &[
    field("claim", ID),
    field("text", LONG),
    field("performer", ID),
    field("measure", LINE),
    field("from_minute", MINUTE),
    field("to_minute", MINUTE),
    // One bit a day, Monday the lowest.
    field("weekdays", Int(0, 127)),
    // Hundredths of a yuan.
    field("amount_fen", Int(0, 10_000_000_000_000)),
    field("due_at", Time),
    field("manner", LINE),
    field("place", LINE),
    field("check_from_at", Time),
    field("check_every_days", Int(1, 365)),
    field("check_times", Int(1, 60)),
    field("pos", SHORT),
    field("removed_at", Time),
];

/// 调解会 (S51, S54).
const SESSIONS: &[Field] = &[
    field("at", Time),
    field("ended_at", Time),
    field("place", LINE),
    field("by", ID),
    field("mood", Choice(&["calm", "tense", "heated"])),
    field("remark", LONG),
    field("removed_at", Time),
];

/// 各方陈述, each of one party at one session.
const STATEMENTS: &[Field] = &[
    field("session", ID),
    field("party", ID),
    field("text", LONG),
    field("at", Time),
    field("by", ID),
    field("removed_at", Time),
];

/// 征询单位 (S53).
const CONSULTATIONS: &[Field] = &[
    field("unit", SHORT),
    field("contact", SHORT),
    field("asked", Text(500)),
    field("asked_at", Time),
    field("by", ID),
    field("answer", Text(500)),
    field("answered_at", Time),
    field("removed_at", Time),
];

/// 受邀到场的人 (S54).
const INVITEES: &[Field] = &[
    field("session", ID),
    field("party", ID),
    field("name", SHORT),
    field("represents", LINE),
    field("invited_at", Time),
    field("attendance", Choice(&["invited", "present", "absent"])),
    field("reason", LINE),
    field("at", Time),
    field("sealed", Hash),
    field("removed_at", Time),
];

/// 照片. The bytes live in the media store under their hash (S46).
const PHOTOS: &[Field] = &[
    field("sha256", Hash),
    field("bytes", Int(1, 15 * 1024 * 1024)),
    field("mime", Choice(&["image/jpeg", "image/png", "image/webp"])),
    field("w", Int(1, 12_000)),
    field("h", Int(1, 12_000)),
    field("taken_at", Time),
    field(
        "role",
        Choice(&[
            "scene",
            "consent",
            "evidence",
            "signed_paper",
            "performance",
        ]),
    ),
    field("source", Choice(&["camera", "gallery"])),
    field("lat_e7", Int(-900_000_000, 900_000_000)),
    field("lon_e7", Int(-1_800_000_000, 1_800_000_000)),
    field("accuracy_m", Int(0, 100_000)),
    field("place", LINE),
    field("caption", LINE),
    field("pos", SHORT),
    field("removed_at", Time),
    field("original_sha256", Hash),
    field("mock", Flag),
    field("mock_sign", Choice(&["still", "exact", "jump", "clock"])),
    field("likeness", Text(16)),
    field("kept_why", LINE),
];

/// 签名: over the content as it stood then (`content.rs`), examined when it is written (`examine.rs`).
const SIGNATURES: &[Field] = &[
    field("capacity", Choice(&["party", "mediator", "committee"])),
    // The party or mediator; for the committee's seal the mediator who put it there.
    field("signer", ID),
    field("content", Hash),
    field("algorithm", Choice(&["sha-256"])),
    field("method", Choice(&["glass", "paper", "seal", "refused"])),
    // What was drawn, sealed (`sealed.rs`).
    field("sealed", Hash),
    // The photographed paper.
    field("photo", ID),
    field("reason", LINE),
    field("at", Time),
    field("by", ID),
    field("device", ID),
];

/// 履约抽查 (S55): of one clause, or of the task that fell due at `task_at`.
const CHECKS: &[Field] = &[
    field("clause", ID),
    field("task_at", Time),
    field("result", Choice(&["kept", "breached", "performed"])),
    field("remark", Text(500)),
    field("photo", ID),
    field("at", Time),
    field("by", ID),
];

/// 履约反映: a party tells that a clause is not kept. Somebody has to look then; what a check finds alone says whether it is.
const REPORTS: &[Field] = &[
    field("party", ID),
    field("clause", ID),
    field("text", Text(500)),
    field("photo", ID),
    field("at", Time),
    field("by", ID),
];

/// 回访确认 (S75).
const CONFIRMATIONS: &[Field] = &[
    field("party", ID),
    field("how", Choice(&["visit", "call", "message", "signature"])),
    field("satisfied", Flag),
    field("remark", Text(500)),
    field("photo", ID),
    field("at", Time),
    field("by", ID),
];

/// 撤回、恢复、补充说明.
const EVENTS: &[Field] = &[
    field("kind", Choice(&["withdraw", "resume", "note"])),
    field("by", ID),
    field("at", Time),
    field("remark", Text(500)),
    field("answers", Int(0, 10_000)),
];

const fn open(name: &'static str, fields: &'static [Field]) -> Collection {
    Collection {
        name,
        fields,
        written_once: false,
        examined: false,
        represented: false,
    }
}

const fn once(name: &'static str, fields: &'static [Field]) -> Collection {
    Collection {
        written_once: true,
        ..open(name, fields)
    }
}

/// What a party says, alone or by a representative.
const fn said(name: &'static str, fields: &'static [Field]) -> Collection {
    Collection {
        examined: true,
        represented: true,
        ..once(name, fields)
    }
}

/// What a mediation may hold.
pub(super) const SCHEMA: Schema = Schema {
    fields: FIELDS,
    notes: &[],
    sets: &["tickets"],
    collections: &[
        open("parties", PARTIES),
        open("mediators", MEDIATORS),
        open("claims", CLAIMS),
        open("points", POINTS),
        open("clauses", CLAUSES),
        open("sessions", SESSIONS),
        open("statements", STATEMENTS),
        open("consultations", CONSULTATIONS),
        open("invitees", INVITEES),
        Collection {
            represented: true,
            ..open("photos", PHOTOS)
        },
        said("signatures", SIGNATURES),
        once("checks", CHECKS),
        said("reports", REPORTS),
        once("confirmations", CONFIRMATIONS),
        once("events", EVENTS),
    ],
    answers: false,
};
