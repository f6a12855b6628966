//! Two short ones: a draft that is still being written, and a visit whose photo is still on the phone.

use serde_json::json;
use sync_core::Timestamp;

use super::Scene;
use crate::error::DemoError;
use crate::phone::Phone;
use crate::photos::{self, Scene as Picture};

const WORKER: &str = "lin.xiaoman";

pub(super) async fn draft(scene: &Scene<'_>, now: Timestamp) -> Result<(), DemoError> {
    let full = photos::paint(Picture::Bins { full: 2 })?;
    let mut lin = Phone::of(
        WORKER,
        scene.people,
        now.plus_millis(-3_600_000),
        scene.story,
    )
    .await?;
    let doc = lin.begin(scene.ticket.id)?;
    lin.arrive(
        doc,
        json!({ "source": "gps", "lat_e7": 366_978_000, "lon_e7": 1_170_233_000, "accuracy_m": 11,
            "address": "柳岸路东口" }),
    )?;
    lin.set(
        doc,
        json!({ "address": "柳岸路东口", "place_kind": "street", "finding_kind": "sanitation",
            "severity": "medium", "cleanup_state": "pending" }),
    )?;
    lin.take_photo(doc, &full, "before", "两只桶满溢", None)?;
    lin.note(
        doc,
        "finding",
        "三只垃圾桶中两只满溢，已联系环卫，预计一小时内到。",
    )?;
    lin.upload(&full).await?;
    lin.sync().await
}

pub(super) async fn waiting_for_a_photo(scene: &Scene<'_>) -> Result<(), DemoError> {
    let cover = photos::paint(Picture::Manhole)?;
    let mut lin = Phone::of(WORKER, scene.people, scene.at(100), scene.story).await?;
    let doc = lin.begin(scene.ticket.id)?;
    lin.arrive(
        doc,
        json!({ "source": "gps", "lat_e7": 366_984_000, "lon_e7": 1_170_268_000, "accuracy_m": 8,
            "address": "南路12号" }),
    )?;
    lin.set(
        doc,
        json!({ "address": "南路12号门前人行道", "place_kind": "street", "finding_kind": "other",
            "severity": "medium", "hazard": true, "measure": "摆放警示锥，报市政维修",
            "department_needed": "市政维修", "outcome": "partly", "follow_up_needed": true }),
    )?;
    lin.note(
        doc,
        "finding",
        "井盖与井圈之间有约一厘米间隙，踩上会晃动，已围挡。",
    )?;
    // The words are small and go first; the photo follows when the signal is better.
    lin.take_photo(doc, &cover, "evidence", "井盖与井圈间隙", None)?;
    lin.submit(doc, "已围挡，等市政维修。")?;
    lin.sync().await
}
