//! The closed answers of actions.

use crate::words;

words! {
    /// To whom feedback goes.
    pub enum Addressee {
        /// 诉求人
        Requester = "requester",
        /// 平台: the upper level.
        Platform = "platform",
    }
}

words! {
    /// Which feedback it is.
    pub enum Stage {
        /// 办理意见: what will be done.
        Opinion = "opinion",
        /// 办理结果: what was done.
        Result = "result",
    }
}

words! {
    /// How somebody was reached.
    pub enum Means {
        /// 电话
        Phone = "phone",
        /// 微信
        Wechat = "wechat",
        /// 短信
        Sms = "sms",
        /// 上门
        Visit = "visit",
        /// 平台录入
        Platform = "platform",
        /// 来访
        Counter = "counter",
    }
}

words! {
    /// Whether a request was reasonable.
    pub enum Finding {
        /// 合理
        Reasonable = "reasonable",
        /// 部分合理
        Partly = "partly",
        /// 不合理
        Unreasonable = "unreasonable",
    }
}

words! {
    /// How an enterprise's request ended.
    pub enum Outcome {
        /// 解决
        Solved = "solved",
        /// 服务确认: explained, and the caller accepts it.
        ServiceConfirmed = "service_confirmed",
    }
}

words! {
    /// 督办级别
    pub enum SupervisionLevel {
        /// 催办
        Urge = "urge",
        /// 督办
        Supervise = "supervise",
        /// 约谈
        Summon = "summon",
    }
}

words! {
    /// Why a ticket is supervised.
    pub enum SupervisionCause {
        /// 领导批示
        LeadersNote = "leaders_note",
        /// 重复诉求
        Repeat = "repeat",
        /// 群体诉求
        Group = "group",
        /// 安全隐患
        Safety = "safety",
        /// 逾期
        Overdue = "overdue",
        /// 其他
        Other = "other",
    }
}

words! {
    /// An answer at a callback.
    pub enum Satisfaction {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        Fair = "fair",
        /// 不满意
        Dissatisfied = "dissatisfied",
    }
}

words! {
    /// Why nobody was asked.
    pub enum NotAsked {
        /// 无人接听, three times
        NoAnswer = "no_answer",
        /// 空号停机
        NumberDead = "number_dead",
        /// 拒绝回访
        Declined = "declined",
        /// 匿名
        Anonymous = "anonymous",
        /// 未抽中
        NotSampled = "not_sampled",
        /// 上级已回访
        AskedAbove = "asked_above",
    }
}

words! {
    /// What an appeal is against.
    pub enum AppealCause {
        /// 退单被拒
        ReturnRefused = "return_refused",
        /// 差评
        BadRating = "bad_rating",
        /// 逾期认定
        OverdueMark = "overdue_mark",
        /// 派单有误
        WrongDispatch = "wrong_dispatch",
    }
}

words! {
    /// How an appeal ended.
    pub enum Ruling {
        /// 成立
        Upheld = "upheld",
        /// 不成立
        Dismissed = "dismissed",
    }
}
