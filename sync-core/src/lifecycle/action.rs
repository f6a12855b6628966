//! What people do to a ticket: one table says who may, from where to where, which of the ten steps it records, and what
//! must stand first. The hub, both apps, the tests and docs/LIFECYCLE.md read it.

mod rules;

use super::ticket::TicketState;
use crate::role::Role;
use crate::words;

use rules::NOBODY;
pub use rules::RULES;

words! {
    /// 十环节: what the hotline does with every ticket, in its order.
    pub enum TenStep {
        /// 受理
        Intake = "intake",
        /// 交办
        Assignment = "assignment",
        /// 分类
        Classification = "classification",
        /// 协办
        Assistance = "assistance",
        /// 督办
        Supervision = "supervision",
        /// 反馈
        Feedback = "feedback",
        /// 回访
        Callback = "callback",
        /// 申诉
        Appeal = "appeal",
        /// 分析
        Analysis = "analysis",
        /// 评价
        Evaluation = "evaluation",
    }
}

words! {
    /// What somebody does to a ticket. Each is one event of it, under this word.
    pub enum TicketAction {
        /// 签收
        Accept = "accept",
        /// 分类, or corrected
        Classify = "classify",
        /// What the form of a channel asks.
        Describe = "describe",
        /// 交办, 改派
        Assign = "assign",
        /// Somebody of a team takes it for themselves.
        Take = "take",
        /// 直办: settled at the desk.
        ResolveAtDesk = "resolve_at_desk",
        /// 退回街道: those who have it give it back to the office.
        HandBack = "hand_back",
        /// 退单: back to the upper level as not ours.
        ReturnUp = "return_up",
        /// The upper level did not take it back.
        ReturnRefused = "return_refused",
        /// 首次联系
        Contact = "contact",
        /// 请协办
        AskHelp = "ask_help",
        /// 协办完成
        HelpDone = "help_done",
        /// 协办退回
        HelpDeclined = "help_declined",
        /// 免办: the co-task is not wanted any more.
        HelpWaived = "help_waived",
        /// 请外部单位: somebody without an account is asked.
        AskOutside = "ask_outside",
        /// They said by when.
        OutsidePromised = "outside_promised",
        /// They did it.
        OutsideDone = "outside_done",
        /// 申请延期
        AskExtension = "ask_extension",
        /// 申请挂账
        AskHold = "ask_hold",
        /// 同意延期
        GrantExtension = "grant_extension",
        /// 同意挂账
        Hold = "hold",
        /// 不同意延期或挂账
        Refuse = "refuse",
        /// 销账: work goes on.
        Resume = "resume",
        /// 催办, 督办, 约谈
        Supervise = "supervise",
        /// 督办回复
        AnswerSupervision = "answer_supervision",
        /// 督办办结
        CloseSupervision = "close_supervision",
        /// A way to solve it.
        ProposeOption = "propose_option",
        /// One of the ways is chosen.
        ChooseOption = "choose_option",
        /// A step of the plan.
        PlanStep = "plan_step",
        /// A step of the plan was done.
        PlanStepDone = "plan_step_done",
        /// 报结: those who have it say that it is done.
        ReportDone = "report_done",
        /// The office agrees that it is done.
        ApproveDone = "approve_done",
        /// The office does not.
        ReturnDone = "return_done",
        /// 合理, 部分合理, 不合理
        Find = "find",
        /// A second person agrees that it was not reasonable.
        ConfirmFinding = "confirm_finding",
        /// 拟写反馈
        DraftFeedback = "draft_feedback",
        /// 审核通过
        ApproveFeedback = "approve_feedback",
        /// 退回修改
        ReturnFeedback = "return_feedback",
        /// 发出
        SendFeedback = "send_feedback",
        /// 结果确认: solved, or explained and accepted.
        ConfirmResult = "confirm_result",
        /// 回访
        Callback = "callback",
        /// 二次办理: the answer at the callback was no.
        Rework = "rework",
        /// 申诉
        Appeal = "appeal",
        /// 申诉裁定
        DecideAppeal = "decide_appeal",
        /// 剔除
        Exclude = "exclude",
        /// 恢复统计
        Include = "include",
        /// 分析
        Analyse = "analyse",
        /// One of the ten steps is not wanted here.
        WaiveStep = "waive_step",
        /// 办结
        Close = "close",
        /// 评价
        Evaluate = "evaluate",
        /// 作废
        Cancel = "cancel",
        /// 并单
        Merge = "merge",
        /// 撤销并单
        Unmerge = "unmerge",
        /// Where it stands on the platform of the upper level.
        External = "external",
        /// 备注
        Note = "note",
    }
}

words! {
    /// What must stand before an action; otherwise it is refused by this word.
    pub enum Need {
        /// Somebody else than who asked for it, found it or wrote it.
        SecondPerson = "second_person",
        /// Within the return window, or a leader.
        ReturnWindow = "return_window",
        /// Only who opened it, or a leader.
        OwnSupervision = "own_supervision",
        /// No co-task is open.
        NoOpenHelp = "no_open_help",
        /// No supervision is open.
        NoOpenSupervision = "no_open_supervision",
        /// No step of the plan is open.
        PlanDone = "plan_done",
        /// Whether it was reasonable has been found, by two people if it was not.
        Finding = "finding",
        /// It is classified.
        Classified = "classified",
        /// The result went out to everybody who had to be answered.
        Answered = "answered",
        /// The caller was asked, or it is said why not.
        Asked = "asked",
        /// Causes were named, or it is said why not.
        Analysed = "analysed",
        /// An enterprise's request names the enterprise.
        Enterprise = "enterprise",
    }
}

/// What the table says of one action.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The action.
    pub action: TicketAction,
    /// Who may.
    pub roles: &'static [Role],
    /// From where, and where it leads; the same place where it stays.
    pub moves: &'static [(TicketState, TicketState)],
    /// Where it leads instead, when with it the last of what had to be done is done.
    pub completes: Option<(TicketState, TicketState)>,
    /// Which of the ten steps it records.
    pub records: Option<TenStep>,
    /// What must stand before.
    pub needs: &'static [Need],
}

impl TicketAction {
    /// What the table says of it.
    pub fn rule(self) -> &'static Rule {
        // Every action has one: a test counts them.
        RULES
            .iter()
            .find(|rule| rule.action == self)
            .unwrap_or(&NOBODY)
    }

    /// Whether somebody of this role may at all.
    pub fn allows(self, role: Role) -> bool {
        self.rule().roles.contains(&role)
    }

    /// Where it leads from here; `None` if it is not for tickets that stand here.
    pub fn leads(self, from: TicketState) -> Option<TicketState> {
        let moves = self.rule().moves.iter();
        let mut to = moves.filter(|(known, _)| *known == from).map(|(_, to)| *to);
        to.next()
    }
}
