//! One document over the engine: seeded, loaded, changed and saved; actor and time always passed in.

use automerge::transaction::{CommitOptions, Transaction};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjType, ROOT, ReadDoc};

use crate::chunk;
use crate::op::OpRef;
use crate::reason::Reason;
use crate::schema::Kind;
use crate::time::Timestamp;

/// A document of one kind, in memory.
#[derive(Clone)]
pub struct Document {
    kind: Kind,
    pub(crate) engine: Automerge,
}

/// What a change says of itself, read from a document that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeMeta {
    /// The change's name.
    pub hash: [u8; 32],
    /// Who made it.
    pub actor: Vec<u8>,
    /// Number of the change among the actor's.
    pub seq: u64,
    /// Counter of the last operation.
    pub max_op: u64,
    /// By the phone's clock, whole seconds.
    pub time: Timestamp,
    /// Whether the phone itself did not believe this time, and estimated it.
    pub doubted: bool,
    /// The gesture.
    pub message: String,
}

impl Document {
    /// A document that holds only its kind's seed.
    pub fn seeded(kind: Kind) -> Self {
        let mut document = Self {
            kind,
            engine: Automerge::new_with_encoding(automerge::TextEncoding::UnicodeCodePoint),
        };
        // The seed is checked in and tested; a broken one would fail every test, not one user.
        let _ = document.apply(&[kind.seed()]);
        document
    }

    /// Loads a saved document that the gate has made.
    ///
    /// # Errors
    /// [`Reason::NotReadableAfter`] if the bytes do not load.
    pub fn load(kind: Kind, snapshot: &[u8]) -> Result<Self, Reason> {
        let options =
            automerge::LoadOptions::new().text_encoding(automerge::TextEncoding::UnicodeCodePoint);
        let engine = Automerge::load_with_options(snapshot, options)
            .map_err(|_| Reason::NotReadableAfter)?;
        Ok(Self { kind, engine })
    }

    /// The document's kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Applies changes in any order; those already present are passed over.
    ///
    /// Only for bytes that the gate has admitted or this replica has made: hostile bytes can panic here.
    ///
    /// # Errors
    /// [`Reason::ChunkMalformed`] if one cannot be parsed, [`Reason::Equivocation`] if the engine refuses.
    pub fn apply<B: AsRef<[u8]>>(&mut self, changes: &[B]) -> Result<(), Reason> {
        let parsed = changes
            .iter()
            .map(|change| Change::try_from(change.as_ref()).map_err(|_| Reason::ChunkMalformed))
            .collect::<Result<Vec<_>, _>>()?;
        self.engine
            .apply_changes(parsed)
            .map_err(|_| Reason::Equivocation)
    }

    /// The newest changes: those on which no other builds, sorted.
    pub fn heads(&self) -> Vec<[u8; 32]> {
        let mut heads: Vec<_> = self.engine.get_heads().iter().map(|hash| hash.0).collect();
        heads.sort_unstable();
        heads
    }

    /// The whole document in the engine's storage form.
    pub fn save(&self) -> Vec<u8> {
        self.engine.save()
    }

    /// Whether the document holds this change.
    pub fn has(&self, hash: &[u8; 32]) -> bool {
        self.engine
            .get_change_meta_by_hash(&ChangeHash(*hash))
            .is_some()
    }

    /// Whether a change is held back here because one that it builds on is not here.
    pub fn is_incomplete(&self) -> bool {
        !self.engine.get_missing_deps(&[]).is_empty()
    }

    /// The document as it was right before a change: what its writer had. `None` for a change that is not here.
    pub(crate) fn before(&self, change: &[u8; 32]) -> Option<Self> {
        let change = self.engine.get_change_by_hash(&ChangeHash(*change))?;
        self.at(change.deps())
    }

    /// The document as it was with these heads. `None` if one of them is not here.
    pub(crate) fn at(&self, heads: &[ChangeHash]) -> Option<Self> {
        let engine = self.engine.fork_at(heads).ok()?;
        let kind = self.kind;
        Some(Self { kind, engine })
    }

    /// A long text as it was right after a change; `None` if there is no such note or change.
    pub(crate) fn note_at(&self, note: &str, hash: &[u8; 32]) -> Option<String> {
        let notes = self.container("notes")?;
        let (_, text) = self.engine.get(&notes, note).ok().flatten()?;
        self.has(hash).then_some(())?;
        self.engine.text_at(&text, &[ChangeHash(*hash)]).ok()
    }

    /// What a change says of itself.
    pub fn change(&self, hash: &[u8; 32]) -> Option<ChangeMeta> {
        self.engine
            .get_change_meta_by_hash(&ChangeHash(*hash))
            .map(|meta| read_meta(&meta))
    }

    /// All changes, oldest first, the seed included.
    pub fn changes(&self) -> Vec<ChangeMeta> {
        self.engine
            .get_changes_meta(&[])
            .iter()
            .map(read_meta)
            .collect()
    }

    /// The stored bytes of a change.
    pub fn change_bytes(&self, hash: &[u8; 32]) -> Option<Vec<u8>> {
        self.engine
            .get_change_by_hash(&ChangeHash(*hash))
            .map(|change| change.raw_bytes().to_vec())
    }

    /// The change that wrote the value with this operation id.
    pub fn change_of(&self, op: &OpRef) -> Option<[u8; 32]> {
        self.engine.hash_for_opid(&op.0).map(|hash| hash.0)
    }

    /// Makes one change under `actor`; `None` if `edit` left everything as it was.
    pub(crate) fn commit<E>(
        &mut self,
        actor: [u8; 16],
        now: Timestamp,
        message: &str,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), E>,
    ) -> Result<Option<Vec<u8>>, E> {
        self.engine.set_actor(ActorId::from(actor.as_slice()));
        let mut transaction = self.engine.transaction();
        // An error drops the transaction, which rolls it back.
        edit(&mut transaction)?;
        let options = CommitOptions::default()
            .with_message(message)
            .with_time(now.seconds());
        let (hash, _) = transaction.commit_with(options);
        Ok(hash.and_then(|hash| self.change_bytes(&hash.0)))
    }

    /// The id of a container that the seed made.
    pub(crate) fn container(&self, name: &str) -> Option<automerge::ObjId> {
        match self.engine.get(ROOT, name) {
            Ok(Some((automerge::Value::Object(ObjType::Map), id))) => Some(id),
            _ => None,
        }
    }
}

fn read_meta(meta: &automerge::ChangeMetadata<'_>) -> ChangeMeta {
    let (gesture, doubted) = chunk::gesture(meta.message.as_deref().unwrap_or_default());
    ChangeMeta {
        hash: meta.hash.0,
        actor: meta.actor.to_bytes().to_vec(),
        seq: meta.seq,
        max_op: meta.max_op,
        time: Timestamp::from_millis(meta.timestamp.saturating_mul(1000)),
        doubted,
        message: gesture.to_owned(),
    }
}
