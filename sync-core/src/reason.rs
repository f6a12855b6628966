//! Why something was not taken: stable codes, safe to show, the same on the wire, in tables and on screens.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)*) => {
        /// A refusal by rule. It is an answer, not an error: it travels to the phone and is kept.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($(#[doc = $doc])+ $variant,)* }

        impl Reason {
            /// Every reason with its code and meaning; docs/PROTOCOL.md is tested against this list.
            pub const ALL: &[(Self, &str, &str)] = &[$((Self::$variant, $code, concat!($($doc),+)),)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The reason that this code names.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

reasons! {
    /// The actor of the change is bound to another device.
    ActorOfOtherDevice = "actor_of_other_device",
    /// One change is larger than 256 KiB.
    ChangeTooLarge = "change_too_large",
    /// The checksum in the header is not the start of the content's SHA-256.
    ChecksumWrong = "checksum_wrong",
    /// Not a well-formed change chunk.
    ChunkMalformed = "chunk_malformed",
    /// A document, bundle or compressed chunk; only plain changes are taken.
    ChunkTypeRefused = "chunk_type_refused",
    /// An earlier change that this one builds on was quarantined.
    DependsOnQuarantined = "depends_on_quarantined",
    /// The phone was out of use when the change came, or the file that brought it could not be confirmed.
    DeviceReleased = "device_released",
    /// The document has reached its size limit; record the rest in a further visit.
    DocumentFull = "document_full",
    /// The document is already known under another kind or in another sub-district.
    DocumentMismatch = "document_mismatch",
    /// The change is not in the one form that an honest replica writes.
    EncodingNotCanonical = "encoding_not_canonical",
    /// The change edits an entry that may only be written once.
    EntryImmutable = "entry_immutable",
    /// Another change with the same actor and number is already known.
    Equivocation = "equivocation",
    /// The document could not be read back after the change.
    NotReadableAfter = "not_readable_after",
    /// Operation counters are beyond the limit.
    OperationCounterTooLarge = "operation_counter_too_large",
    /// The visit's ticket is not, or no longer, assigned to this person.
    OutOfScope = "out_of_scope",
    /// A residents' representative wrote more than the party that they speak for may say.
    OutsideRepresentation = "outside_representation",
    /// The change does not build on the document's seed.
    SeedMissing = "seed_missing",
    /// The changes of one push could not be unpacked.
    SegmentMalformed = "segment_malformed",
    /// The change writes a place or a value that this kind of document does not have.
    SchemaViolation = "schema_violation",
    /// The signature is over a paper that is not filled in.
    SignatureContentIncomplete = "signature_content_incomplete",
    /// The signature names somebody else as who held the phone.
    SignatureOfOtherPerson = "signature_of_other_person",
    /// The signature is over other words than those that stood there when it was written.
    SignatureOtherContent = "signature_other_content",
    /// What was drawn is a copy of another signature.
    SignatureReplayed = "signature_replayed",
    /// The signature is of nobody who has to sign.
    SignatureSignerUnknown = "signature_signer_unknown",
    /// The first operation's counter does not follow the changes it builds on.
    StartOperationWrong = "start_operation_wrong",
    /// The phone's date is impossible (before 1970 or after 2100).
    TimeImpossible = "time_impossible",
    /// More operations than one gesture can make.
    TooManyOperations = "too_many_operations",
    /// Too many changes of this device wait for a predecessor.
    WaitingFull = "waiting_full",
    /// Checking the change used up its time, memory or the checking process.
    VerificationFailed = "verification_failed",
}

impl Reason {
    /// Whether the very same changes may be taken at another time: what was wrong is not in them. A phone offers them
    /// again, and the hub judges them anew.
    pub const fn may_pass_later(self) -> bool {
        matches!(
            self,
            Self::ActorOfOtherDevice
                | Self::DeviceReleased
                | Self::OutOfScope
                | Self::VerificationFailed
                | Self::WaitingFull
        )
    }
}
