//! The closed vocabularies of a ticket: the words in database, API and mapping files.

use crate::words::words;

words! {
    /// 诉求类型: what the requester wants.
    pub enum RequestKind {
        /// 表扬
        Commendation = "commendation",
        /// 投诉
        Complaint = "complaint",
        /// 求助
        Help = "help",
        /// 咨询
        Inquiry = "inquiry",
        /// 其他
        Other = "other",
        /// 建议
        Suggestion = "suggestion",
        /// 举报
        WhistleReport = "whistle_report",
    }
}

words! {
    /// 诉求主体: who asks, and against whom; each ticket has exactly one, and it decides which deadlines hold.
    #[derive(Default)]
    pub enum RequesterType {
        /// 市民
        #[default]
        Citizen = "citizen",
        /// 市民与企业: a citizen against a business, as its customer, worker, owner or neighbour.
        CitizenEnterprise = "citizen_enterprise",
        /// 企业
        Enterprise = "enterprise",
    }
}

words! {
    /// 紧急程度
    #[derive(Default)]
    pub enum Urgency {
        /// 特急
        Critical = "critical",
        /// 一般
        #[default]
        Normal = "normal",
        /// 紧急
        Urgent = "urgent",
    }
}

words! {
    /// What a ticket can be assigned to.
    pub enum AssigneeKind {
        /// 社区
        Community = "community",
        /// 网格
        Grid = "grid",
        /// One person.
        Person = "person",
        /// 科室
        Section = "section",
        /// 专班
        Team = "team",
    }
}
