//! Hostile changes made by hand, one for each known way to harm the engine: each is refused, nothing is harmed.

use harness::mutation::{Key, Operation, Parts, chunk, column, forge};
use harness::phone::{put, set};
use harness::test_app::{NOW, worker_exe};
use serde_bytes::ByteBuf;
use sync_core::document::Document;
use sync_core::edit::Edit;
use sync_core::gate::job::{Answer, Job, Mark, Pushed, concat};
use sync_core::gate::{Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::protocol::{decode, encode};
use sync_core::threshold::{Known, Standing, judge};
use sync_core::value::Value;
use sync_core::{Id, Role, Timestamp, segment};
use workers::{JobKind, Pool};

const NOON: Timestamp = Timestamp::from_millis(NOW);
const PHONE: Id = Id::from_bytes([1; 16]);
const HOSTILE: [u8; 16] = [2; 16];
const WRITER: Writer = Writer {
    person: Id::from_bytes([9; 16]),
    role: Role::GridWorker,
};

/// Containers of the seed, as the operations that made them. Actor 1 of a forged change is the seed's.
const FIELDS: (u64, u64) = (1, 1);
const NOTES: (u64, u64) = (2, 1);
const FINDING: (u64, u64) = (3, 1);
const TICKETS: (u64, u64) = (6, 1);
const ARRIVALS: (u64, u64) = (7, 1);
const ITEMS: (u64, u64) = (10, 1);
/// Actor 2 of a forged change is the honest phone's; its first operation wrote an address.
const ADDRESS: (u64, u64) = (13, 2);

/// A visit in which an honest phone has written, and what a forged change of another actor looks like.
struct Scene {
    document: Document,
    honest: Vec<Vec<u8>>,
    like: Parts,
    /// An item and a check-in of the honest phone.
    item: (u64, u64),
    item_key: &'static str,
    arrival: (u64, u64),
    /// The last letter of a note of the honest phone.
    letter: (u64, u64),
}

impl Scene {
    fn new() -> Self {
        let mut document = Document::seeded(Kind::VISIT);
        let mut honest = Vec::new();
        let mut write = |edit: &Edit| {
            let change = document.edit(edit, [1; 16], NOON).unwrap().unwrap();
            let first = Parts::of(&change).start;
            honest.push(change);
            (first, 2)
        };
        assert_eq!(write(&set("address", "和平路1号")), ADDRESS);
        let entry = |n| Id::from_bytes([n; 16]);
        let item = write(&put(
            "items",
            entry(4),
            &[("label", Value::Text("纸箱".into()))],
        ));
        let arrival = write(&put(
            "arrivals",
            entry(5),
            &[("source", Value::Text("hand".into()))],
        ));
        let note = Edit::SetNote {
            note: "finding".into(),
            text: "三楼".into(),
        };
        let (letter, actor) = write(&note);
        let mut other = document.clone();
        let like = other
            .edit(&set("room", "1"), HOSTILE, NOON)
            .unwrap()
            .unwrap();
        let mut like = Parts::of(&like);
        like.others = vec![vec![0; 16], vec![1; 16]];
        Self {
            document,
            honest,
            like,
            item,
            item_key: entry(4).to_string().leak(),
            arrival,
            letter: (letter + 1, actor),
        }
    }

    fn forge(&self, operation: Operation) -> Parts {
        forge(&self.like, &[operation])
    }

    /// Sets the room, with something else changed.
    fn with(&self, change: impl FnOnce(&mut Parts)) -> Vec<u8> {
        let mut parts = self.forge(Operation::set(FIELDS, "room", "101"));
        change(&mut parts);
        parts.to_bytes()
    }

    fn op(&self, change: impl FnOnce(&mut Operation)) -> Vec<u8> {
        let mut operation = Operation::set(FIELDS, "room", "101");
        change(&mut operation);
        self.forge(operation).to_bytes()
    }

    /// Every hostile change by name, with the code that it gets.
    fn table(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        [
            self.graph(),
            self.places(),
            self.values(),
            self.encodings(),
            self.sizes(),
        ]
        .concat()
    }

    /// Where the change stands.
    fn graph(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let parent = |parts: &Parts| parts.parents[0];
        vec![
            (
                "number 5 of an unknown actor",
                "waits",
                self.with(|one| one.seq = 5),
            ),
            ("number 0", "chunk_malformed", self.with(|one| one.seq = 0)),
            (
                "the honest phone's number again",
                "equivocation",
                self.with(|one| {
                    one.actor = vec![1; 16];
                    one.others = vec![vec![0; 16]];
                }),
            ),
            (
                "the honest phone's next number beside its last change",
                "encoding_not_canonical",
                self.with(|one| {
                    one.actor = vec![1; 16];
                    one.others = vec![vec![0; 16]];
                    one.seq = 5;
                    one.parents = vec![Parts::of(&self.honest[2]).hash()];
                    one.start = self.letter.0 - 1;
                }),
            ),
            (
                "no parent",
                "seed_missing",
                self.with(|one| one.parents.clear()),
            ),
            (
                "an unknown parent",
                "waits",
                self.with(|one| one.parents = vec![[7; 32]]),
            ),
            (
                "one parent twice",
                "encoding_not_canonical",
                self.with(|one| one.parents = vec![parent(one); 2]),
            ),
            (
                "operations that begin too low",
                "start_operation_wrong",
                self.with(|one| one.start -= 1),
            ),
            (
                "operations that begin too high",
                "start_operation_wrong",
                self.with(|one| one.start += 1),
            ),
            (
                "operations that begin at 1",
                "start_operation_wrong",
                self.with(|one| one.start = 1),
            ),
            (
                "operations that begin at 0",
                "chunk_malformed",
                self.with(|one| one.start = 0),
            ),
            (
                "the last operation there can be",
                "operation_counter_too_large",
                self.with(|one| one.start = u32::MAX.into()),
            ),
            (
                "operations beyond the last one",
                "operation_counter_too_large",
                {
                    let one = Operation::set(FIELDS, "room", "1");
                    let mut parts = forge(&self.like, &[one.clone(), one.clone(), one]);
                    parts.start = u32::MAX.into();
                    parts.to_bytes()
                },
            ),
            (
                "the end of counting",
                "operation_counter_too_large",
                self.with(|one| one.start = u64::MAX),
            ),
            (
                "before all time",
                "time_impossible",
                self.with(|one| one.time = i64::MIN),
            ),
            (
                "after all time",
                "time_impossible",
                self.with(|one| one.time = i64::MAX),
            ),
            (
                "before 1970",
                "time_impossible",
                self.with(|one| one.time = -1),
            ),
        ]
    }

    /// What the operation is about.
    fn places(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let no = "schema_violation";
        vec![
            ("the root", no, self.op(|one| one.object = None)),
            (
                "a missing object",
                no,
                self.op(|one| one.object = Some((900, 1))),
            ),
            (
                "an object that is a value",
                no,
                self.op(|one| one.object = Some(ADDRESS)),
            ),
            (
                "an object of an actor that is not named",
                "",
                self.op(|one| one.object = Some((1, 9))),
            ),
            (
                "an object made by itself",
                no,
                self.op(|one| one.object = Some((self.like.start, 0))),
            ),
            (
                "a key that the schema does not have",
                no,
                self.op(|one| one.key = Key::Map("balance")),
            ),
            (
                "an answer to no question",
                no,
                self.op(|one| one.key = Key::Map("answers//text")),
            ),
            (
                "an answer of a part that there is not",
                no,
                self.op(|one| one.key = Key::Map("answers/people/words")),
            ),
            (
                "an answer of another type",
                no,
                self.op(|one| one.key = Key::Map("answers/people/number")),
            ),
            (
                "a choice whose name is no id",
                no,
                self.op(|one| one.key = Key::Map("answers/proof/has:Slip")),
            ),
            (
                "an answer in an entry",
                no,
                self.op(|one| {
                    one.object = Some(self.item);
                    one.key = Key::Map("answers/people/text");
                }),
            ),
            ("an empty key", no, self.op(|one| one.key = Key::Map(""))),
            (
                "a key of another container",
                no,
                self.op(|one| one.key = Key::Map("label")),
            ),
            (
                "a note's own place overwritten",
                no,
                self.op(|one| {
                    one.object = Some(NOTES);
                    one.key = Key::Map("finding");
                }),
            ),
            (
                "an element of a map",
                no,
                self.op(|one| one.key = Key::Element(13, 2)),
            ),
            ("the head of a map", no, self.op(|one| one.key = Key::Head)),
            (
                "an insertion into a map",
                no,
                self.op(|one| one.insert = true),
            ),
            (
                "a key in a text",
                no,
                self.op(|one| one.object = Some(FINDING)),
            ),
            (
                "a letter behind a missing one",
                "",
                self.letter(|one| one.key = Key::Element(900, 2)),
            ),
            (
                "a letter behind something that is none",
                "",
                self.letter(|one| one.key = Key::Element(13, 2)),
            ),
            (
                "a letter in place of a missing one",
                no,
                self.letter(|one| {
                    one.key = Key::Element(900, 2);
                    one.insert = false;
                }),
            ),
            (
                "a letter in place of another",
                no,
                self.letter(|one| one.insert = false),
            ),
            (
                "a letter in place of the head",
                no,
                self.letter(|one| {
                    one.key = Key::Head;
                    one.insert = false;
                }),
            ),
            (
                "a letter of an actor that is not named",
                "",
                self.letter(|one| one.key = Key::Element(16, 9)),
            ),
            (
                "a deletion that deletes nothing",
                no,
                self.letter(|one| {
                    one.insert = false;
                    one.action = 3;
                    one.value_kind = 0;
                    one.value.clear();
                }),
            ),
            (
                "a deletion of something missing",
                "",
                self.letter(|one| {
                    one.insert = false;
                    one.action = 3;
                    one.value_kind = 0;
                    one.value.clear();
                    one.replaces = vec![(900, 2)];
                }),
            ),
            (
                "a deletion in a map",
                no,
                self.op(|one| {
                    one.key = Key::Map("address");
                    one.action = 3;
                    one.value_kind = 0;
                    one.value.clear();
                    one.replaces = vec![ADDRESS];
                }),
            ),
            (
                "replaces a missing operation",
                "",
                self.op(|one| one.replaces = vec![(900, 2)]),
            ),
            (
                "replaces the value of another key",
                "",
                self.op(|one| one.replaces = vec![ADDRESS]),
            ),
            (
                "replaces for an actor that is not named",
                "",
                self.op(|one| one.replaces = vec![(13, 9)]),
            ),
            (
                "replaces one thing twice",
                "encoding_not_canonical",
                self.op(|one| {
                    one.key = Key::Map("address");
                    one.replaces = vec![ADDRESS; 2];
                }),
            ),
            (
                "a check-in changed afterwards",
                "entry_immutable",
                self.op(|one| {
                    one.object = Some(self.arrival);
                    one.key = Key::Map("reason");
                }),
            ),
            (
                "an item made again",
                no,
                self.op(|one| {
                    one.object = Some(ITEMS);
                    one.key = Key::Map(self.item_key);
                    one.action = 0;
                    one.value_kind = 0;
                    one.value.clear();
                }),
            ),
            (
                "an entry whose key is no id",
                no,
                self.op(|one| {
                    one.object = Some(ITEMS);
                    one.key = Key::Map("item");
                    one.action = 0;
                    one.value_kind = 0;
                    one.value.clear();
                }),
            ),
            (
                "a value in place of an entry",
                no,
                self.op(|one| {
                    one.object = Some(ITEMS);
                    one.key = Key::Map("00000000000000000000000001");
                }),
            ),
            (
                "a word in a set",
                no,
                self.op(|one| {
                    one.object = Some(TICKETS);
                    one.key = Key::Map("00000000000000000000000001");
                }),
            ),
            (
                "a map in an entry",
                no,
                self.op(|one| {
                    one.object = Some(self.item);
                    one.key = Key::Map("label");
                    one.action = 0;
                    one.value_kind = 0;
                    one.value.clear();
                }),
            ),
        ]
    }

    fn letter(&self, change: impl FnOnce(&mut Operation)) -> Vec<u8> {
        self.op(|one| {
            *one = Operation::set(FINDING, "", "清");
            one.key = Key::Element(self.letter.0, 2);
            one.insert = true;
            change(one);
        })
    }

    /// What is written.
    fn values(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let no = "schema_violation";
        let plain = |action: u64, kind: u64, value: &[u8]| {
            self.op(|one| {
                one.action = action;
                one.value_kind = (value.len() as u64) << 4 | kind;
                one.value = value.to_vec();
            })
        };
        vec![
            ("a map", no, plain(0, 0, &[])),
            ("a list", no, plain(2, 0, &[])),
            ("a text object", no, plain(4, 0, &[])),
            ("a table", no, plain(6, 0, &[])),
            ("an increment", no, plain(5, 4, &[1])),
            ("a mark", "", plain(7, 2, &[])),
            ("an action that there is not", "", plain(99, 0, &[])),
            ("a number", no, plain(1, 4, &[7])),
            ("an unsigned number", no, plain(1, 3, &[7])),
            ("a fraction", no, plain(1, 5, &[0; 8])),
            ("a counter", no, plain(1, 8, &[7])),
            ("bytes", no, plain(1, 7, &[7; 32])),
            ("a kind of value that there is not", no, plain(1, 14, &[7])),
            ("words that are not UTF-8", "", plain(1, 6, &[0xff; 3])),
            ("words with a NUL", no, plain(1, 6, b"a\0b")),
            (
                "too many words",
                no,
                plain(1, 6, "长".repeat(61).as_bytes()),
            ),
            (
                "a choice that there is not",
                no,
                self.op(|one| one.key = Key::Map("outcome")),
            ),
            (
                "two letters in one",
                no,
                self.letter(|one| {
                    one.value = "清".repeat(6).into_bytes();
                    one.value_kind = 18 << 4 | 6;
                }),
            ),
            (
                "no letter",
                no,
                self.letter(|one| {
                    one.value.clear();
                    one.value_kind = 6;
                }),
            ),
            ("somebody else's signature", no, {
                let mark = Edit::Mark {
                    id: Id::from_bytes([6; 16]),
                    kind: "submit".into(),
                    by: Id::from_bytes([8; 16]),
                    remark: String::new(),
                    answers: 0,
                };
                let mut other = self.document.clone();
                other.edit(&mark, HOSTILE, NOON).unwrap().unwrap()
            }),
            ("a check-in of somebody else", no, {
                let by = Value::Text(Id::from_bytes([8; 16]).to_string());
                let arrival = put("arrivals", Id::from_bytes([6; 16]), &[("by", by)]);
                let mut other = self.document.clone();
                other.edit(&arrival, HOSTILE, NOON).unwrap().unwrap()
            }),
            ("a map in a map in a map", no, {
                let mut deep = Vec::new();
                for n in 0..60 {
                    let mut one = Operation::set(ARRIVALS, "00000000000000000000000001", "");
                    one.action = 0;
                    one.value_kind = 0;
                    if n > 0 {
                        one.object = Some((self.like.start + n - 1, 0));
                    }
                    deep.push(one);
                }
                forge(&self.like, &deep).to_bytes()
            }),
        ]
    }

    /// How it is written down.
    fn encodings(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let good = self.with(|_| {});
        let body = &good[10..];
        vec![
            ("a document", "chunk_type_refused", chunk(0, body)),
            ("a deflated change", "chunk_type_refused", chunk(2, body)),
            ("a bundle", "chunk_type_refused", chunk(3, body)),
            (
                "another magic",
                "chunk_malformed",
                [b"\0", &good[1..]].concat(),
            ),
            (
                "a wrong checksum",
                "checksum_wrong",
                [&good[..4], &[0; 4], &good[8..]].concat(),
            ),
            (
                "a byte too many",
                "chunk_malformed",
                [&good[..], b"\0"].concat(),
            ),
            (
                "a byte too few",
                "chunk_malformed",
                good[..good.len() - 1].to_vec(),
            ),
            ("nothing", "chunk_malformed", Vec::new()),
            (
                "an author that it gives itself",
                "chunk_malformed",
                self.with(|one| one.rest = vec![1; 16]),
            ),
            (
                "a short actor",
                "chunk_malformed",
                self.with(|one| one.actor = vec![2; 8]),
            ),
            (
                "a message that is not UTF-8",
                "chunk_malformed",
                self.with(|one| one.message = vec![0xff; 4]),
            ),
            (
                "a long message",
                "chunk_malformed",
                self.with(|one| one.message = vec![b'a'; 65]),
            ),
            ("actors in another order", "", {
                let mut letter = Parts::of(&self.letter(|_| {}));
                assert_eq!(letter.others.len(), 2);
                letter.others.reverse();
                letter.to_bytes()
            }),
            (
                "an actor that is not needed",
                "",
                self.with(|one| one.others.push(vec![1; 16])),
            ),
            (
                "itself among the others",
                "",
                self.with(|one| one.others = vec![vec![0; 16], HOSTILE.to_vec()]),
            ),
            (
                "a deflated column",
                "chunk_type_refused",
                self.with(|one| one.columns.push((0x5f, vec![1]))),
            ),
            (
                "a column of the future",
                "encoding_not_canonical",
                self.with(|one| one.columns.push((0x102, vec![0x7f, 1]))),
            ),
            (
                "columns in another order",
                "encoding_not_canonical",
                self.with(|one| one.columns.reverse()),
            ),
            (
                "one column twice",
                "encoding_not_canonical",
                self.with(|one| {
                    let first = one.columns[0].clone();
                    one.columns.insert(0, first);
                }),
            ),
            (
                "many columns",
                "chunk_malformed",
                self.with(|one| one.columns = vec![(0x12, vec![]); 33]),
            ),
            (
                "one item as a run",
                "",
                self.with(|one| *one.column(column::ACTION) = vec![1, 1]),
            ),
            (
                "a run in two parts",
                "",
                self.with(|one| {
                    *one.column(column::KEY) = b"\x7f\x04room".to_vec();
                    one.column(column::INSERT).splice(.., [0, 0, 1]);
                }),
            ),
            (
                "a mark's column alone",
                "encoding_not_canonical",
                self.with(|one| *one.column(column::MARK_NAME) = b"\x7f\x01b".to_vec()),
            ),
            (
                "more values than operations",
                "",
                self.with(|one| {
                    one.column(column::VALUE_KIND)
                        .splice(.., [2, 0x36])
                        .for_each(drop)
                }),
            ),
            (
                "a value longer than its column",
                "",
                self.with(|one| {
                    one.column(column::VALUE_KIND)
                        .splice(.., [0x7f, 0xb6, 0x7f])
                        .for_each(drop)
                }),
            ),
            (
                "no operation",
                "too_many_operations",
                self.with(|one| one.columns.clear()),
            ),
        ]
    }

    /// How much it claims.
    fn sizes(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let many = "too_many_operations";
        let run =
            |one: &mut Parts, number: u64, content: &[u8]| *one.column(number) = content.to_vec();
        vec![
            (
                "2^24 operations in a run",
                many,
                self.with(|one| run(one, column::ACTION, &[0x80, 0x80, 0x80, 0x08, 1])),
            ),
            (
                "2^62 operations in a run",
                many,
                self.with(|one| {
                    run(
                        one,
                        column::ACTION,
                        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc0, 0, 1],
                    );
                }),
            ),
            (
                "2^24 absent keys",
                many,
                self.with(|one| run(one, column::KEY_ACTOR, &[0, 0x80, 0x80, 0x80, 0x08])),
            ),
            (
                "2^24 insertions",
                many,
                self.with(|one| run(one, column::INSERT, &[0x80, 0x80, 0x80, 0x08])),
            ),
            (
                "2^22 predecessors of one operation",
                many,
                self.with(|one| {
                    run(one, column::PREDECESSORS, &[0x7f, 0x80, 0x80, 0x80, 0x02]);
                    run(one, column::PREDECESSOR_ACTOR, &[0x80, 0x80, 0x80, 0x02, 0]);
                    run(
                        one,
                        column::PREDECESSOR_COUNTER,
                        &[0x80, 0x80, 0x80, 0x02, 1],
                    );
                }),
            ),
            (
                "predecessors that are announced and absent",
                many,
                self.with(|one| {
                    run(one, column::PREDECESSORS, &[0x7f, 0x80, 0x80, 0x80, 0x02]);
                }),
            ),
            (
                "a list of 2^40 items",
                many,
                self.with(|one| {
                    run(
                        one,
                        column::OBJECT_COUNTER,
                        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 1],
                    );
                }),
            ),
            (
                "65 parents",
                many,
                self.with(|one| one.parents = (0..65).map(|n| [n; 32]).collect()),
            ),
            (
                "257 other actors",
                many,
                self.with(|one| {
                    one.others = (0..257u16).map(|n| n.to_be_bytes().repeat(8)).collect();
                }),
            ),
            (
                "more bytes than a change may have",
                "change_too_large",
                self.with(|one| one.rest = vec![0; 256 * 1024]),
            ),
        ]
    }
}

fn candidate(bytes: &[u8]) -> Candidate {
    Candidate {
        bytes: bytes.to_vec(),
        writer: WRITER,
    }
}

/// Both doors for one change: `admitted`, `waits`, or the code of its refusal.
fn both_doors(scene: &Scene, change: &[u8]) -> &'static str {
    let mut known = Known::default();
    judge(Kind::VISIT, PHONE, &scene.honest, &mut known);
    known.owners.clear();
    let device = Id::from_bytes([3; 16]);
    match judge(Kind::VISIT, device, &[change], &mut known).remove(0) {
        Standing::Refused(reason) => return reason.code(),
        Standing::Duplicate(_) => return "duplicate",
        Standing::Received(_) | Standing::Waiting(_) => {}
    }
    let admission = admit(&scene.document, &[candidate(change)]);
    match &admission.verdicts[0] {
        Verdict::Admitted(_) => "admitted",
        Verdict::Duplicate(_) => "duplicate",
        Verdict::Waiting => "waits",
        Verdict::Quarantined(reason) => {
            assert_eq!(admission.document.heads(), scene.document.heads());
            reason.code()
        }
    }
}

#[test]
fn a_change_forged_in_the_honest_form_is_admitted() {
    let scene = Scene::new();
    for honest in [scene.with(|_| {}), scene.letter(|_| {})] {
        assert_eq!(both_doors(&scene, &honest), "admitted");
    }
    for honest in &scene.honest {
        assert_eq!(&Parts::of(honest).to_bytes(), honest);
    }
}

#[test]
fn each_hostile_change_is_refused_with_its_code() {
    std::panic::set_hook(Box::new(|_| {}));
    let scene = Scene::new();
    let mut wrong = Vec::new();
    for (name, expected, change) in scene.table() {
        let code = both_doors(&scene, &change);
        // Where no code is said, any refusal is good.
        let right = if expected.is_empty() {
            code != "admitted"
        } else {
            code == expected
        };
        if !right {
            wrong.push(format!("{name}: {code:?}, not {expected:?}"));
        }
    }
    drop(std::panic::take_hook());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn hostile_changes_in_one_job_leave_the_worker_and_the_honest_ones_alone() {
    let scene = Scene::new();
    let pool = Pool::new(Some(worker_exe()), 1.try_into().unwrap()).unwrap();
    let mut before = scene.document.clone();
    let honest = [
        before
            .edit(&set("building", "2号楼"), [4; 16], NOON)
            .unwrap()
            .unwrap(),
        before
            .edit(&set("building", "3号楼"), [4; 16], NOON)
            .unwrap()
            .unwrap(),
    ];
    let table = scene.table();
    // A few at a time, as a phone would push them: a job has two seconds.
    for some in table.chunks(8) {
        let changes: Vec<_> = std::iter::once(&honest[0])
            .chain(some.iter().map(|(.., change)| change))
            .chain([&honest[1]])
            .collect();
        let job = Job {
            doc: Id::from_bytes([1; 16]),
            kind: Kind::VISIT,
            heads: ByteBuf::from(concat(&scene.document.heads())),
            base: vec![ByteBuf::from(segment::pack(&scene.honest))],
            base_left_out: false,
            pushed: vec![Pushed {
                writer: WRITER,
                segment: ByteBuf::from(segment::pack(&changes)),
            }],
        };
        let answer = pool
            .run(JobKind::Admission, &encode(&vec![job]), Some(1))
            .await;
        let answers: Vec<Answer> = decode(&answer.unwrap()).unwrap();
        let [
            Answer::Decided {
                heads, verdicts, ..
            },
        ] = &answers[..]
        else {
            panic!("{answers:?}");
        };
        assert_eq!(verdicts[0].first(), Some(&Mark::Admitted));
        assert_eq!(verdicts[0].last(), Some(&Mark::Admitted));
        for ((name, ..), mark) in some.iter().zip(&verdicts[0][1..]) {
            assert!(
                matches!(mark, Mark::Quarantined(_) | Mark::Waiting),
                "{name}: {mark:?}"
            );
        }
        assert_eq!(heads.as_ref(), concat(&before.heads()));
    }
    assert_eq!(pool.process_ids().len(), 1);
}

#[test]
fn a_document_takes_no_more_branches_than_it_can_carry() {
    let seeded = Document::seeded(Kind::VISIT);
    let branch = |n: u8| {
        let change = seeded.clone().edit(&set("room", "1"), [n; 16], NOON);
        candidate(&change.unwrap().unwrap())
    };
    let branches: Vec<_> = (1..=80).map(branch).collect();
    let admission = admit(&seeded, &branches);
    let passed = |one: &&Verdict| matches!(one, Verdict::Admitted(_));
    assert_eq!(admission.verdicts.iter().filter(passed).count(), 64);
    assert_eq!(admission.document.heads().len(), 64);
}
