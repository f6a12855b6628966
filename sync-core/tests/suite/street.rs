//! Phones that record visits, by a seed.

use std::collections::BTreeMap;

use sync_core::document::Document;
use sync_core::edit::Edit;
use sync_core::gate::{Admission, Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::value::Value;
use sync_core::{Id, Role, Timestamp};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

/// The person behind every phone here, so that anybody may sign anything.
pub(crate) fn writer() -> Writer {
    Writer {
        person: Id::from_bytes([9; 16]),
        role: Role::GridWorker,
    }
}

pub(crate) fn candidates(changes: &[Vec<u8>]) -> Vec<Candidate> {
    changes
        .iter()
        .map(|bytes| Candidate {
            bytes: bytes.clone(),
            writer: writer(),
        })
        .collect()
}

pub(crate) fn admit_all(document: &Document, changes: &[Vec<u8>]) -> Admission {
    admit(document, &candidates(changes))
}

pub(crate) fn refused(admission: &Admission) -> Vec<&Verdict> {
    let passed =
        |verdict: &&Verdict| !matches!(verdict, Verdict::Admitted(_) | Verdict::Duplicate(_));
    admission.verdicts.iter().filter(passed).collect()
}

/// A small generator (SplitMix64): the same numbers for the same seed, on every machine.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }
}

/// Phones that share one visit: each has its own copy, and all the changes that were ever made.
pub(crate) struct Street {
    pub(crate) phones: Vec<Document>,
    pub(crate) made: Vec<Vec<u8>>,
    /// Entries that were made: ids are fresh and random, as phones make them.
    entries: Vec<(&'static str, Id)>,
}

impl Street {
    pub(crate) fn new(phones: usize) -> Self {
        Self {
            phones: vec![Document::seeded(Kind::VISIT); phones],
            made: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// One phone records something; answers the change if anything was different.
    pub(crate) fn record(&mut self, phone: usize, chance: &mut Chance) -> Option<Vec<u8>> {
        let edit = self.gesture(chance);
        let actor = [u8::try_from(phone + 1).expect("few phones"); 16];
        // Some gestures do not fit (an entry that is not there): a phone refuses them at entry.
        let change = self.phones[phone].edit(&edit, actor, NOW).ok().flatten()?;
        self.made.push(change.clone());
        Some(change)
    }

    /// As [`Self::record`], without making an entry that another phone has made apart from this one.
    pub(crate) fn record_known(&mut self, phone: usize, chance: &mut Chance) -> Option<Vec<u8>> {
        let (before, made) = (self.phones[phone].clone(), self.made.len());
        let change = self.record(phone, chance)?;
        let mut others = self.made[..made].to_vec();
        others.push(change.clone());
        let admission = admit_all(&Document::seeded(Kind::VISIT), &others);
        if refused(&admission).is_empty() {
            return Some(change);
        }
        self.phones[phone] = before;
        self.made.truncate(made);
        None
    }

    /// One phone gets everything that was made so far.
    pub(crate) fn meet(&mut self, phone: usize) {
        self.phones[phone]
            .apply(&self.made)
            .expect("honest changes apply");
    }

    fn gesture(&mut self, chance: &mut Chance) -> Edit {
        let words = [
            "",
            "一号院",
            "三单元楼道堆放纸箱",
            "未见",
            "resolved",
            "clutter",
            "👩🏽‍🚒 e\u{301}",
        ];
        let text = |chance: &mut Chance| Value::Text((*chance.pick(&words)).to_owned());
        let collections = ["participants", "persuasions", "items", "photos"];
        match chance.below(10) {
            0 | 1 => {
                let outcome = *chance.pick(&["resolved", "partly", "unresolved", "explained"]);
                Edit::SetField {
                    field: "outcome".into(),
                    value: Value::Text(outcome.into()),
                }
            }
            2 => Edit::SetField {
                field: "address".into(),
                value: text(chance),
            },
            3 => Edit::SetField {
                field: "cleanup_amount".into(),
                value: Value::Int(i64::try_from(chance.below(100)).expect("small")),
            },
            4 => {
                let note = (*chance.pick(&["finding", "process", "result"])).to_owned();
                let length = chance.below(12);
                let text = (0..length).map(|_| *chance.pick(&words)).collect();
                Edit::SetNote { note, text }
            }
            5 | 6 => {
                let (collection, id) = match self.known(chance) {
                    Some(known) if chance.below(2) == 0 => known,
                    _ => {
                        let made = (*chance.pick(&collections), fresh(chance));
                        self.entries.push(made);
                        made
                    }
                };
                let mut fields = BTreeMap::new();
                if collection == "items" {
                    fields.insert("label".to_owned(), text(chance));
                }
                Edit::PutEntry {
                    collection: collection.into(),
                    id,
                    fields,
                }
            }
            7 | 8 => {
                let (collection, id) = self.known(chance).unwrap_or(("items", fresh(chance)));
                let collection = collection.into();
                if chance.below(2) == 0 {
                    Edit::RemoveEntry { collection, id }
                } else {
                    Edit::RestoreEntry { collection, id }
                }
            }
            _ => Edit::Mark {
                id: fresh(chance),
                kind: (*chance.pick(&["submit", "withdraw", "note"])).into(),
                by: writer().person,
                remark: String::new(),
                answers: 0,
            },
        }
    }

    fn known(&self, chance: &mut Chance) -> Option<(&'static str, Id)> {
        (!self.entries.is_empty()).then(|| *chance.pick(&self.entries))
    }
}

fn fresh(chance: &mut Chance) -> Id {
    let mut random = [0; 10];
    random.fill_with(|| chance.byte());
    Id::from_parts(NOW, random)
}

/// `full` in `make laws`, a number multiplies the small count (2 in `make test`).
#[expect(
    clippy::disallowed_methods,
    reason = "the bound is the core's; how long a test runs is its runner's"
)]
pub(crate) fn scale(small: usize, full: usize) -> usize {
    match std::env::var("WARMLINE_TEST_SCALE") {
        Ok(says) if says == "full" => full,
        Ok(says) => small * says.parse::<usize>().unwrap_or(1),
        Err(_) => small,
    }
}
