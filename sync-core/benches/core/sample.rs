//! The document that every figure is about: a visit of 25 fields, 3 notes of 200 characters, 5 photos and
//! 8 items, made in 30 changes (the first one links the ticket).

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{
    ActorId, Automerge, Change, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding,
};
use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp};

/// Times of all changes begin here.
const NOW: i64 = 1_795_500_000_000;

const FIELDS: [(&str, Held); 25] = [
    ("address", Held::Text("北苑街道和平里社区七区十四号院")),
    ("building", Held::Text("14 号楼")),
    ("stairwell", Held::Text("3 单元")),
    ("room", Held::Text("402")),
    ("place_kind", Held::Text("stairwell")),
    ("finding_kind", Held::Text("clutter")),
    ("severity", Held::Text("medium")),
    ("hazard", Held::Flag(true)),
    ("occupant_present", Held::Flag(true)),
    ("cooperation", Held::Text("reluctant")),
    ("has_property_company", Held::Flag(false)),
    ("contact_made", Held::Flag(true)),
    ("first_contact_at", Held::Time(NOW - 3_600_000)),
    (
        "measure",
        Held::Text("限期三日自行清理，逾期由社区组织清运"),
    ),
    ("law_cited", Held::Text("生活垃圾管理条例第三十八条")),
    ("leaflet", Held::Text("楼道安全告知书")),
    ("department_needed", Held::Text("消防")),
    ("cleanup_state", Held::Text("partial")),
    ("cleanup_amount", Held::Int(12)),
    ("cleanup_unit", Held::Text("piece")),
    ("cleanup_moved_by", Held::Text("住户")),
    ("cleanup_left_at", Held::Text("小区北门大件垃圾暂存点")),
    ("next_visit_at", Held::Time(NOW + 259_200_000)),
    ("follow_up_needed", Held::Flag(true)),
    ("outcome", Held::Text("partly")),
];

const SENTENCE: &str = "三楼至四楼楼道转角处堆放纸箱十余个、旧沙发一张、自行车两辆，占用消防通道约一半，\
    住户称近期装修暂放，经当面沟通后同意三日内自行清走，";

enum Held {
    Flag(bool),
    Int(i64),
    Text(&'static str),
    Time(i64),
}

/// One visit on the phone that makes it.
pub(crate) struct Sample {
    engine: Automerge,
    seconds: i64,
}

impl Sample {
    /// The visit with its 30 changes, oldest first. `number` makes it unlike others.
    pub(crate) fn make(actor: [u8; 16], ticket: Id, number: u64) -> (Self, Vec<Vec<u8>>) {
        let mut engine = Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint);
        let seed = Change::try_from(Kind::VISIT.seed()).expect("the seed is a change");
        engine.apply_changes([seed]).expect("the seed applies");
        engine.set_actor(ActorId::from(actor.as_slice()));
        let mut sample = Self {
            engine,
            seconds: NOW / 1000,
        };
        let changes = sample.fill(ticket, number);
        assert_eq!(changes.len(), 30);
        (sample, changes)
    }

    /// One more change, as a phone makes it: of a text, which lists search, or without one of a date.
    pub(crate) fn one_more(&mut self, text: Option<&str>) -> Vec<u8> {
        let (name, value) = match text {
            Some(text) => ("measure", ScalarValue::Str(text.into())),
            None => ("next_visit_at", ScalarValue::Timestamp(self.seconds * 1000)),
        };
        self.change(&format!("visit.{name}"), |tx| {
            let fields = map(tx, "fields");
            tx.put(&fields, name, value).expect("a field is written");
        })
    }

    fn fill(&mut self, ticket: Id, number: u64) -> Vec<Vec<u8>> {
        let mut changes = vec![self.change("visit.tickets.include", |tx| {
            let tickets = map(tx, "tickets");
            tx.put(&tickets, ticket.to_string(), true)
                .expect("a ticket is linked");
        })];
        for pair in FIELDS.chunks(2) {
            changes.push(self.change(&format!("visit.{}", pair[0].0), |tx| {
                let fields = map(tx, "fields");
                for (name, held) in pair {
                    tx.put(&fields, *name, scalar(held, number))
                        .expect("a field is written");
                }
            }));
        }
        for note in ["finding", "process", "result"] {
            let text: String = SENTENCE.chars().cycle().take(200).collect();
            changes.push(self.change(&format!("visit.note.{note}"), |tx| {
                let notes = map(tx, "notes");
                let (_, note) = tx
                    .get(&notes, note)
                    .expect("notes are read")
                    .expect("a note is there");
                tx.splice_text(&note, 0, 0, &text)
                    .expect("a note is written");
            }));
        }
        for photo in 0..5 {
            changes.push(self.entry("photos", number * 16 + photo, |tx, entry| {
                let mut sha256 = [7u8; 32];
                for (place, byte) in (number * 16 + photo).to_le_bytes().into_iter().enumerate() {
                    // Spread, so that the hash does not compress.
                    for lane in 0..4 {
                        sha256[lane * 8 + place] =
                            byte.wrapping_mul(31 + lane as u8) ^ (place as u8 * 37);
                    }
                }
                let sha256: [u8; 32] = sync_core::MediaHash::of(&sha256).bytes();
                for (name, value) in [
                    ("sha256", ScalarValue::Bytes(sha256.to_vec())),
                    ("bytes", ScalarValue::Int(412_000 + photo as i64)),
                    ("mime", ScalarValue::Str("image/jpeg".into())),
                    ("w", ScalarValue::Int(1600)),
                    ("h", ScalarValue::Int(1200)),
                    ("taken_at", ScalarValue::Timestamp(NOW + photo as i64)),
                    ("role", ScalarValue::Str("before".into())),
                    ("source", ScalarValue::Str("camera".into())),
                ] {
                    tx.put(entry, name, value).expect("a photo is written");
                }
            }));
        }
        for item in 5..13 {
            changes.push(self.entry("items", number * 16 + item, |tx, entry| {
                for (name, value) in [
                    ("label", ScalarValue::Str("纸箱".into())),
                    ("place", ScalarValue::Str("三楼转角".into())),
                    ("quantity", ScalarValue::Int(item as i64)),
                    ("unit", ScalarValue::Str("piece".into())),
                    ("state", ScalarValue::Str("found".into())),
                ] {
                    tx.put(entry, name, value).expect("an item is written");
                }
            }));
        }
        changes
    }

    fn entry(
        &mut self,
        collection: &str,
        number: u64,
        fill: impl FnOnce(&mut Transaction<'_>, &ObjId),
    ) -> Vec<u8> {
        let digest = sync_core::MediaHash::of(&number.to_le_bytes()).bytes();
        let random = std::array::from_fn(|place| digest[place]);
        let id = Id::from_parts(Timestamp::from_millis(NOW), random);
        self.change(&format!("visit.{collection}.put"), |tx| {
            let map = map(tx, collection);
            let entry = tx
                .put_object(&map, id.to_string(), ObjType::Map)
                .expect("an entry is made");
            fill(tx, &entry);
        })
    }

    fn change(&mut self, message: &str, write: impl FnOnce(&mut Transaction<'_>)) -> Vec<u8> {
        self.seconds += 20;
        let mut tx = self.engine.transaction();
        write(&mut tx);
        let options = CommitOptions::default()
            .with_message(message)
            .with_time(self.seconds);
        let (hash, _) = tx.commit_with(options);
        let hash = hash.expect("a change was made");
        let change = self
            .engine
            .get_change_by_hash(&hash)
            .expect("the change is there");
        change.raw_bytes().to_vec()
    }
}

fn map(tx: &Transaction<'_>, name: &str) -> ObjId {
    let (_, map) = tx
        .get(ROOT, name)
        .expect("the root is read")
        .expect("the seed made it");
    map
}

fn scalar(held: &Held, number: u64) -> ScalarValue {
    match held {
        Held::Flag(flag) => ScalarValue::Boolean(*flag),
        Held::Int(int) => ScalarValue::Int(*int + (number % 50) as i64),
        Held::Text(text) => ScalarValue::Str((*text).into()),
        Held::Time(millis) => ScalarValue::Timestamp(*millis + (number * 1000) as i64),
    }
}
