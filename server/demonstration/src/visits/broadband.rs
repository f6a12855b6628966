//! Case three: the enterprise team restores the market's network within its hours; the office wants proof.

use serde_json::json;

use super::Scene;
use crate::error::DemoError;
use crate::phone::Phone;
use crate::photos::{self, Scene as Picture};

pub(super) async fn tell(scene: &Scene<'_>) -> Result<(), DemoError> {
    let (story, people, ticket) = (scene.story, scene.people, scene.ticket.id);
    let team = "xu.jiacheng";
    let before = photos::paint(Picture::Cabinet { works: false })?;

    // On site within two hours of the dispatch.
    let mut xu = Phone::of(team, people, scene.at(70), story).await?;
    let doc = xu.begin(ticket)?;
    xu.arrive(
        doc,
        json!({ "source": "gps", "lat_e7": 366_990_000, "lon_e7": 1_170_301_000, "accuracy_m": 9,
            "address": "黄台茶叶批发市场2号楼" }),
    )?;
    let contact = scene.at(25);
    xu.set(
        doc,
        json!({
            "address": "黄台茶叶批发市场", "building": "2号楼", "place_kind": "shop",
            "finding_kind": "network", "severity": "high", "contact_made": true,
            "first_contact_at": contact, "has_property_company": true,
        }),
    )?;
    let (joined, user) = (xu.now(), xu.person());
    xu.add(
        doc,
        "participants",
        json!({ "user": user, "role": "enterprise_team", "joined_at": joined }),
    )?;
    xu.wait_minutes(6);
    xu.take_photo(doc, &before, "before", "弱电间交换机多路告警", None)?;
    xu.note(
        doc,
        "finding",
        "二号楼弱电间交换机老化，多路端口告警，整栋楼网络时断时续，二层以上手机信号弱。",
    )?;
    xu.upload(&before).await?;
    xu.sync().await?;

    xu.wait_minutes(8 * 60);
    xu.note(
        doc,
        "process",
        "召集通信运营商、供电、物业和商户代表现场协商，确定更换交换机、二层加装信号放大设备，当晚闭市后施工。",
    )?;
    xu.note(
        doc,
        "result",
        "交换机已更换，网络恢复，商户反映收款和直播正常。",
    )?;
    xu.set(
        doc,
        json!({ "measure": "协调运营商更换交换机并加装信号放大设备", "department_needed": "经发科",
            "cooperation": "cooperative", "outcome": "resolved", "follow_up_needed": true }),
    )?;
    xu.submit(doc, "网络已恢复。")?;
    xu.sync().await?;

    scene
        .review(
            doc,
            scene.at(12 * 60),
            json!({
                "decision": "return",
                "reason": "材料不全",
                "remark": "请补一张恢复后的现场照片，并写明测速结果，再提交一次。",
                "pins": [{ "path": "notes/result", "text": "测速是多少？" }],
            }),
        )
        .await
}
