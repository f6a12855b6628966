//! The words of a form.

use super::{Requester, Section};
use crate::role::Role;

pub(super) const FORM: &str = "表单";
pub(super) const VERSION: &str = "版本";
pub(super) const NAME: &str = "名称";
pub(super) const APPLIES: &str = "适用";
pub(super) const REQUESTERS: &str = "诉求人";
pub(super) const ROLES: &str = "角色";
pub(super) const REQUIRED: &str = "必填";
pub(super) const OPTIONAL: &str = "选填";
pub(super) const QUESTION: &str = "题目";
pub(super) const LABEL: &str = "标题";
pub(super) const HINT: &str = "提示";
pub(super) const LIMIT: &str = "字数";
pub(super) const RANGE: &str = "范围";
pub(super) const UNIT: &str = "单位";
pub(super) const OPTION: &str = "选项";
pub(super) const CONDITION: &str = "条件";

pub(super) const TEXT: &str = "文字";
pub(super) const NUMBER: &str = "数字";
pub(super) const DATE: &str = "日期";
pub(super) const ONE: &str = "单选";
pub(super) const MANY: &str = "多选";

pub(super) const EQUALS: &str = "=";
pub(super) const CONTAINS: &str = "含";
pub(super) const ANSWERED: &str = "已答";

pub(super) const SECTIONS: [(Section, &str); 9] = [
    (Section::Arrival, "到场"),
    (Section::People, "人员"),
    (Section::Finding, "发现"),
    (Section::Photos, "照片"),
    (Section::Persuasion, "劝导"),
    (Section::Items, "物品"),
    (Section::Cleanup, "清理"),
    (Section::Notes, "记录"),
    (Section::Outcome, "结果"),
];

/// Who asks, as `requester_type.*` of the list of words calls them.
pub(super) const REQUESTER_TYPES: [(Requester, &str); 3] = [
    (Requester::Citizen, "市民"),
    (Requester::CitizenEnterprise, "市民与企业"),
    (Requester::Enterprise, "企业"),
];

/// Those who begin visits, as `role.*` of the list of words calls them.
pub(super) const FIELD_ROLES: [(Role, &str); 9] = [
    (Role::HotlineWorker, "热线工作人员"),
    (Role::CommunitySecretary, "社区书记"),
    (Role::GridHead, "网格长"),
    (Role::GridWorker, "网格员"),
    (Role::BuildingCaptain, "楼道长"),
    (Role::Volunteer, "志愿者"),
    (Role::Police, "片警"),
    (Role::SectionHandler, "科室"),
    (Role::EnterpriseTeam, "应企快处专班"),
];
