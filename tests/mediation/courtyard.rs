//! A courtyard with two sides and two phones, on the street of the other stories.

use harness::phone::Phone;
use harness::photos::jpeg;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::agreement::Agreement;
use sync_core::kinds::mediation::content::{ALGORITHM, Content};
use sync_core::kinds::mediation::sealed::Sealed;
use sync_core::value::Value;
use sync_core::{Id, MediaHash, hex};

use crate::api::media::upload;
use crate::sync::street::Street;

/// A mediation and those who take part.
pub(crate) struct Courtyard {
    pub(crate) street: Street,
    pub(crate) doc: Id,
    pub(crate) parties: [Id; 3],
    pub(crate) mediator: Id,
    pub(crate) clause: Id,
    /// The photo of the sealed paper.
    pub(crate) seal: Id,
    /// What was drawn and photographed, still on the phones.
    pub(crate) media: Vec<Vec<u8>>,
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn id(id: Id) -> Value {
    Value::Text(id.to_string())
}

impl Courtyard {
    /// The worker has written an agreement down, offline, and nobody has signed.
    pub(crate) async fn prepared(mut street: Street, names: [&str; 3]) -> Self {
        street.worker.sync(&street.hub).await;
        street.captain.sync(&street.hub).await;
        let worker = &mut street.worker;
        let doc = worker.begin(Kind::MEDIATION, street.ticket);
        for (field, word) in [
            ("form", "agreement"),
            ("committee", "某社区人民调解委员会"),
            ("dispute", "decoration"),
            ("place", "社区议事厅"),
            ("facts", "装修噪声引起争执"),
        ] {
            worker.set(doc, field, word);
        }
        let notice = sync_core::edit::Edit::SetField {
            field: "notice_given".to_owned(),
            value: Value::Flag(true),
        };
        worker.edit(doc, &notice);
        let mut party = |side: &str, name: &str| {
            let party = [("side", text(side)), ("name", text(name))];
            worker.put_party(doc, &party, "13000000000")
        };
        let parties = [
            party("applicant", names[0]),
            party("respondent", names[1]),
            party("respondent", names[2]),
        ];
        let me = worker.caller.person;
        let mediator = worker.put(
            doc,
            "mediators",
            &[
                ("user", id(me)),
                ("name", text("调解员")),
                ("certified", Value::Flag(true)),
            ],
        );
        let claim = worker.put(
            doc,
            "claims",
            &[("party", id(parties[0])), ("text", text("白天可以施工"))],
        );
        let clause = worker.put(
            doc,
            "clauses",
            &[
                ("claim", id(claim)),
                ("text", text("工作日九时至十二时施工")),
                ("performer", id(parties[0])),
                ("from_minute", Value::Int(540)),
                ("to_minute", Value::Int(720)),
                ("weekdays", Value::Int(0b1_1111)),
                ("amount_fen", Value::Int(123_450)),
            ],
        );
        let photo = jpeg(64, 48, 3);
        let sha256 = Value::Bytes(MediaHash::of(&photo).bytes().to_vec());
        let seal = worker.put(
            doc,
            "photos",
            &[
                ("sha256", sha256),
                ("role", text("signed_paper")),
                ("caption", text("盖章件")),
            ],
        );
        Self {
            street,
            doc,
            parties,
            mediator,
            clause,
            seal,
            media: vec![photo],
        }
    }

    /// Somebody signs what stands on the worker's phone.
    pub(crate) fn sign(&mut self, capacity: &str, signer: Id) -> Id {
        let (doc, seal) = (self.doc, self.seal);
        let (entry, drawn) = sign_on(&mut self.street.worker, doc, capacity, signer, seal);
        self.media.extend(drawn);
        entry
    }

    /// Everybody signs on the worker's phone, one after another.
    pub(crate) fn sign_all(&mut self) {
        for party in self.parties {
            self.sign("party", party);
        }
        self.sign("mediator", self.mediator);
        self.sign("committee", self.mediator);
    }

    /// All that the worker's phone holds goes to the hub.
    pub(crate) async fn send(&mut self) {
        let Street { hub, worker, .. } = &mut self.street;
        worker.sync(hub).await;
        for file in std::mem::take(&mut self.media) {
            let answer = upload(hub, &worker.caller, &file).await;
            assert_eq!(answer.status, 204, "{}", answer.code());
        }
        hub.app().thumbnailer().make_pending().await.unwrap();
    }

    /// Where it stands on the worker's phone.
    pub(crate) fn agreement(&mut self) -> Agreement {
        let now = self.street.worker.now();
        let record = self.street.worker.record(self.doc);
        let document = self.street.worker.document(self.doc);
        Agreement::of(document, &record, now)
    }
}

/// Writes a signature on a phone; what was drawn comes back, a seal draws nothing.
pub(crate) fn sign_on(
    phone: &mut Phone,
    doc: Id,
    capacity: &str,
    signer: Id,
    seal: Id,
) -> (Id, Option<Vec<u8>>) {
    let content = Content::of(&phone.record(doc))
        .expect("nobody disagrees")
        .hash();
    let (now, by) = (phone.now(), phone.caller.person);
    let sealed = Sealed {
        document: doc,
        content: hex::encode(&content),
        algorithm: ALGORITHM.to_owned(),
        capacity: capacity.to_owned(),
        signer,
        name: "签字人".to_owned(),
        strokes: vec![
            vec![1_000, 2_000, 5_000, 8_000, 9_000, 2_500],
            vec![500, 9_000, 9_500, 9_000],
        ],
        at: now,
        by,
        device: by,
    };
    let drawn = (capacity != "committee").then(|| sealed.bytes().expect("something was drawn"));
    let proof = match &drawn {
        Some(drawn) => (
            "sealed",
            Value::Bytes(MediaHash::of(drawn).bytes().to_vec()),
        ),
        None => ("photo", id(seal)),
    };
    let entry = phone.put(
        doc,
        "signatures",
        &[
            ("capacity", text(capacity)),
            ("signer", id(signer)),
            ("content", Value::Bytes(content.to_vec())),
            ("algorithm", text(ALGORITHM)),
            (
                "method",
                text(if drawn.is_some() { "glass" } else { "seal" }),
            ),
            proof,
            ("at", Value::Time(now)),
            ("by", id(by)),
        ],
    );
    (entry, drawn)
}
