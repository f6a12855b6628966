//! A ticket that somebody of the office keys in: what has to be there, and how it is stored.

use basis::SealError;
use store::tickets::{NewIntake, NewTicket, RequestKind, RequesterType, Urgency};
use sync_core::calendar::Day;
use sync_core::lifecycle::TicketState;
use sync_core::lifecycle::act::Answer;
use sync_core::{Id, Timestamp};
use tables::Parts;
use tables::personal::Personal;
use tables::{paste, phone};

use crate::channel::Channel;
use crate::form::{self, Form};
use crate::refusal::Refusal;

/// Where tickets come from that have no number of the upper level.
pub const SOURCE: &str = "direct";
/// Where pasted tickets come from: with the number of the upper level they are the same ticket as in the office's sheet.
pub const PASTED_SOURCE: &str = "office";

const MAX_LINE_CHARS: usize = 200;
const MAX_TEXT_CHARS: usize = 20_000;
const MAX_NUMBER_CHARS: usize = 64;
/// Whoever took a request first may write it down days later; longer ago is a slip of the pen.
const MAX_AGE_MS: i64 = 31 * 24 * 60 * 60 * 1000;
/// Clocks of office computers run ahead a little.
const AHEAD_MS: i64 = 5 * 60 * 1000;

/// What somebody keyed in.
#[derive(Clone, Debug)]
pub struct Entry {
    /// By which way it came.
    pub channel: Channel,
    /// The number of the upper level, of a pasted ticket.
    pub upstream_no: Option<String>,
    /// One line; without one the request's beginning.
    pub title: Option<String>,
    /// The request.
    pub description: String,
    /// What the requester wants.
    pub request_kind: Option<RequestKind>,
    /// Who asks.
    pub requester_type: RequesterType,
    /// How much it hurries.
    pub urgency: Urgency,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// Where it is about.
    pub address: Option<String>,
    /// The community.
    pub community: Option<Id>,
    /// The requester's name.
    pub requester: Option<String>,
    /// How to reach them.
    pub phone: Option<String>,
    /// The deadline that the upper level set.
    pub due_at: Option<Timestamp>,
    /// When the upper level passed it on.
    pub dispatched_at: Option<Timestamp>,
    /// Who took it first.
    pub first_receiver: Option<Id>,
    /// When; now if it is not said.
    pub received_at: Option<Timestamp>,
    /// What the channel's form asked.
    pub form: Form,
}

impl Entry {
    /// Checks what was keyed in, and tidies it.
    ///
    /// # Errors
    /// The first field that is missing or wrong.
    pub fn check(mut self, now: Timestamp) -> Result<Self, Refusal> {
        self.description = self.description.trim().chars().filter(is_text).collect();
        if self.description.is_empty() {
            return Err(Refusal::new(
                "description",
                "请填写诉求内容：谁、在哪里、什么事、要求什么。",
            ));
        }
        if self.description.chars().count() > MAX_TEXT_CHARS {
            return Err(Refusal::new(
                "description",
                format!("诉求内容超过 {MAX_TEXT_CHARS} 字；请缩短后再提交。"),
            ));
        }
        self.title = Some(match line(self.title, "title", "标题")? {
            Some(title) => title,
            None => paste::beginning(&self.description),
        });
        self.address = line(self.address, "address", "地址")?;
        self.requester = line(self.requester, "requester", "诉求人")?;
        for class in &mut self.category {
            *class = line(class.take(), "category", "类别")?;
        }
        self.phone = line(self.phone, "phone", "联系电话")?;
        if let Some(written) = &self.phone {
            if phone::digits(written).is_none() {
                return Err(Refusal::new(
                    "phone",
                    "联系电话不像电话号码；请填 11 位手机号或带区号的座机，没有就留空。",
                ));
            }
            self.phone = Some(phone::tidy(written));
        }
        self.upstream_no = line(self.upstream_no, "upstream_no", "工单编号")?;
        if self.upstream_no.as_ref().is_some_and(|no| {
            no.chars().count() > MAX_NUMBER_CHARS || no.contains(char::is_whitespace)
        }) {
            return Err(Refusal::new(
                "upstream_no",
                "工单编号中间有空格或太长；请对照平台页面改正。",
            ));
        }
        self.check_times(now)?;
        let is_enterprise = self.requester_type == RequesterType::Enterprise;
        if is_enterprise && self.requester.is_none() {
            return Err(Refusal::new("requester", "请填写企业的联系人。"));
        }
        if is_enterprise && self.phone.is_none() {
            return Err(Refusal::new(
                "phone",
                "请填写企业联系人的电话，两小时内要联系到。",
            ));
        }
        self.form = form::check(self.form, self.channel, is_enterprise, Day::of(now))?;
        Ok(self)
    }

    fn check_times(&self, now: Timestamp) -> Result<(), Refusal> {
        if let Some(received_at) = self.received_at {
            let ago = now.millis_since(received_at);
            if ago < -AHEAD_MS {
                return Err(Refusal::new(
                    "received_at",
                    "首接时间还没有到；请核对时间。",
                ));
            }
            if ago > MAX_AGE_MS {
                return Err(Refusal::new(
                    "received_at",
                    "首接时间在一个月以前；请核对日期。",
                ));
            }
        }
        let begin = self.dispatched_at.or(self.received_at).unwrap_or(now);
        if self.due_at.is_some_and(|due_at| due_at < begin) {
            return Err(Refusal::new(
                "due_at",
                "办理时限早于派发时间；请核对这两个时间。",
            ));
        }
        Ok(())
    }

    /// The ticket as it is stored, and how it came in. `number` is its own where it has none of the upper level.
    ///
    /// # Errors
    /// If personal data cannot be encrypted.
    pub fn stored(
        self,
        (id, tenant): (Id, Id),
        number: String,
        state: TicketState,
        parts: Parts<'_>,
    ) -> Result<(NewTicket, NewIntake), SealError> {
        let now = parts.clock.now();
        let received_at = self.received_at.unwrap_or(now).min(now);
        let mut personal = Personal::of(self.requester, self.phone);
        let title = personal.mask("title", self.title.unwrap_or_default());
        let description = personal.mask("description", self.description);
        let address = self.address.map(|text| personal.mask("address", text));
        let form = self.form.into_iter().map(|(name, answer)| {
            let answer = match answer {
                Answer::Text(text) if name != form::CREDIT_CODE => {
                    Answer::Text(personal.mask(&format!("form.{name}"), text))
                }
                Answer::Text(_) | Answer::Number(_) => answer,
            };
            (name, answer)
        });
        let form: Form = form.collect();
        let sealed = personal.seal(id, tenant, parts)?;
        let intake = NewIntake {
            first_receiver: self.first_receiver,
            received_at: Some(received_at),
            accepted_at: (state != TicketState::FIRST).then_some(now),
            phone_hash: sealed.phone_hash,
            form,
        };
        let source = if self.upstream_no.is_some() {
            PASTED_SOURCE
        } else {
            SOURCE
        };
        let ticket = NewTicket {
            id,
            source: source.to_owned(),
            upstream_no: Some(self.upstream_no.unwrap_or(number)),
            channel: Some(self.channel.as_str().to_owned()),
            request_kind: self.request_kind,
            requester_type: self.requester_type,
            title,
            description,
            category: self.category,
            address,
            community: self.community,
            grid: None,
            unit_text: None,
            requester_masked: sealed.requester_masked,
            phone_masked: sealed.phone_masked,
            requester_sealed: sealed.requester_sealed,
            status: state,
            urgency: self.urgency,
            // Time runs from when somebody of the office heard of it.
            dispatched_at: self.dispatched_at.unwrap_or(received_at),
            due_at: self.due_at,
            created_at: now,
            reply: None,
            replied_at: None,
        };
        Ok((ticket, intake))
    }
}

/// What the office's own numbers begin with.
const OWN: &str = "自收";

/// The office's own number of a ticket: `自收-20261124-0007`.
pub fn number(day: Day, n: i64) -> String {
    let (year, month, day) = day.date();
    format!("{OWN}-{year:04}{month:02}{day:02}-{n:04}")
}

/// Whether a number is the office's own: nobody above it waits for an answer.
pub fn is_own(number: &str) -> bool {
    number.starts_with(OWN)
}

fn is_text(c: &char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\t')
}

/// One line without blanks around it; `None` where nothing is left.
fn line(text: Option<String>, field: &'static str, name: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let text: String = text
        .trim()
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    if text.chars().count() > MAX_LINE_CHARS {
        return Err(Refusal::new(
            field,
            format!("{name}超过 {MAX_LINE_CHARS} 字；请缩短，细节写在诉求内容里。"),
        ));
    }
    Ok((!text.is_empty()).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_483_800_000);

    fn entry() -> Entry {
        Entry {
            channel: Channel::WarmPhone,
            upstream_no: None,
            title: None,
            description: " 二单元楼道堆物。多次反映没有解决 ".to_owned(),
            request_kind: None,
            requester_type: RequesterType::Citizen,
            urgency: Urgency::Normal,
            category: [None, None, None],
            address: Some(String::new()),
            community: None,
            requester: None,
            phone: Some("138 0000 5678".to_owned()),
            due_at: None,
            dispatched_at: None,
            first_receiver: None,
            received_at: None,
            form: Form::new(),
        }
    }

    #[test]
    fn what_was_keyed_in_is_tidied() {
        let entry = entry().check(NOW).unwrap();
        assert_eq!(entry.title.as_deref(), Some("二单元楼道堆物"));
        assert_eq!(
            (entry.phone.as_deref(), entry.address),
            (Some("13800005678"), None)
        );
    }

    #[test]
    fn each_wrong_field_is_named_with_what_to_do() {
        let refused = |change: fn(&mut Entry)| {
            let mut entry = entry();
            change(&mut entry);
            let refusal = entry.check(NOW).unwrap_err();
            assert!(refusal.sentence.ends_with('。'), "{refusal:?}");
            refusal.field
        };
        assert_eq!(refused(|e| e.description = " \n".to_owned()), "description");
        assert_eq!(
            refused(|e| e.description = "长".repeat(20_001)),
            "description"
        );
        assert_eq!(refused(|e| e.title = Some("长".repeat(201))), "title");
        assert_eq!(refused(|e| e.phone = Some("打过来".to_owned())), "phone");
        assert_eq!(
            refused(|e| e.upstream_no = Some("A 1".to_owned())),
            "upstream_no"
        );
        assert_eq!(
            refused(|e| e.requester_type = RequesterType::Enterprise),
            "requester"
        );
        assert_eq!(refused(|e| e.channel = Channel::WageWechat), "employer");
        let at = |hours: i64| Timestamp::from_millis(NOW.millis() + hours * 3_600_000);
        let with = |received: Option<i64>, due: Option<i64>| {
            let entry = Entry {
                received_at: received.map(at),
                due_at: due.map(at),
                ..entry()
            };
            entry.check(NOW).map_err(|refusal| refusal.field).err()
        };
        assert_eq!(with(Some(1), None), Some("received_at"));
        assert_eq!(with(Some(-24 * 40), None), Some("received_at"));
        assert_eq!(with(Some(-2), Some(-3)), Some("due_at"));
        assert_eq!(with(Some(-2), Some(3)), None);
    }

    #[test]
    fn an_own_number_says_the_day() {
        assert_eq!(number(Day::of(NOW), 7), "自收-20261124-0007");
    }
}
