//! Where a mediation stands. Nobody sets it: it follows from what was signed, checked and told
//! (`kinds/mediation/agreement.rs`).

use crate::words;

words! {
    /// Where a mediation stands.
    pub enum MediationState {
        /// 起草: nobody has signed what stands there now.
        Draft = "draft",
        /// 部分签字: somebody has, and somebody has not.
        PartlySigned = "partly_signed",
        /// 已生效: all have.
        Effective = "effective",
        /// 待履行: something has fallen due and is not checked.
        PerformanceDue = "performance_due",
        /// 已回访: the parties were asked afterwards.
        FollowedUp = "followed_up",
        /// 已履行: every clause was.
        Performed = "performed",
        /// 违约: the last check of a clause found it broken.
        Breached = "breached",
        /// 已撤回: given up.
        Withdrawn = "withdrawn",
    }
}

impl MediationState {
    /// Where every mediation begins.
    pub const FIRST: Self = Self::Draft;

    /// States that become [`Self::WHEN_DUE`] by time alone.
    pub const WAITS_FOR_A_DATE: [Self; 2] = [Self::Effective, Self::FollowedUp];

    /// What those become once something is due.
    pub const WHEN_DUE: Self = Self::PerformanceDue;

    /// Nothing is wanted of it any more.
    pub const GIVEN_UP: Self = Self::Withdrawn;
}
