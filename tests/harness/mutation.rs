//! Changes taken apart, bent and put together again with a checksum that is right: a checksum protects against
//! accident, not against people.

mod forge;
mod leb;

use sha2::{Digest as _, Sha256};

pub use forge::{Key, Operation, Parts, chunk, column, forge};

use crate::simulation::Chance;
use leb::write_signed;

/// Bends an honest change in some way; `strange` is another change to borrow from.
pub fn mutate(change: &[u8], strange: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut parts = Parts::of(change);
    for _ in 0..=chance.below(3) {
        bend(&mut parts, strange, chance);
    }
    let mut bytes = parts.to_bytes();
    if chance.below(4) == 0 {
        let body = bytes.split_off(9);
        let mut body = body;
        bend_bytes(&mut body, chance);
        // The length in front belongs to the body and was bent with it.
        let mut hashed = vec![1];
        hashed.extend(body);
        let hash = Sha256::digest(&hashed);
        bytes = vec![0x85, 0x6f, 0x4a, 0x83];
        bytes.extend(hash.iter().take(4));
        bytes.extend(hashed);
    }
    bytes
}

fn bend(parts: &mut Parts, strange: &[u8], chance: &mut Chance) {
    let other = Parts::of(strange);
    match chance.below(16) {
        0..=5 => {
            let at = chance.below(parts.columns.len());
            if let Some((_, content)) = parts.columns.get_mut(at) {
                bend_bytes(content, chance);
            }
        }
        6 => {
            let at = chance.below(parts.columns.len());
            if let Some((_, content)) = parts.columns.get_mut(at) {
                let mut run = Vec::new();
                write_signed(&mut run, run_length(chance));
                content.splice(..content.len().min(1), run);
            }
        }
        7 => {
            let at = chance.below(parts.columns.len());
            if let (Some(mine), Some(theirs)) =
                (parts.columns.get_mut(at), chance.pick(&other.columns))
            {
                mine.1.clone_from(&theirs.1);
            }
        }
        8 => {
            let at = chance.below(parts.columns.len().max(1));
            if at < parts.columns.len() {
                parts.columns.remove(at);
            }
        }
        9 => parts.columns.push((
            chance.any() % 0x100,
            vec![u8::try_from(chance.below(256)).unwrap_or(0); 3],
        )),
        10 => parts.start = number(parts.start, chance),
        11 => parts.seq = number(parts.seq, chance),
        12 => parts.parents = other.parents,
        13 => {
            parts.actor = other.actor;
            parts.others = other.others;
        }
        14 => parts.time = i64::from_be_bytes(chance.any().to_be_bytes()) >> chance.below(60),
        _ => {
            let at = chance.below(parts.others.len() + 1);
            let mut actor = vec![0; 16];
            bend_bytes(&mut actor, chance);
            parts.others.insert(at, actor);
        }
    }
}

fn bend_bytes(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len().max(1));
    let any = u8::try_from(chance.below(256)).unwrap_or(0);
    match chance.below(6) {
        0 | 1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        2 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = any;
            }
        }
        3 => bytes.truncate(at),
        4 => bytes.insert(at.min(bytes.len()), any),
        _ => {
            let end = (at + 1 + chance.below(4)).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
    }
}

fn run_length(chance: &mut Chance) -> i64 {
    let small = i64::try_from(chance.below(6)).unwrap_or(0);
    match chance.below(4) {
        0 => small,
        1 => -small,
        2 => 1 << chance.below(63),
        _ => -(1 << chance.below(63)),
    }
}

fn number(now: u64, chance: &mut Chance) -> u64 {
    match chance.below(4) {
        0 => now.wrapping_add(1),
        1 => now.wrapping_sub(1),
        2 => u64::from(u32::MAX) - chance.any() % 4,
        _ => chance.any() >> chance.below(64),
    }
}
