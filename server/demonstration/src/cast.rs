//! The sub-district of the demonstration and its people. No name belongs to anybody.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use store::people::PasswordState;
use store::units::{Unit, UnitKind};
use sync_core::{Id, Role};

use super::error::DemoError;
use hub::app::App;
use tables::org;
use tables::street::Street;

/// Of every account. Printed on purpose: nothing in the demonstration is worth protecting.
pub(super) const PASSWORD: &str = "Beiyuan-2026";

const CODE: &str = "beiyuan-demo";

/// Somebody who can sign in.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Typed at sign-in.
    pub username: &'static str,
    /// An invented name.
    pub name: &'static str,
    /// Their role's word.
    pub role: &'static str,
    /// Their role in zh-CN.
    pub title: &'static str,
}

/// Username, name, role, title, codes of units.
type Part = (
    &'static str,
    &'static str,
    Role,
    &'static str,
    &'static [&'static str],
);

const PARTS: &[Part] = &[
    (
        "chen.yining",
        "陈一宁",
        Role::HotlineWorker,
        "热线工作人员",
        &[],
    ),
    (
        "zhou.anhe",
        "周安禾",
        Role::CommunitySecretary,
        "社区书记（南路社区）",
        &["BY01"],
    ),
    (
        "he.lixin",
        "何立昕",
        Role::GridHead,
        "网格长（南路社区）",
        &["BY01"],
    ),
    (
        "lin.xiaoman",
        "林小漫",
        Role::GridWorker,
        "网格员（南路一网格）",
        &["BY0101"],
    ),
    (
        "song.yiming",
        "宋亦鸣",
        Role::GridWorker,
        "网格员（七一一网格）",
        &["BY0201"],
    ),
    (
        "meng.qiao",
        "孟巧禾",
        Role::GridWorker,
        "网格员（茶市一网格）",
        &["BY0301"],
    ),
    (
        "qin.guilan",
        "秦桂澜",
        Role::BuildingCaptain,
        "楼道长（南路一网格）",
        &["BY0101"],
    ),
    (
        "fang.xiaotong",
        "方晓桐",
        Role::Volunteer,
        "党员志愿者（南路一网格）",
        &["BY0101"],
    ),
    (
        "guo.zhiyuan",
        "郭知原",
        Role::Police,
        "片警（南路社区）",
        &["BY01"],
    ),
    (
        "shen.wenjing",
        "沈文璟",
        Role::SectionHandler,
        "科室（城管科）",
        &["BYK1"],
    ),
    (
        "xu.jiacheng",
        "许嘉程",
        Role::EnterpriseTeam,
        "应企快处专班",
        &["BYZ1"],
    ),
    (
        "tang.minzhi",
        "唐敏知",
        Role::OfficeReviewer,
        "街道热线办（审核）",
        &[],
    ),
    ("han.songnian", "韩松岚", Role::Leader, "分管领导", &[]),
    ("admin", "系统管理员", Role::SystemAdmin, "系统管理员", &[]),
    (
        "security",
        "安全管理员",
        Role::SecurityAdmin,
        "安全管理员",
        &[],
    ),
    ("audit", "审计员", Role::Auditor, "审计员", &[]),
];

/// Sections and teams beside communities and grids: kind, code, name.
const DESKS: [(UnitKind, &str, &str); 3] = [
    (UnitKind::Section, "BYK1", "城管科"),
    (UnitKind::Section, "BYK2", "经发科"),
    (UnitKind::Team, "BYZ1", "应企快处专班"),
];

/// Who plays which part.
pub(super) struct People(BTreeMap<&'static str, Id>);

impl People {
    /// The person with this username.
    pub(super) fn id(&self, username: &str) -> Result<Id, DemoError> {
        let id = self.0.get(username).copied();
        id.ok_or_else(|| DemoError::Story(format!("nobody is called {username}")))
    }
}

/// The name and role of a part.
pub(super) fn part(username: &str) -> Result<(&'static str, Role), DemoError> {
    let part = PARTS.iter().find(|part| part.0 == username);
    part.map(|part| (part.1, part.2))
        .ok_or_else(|| DemoError::Story(format!("nobody is called {username}")))
}

pub(super) fn accounts() -> Vec<Account> {
    PARTS
        .iter()
        .map(|(username, name, role, title, _)| Account {
            username,
            name,
            role: role.as_str(),
            title,
        })
        .collect()
}

/// The sub-district with four communities and their grids.
pub(super) async fn street(app: &App) -> Result<Street, DemoError> {
    let communities: Vec<_> = [
        ("BY01", "南路", 3),
        ("BY02", "七一", 2),
        ("BY03", "茶市", 2),
        ("BY04", "柳岸", 2),
    ]
    .into_iter()
    .map(|(code, name, grids)| {
        let grids: Vec<_> = (1..=grids)
            .zip(["一", "二", "三"])
            .map(|(n, word)| json!({ "code": format!("{code}{n:02}"), "name": format!("{name}{word}网格") }))
            .collect();
        json!({ "code": code, "name": format!("{name}社区"), "grids": grids })
    })
    .collect();
    let file = json!({
        "street": { "code": "BY", "name": "北园街道（演示）" },
        "communities": communities,
    });
    let organisation = org::parse(file.to_string().as_bytes())
        .map_err(|error| DemoError::Story(error.to_string()))?;
    let intake = org::take_in(
        app.tables(),
        &organisation,
        Some(CODE),
        tables::TakeOver::Nothing,
    )
    .await
    .map_err(|error| match error {
        org::OrgError::Store(error) => DemoError::Store(error),
        org::OrgError::File(error) => DemoError::Story(error.to_string()),
    })?;
    desks(intake.street.tenant, app).await?;
    Ok(intake.street)
}

/// Sections and teams, added where missing.
async fn desks(tenant: Id, app: &App) -> Result<(), DemoError> {
    let known = app.store().read().await?.list_units(tenant).await?;
    let missing = DESKS
        .iter()
        .filter(|(_, code, _)| known.iter().all(|unit| unit.code != *code));
    for (kind, code, name) in missing {
        let mut tx = app.store().begin().await?;
        tx.next_seq(tenant).await?;
        tx.insert_unit(&Unit {
            id: app.rng().new_id(app.clock().now()),
            tenant,
            kind: *kind,
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            parent: None,
        })
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Everybody, added where missing.
pub(super) async fn people(tenant: Id, app: &App) -> Result<People, DemoError> {
    let mut people = BTreeMap::new();
    for (username, name, role, _, units) in PARTS {
        let account = accounts::Account {
            username: (*username).to_owned(),
            name: (*name).to_owned(),
            role: *role,
            units: units.iter().map(|code| (*code).to_owned()).collect(),
            password: PASSWORD.to_owned(),
            // Whoever tries the demonstration goes in with what was printed.
            password_state: PasswordState::Own,
        };
        let id = match accounts::add(&account, tenant, app.accounts()).await? {
            accounts::Added::New(id) | accounts::Added::Existed(id) => id,
        };
        people.insert(*username, id);
    }
    Ok(People(people))
}
