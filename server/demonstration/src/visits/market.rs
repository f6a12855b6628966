//! Case two: hours for noisy work at the market are agreed; the office approves.

use serde_json::json;

use super::Scene;
use crate::error::DemoError;
use crate::phone::Phone;
use crate::photos::{self, Scene as Picture};

pub(super) async fn tell(scene: &Scene<'_>) -> Result<(), DemoError> {
    let (story, people, ticket) = (scene.story, scene.people, scene.ticket.id);
    let (worker, section) = ("song.yiming", "shen.wenjing");
    story.invite(ticket, people.id(section)?).await?;
    let before = photos::paint(Picture::Market { screened: false })?;
    let after = photos::paint(Picture::Market { screened: true })?;

    let mut song = Phone::of(worker, people, scene.at(95), story).await?;
    let doc = song.begin(ticket)?;
    song.arrive(
        doc,
        json!({ "source": "gps", "lat_e7": 366_951_000, "lon_e7": 1_170_092_000, "accuracy_m": 14,
            "address": "七一路风雅苑5号楼底商" }),
    )?;
    let contact = scene.at(30);
    song.set(
        doc,
        json!({
            "address": "七一路风雅苑", "building": "5号楼底商菜市场", "place_kind": "market",
            "finding_kind": "noise", "severity": "medium", "hazard": false, "contact_made": true,
            "first_contact_at": contact, "has_property_company": true, "occupant_present": true,
        }),
    )?;
    for (person, role) in [(worker, "grid_worker"), (section, "section_handler")] {
        let joined = song.now();
        let user = people.id(person)?;
        song.add(
            doc,
            "participants",
            json!({ "user": user, "role": role, "joined_at": joined }),
        )?;
    }
    song.note(
        doc,
        "finding",
        "市场内部正按计划装修。业主反映清早就开始施工，电锤声大；施工方担心停工误期。双方在现场情绪较激动。",
    )?;
    song.wait_minutes(5);
    let pair = song.take_photo(doc, &before, "before", "施工区域未围挡", None)?;
    song.upload(&before).await?;
    song.sync().await?;

    // The section's officer sees the visit on their own phone and writes the department's part.
    let mut shen = Phone::of(section, people, scene.at(26 * 60), story).await?;
    shen.set(
        doc,
        json!({ "department_needed": "城管科、项目科、信访科",
            "law_cited": "环境噪声污染防治有关规定：午间和夜间不得进行产生噪声的装修作业" }),
    )?;
    shen.note(
        doc,
        "process",
        "请四位业主代表、物业、市场管理方和施工方一起商定：每天9:00—12:00、14:30—18:00施工，周日停工；施工面加装隔音围挡。",
    )?;
    shen.sync().await?;

    song.wait_minutes(26 * 60);
    song.sync().await?;
    song.take_photo(doc, &after, "after", "隔音围挡已装好", Some(pair))?;
    song.upload(&after).await?;
    song.note(
        doc,
        "result",
        "双方对施工时间达成一致，围挡当天装好，回访业主表示可以接受。",
    )?;
    song.set(
        doc,
        json!({ "measure": "协商施工时段，加装隔音围挡", "cooperation": "cooperative",
            "cleanup_state": "not_needed", "outcome": "resolved", "follow_up_needed": false }),
    )?;
    song.submit(doc, "双方已达成一致。")?;
    song.sync().await?;

    let decision = json!({ "decision": "approve", "remark": "过程清楚，照片齐全，同意办结。" });
    scene.review(doc, scene.at(30 * 60), decision).await
}
