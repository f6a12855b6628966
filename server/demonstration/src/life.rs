//! Tickets that go on in the office: answered and waiting for a call, evaluated, with a team and its helpers, supervised.

use std::collections::BTreeMap;

use sync_core::lifecycle::Act;
use sync_core::lifecycle::act::{
    Addressee, Finding, Means, Satisfaction, Stage, SupervisionCause, SupervisionLevel,
};
use sync_core::lifecycle::life::Life;
use sync_core::{Id, Timestamp};

use super::cast::People;
use super::error::DemoError;
use super::story::{REVIEWER, Story};
use hub::tickets::act::{ActionRequest, act};
use hub::tickets::assign::AssignTo;
use store::tickets::AssigneeKind;

/// Answers the telephone, and writes what goes out.
const HOTLINE: &str = "chen.yining";
const SECTION: &str = "shen.wenjing";
const TEAM: &str = "xu.jiacheng";
const LEADER: &str = "han.songnian";
const HOUR: i64 = 3_600_000;

/// How far a ticket has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// Both were told; the caller has not been asked yet.
    Told,
    /// All ten steps.
    Evaluated,
    /// A team works on it, a section helps, and a power company has promised.
    WithTeam,
}

/// The people at the desks of one ticket.
pub(super) struct Desk<'a> {
    pub(super) story: &'a Story<'a>,
    pub(super) people: &'a People,
    pub(super) ticket: Id,
}

impl Desk<'_> {
    /// Lets everything happen as far as `reached`.
    pub(super) async fn go(&self, reached: Reached, now: Timestamp) -> Result<(), DemoError> {
        let helper = self.story.unit("BYK2").await?;
        if reached == Reached::WithTeam {
            return self.with_team(helper, now).await;
        }
        let section = self.story.unit("BYK1").await?;
        self.take(HOTLINE, SECTION, section).await?;
        self.act(SECTION, done("已到现场修好，亮灯正常。")).await?;
        self.act(REVIEWER, agreed()).await?;
        let words = "经现场核实，反映的情况属实，已处理完毕。".to_owned();
        let found = Act::Find {
            finding: Finding::Reasonable,
            words,
            evidence: vec![],
        };
        self.act(HOTLINE, found).await?;
        for addressee in [Addressee::Requester, Addressee::Platform] {
            self.tell(addressee).await?;
        }
        if reached == Reached::Evaluated {
            self.evaluate().await?;
        }
        Ok(())
    }

    /// The leader asks why it is overdue, and waits for an answer.
    pub(super) async fn supervise(&self, now: Timestamp) -> Result<(), DemoError> {
        let demand = Act::Supervise {
            level: SupervisionLevel::Supervise,
            cause: SupervisionCause::Overdue,
            words: "已逾期，请书面说明原因和完成时间。".to_owned(),
            due_at: now.plus_millis(24 * HOUR),
        };
        self.act(LEADER, demand).await
    }

    async fn with_team(&self, helper: AssignTo, now: Timestamp) -> Result<(), DemoError> {
        let team = self.story.unit("BYZ1").await?;
        self.take(HOTLINE, TEAM, team).await?;
        let help = Act::AskHelp {
            unit: helper.id,
            words: "请核对该企业今年的用电增容申请。".to_owned(),
            due_at: now.plus_millis(48 * HOUR),
        };
        self.act(TEAM, help).await?;
        let outside = Act::AskOutside {
            party: "供电公司".to_owned(),
            contact: String::new(),
            words: "请现场勘查变压器容量。".to_owned(),
            due_at: Some(now.plus_millis(72 * HOUR)),
        };
        self.act(TEAM, outside).await
    }

    /// Accepted, given away, taken, and the caller called.
    async fn take(&self, by: &str, taker: &str, to: AssignTo) -> Result<(), DemoError> {
        self.act(by, Act::Accept {}).await?;
        let asks = to.kind == AssigneeKind::Team;
        let kind = if asks { "help" } else { "complaint" };
        let classified = Act::Classify {
            request_kind: Some(kind.to_owned()),
            requester_type: None,
            urgency: None,
            category: None,
            topic: None,
            moves_deadline: false,
            proposed: BTreeMap::new(),
        };
        self.act(by, classified).await?;
        let given = Act::Assign {
            kind: to.kind.as_str().to_owned(),
            to: to.id,
            note: "请按时限联系诉求人并到场核实。".to_owned(),
        };
        self.act(by, given).await?;
        self.act(taker, Act::Take {}).await?;
        let called = Act::Contact {
            means: Means::Phone,
            words: "已电话联系，约好到场时间。".to_owned(),
            at: None,
            corrected: false,
        };
        self.act(taker, called).await
    }

    /// Written by one, approved by another, and sent.
    async fn tell(&self, addressee: Addressee) -> Result<(), DemoError> {
        let (words, means) = match addressee {
            Addressee::Requester => ("您反映的问题已处理完毕，感谢您的监督。", Means::Phone),
            Addressee::Platform => ("已现场处理完毕，并已回复诉求人。", Means::Platform),
        };
        let draft = Act::DraftFeedback {
            addressee,
            stage: Stage::Result,
            words: words.to_owned(),
        };
        self.act(HOTLINE, draft).await?;
        let task = self.life().await?.version;
        self.act(REVIEWER, Act::ApproveFeedback { task }).await?;
        self.act(HOTLINE, Act::SendFeedback { task, means }).await
    }

    async fn evaluate(&self) -> Result<(), DemoError> {
        let call = Act::Callback {
            means: Means::Phone,
            service: Some(Satisfaction::Satisfied),
            result: Some(Satisfaction::Satisfied),
            solved: Some(true),
            not_asked: None,
            words: String::new(),
        };
        self.act(HOTLINE, call).await?;
        let causes = vec!["facility_old".to_owned()];
        let analysed = Act::Analyse {
            causes,
            topic: None,
            words: String::new(),
        };
        self.act(HOTLINE, analysed).await?;
        let words = String::new();
        self.act(HOTLINE, Act::Close { words }).await
    }

    async fn life(&self) -> Result<Life, DemoError> {
        let mut tx = self.story.app().store().read().await?;
        let past = tx.list_ticket_past(self.story.tenant(), self.ticket);
        Ok(Life::of(&past.await?))
    }

    async fn act(&self, username: &str, what: Act) -> Result<(), DemoError> {
        let user = self.story.user(username, self.people).await?;
        let seen = self.life().await?.version;
        let request = ActionRequest { seen, act: what };
        let _ = act(
            axum::extract::State(self.story.app().clone()),
            user,
            hub::telemetry::RequestId::default(),
            axum::extract::Path(self.ticket),
            axum::Json(request),
        )
        .await?;
        Ok(())
    }
}

fn done(words: &str) -> Act {
    let words = words.to_owned();
    Act::ReportDone { words }
}

const fn agreed() -> Act {
    Act::ApproveDone {
        words: String::new(),
    }
}
