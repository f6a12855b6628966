//! By which way a request came to the office itself.

use sync_core::words;

words! {
    /// 直通渠道 and the others by which a ticket is keyed in.
    pub enum Channel {
        /// 欠薪热线电话
        WageHotlinePhone = "wage_hotline_phone",
        /// 欠薪微信
        WageWechat = "wage_wechat",
        /// 北园暖心电话
        WarmPhone = "warm_phone",
        /// 热线微信
        HotlineWechat = "hotline_wechat",
        /// 热线QQ
        HotlineQq = "hotline_qq",
        /// Copied from the platform of the upper level.
        Paste = "paste",
        /// A printed card's code.
        Qr = "qr",
        /// 网格巡查: somebody on a round found it, and nobody asked (未诉先办).
        Patrol = "patrol",
        /// A visitor, a letter, a leader's note.
        Other = "other",
    }
}

impl Channel {
    /// Whether its form is that of wage arrears.
    pub const fn asks_wages(self) -> bool {
        matches!(self, Self::WageHotlinePhone | Self::WageWechat)
    }

    /// Whether somebody of the office may key a ticket in by it: reports of cards come from the public alone, finds from
    /// phones.
    pub const fn is_keyed_in(self) -> bool {
        !matches!(self, Self::Qr | Self::Patrol)
    }
}
