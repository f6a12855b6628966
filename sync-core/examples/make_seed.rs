//! Writes the seed of a new kind. Run once; the bytes are checked in and never made again, since any other byte
//! would be another document.
//!
//! `cargo run -p sync-core --example make_seed KIND > sync-core/src/kinds/KIND/seed-1.bin`, with an empty file
//! there for the kind to compile.

use std::io::Write;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjType, ROOT};
use sync_core::kinds::Kind;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let word = std::env::args().nth(1).ok_or("name a kind")?;
    let kind = Kind::parse(&word).ok_or("no such kind")?;
    let schema = kind.schema();
    let mut engine = Automerge::new().with_actor(ActorId::from([0u8; 16].as_slice()));
    let mut transaction = engine.transaction();
    transaction.put_object(ROOT, "fields", ObjType::Map)?;
    let notes = transaction.put_object(ROOT, "notes", ObjType::Map)?;
    for name in schema.notes {
        transaction.put_object(&notes, *name, ObjType::Text)?;
    }
    for set in schema.sets {
        transaction.put_object(ROOT, *set, ObjType::Map)?;
    }
    for collection in schema.collections {
        transaction.put_object(ROOT, collection.name, ObjType::Map)?;
    }
    let message = format!("{word}.seed");
    transaction.commit_with(
        CommitOptions::default()
            .with_message(message.as_str())
            .with_time(0),
    );
    let seed = engine.get_changes(&[]);
    let bytes = seed
        .first()
        .ok_or("no change was made")?
        .raw_bytes()
        .to_vec();
    std::io::stdout().write_all(&bytes)?;
    Ok(())
}
