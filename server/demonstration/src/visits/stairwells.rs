//! Case one: four people clear the stairwells of No. 69, and two of them count the carts differently.

use serde_json::json;

use super::Scene;
use crate::error::DemoError;
use crate::phone::Phone;
use crate::photos::{self, Scene as Picture};

pub(super) async fn tell(scene: &Scene<'_>) -> Result<(), DemoError> {
    let (story, people, ticket) = (scene.story, scene.people, scene.ticket.id);
    let (worker, captain) = ("lin.xiaoman", "qin.guilan");
    let (volunteer, police) = ("fang.xiaotong", "guo.zhiyuan");
    story.invite(ticket, people.id(police)?).await?;

    let before = [
        photos::paint(Picture::Stairwell {
            things: 8,
            landing: 0,
        })?,
        photos::paint(Picture::Stairwell {
            things: 5,
            landing: 2,
        })?,
    ];
    let after = [
        photos::paint(Picture::Stairwell {
            things: 0,
            landing: 0,
        })?,
        photos::paint(Picture::Stairwell {
            things: 1,
            landing: 2,
        })?,
    ];

    // The grid worker arrives; in the stairwell there is no signal.
    let mut lin = Phone::of(worker, people, scene.at(85), story).await?;
    let doc = lin.begin(ticket)?;
    lin.arrive(
        doc,
        json!({ "source": "hand", "address": "黄台南路69号院3号楼2单元", "reason": "楼道内没有信号，定位不准" }),
    )?;
    let contact = scene.at(40);
    lin.set(
        doc,
        json!({
            "address": "黄台南路69号院", "building": "3号楼", "stairwell": "2单元",
            "place_kind": "stairwell", "finding_kind": "clutter", "severity": "high", "hazard": true,
            "has_property_company": false, "contact_made": true, "first_contact_at": contact,
        }),
    )?;
    for (person, role) in [
        (worker, "grid_worker"),
        (captain, "building_captain"),
        (volunteer, "volunteer"),
        (police, "police"),
    ] {
        let joined = lin.now();
        let user = people.id(person)?;
        lin.add(
            doc,
            "participants",
            json!({ "user": user, "role": role, "joined_at": joined }),
        )?;
    }
    lin.note(
        doc,
        "finding",
        "69号院没有物业。2单元一至三层楼道堆放纸箱、旧沙发和一辆停用的电动车，通道最窄处不足60厘米。",
    )?;
    let mut pairs = Vec::new();
    for (photo, caption) in before.iter().zip(["2单元一层", "2单元三层"]) {
        lin.wait_minutes(3);
        pairs.push(lin.take_photo(doc, photo, "before", caption, None)?);
    }
    for (label, place, quantity, unit) in [
        ("纸箱", "一层楼梯口", 12, "piece"),
        ("旧沙发", "二层平台", 1, "piece"),
        ("停用电动车", "三层平台", 1, "piece"),
    ] {
        lin.add(
            doc,
            "items",
            json!({ "label": label, "place": place, "quantity": quantity, "unit": unit, "state": "found" }),
        )?;
    }
    let by = lin.person();
    for (household, reaction, remark) in [
        (
            "2单元201",
            "reluctant",
            "说先放几天，讲明火灾案例后同意搬走",
        ),
        ("2单元302", "cooperative", "当场同意清理"),
    ] {
        lin.wait_minutes(8);
        let at = lin.now();
        lin.add(
            doc,
            "persuasions",
            json!({ "household": household, "at": at, "by": by, "material": "消防安全明白纸",
                "reaction": reaction, "remark": remark }),
        )?;
    }
    lin.set(doc, json!({ "measure": "现场宣讲占用公共通道的危害，约定次日清理", "leaflet": "消防安全明白纸" }))?;
    lin.wait_minutes(30);
    for photo in &before {
        lin.upload(photo).await?;
    }
    lin.sync().await?;

    // The next day all four clear the stairwell; captain and grid worker both write, neither online.
    let mut qin = Phone::of(captain, people, scene.at(24 * 60), story).await?;
    qin.wait_minutes(90);
    qin.set(
        doc,
        json!({ "cleanup_state": "done", "cleanup_amount": 3, "cleanup_unit": "cart",
            "cleanup_moved_by": "楼道长和志愿者" }),
    )?;
    for ((photo, caption), pair) in after.iter().zip(["2单元一层", "2单元三层"]).zip(&pairs)
    {
        qin.take_photo(doc, photo, "after", caption, Some(*pair))?;
    }
    lin.wait_minutes(24 * 60);
    lin.set(
        doc,
        json!({ "cleanup_amount": 2, "occupant_present": true, "cooperation": "cooperative" }),
    )?;
    lin.note(
        doc,
        "process",
        "社区发动党员、楼道长、网格员和片警一起上门，逐户讲明占用公共通道的危害，住户配合把杂物搬到院门口。",
    )?;
    lin.note(
        doc,
        "result",
        "楼道已清空，三层还剩一只花盆架，住户周末自行搬走。其他单元一并检查。",
    )?;
    lin.set(
        doc,
        json!({ "outcome": "resolved", "follow_up_needed": true }),
    )?;
    lin.submit(doc, "已现场清理，请审核。")?;

    // Back in the open both phones meet the office.
    for photo in &after {
        qin.upload(photo).await?;
    }
    qin.sync().await?;
    lin.sync().await
}
