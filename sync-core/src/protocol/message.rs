//! What travels. Every struct is a CBOR map with these names as keys; hashes are byte strings.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::calendar::Day;
use crate::deadline::Facts;
use crate::ids::Id;
use crate::kinds::Kind;
use crate::reason::Reason;
use crate::role::Role;
use crate::time::Timestamp;

use super::work::TicketWork;

/// Body of `POST /v1/sync`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// Protocol version, [`super::VERSION`].
    pub v: u16,
    /// The hub's timeline as the phone knows it; absent at first contact.
    pub timeline: Option<ByteBuf>,
    /// Where the phone stands; opaque, absent at first contact.
    pub cursor: Option<ByteBuf>,
    /// How many bytes of answer the phone would like at most; the hub may send a little more.
    pub want_bytes: u32,
    /// Own changes that the hub has not confirmed.
    pub push: Vec<Push>,
    /// Version of the app, for the office's list of phones.
    pub app: String,
    /// The phone's clock; the hub keeps the difference to its own.
    pub now: Timestamp,
    /// What the phone still holds back.
    pub unsent: Unsent,
    /// Send what this device pushed itself too, as far as it is behind the cursor: asked until the first whole answer
    /// after a start, since a store may have lost its last writes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Documents of which the phone lacks a part: send them whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whole: Vec<Id>,
    /// The device's signature of [`crate::signed::message_of`]: r and s, 32 bytes each. Asked of a device that has shown a
    /// key, when it pushes something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<ByteBuf>,
}

/// What a phone has not sent yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Changes, those in this request included.
    pub changes: u32,
    /// Photos.
    pub photos: u32,
    /// Records of which something stays behind when this request has arrived; older apps do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u32>,
}

/// Changes of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// The document; made by the phone, once.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun: decides who may write it.
    pub ticket: Id,
    /// The changes, packed ([`crate::segment`]).
    pub segment: ByteBuf,
    /// The device's signature of [`crate::signed::push_message`], from apps that sign each document by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<ByteBuf>,
}

/// One frame with the cursor that is valid once the frame is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Absent when the frame does not move the cursor.
    pub cursor: Option<ByteBuf>,
    /// The frame.
    pub frame: Frame,
}

/// The frames of an answer, in the order in which they come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// What became of the push: frees the outbox. Always first when something was pushed.
    Receipts(Vec<Receipt>),
    /// Decisions of the gate on this device's changes.
    Verdicts(Vec<VerdictRecord>),
    /// Tickets that came into or went out of view.
    Scope(Vec<Scope>),
    /// Tickets, new or changed.
    Tickets(Vec<TicketRecord>),
    /// The office's side of visits: state and remarks.
    Visits(Vec<VisitRecord>),
    /// People and places to choose from.
    Reference(Reference),
    /// Admitted changes of one document.
    Changes(Changes),
    /// The cursor is unknown, too old or from before a restore: begin again without one.
    Resync {
        /// The timeline to use from now on.
        timeline: ByteBuf,
    },
    /// The last frame.
    End(End),
    /// Live channel only: something was left out, ask with `POST /v1/sync`.
    Poke,
}

/// What became of one document's push. Every hash pushed stands in exactly one list, or with `later` in none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The document.
    pub doc: Option<Id>,
    /// Durable now, concatenated 32-byte hashes.
    pub received: ByteBuf,
    /// Durable since an earlier push.
    pub duplicate: ByteBuf,
    /// Durable now, but a predecessor is missing.
    pub waiting: ByteBuf,
    /// Not taken; the hub kept the bytes aside.
    pub refused: Vec<Refusal>,
    /// Changes that stand in no list were too much for now: seconds until they may be sent again. Absent if all
    /// were taken or refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later: Option<u32>,
}

/// A change that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// SHA-256 of the chunk behind its first eight bytes; of the whole segment if that could not be unpacked.
    pub hash: ByteBuf,
    /// Why.
    pub code: Reason,
}

/// A decision of the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictRecord {
    /// The document.
    pub doc: Id,
    /// Its place in the sub-district's order.
    pub seq: u64,
    /// The changes, concatenated 16-byte short hashes.
    pub hashes: ByteBuf,
    /// Absent when admitted; else why it was put aside.
    pub quarantined: Option<Reason>,
}

/// A ticket that came or went, or one document of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The ticket.
    pub ticket: Id,
    /// The document, for somebody who sees it without its ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<Id>,
    /// What happened.
    pub event: ScopeEvent,
    /// Who has a ticket that went, so that its phone can say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<AssignedTo>,
}

/// How a ticket's visibility changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeEvent {
    /// In view from now on.
    Granted,
    /// Somebody else's from now on; what was done still counts.
    Removed,
}

/// A ticket as a phone shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketRecord {
    /// The ticket.
    pub id: Option<Id>,
    /// 工单编号; empty for one received locally.
    pub upstream_no: String,
    /// 标题.
    pub title: String,
    /// 内容.
    pub description: String,
    /// Address as the caller gave it.
    pub address: String,
    /// 社区.
    pub community: String,
    /// Three levels of category, empty where unknown.
    pub category: [String; 3],
    /// State of the ticket.
    pub status: String,
    /// `normal`, `urgent` or `critical`.
    pub urgency: String,
    /// 派发时间.
    pub dispatched_at: Timestamp,
    /// 办理时限.
    pub due_at: Option<Timestamp>,
    /// Who has it.
    pub assigned: Option<AssignedTo>,
    /// Code of 诉求主体; absent for a citizen, and from older hubs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub requester_type: String,
    /// 诉求人, masked.
    pub requester_masked: String,
    /// 联系电话, masked.
    pub phone_masked: String,
    /// What its clocks are made of; absent from older hubs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<TicketDeadline>,
    /// What is asked of whom on it; absent from older hubs, and where it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<TicketWork>,
}

/// What the clocks of a ticket are made of ([`crate::deadline`]): a phone counts by itself, offline too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDeadline {
    /// The deadline profile that it runs under; its text stands in [`Reference::profiles`].
    pub profile: String,
    /// In which version.
    pub version: u32,
    /// What happened to it, by the hub's clock.
    pub facts: Facts,
}

/// Who has a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedTo {
    /// `community`, `grid` or `person`.
    pub kind: String,
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// The office's side of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// The document.
    pub doc: Id,
    /// The ticket.
    pub ticket: Id,
    /// `draft`, `submitted`, `approved`, `returned` or `rejected`.
    pub state: String,
    /// Decisions, oldest first.
    pub reviews: Vec<ReviewRecord>,
}

/// A decision of the office on a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRecord {
    /// `approve`, `return` or `reject`.
    pub decision: String,
    /// Reason code or words.
    pub reason: String,
    /// Words to the field.
    pub remark: String,
    /// Remarks pinned to a place of the record.
    pub pins: Vec<Pin>,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A remark pinned to a register, note or entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The place, as `fields/outcome`, `notes/result` or `photos/ID`.
    pub path: String,
    /// The remark.
    pub text: String,
}

/// People and places to choose from, and the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Colleagues of the same communities.
    pub people: Vec<PersonRecord>,
    /// Own communities and grids.
    pub units: Vec<UnitRecord>,
    /// Years of the official calendar that the office has imported, each a text that [`crate::calendar::Calendar::parse`]
    /// reads. They take the place of those that came with the app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendar: Vec<String>,
    /// Every version of the sub-district's own deadline profiles, each a text that [`crate::deadline::Profile::parse`]
    /// reads. They stand beside those that came with the app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<String>,
    /// Who of the person's own teams is on call, from yesterday on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_call: Vec<OnCallDay>,
    /// Every version of the sub-district's own forms, each a text that [`crate::form::Form::parse`] reads. They stand beside
    /// those that came with the app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
}

/// Who of a team is on call on a day. A day that is not there is nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCallDay {
    /// The team, one of [`Reference::units`].
    pub unit: Id,
    /// From its 00:00 to its 24:00 in China.
    pub day: Day,
    /// At least one.
    pub people: Vec<OnCallPerson>,
}

/// Somebody who is on call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCallPerson {
    /// Their id.
    pub id: Id,
    /// Their name.
    pub name: String,
    /// The hub tells this phone by which number they are reached. The number itself is on no phone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub calls: bool,
}

/// A colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Their id.
    pub id: Id,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// They work here no more: named where they took part, and offered no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

/// A community or grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRecord {
    /// Its id.
    pub id: Id,
    /// `community` or `grid`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Admitted changes of one document, in the order of admission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
    /// The changes, packed as they were pushed.
    pub segments: Vec<ByteBuf>,
    /// Who pushed each of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writers: Vec<Id>,
}

/// The end of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Ask again at once: there is more.
    pub more: bool,
    /// The hub's clock.
    pub server_time: Timestamp,
    /// The hub's timeline.
    pub timeline: ByteBuf,
    /// Oldest app version that the hub still likes to see; older ones may always upload.
    pub min_client: String,
    /// The last finished backup of the hub holds everything that it received up to here, by its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secured_until: Option<Timestamp>,
    /// Set for a phone whose person left: until when it may hand over what it still holds. It gets nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_until: Option<Timestamp>,
}
