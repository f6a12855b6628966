//! 走访记录: the visits of a ticket, read from the log.

use basis::mask;
use print::Block;
use store::Tx;
use store::tickets::{TicketRow, TicketVisit};
use sync_core::record::{Entry, Record};
use sync_core::{Id, MediaHash, Timestamp};

use super::Source;
use super::head::{fact, joined, section};
use crate::error::PaperError;
use crate::moment;
use crate::words::Words;

/// A visit, as lists and as its document have it.
pub(super) struct Visit {
    pub(super) row: TicketVisit,
    record: Record,
}

/// A photo of a visit.
pub(super) struct Shot {
    pub(super) sha256: MediaHash,
    /// What it shows, when and where it was taken.
    pub(super) told: String,
    /// It is to be heard: there is nothing to print.
    pub(super) voice: bool,
}

/// The visits about a ticket, the first one first.
pub(super) async fn load(
    tenant: Id,
    ticket: &TicketRow,
    tx: &mut Tx,
) -> Result<Vec<Visit>, PaperError> {
    let mut rows = tx.list_ticket_visits(tenant, ticket).await?;
    rows.sort_by_key(|row| (row.arrived_at.unwrap_or(row.changed_at), row.id));
    let mut visits = Vec::with_capacity(rows.len());
    for row in rows {
        let found = crate::mediation::read_any(tenant, row.id, tx).await?;
        if let Some((_, _, record)) = found {
            visits.push(Visit { row, record });
        }
    }
    Ok(visits)
}

/// Every visit with who was there when, and what was seen, done and achieved.
pub(super) fn visits(source: &Source, words: &Words) -> Vec<Block> {
    if source.visits.is_empty() {
        return section("走访记录", "没有走访记录。");
    }
    let visits = source.visits.iter().zip(1_u32..);
    visits
        .flat_map(|(visit, number)| {
            let mut blocks = vec![Block::Heading(format!("走访记录 {number}"))];
            blocks.push(Block::Facts(facts(visit, source, words)));
            for (note, heading) in [
                ("finding", "看到的情况"),
                ("process", "怎么处理的"),
                ("result", "结果怎样"),
            ] {
                let said = visit.record.notes.get(note).map_or("", String::as_str);
                blocks.extend(section(heading, said));
            }
            blocks
        })
        .collect()
}

fn facts(visit: &Visit, source: &Source, words: &Words) -> Vec<print::Fact> {
    let people: Vec<String> = visit
        .row
        .people
        .iter()
        .map(|one| format!("{}（{}）", one.name, words.word("role", one.role.as_str())))
        .collect();
    let arrivals = visit.record.entries("arrivals").iter();
    let arrivals: Vec<String> = arrivals.map(|one| arrival(one, source)).collect();
    let outcome = match visit.row.outcome.as_str() {
        "" => String::new(),
        word => Words::visit().choice("outcome", word),
    };
    let at = |at: Option<Timestamp>| at.map(moment::minute).unwrap_or_default();
    let facts = [
        ("地点", mask::text(&visit.row.place)),
        ("人员", people.join("、")),
        ("到场", arrivals.join("；")),
        ("提交", at(visit.row.submitted_at)),
        ("办公室收到", moment::minute(visit.row.received_at)),
        ("审核", words.word("review_state", &visit.row.state)),
        ("处理结果", outcome),
        (
            "说明",
            if visit.row.late {
                "审核之后又有内容补传".to_owned()
            } else {
                String::new()
            },
        ),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(label, value)| fact(label, value)).collect()
}

/// 2026年9月1日 9:30，某某，定位，误差 12 米
fn arrival(entry: &Entry, source: &Source) -> String {
    let text = |name: &str| entry.value(name).text().unwrap_or_default();
    let at = entry.value("at").time().map(moment::minute);
    let by = Id::parse(text("by")).map(|by| source.name(Some(by)));
    let way = match text("source") {
        "" => String::new(),
        word => Words::visit().choice("arrival_source", word),
    };
    joined(&[
        at.unwrap_or_default(),
        by.unwrap_or_default(),
        way,
        position(entry),
        doubt(entry),
        mask::text(text("address")),
        mask::text(text("reason")),
    ])
}

/// The photos of all visits, in the order in which they were taken within each.
pub(super) fn shots(source: &Source) -> Vec<Shot> {
    let words = Words::visit();
    let mut shots = Vec::new();
    for (visit, number) in source.visits.iter().zip(1_u32..) {
        let entries = visit.record.entries("photos").iter();
        let mut entries: Vec<&Entry> = entries.filter(|one| !one.is_removed()).collect();
        entries.sort_by_key(|one| (one.value("taken_at").time(), one.id));
        for entry in entries {
            let bytes = entry.value("sha256").bytes();
            let Some(sha256) = bytes.and_then(MediaHash::from_slice) else {
                continue;
            };
            let text = |name: &str| entry.value(name).text().unwrap_or_default();
            let role = match text("role") {
                "" => String::new(),
                word => words.choice("photo_role", word),
            };
            let taken = entry.value("taken_at").time().map(moment::minute);
            let told = joined(&[
                format!("走访 {number}"),
                role,
                mask::text(text("caption")),
                taken.unwrap_or_else(|| "拍摄时间未记录".to_owned()),
                mask::text(text("place")),
                position(entry),
                doubt(entry),
                if text("source") == "gallery" {
                    "从相册选取".to_owned()
                } else {
                    String::new()
                },
            ]);
            let voice = text("role") == "voice";
            shots.push(Shot {
                sha256,
                told,
                voice,
            });
        }
    }
    shots
}

/// 位置可疑：移动过快; nothing where nothing speaks against the position.
fn doubt(entry: &Entry) -> String {
    if *entry.value("mock") != sync_core::value::Value::Flag(true) {
        return String::new();
    }
    match entry.value("mock_sign").text() {
        None | Some("") => "位置可疑".to_owned(),
        Some(sign) => format!("位置可疑：{}", Words::visit().choice("mock_sign", sign)),
    }
}

/// 北纬 36.67120 度，东经 117.01230 度，误差 12 米; nothing where it was not measured.
fn position(entry: &Entry) -> String {
    let number = |name: &str| {
        if let sync_core::value::Value::Int(number) = entry.value(name) {
            Some(*number)
        } else {
            None
        }
    };
    let (Some(lat), Some(lon)) = (number("lat_e7"), number("lon_e7")) else {
        return String::new();
    };
    let degrees = |e7: i64| {
        // Five digits are a metre; more is noise of the receiver.
        let e5 = e7.unsigned_abs() / 100;
        format!("{}.{:05} 度", e5 / 100_000, e5 % 100_000)
    };
    let lat = format!("{} {}", if lat < 0 { "南纬" } else { "北纬" }, degrees(lat));
    let lon = format!("{} {}", if lon < 0 { "西经" } else { "东经" }, degrees(lon));
    let accuracy = number("accuracy_m").map(|metres| format!("误差 {metres} 米"));
    joined(&[lat, lon, accuracy.unwrap_or_default()])
}
