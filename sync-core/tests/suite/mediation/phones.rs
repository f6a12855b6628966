//! Two phones with the same draft, and a gate.

use sync_core::document::Document;
use sync_core::edit::{Edit, EditError};
use sync_core::gate::{Candidate, Verdict, Writer, admit};
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::agreement::{Agreement, Signed};
use sync_core::kinds::mediation::content::{ALGORITHM, Content};
use sync_core::kinds::mediation::sealed::Sealed;
use sync_core::record::Record;
use sync_core::value::Value;
use sync_core::{Id, MediaHash, Role, Timestamp, hex};

pub(super) const MORNING: Timestamp = Timestamp::from_millis(1_788_220_800_000);
/// The document that all of it is about.
pub(super) const DOCUMENT: Id = Id::from_bytes([40; 16]);
pub(super) const PEOPLE: [Id; 2] = [Id::from_bytes([41; 16]), Id::from_bytes([42; 16])];

pub(super) fn id(n: u8) -> Id {
    Id::from_parts(MORNING, [n; 10])
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn put(collection: &str, entry: Id, fields: &[(&str, Value)]) -> Edit {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Edit::PutEntry {
        collection: collection.to_owned(),
        id: entry,
        fields: fields.collect(),
    }
}

pub(super) fn set(field: &str, value: Value) -> Edit {
    Edit::SetField {
        field: field.to_owned(),
        value,
    }
}

/// The office of three parties that argue about the noise of a renovation.
pub(super) fn prepared() -> Vec<Edit> {
    let party = |n: u8, side: &str, name: &str| {
        put(
            "parties",
            id(n),
            &[("side", text(side)), ("name", text(name))],
        )
    };
    let mediator = [
        ("name", text("调解员甲")),
        ("user", text(&PEOPLE[0].to_string())),
        ("certified", Value::Flag(true)),
    ];
    vec![
        set("form", text("agreement")),
        set("committee", text("某社区人民调解委员会")),
        set("facts", text("装修噪声引起争执")),
        set("notice_given", Value::Flag(true)),
        party(1, "applicant", "申请人甲"),
        party(2, "respondent", "业主代表乙"),
        party(3, "respondent", "业主代表丙"),
        put("mediators", id(4), &mediator),
        put(
            "claims",
            id(5),
            &[
                ("party", text(&id(1).to_string())),
                ("text", text("白天可以施工")),
            ],
        ),
        put(
            "clauses",
            id(6),
            &[
                ("claim", text(&id(5).to_string())),
                ("text", text("工作日九时至十二时施工")),
                ("performer", text(&id(1).to_string())),
            ],
        ),
        put(
            "photos",
            id(7),
            &[
                ("sha256", Value::Bytes(vec![7; 32])),
                ("role", text("signed_paper")),
            ],
        ),
    ]
}

/// What somebody draws on the glass of a phone.
pub(super) fn drawn(
    phone: usize,
    entry: u8,
    capacity: &str,
    signer: Id,
    content: [u8; 32],
) -> Vec<u8> {
    let sealed = Sealed {
        document: DOCUMENT,
        content: hex::encode(&content),
        algorithm: ALGORITHM.to_owned(),
        capacity: capacity.to_owned(),
        signer,
        name: "签字人".to_owned(),
        strokes: vec![vec![100, 200, 300, 400], vec![u16::from(entry), 7]],
        at: at(entry),
        by: PEOPLE[phone],
        device: Id::from_bytes([51; 16]),
    };
    sealed.bytes().unwrap()
}

/// When the signature of this entry is made.
fn at(entry: u8) -> Timestamp {
    MORNING.plus_millis(i64::from(entry) * 60_000)
}

/// Two phones with the same draft.
pub(super) struct Phones {
    pub(super) documents: [Document; 2],
    pub(super) changes: Vec<(usize, Vec<u8>)>,
    /// Of their people, as the hub knows them.
    pub(super) roles: [Role; 2],
}

impl Phones {
    pub(super) fn prepared() -> Self {
        let documents = [(); 2].map(|()| Document::seeded(Kind::MEDIATION));
        let mut phones = Self {
            documents,
            changes: Vec::new(),
            roles: [Role::HotlineWorker; 2],
        };
        for edit in prepared() {
            phones.write(0, &edit).unwrap();
        }
        phones.meet();
        phones
    }

    pub(super) fn write(&mut self, phone: usize, edit: &Edit) -> Result<(), EditError> {
        let actor = [phone as u8 + 1; 16];
        let change = self.documents[phone].edit(edit, actor, MORNING)?;
        self.changes.extend(change.map(|bytes| (phone, bytes)));
        Ok(())
    }

    pub(super) fn sign(
        &mut self,
        phone: usize,
        entry: u8,
        capacity: &str,
        signer: Id,
    ) -> Result<(), EditError> {
        let edit = self.signature(phone, entry, capacity, signer);
        self.write(phone, &edit)
    }

    /// What somebody signs on a phone, over what stands there.
    pub(super) fn signature(&self, phone: usize, entry: u8, capacity: &str, signer: Id) -> Edit {
        let content = Content::of(&Record::of(&self.documents[phone])).unwrap();
        let (method, proof) = if capacity == "committee" {
            ("seal", ("photo", text(&id(7).to_string())))
        } else {
            let drawn = drawn(phone, entry, capacity, signer, content.hash());
            let hash = MediaHash::of(&drawn).bytes().to_vec();
            ("glass", ("sealed", Value::Bytes(hash)))
        };
        put(
            "signatures",
            id(entry),
            &[
                ("capacity", text(capacity)),
                ("signer", text(&signer.to_string())),
                ("content", Value::Bytes(content.hash().to_vec())),
                ("algorithm", text(ALGORITHM)),
                ("method", text(method)),
                proof,
                ("at", Value::Time(at(entry))),
                ("by", text(&PEOPLE[phone].to_string())),
            ],
        )
    }

    /// Both get what the other has.
    pub(super) fn meet(&mut self) {
        let all: Vec<_> = self.changes.iter().map(|(_, bytes)| bytes).collect();
        for document in &mut self.documents {
            document.apply(&all).unwrap();
        }
    }

    pub(super) fn agreement(&self, phone: usize) -> Agreement {
        let document = &self.documents[phone];
        Agreement::of(
            document,
            &Record::of(document),
            MORNING.plus_millis(86_400_000),
        )
    }

    /// What the hub decides on all that both wrote.
    pub(super) fn verdicts(&self) -> Vec<Verdict> {
        let candidates: Vec<Candidate> = self
            .changes
            .iter()
            .map(|(phone, bytes)| Candidate {
                bytes: bytes.clone(),
                writer: Writer {
                    person: PEOPLE[*phone],
                    role: self.roles[*phone],
                },
            })
            .collect();
        admit(&Document::seeded(Kind::MEDIATION), &candidates).verdicts
    }

    pub(super) fn all_admitted(&self) -> bool {
        let verdicts = self.verdicts();
        verdicts
            .iter()
            .all(|one| matches!(one, Verdict::Admitted(_)))
    }
}

pub(super) fn state_of(agreement: &Agreement, signer: Id) -> Signed {
    let mut signers = agreement.signers.iter();
    signers
        .find(|one| one.id == Some(signer))
        .unwrap()
        .signed
        .clone()
}

impl Phones {
    /// Everybody signs on the first phone what stands there; the entries are `from` + 1 and so on.
    pub(super) fn sign_all(&mut self, from: u8) {
        let signers = [
            ("party", 1),
            ("party", 2),
            ("party", 3),
            ("mediator", 4),
            ("committee", 4),
        ];
        for ((capacity, signer), entry) in signers.into_iter().zip(from + 1..) {
            self.sign(0, entry, capacity, id(signer)).unwrap();
        }
    }
}
