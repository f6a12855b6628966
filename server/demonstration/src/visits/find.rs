//! 未诉先办: something that a grid worker found on a round, and nobody had asked for.

use serde_json::json;
use store::tickets::TicketFilter;
use sync_core::Timestamp;

use crate::cast::People;
use crate::error::DemoError;
use crate::phone::Phone;
use crate::photos::{self, Scene as Picture};
use crate::story::Story;

const WORKER: &str = "lin.xiaoman";
/// How tickets of finds came in.
const CHANNEL: &str = "patrol";
const HOUR_MS: i64 = 3_600_000;

/// Reports the find, unless one is there; whether it did.
pub(super) async fn tell(
    story: &Story<'_>,
    people: &People,
    now: Timestamp,
) -> Result<bool, DemoError> {
    let finds = TicketFilter {
        channel: Some(CHANNEL.to_owned()),
        ..TicketFilter::default()
    };
    let mut tx = story.app().store().read().await?;
    if tx.count_tickets(story.tenant(), &finds).await? > 0 {
        return Ok(false);
    }
    drop(tx);
    let bins = photos::paint(Picture::Bins { full: 1 })?;
    let mut lin = Phone::of(WORKER, people, now.plus_millis(-2 * HOUR_MS), story).await?;
    let doc = lin.find()?;
    lin.set(doc, json!({ "form": "find/1" }))?;
    let person = lin.person();
    lin.add(
        doc,
        "participants",
        json!({ "user": person, "role": "grid_worker", "joined_at": lin.now() }),
    )?;
    lin.arrive(
        doc,
        json!({ "source": "gps", "lat_e7": 366_981_000, "lon_e7": 1_170_251_000, "accuracy_m": 9,
            "address": "柳岸路5号院北门" }),
    )?;
    lin.set(
        doc,
        json!({ "finding_kind": "sanitation", "address": "柳岸路5号院北门" }),
    )?;
    lin.note(doc, "finding", "北门外有人倒了建筑垃圾，占了半条人行道。")?;
    lin.take_photo(doc, &bins, "evidence", "北门外的垃圾", None)?;
    lin.submit(doc, "")?;
    lin.upload(&bins).await?;
    lin.sync().await?;
    Ok(true)
}
