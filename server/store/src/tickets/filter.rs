//! Which tickets a list holds, and in which order.

use sync_core::deadline::Level;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};

use super::{RequestKind, RequesterType, TicketRow};
use crate::words::described;
use sync_core::words;

/// The word for a value that is not there.
pub(super) const UNKNOWN: &str = "unknown";

words! {
    /// Whether a ticket was done in time.
    pub enum Timeliness {
        /// 按时
        InTime = "in_time",
        /// 逾期
        Late = "late",
        /// Not known, or not yet.
        Unknown = "unknown",
    }
}

described!(Timeliness as Timeliness for Timeliness);

words! {
    /// By what tickets are counted.
    pub enum TicketColumn {
        /// 预警等级
        Level = "level",
        /// 诉求类型
        RequestKind = "request_kind",
        /// 诉求主体
        RequesterType = "requester_type",
        /// 状态
        Status = "status",
        /// 按时与否
        Timeliness = "timeliness",
    }
}

described!(TicketColumn as TicketColumn for TicketColumn);

/// Which tickets a list holds; every part narrows it.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter {
    /// Only tickets that a principal of this person sees; `None` for the whole office.
    pub viewer: Option<Id>,
    /// Text in number, title, address or description.
    pub query: Option<String>,
    /// Where they stand.
    pub status: Option<TicketState>,
    /// Assigned to this unit, or in it.
    pub unit: Option<Id>,
    /// This unit or person has them; what others below or around it have is not meant.
    pub holder: Option<Id>,
    /// A class of any level.
    pub category: Option<String>,
    /// How the request came.
    pub channel: Option<String>,
    /// Open, and due before this time.
    pub due_before: Option<Timestamp>,
    /// Beside `due_before`: not due before this time.
    pub due_from: Option<Timestamp>,
    /// The worst level of their clocks.
    pub level: Option<Level>,
    /// 二次办理
    pub reworked: bool,
    /// 待回访: answered, and in this cycle nobody has called, nor said why not.
    pub uncalled: bool,
    /// Not over, and not worked on in another one's place.
    pub open: bool,
    /// Who asks.
    pub requester_type: Option<RequesterType>,
    /// What they want; `Some(None)` for those of which the source does not say it.
    pub request_kind: Option<Option<RequestKind>>,
    /// A supervision is open.
    pub supervised: bool,
    /// Done in time.
    pub timeliness: Option<Timeliness>,
    /// Counted by this deadline profile.
    pub profile: Option<String>,
    /// In this version of it.
    pub profile_version: Option<i64>,
}

impl TicketFilter {
    /// Whether nothing but the question narrows the list.
    pub(super) const fn is_bare(&self) -> bool {
        self.viewer.is_none()
            && self.status.is_none()
            && self.unit.is_none()
            && self.holder.is_none()
            && self.category.is_none()
            && self.channel.is_none()
            && self.due_before.is_none()
            && self.level.is_none()
            && !self.reworked
            && !self.uncalled
            && !self.open
            && self.requester_type.is_none()
            && self.request_kind.is_none()
            && !self.supervised
            && self.timeliness.is_none()
            && self.profile.is_none()
            && self.profile_version.is_none()
    }
}

/// Which ticket comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketOrder {
    /// The one whose deadline is next; tickets that have none or are done last.
    #[default]
    Due,
    /// The one that was dispatched last.
    Newest,
}

/// Where a page ended: the next one starts behind this ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketPlace {
    /// What the list is ordered by, in milliseconds.
    pub key: i64,
    /// Decides between tickets with the same key.
    pub ticket: Id,
}

impl TicketOrder {
    /// The place of a ticket in this order.
    pub fn place(self, ticket: &TicketRow) -> TicketPlace {
        let key = match self {
            Self::Due => ticket
                .due_at
                .filter(|_| !ticket.status.is_over())
                .map_or(i64::MAX, Timestamp::millis),
            Self::Newest => ticket.dispatched_at.millis(),
        };
        TicketPlace {
            key,
            ticket: ticket.id,
        }
    }

    /// The place before every ticket.
    pub(super) const fn start(self) -> TicketPlace {
        match self {
            Self::Due => TicketPlace {
                key: i64::MIN,
                ticket: Id::from_bytes([0; 16]),
            },
            Self::Newest => TicketPlace {
                key: i64::MAX,
                ticket: Id::from_bytes([0xff; 16]),
            },
        }
    }
}
