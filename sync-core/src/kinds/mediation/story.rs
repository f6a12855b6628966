//! What people do at a mediation: claims, a session, clauses, signatures, checks.

use super::content::{ALGORITHM, Content};
use crate::chance::Chance;
use crate::edit::Edit;
use crate::ids::Id;
use crate::kinds::gesture::{field, put};
use crate::kinds::{Cast, Shot};
use crate::record::{Entry, Record};
use crate::time::Timestamp;
use crate::value::Value;

const NAMES: [&str; 5] = ["甲方一", "甲方二", "乙方一", "乙方二", "第三人"];
const CLAIMS: [&str; 4] = [
    "装修噪声影响午休",
    "楼道堆放建材",
    "施工时间过长",
    "渗水未修",
];
const CLAUSES: [&str; 4] = [
    "工作日九时至十二时施工",
    "周末停止产生噪声的施工",
    "三日内清走楼道建材",
    "修复渗水并赔偿损失",
];
/// Fields on which people come to disagree, with words that fit them.
const CONTESTED: [(&str, &[&str]); 4] = [
    ("risk", &["low", "medium", "high"]),
    ("facts", &["装修噪声引起争执", "施工时间引起争执"]),
    ("place", &["社区议事厅", "小区院内"]),
    ("performance", &["当场履行", "分期履行"]),
];

/// A mediation from its first claim to an agreement, without the signatures: those are over what stands there then.
pub(super) fn whole(cast: &Cast<'_>, now: Timestamp, chance: &mut Chance) -> Vec<Edit> {
    let Cast {
        by,
        colleague,
        photos,
    } = *cast;
    let (one, other) = (chance.id(now), chance.id(now));
    let (claim, clause, session) = (chance.id(now), chance.id(now), chance.id(now));
    let mut edits = vec![
        field("form", text("record")),
        field("dispute", text("decoration")),
        field("place", pick(&["社区议事厅", "小区院内"], chance)),
        field("facts", text("装修噪声引起争执")),
        field("notice_given", Value::Flag(true)),
        party(one, "applicant", chance),
        party(other, "respondent", chance),
        put(
            "mediators",
            chance.id(now),
            [
                ("user", Value::Text(by.to_string())),
                ("name", text("调解员一")),
                ("certified", Value::Flag(chance.one_in(2))),
            ],
        ),
        put(
            "claims",
            claim,
            [
                ("party", Value::Text(one.to_string())),
                ("text", pick(&CLAIMS, chance)),
                ("standing", text("open")),
            ],
        ),
        put(
            "sessions",
            session,
            [
                ("at", Value::Time(now)),
                ("by", Value::Text(by.to_string())),
                ("mood", pick(&["calm", "tense", "heated"], chance)),
            ],
        ),
        statement(session, one, by, now, chance),
        statement(session, other, by, now, chance),
        put(
            "consultations",
            chance.id(now),
            [
                ("unit", text("物业公司")),
                ("asked", text("能否协调施工时间")),
                ("asked_at", Value::Time(now)),
                ("by", Value::Text(by.to_string())),
            ],
        ),
        put(
            "clauses",
            clause,
            [
                ("claim", Value::Text(claim.to_string())),
                ("text", pick(&CLAUSES, chance)),
                ("performer", Value::Text(other.to_string())),
                ("from_minute", Value::Int(540)),
                ("to_minute", Value::Int(720)),
                ("check_from_at", Value::Time(now.plus_millis(86_400_000))),
                ("check_every_days", Value::Int(7)),
                ("check_times", Value::Int(4)),
            ],
        ),
        put("claims", claim, [("standing", text("agreed"))]),
    ];
    edits.extend(colleague.map(|colleague| {
        put(
            "mediators",
            chance.id(now),
            [
                ("user", Value::Text(colleague.to_string())),
                ("name", text("调解员二")),
            ],
        )
    }));
    edits.extend(photos.iter().map(|photo| photo_entry(photo, now, chance)));
    edits.push(put(
        "checks",
        chance.id(now),
        [
            ("clause", Value::Text(clause.to_string())),
            ("result", pick(&["kept", "breached", "performed"], chance)),
            ("at", Value::Time(now)),
            ("by", Value::Text(by.to_string())),
        ],
    ));
    edits
}

/// One more gesture on a mediation that is there already, one's own or a colleague's.
pub(super) fn afterthought(record: &Record, by: Id, now: Timestamp, chance: &mut Chance) -> Edit {
    let conflicts: Vec<_> = record.disagreements().collect();
    if let Some((path, register)) = chance.pick(&conflicts).filter(|_| chance.one_in(3)) {
        let choices: Vec<_> = std::iter::once(&register.shown)
            .chain(&register.others)
            .collect();
        return Edit::Settle {
            path: path.clone(),
            value: chance
                .pick(&choices)
                .map(|choice| choice.value.clone())
                .unwrap_or_default(),
        };
    }
    let some = |collection: &str, chance: &mut Chance| {
        chance
            .pick(record.entries(collection))
            .map(|entry: &Entry| (entry.id, entry.is_removed()))
    };
    match chance.below(7) {
        0 => some("clauses", chance)
            .map(|(id, _)| put("clauses", id, [("text", pick(&CLAUSES, chance))])),
        1 => some("claims", chance).map(|(id, removed)| {
            let collection = "claims".to_owned();
            if removed {
                Edit::RestoreEntry { collection, id }
            } else {
                Edit::RemoveEntry { collection, id }
            }
        }),
        2 => some("parties", chance)
            .map(|(id, _)| put("parties", id, [("name", pick(&NAMES, chance))])),
        3 | 4 => signature(record, by, now, chance),
        5 => report(record, by, now, chance),
        _ => None,
    }
    .unwrap_or_else(|| {
        let (name, words) = chance.pick(&CONTESTED).copied().unwrap_or(("place", &[]));
        field(name, pick(words, chance))
    })
}

/// A refusal to sign, which needs neither a drawing nor a photo; nothing while the paper is not ready.
fn signature(record: &Record, by: Id, now: Timestamp, chance: &mut Chance) -> Option<Edit> {
    let content = Content::of(record).ok()?;
    super::gaps::gaps(&content, record)
        .is_empty()
        .then_some(())?;
    let (party, _) = chance.pick(content.entries("parties"))?;
    Some(put(
        "signatures",
        chance.id(now),
        [
            ("capacity", text("party")),
            ("signer", Value::Text(party.to_string())),
            ("content", Value::Bytes(content.hash().to_vec())),
            ("algorithm", text(ALGORITHM)),
            ("method", text("refused")),
            ("reason", text("要再想想")),
            ("at", Value::Time(now)),
            ("by", Value::Text(by.to_string())),
        ],
    ))
}

/// What a party told the mediator on the phone.
fn report(record: &Record, by: Id, now: Timestamp, chance: &mut Chance) -> Option<Edit> {
    let parties: Vec<Id> = record
        .entries("parties")
        .iter()
        .filter(|party| !party.is_removed())
        .map(|party| party.id)
        .collect();
    let party = *chance.pick(&parties)?;
    let clause = chance.pick(record.entries("clauses"))?.id;
    Some(put(
        "reports",
        chance.id(now),
        [
            ("party", Value::Text(party.to_string())),
            ("clause", Value::Text(clause.to_string())),
            ("text", pick(&["中午还在施工", "建材仍在楼道"], chance)),
            ("at", Value::Time(now)),
            ("by", Value::Text(by.to_string())),
        ],
    ))
}

fn party(id: Id, side: &str, chance: &mut Chance) -> Edit {
    put(
        "parties",
        id,
        [("side", text(side)), ("name", pick(&NAMES, chance))],
    )
}

fn statement(session: Id, party: Id, by: Id, now: Timestamp, chance: &mut Chance) -> Edit {
    put(
        "statements",
        chance.id(now),
        [
            ("session", Value::Text(session.to_string())),
            ("party", Value::Text(party.to_string())),
            ("text", pick(&CLAIMS, chance)),
            ("at", Value::Time(now)),
            ("by", Value::Text(by.to_string())),
        ],
    )
}

fn photo_entry(photo: &Shot, now: Timestamp, chance: &mut Chance) -> Edit {
    put(
        "photos",
        chance.id(now),
        [
            ("sha256", Value::Bytes(photo.sha256.bytes().to_vec())),
            ("bytes", Value::Int(i64::try_from(photo.bytes).unwrap_or(1))),
            ("mime", text("image/jpeg")),
            ("w", Value::Int(photo.width.into())),
            ("h", Value::Int(photo.height.into())),
            ("taken_at", Value::Time(now)),
            ("role", text("evidence")),
            ("source", text("camera")),
        ],
    )
}

fn pick(words: &[&str], chance: &mut Chance) -> Value {
    chance.pick(words).map_or(Value::Empty, |word| text(word))
}

fn text(word: &str) -> Value {
    Value::Text(word.to_owned())
}
