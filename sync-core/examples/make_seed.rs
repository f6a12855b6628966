//! Writes the seed of a new schema version. Run once per version; the bytes are checked in and never made
//! again, since any other byte would be another document.
//!
//! `cargo run -p sync-core --example make_seed > sync-core/seeds/visit-1.bin`

use std::io::Write;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjType, ROOT};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut engine = Automerge::new().with_actor(ActorId::from([0u8; 16].as_slice()));
    let mut transaction = engine.transaction();
    transaction.put_object(ROOT, "fields", ObjType::Map)?;
    let notes = transaction.put_object(ROOT, "notes", ObjType::Map)?;
    for name in sync_core::kinds::visit::SCHEMA.notes {
        transaction.put_object(&notes, *name, ObjType::Text)?;
    }
    for set in sync_core::kinds::visit::SCHEMA.sets {
        transaction.put_object(ROOT, *set, ObjType::Map)?;
    }
    for collection in sync_core::kinds::visit::SCHEMA.collections {
        transaction.put_object(ROOT, collection.name, ObjType::Map)?;
    }
    transaction.commit_with(
        CommitOptions::default()
            .with_message("visit.seed")
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
