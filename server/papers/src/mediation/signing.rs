//! The boxes in which people sign: with what they drew, with the reason why they did not, or empty for the pen.

use print::{Block, Ink, Mark, SignatureBox, Signatures};
use sync_core::kinds::mediation::agreement::{Signed, Signer, signers_of};
use sync_core::kinds::mediation::sealed::{HEIGHT, SIDE, Sealed};
use sync_core::kinds::mediation::wanted::Capacity;
use sync_core::record::Entry;

use super::Source;
use crate::moment;
use crate::words::Words;

/// The heading and a box for everybody who has to sign; of mediators who need not, those who did.
pub(super) fn signatures(source: &Source, words: &Words) -> Vec<Block> {
    let signers = signers_of(&source.content, &source.record);
    let boxes: Vec<SignatureBox> = signers
        .iter()
        .filter(|signer| signer.needed || matches!(signer.signed, Signed::Signed { .. }))
        .map(|signer| one(signer, source, words))
        .collect();
    vec![
        Block::Heading(words.name("collections.signatures")),
        Block::Signatures(Signatures { columns: 2, boxes }),
    ]
}

fn one(signer: &Signer, source: &Source, words: &Words) -> SignatureBox {
    let label = format!(
        "{} {}",
        words.choice("capacity", signer.capacity.as_str()),
        signer.name
    );
    let seal = if signer.capacity == Capacity::Committee {
        "（盖章）"
    } else {
        ""
    };
    let entry = match signer.signed {
        Signed::Signed { signature, .. } | Signed::Refused { signature } => find(source, signature),
        Signed::Cancelled { .. } | Signed::Missing => None,
    };
    let Some(entry) = entry else {
        return SignatureBox {
            label,
            mark: Mark::Blank,
            date: "年　　月　　日".to_owned(),
            seal: seal.to_owned(),
        };
    };
    let text = |name: &str| entry.value(name).text().unwrap_or_default();
    let mark = match text("method") {
        "glass" => ink(entry, source).map_or(Mark::Blank, Mark::Ink),
        "refused" => Mark::Reason(format!("拒绝签字：{}", text("reason"))),
        method => Mark::Reason(format!("{}，见附件照片", words.choice("method", method))),
    };
    SignatureBox {
        label,
        mark,
        date: entry
            .value("at")
            .time()
            .map(moment::minute)
            .unwrap_or_default(),
        seal: seal.to_owned(),
    }
}

fn find(source: &Source, id: sync_core::Id) -> Option<&Entry> {
    source
        .record
        .entries("signatures")
        .iter()
        .find(|one| one.id == id)
}

fn ink(entry: &Entry, source: &Source) -> Option<Ink> {
    let proof = source.proof.as_ref()?;
    let proven = proof.signatures.iter().find(|one| one.id == entry.id)?;
    let sealed = Sealed::read(proven.sealed.as_deref()?).ok()?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a coordinate has five digits at most"
    )]
    let part = |one: u16, of: i64| f32::from(one) / of as f32;
    let strokes = sealed
        .strokes
        .iter()
        .map(|stroke| {
            let points = stroke.as_chunks::<2>().0;
            points
                .iter()
                .map(|[x, y]| [part(*x, SIDE), part(*y, HEIGHT)])
                .collect()
        })
        .collect();
    Some(Ink {
        strokes,
        ratio: part(10_000, HEIGHT),
    })
}
