//! A change in its parts, and changes forged from operations.

use sha2::{Digest as _, Sha256};

use super::leb::{prefixed, signed, take, unsigned, write_prefixed, write_signed, write_unsigned};

/// The numbers of a change's columns: what each says of an operation.
pub mod column {
    /// Actor of the container.
    pub const OBJECT_ACTOR: u64 = 0x01;
    /// Counter of the container.
    pub const OBJECT_COUNTER: u64 = 0x02;
    /// Actor of the element that the operation is at or behind.
    pub const KEY_ACTOR: u64 = 0x11;
    /// Counter of that element.
    pub const KEY_COUNTER: u64 = 0x13;
    /// Key in a map.
    pub const KEY: u64 = 0x15;
    /// Whether a new element is made.
    pub const INSERT: u64 = 0x34;
    /// What is done.
    pub const ACTION: u64 = 0x42;
    /// Kind and length of the value.
    pub const VALUE_KIND: u64 = 0x56;
    /// The value.
    pub const VALUE: u64 = 0x57;
    /// How many operations it replaces.
    pub const PREDECESSORS: u64 = 0x70;
    /// Their actors.
    pub const PREDECESSOR_ACTOR: u64 = 0x71;
    /// Their counters.
    pub const PREDECESSOR_COUNTER: u64 = 0x73;
    /// Marks of rich text.
    pub const MARK_NAME: u64 = 0xa5;
}

/// A change in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Hashes of its parents.
    pub parents: Vec<[u8; 32]>,
    /// Who made it.
    pub actor: Vec<u8>,
    /// Its number.
    pub seq: u64,
    /// Counter of the first operation.
    pub start: u64,
    /// Seconds since 1970.
    pub time: i64,
    /// The gesture.
    pub message: Vec<u8>,
    /// Other actors that it names.
    pub others: Vec<Vec<u8>>,
    /// Column numbers and contents.
    pub columns: Vec<(u64, Vec<u8>)>,
    /// What stands behind the columns.
    pub rest: Vec<u8>,
}

impl Parts {
    /// Takes an honest change apart.
    pub fn of(change: &[u8]) -> Self {
        Self::read(change).expect("an honest change is read")
    }

    fn read(change: &[u8]) -> Option<Self> {
        let mut bytes = change.get(9..)?;
        unsigned(&mut bytes)?;
        let parents = (0..unsigned(&mut bytes)?)
            .map(|_| take(&mut bytes, 32)?.try_into().ok())
            .collect::<Option<_>>()?;
        let actor = prefixed(&mut bytes)?;
        let (seq, start) = (unsigned(&mut bytes)?, unsigned(&mut bytes)?);
        let time = signed(&mut bytes)?;
        let message = prefixed(&mut bytes)?;
        let others = (0..unsigned(&mut bytes)?)
            .map(|_| prefixed(&mut bytes))
            .collect::<Option<_>>()?;
        let heads: Vec<_> = (0..unsigned(&mut bytes)?)
            .map(|_| Some((unsigned(&mut bytes)?, unsigned(&mut bytes)?)))
            .collect::<Option<_>>()?;
        let columns = heads
            .into_iter()
            .map(|(number, length)| {
                let length = usize::try_from(length).ok()?;
                Some((number, take(&mut bytes, length)?.to_vec()))
            })
            .collect::<Option<_>>()?;
        Some(Self {
            parents,
            actor,
            seq,
            start,
            time,
            message,
            others,
            columns,
            rest: bytes.to_vec(),
        })
    }

    /// Puts the change together, with the checksum that belongs to it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        write_unsigned(&mut body, self.parents.len() as u64);
        self.parents.iter().for_each(|parent| body.extend(parent));
        write_prefixed(&mut body, &self.actor);
        write_unsigned(&mut body, self.seq);
        write_unsigned(&mut body, self.start);
        write_signed(&mut body, self.time);
        write_prefixed(&mut body, &self.message);
        write_unsigned(&mut body, self.others.len() as u64);
        for other in &self.others {
            write_prefixed(&mut body, other);
        }
        write_unsigned(&mut body, self.columns.len() as u64);
        for (number, content) in &self.columns {
            write_unsigned(&mut body, *number);
            write_unsigned(&mut body, content.len() as u64);
        }
        self.columns
            .iter()
            .for_each(|(_, content)| body.extend(content));
        body.extend(&self.rest);
        chunk(1, &body)
    }

    /// The content of a column; an empty one is added if there is none.
    pub fn column(&mut self, number: u64) -> &mut Vec<u8> {
        let at = self.columns.iter().position(|(known, _)| *known >= number);
        let at = at.unwrap_or(self.columns.len());
        if self
            .columns
            .get(at)
            .is_none_or(|(known, _)| *known != number)
        {
            self.columns.insert(at, (number, Vec::new()));
        }
        let (_, content) = self.columns.get_mut(at).expect("the column is there");
        content
    }

    /// The change's hash.
    pub fn hash(&self) -> [u8; 32] {
        let bytes = self.to_bytes();
        Sha256::digest(bytes.get(8..).unwrap_or_default()).into()
    }
}

/// A chunk of this type around a body, with its checksum.
pub fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    write_unsigned(&mut hashed, body.len() as u64);
    hashed.extend(body);
    let hash = Sha256::digest(&hashed);
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83];
    bytes.extend(hash.iter().take(4));
    bytes.extend(hashed);
    bytes
}

/// One operation of a forged change: every column holds exactly one item.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Counter and actor (0: the author, then the others) of the container; `None` is the root.
    pub object: Option<(u64, u64)>,
    /// Where in it.
    pub key: Key,
    /// Whether a new element is made.
    pub insert: bool,
    /// 0 make map, 1 set, 2 make list, 3 delete, 4 make text, 5 increment, 6 make table, 7 mark.
    pub action: u64,
    /// Kind of the value in the low four bits, its length above.
    pub value_kind: u64,
    /// The value.
    pub value: Vec<u8>,
    /// What it replaces: counters and actors.
    pub replaces: Vec<(u64, u64)>,
}

/// A place in a container.
#[derive(Clone, Debug)]
pub enum Key {
    /// The start of a sequence.
    Head,
    /// In a map.
    Map(&'static str),
    /// At or behind an element.
    Element(u64, u64),
}

impl Operation {
    /// Sets a text at a key of a map.
    pub fn set(object: (u64, u64), key: &'static str, value: &str) -> Self {
        Self {
            object: Some(object),
            key: Key::Map(key),
            insert: false,
            action: 1,
            value_kind: (value.len() as u64) << 4 | 6,
            value: value.as_bytes().to_vec(),
            replaces: Vec::new(),
        }
    }
}

/// A change of `like`'s actor, place and parents that makes these operations.
pub fn forge(like: &Parts, operations: &[Operation]) -> Parts {
    let mut forged = like.clone();
    forged.columns.clear();
    // An honest change names only the actors that it needs.
    let needed = |actor: u64| {
        operations.iter().any(|one| {
            one.object.is_some_and(|(_, named)| named == actor)
                || matches!(one.key, Key::Element(_, named) if named == actor)
                || one.replaces.iter().any(|(_, named)| *named == actor)
        })
    };
    let mut numbers = Vec::new();
    forged.others = Vec::new();
    for (number, other) in (1u64..).zip(&like.others) {
        if needed(number) {
            forged.others.push(other.clone());
            numbers.push((number, forged.others.len() as u64));
        }
    }
    let renamed = |actor: u64| {
        let new = numbers.iter().find(|(old, _)| *old == actor);
        new.map_or(actor, |(_, new)| *new)
    };
    let mut operations = operations.to_vec();
    for one in &mut operations {
        if let Some((_, actor)) = &mut one.object {
            *actor = renamed(*actor);
        }
        if let Key::Element(_, actor) = &mut one.key {
            *actor = renamed(*actor);
        }
        one.replaces
            .iter_mut()
            .for_each(|(_, actor)| *actor = renamed(*actor));
    }
    let operations = operations.as_slice();
    let each = |of: &dyn Fn(&Operation) -> Option<u64>| literals(operations, of, write_unsigned);
    let object = |operation: &Operation| operation.object;
    let element = |operation: &Operation| match operation.key {
        Key::Head => Some((0, None)),
        Key::Map(_) => None,
        Key::Element(counter, actor) => Some((counter, Some(actor))),
    };
    let replaced: Vec<_> = operations.iter().flat_map(|one| &one.replaces).collect();
    let columns = [
        (
            column::OBJECT_ACTOR,
            each(&|one| object(one).map(|(_, actor)| actor)),
        ),
        (
            column::OBJECT_COUNTER,
            each(&|one| object(one).map(|(counter, _)| counter)),
        ),
        (
            column::KEY_ACTOR,
            each(&|one| element(one).and_then(|(_, actor)| actor)),
        ),
        (
            column::KEY_COUNTER,
            deltas(
                operations
                    .iter()
                    .map(|one| element(one).map(|(counter, _)| counter)),
            ),
        ),
        (column::KEY, keys(operations)),
        (
            column::INSERT,
            booleans(operations.iter().map(|one| one.insert)),
        ),
        (column::ACTION, each(&|one| Some(one.action))),
        (column::VALUE_KIND, each(&|one| Some(one.value_kind))),
        (
            column::VALUE,
            operations
                .iter()
                .flat_map(|one| one.value.clone())
                .collect(),
        ),
        (
            column::PREDECESSORS,
            each(&|one| Some(one.replaces.len() as u64)),
        ),
        (
            column::PREDECESSOR_ACTOR,
            literals(&replaced, &|(_, actor)| Some(*actor), write_unsigned),
        ),
        (
            column::PREDECESSOR_COUNTER,
            deltas(replaced.iter().map(|(counter, _)| Some(*counter))),
        ),
    ];
    let all_absent = |content: &Vec<u8>| content.is_empty();
    forged.columns = columns
        .into_iter()
        .filter(|(_, content)| !all_absent(content))
        .collect();
    forged
}

/// Items one by one, as a run of a single item each: not the shortest form, but one that is read.
fn literals<T>(
    items: &[T],
    of: &dyn Fn(&T) -> Option<u64>,
    write: impl Fn(&mut Vec<u8>, u64),
) -> Vec<u8> {
    let values: Vec<_> = items.iter().map(of).collect();
    runs(&values, |out, value| write(out, *value))
}

fn keys(operations: &[Operation]) -> Vec<u8> {
    let keys: Vec<_> = operations
        .iter()
        .map(|one| match one.key {
            Key::Map(key) => Some(key),
            Key::Head | Key::Element(..) => None,
        })
        .collect();
    runs(&keys, |out, key| write_prefixed(out, key.as_bytes()))
}

/// Differences, as the engine writes counters.
fn deltas(values: impl Iterator<Item = Option<u64>>) -> Vec<u8> {
    let mut last = 0i64;
    let differences: Vec<_> = values
        .map(|value| {
            let value = i64::try_from(value?).unwrap_or(i64::MAX);
            let difference = value.wrapping_sub(last);
            last = value;
            Some(difference)
        })
        .collect();
    runs(&differences, |out, difference| {
        write_signed(out, *difference)
    })
}

fn booleans(values: impl Iterator<Item = bool>) -> Vec<u8> {
    let (mut out, mut count, mut now) = (Vec::new(), 0, false);
    for value in values {
        if value != now {
            write_unsigned(&mut out, count);
            (count, now) = (0, value);
        }
        count += 1;
    }
    write_unsigned(&mut out, count);
    out
}

/// The engine's shortest form: equal neighbours as a run, others as a list, absent ones counted.
fn runs<T: PartialEq>(values: &[Option<T>], write: impl Fn(&mut Vec<u8>, &T)) -> Vec<u8> {
    let mut out = Vec::new();
    if values.iter().all(Option::is_none) {
        return out;
    }
    let mut groups: Vec<(usize, &Option<T>)> = Vec::new();
    for value in values {
        match groups.last_mut() {
            Some((count, last)) if *last == value => *count += 1,
            _ => groups.push((1, value)),
        }
    }
    let mut groups = groups.into_iter().peekable();
    while let Some((count, value)) = groups.next() {
        match value {
            None => {
                write_signed(&mut out, 0);
                write_unsigned(&mut out, count as u64);
            }
            Some(value) if count > 1 => {
                write_signed(&mut out, i64::try_from(count).unwrap_or(i64::MAX));
                write(&mut out, value);
            }
            Some(value) => {
                let mut list = vec![value];
                while let Some((_, Some(next))) =
                    groups.next_if(|(count, next)| *count == 1 && next.is_some())
                {
                    list.push(next);
                }
                write_signed(&mut out, -i64::try_from(list.len()).unwrap_or(i64::MAX));
                list.into_iter().for_each(|value| write(&mut out, value));
            }
        }
    }
    out
}
