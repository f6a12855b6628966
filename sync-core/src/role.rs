//! The roles of requirements S-table 1.8 and what the core must know of them.

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What a person is in the sub-district; decides what they may see and write.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[$doc])* $variant,)* }

        impl Role {
            /// Every role, in the order of the customer's list.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in database, protocol and API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The role that this word names.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

roles! {
    /// 热线工作人员
    HotlineWorker = "hotline_worker",
    /// 社区书记
    CommunitySecretary = "community_secretary",
    /// 网格长
    GridHead = "grid_head",
    /// 网格员
    GridWorker = "grid_worker",
    /// 楼道长
    BuildingCaptain = "building_captain",
    /// 党员志愿者 / 志愿者
    Volunteer = "volunteer",
    /// 业主代表, of a party of a mediation
    OwnerRep = "owner_rep",
    /// 片警
    Police = "police",
    /// 科室
    SectionHandler = "section_handler",
    /// 应企快处专班成员
    EnterpriseTeam = "enterprise_team",
    /// 街道热线办
    OfficeReviewer = "office_reviewer",
    /// 分管领导
    Leader = "leader",
    /// 系统管理员
    SystemAdmin = "system_admin",
    /// 安全管理员
    SecurityAdmin = "security_admin",
    /// 审计员
    Auditor = "auditor",
}

impl Role {
    /// Sees every ticket of the sub-district and reviews visits.
    pub const fn is_office(self) -> bool {
        matches!(
            self,
            Self::HotlineWorker | Self::OfficeReviewer | Self::Leader
        )
    }

    /// Signs in at an office browser: the office itself, those who dispatch within a community, sections and teams, who
    /// answer for their part of a ticket at a desk, and those who administer. Everybody else works with an enrolled phone alone.
    pub const fn has_office_pages(self) -> bool {
        self.is_office()
            || matches!(
                self,
                Self::CommunitySecretary
                    | Self::GridHead
                    | Self::SectionHandler
                    | Self::EnterpriseTeam
                    | Self::SystemAdmin
                    | Self::SecurityAdmin
                    | Self::Auditor
            )
    }

    /// Works with a phone.
    pub const fn is_field(self) -> bool {
        !matches!(
            self,
            Self::OfficeReviewer
                | Self::Leader
                | Self::SystemAdmin
                | Self::SecurityAdmin
                | Self::Auditor
        )
    }

    /// Speaks for residents and works for nobody here: sees the mediations that name them and nothing else, not even the
    /// tickets of these.
    pub const fn is_representative(self) -> bool {
        matches!(self, Self::OwnerRep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_from_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
        assert_eq!(Role::parse("mayor"), None);
    }
}
