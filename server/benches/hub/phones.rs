//! Phones that only send and receive: their documents are made beforehand, their answers are not taken in.

use std::ops::Not as _;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_bytes::ByteBuf;
use simulator::desk::{Desk, Grid};
use simulator::line::{Line, Shown};
use sync_core::kinds::Kind;
use sync_core::protocol::{self, Frame, Push, SyncRequest, Unsent, VERSION};
use sync_core::{Id, Timestamp, hex, segment, signed};

use crate::sample::Sample;

/// A phone with the visits that it records.
pub(crate) struct Phone {
    pub(crate) line: Line,
    pub(crate) cursor: Option<ByteBuf>,
    visits: Vec<Visit>,
    device: Id,
    /// As every phone of ours has; `SIGNED=0` measures phones without.
    key: Option<EcdsaKeyPair>,
}

struct Visit {
    doc: Id,
    ticket: Id,
    sample: Sample,
    changes: Vec<Vec<u8>>,
}

/// What came back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) received: usize,
    pub(crate) admitted: usize,
    pub(crate) segments: usize,
    pub(crate) bytes: usize,
    pub(crate) more: bool,
}

impl Phone {
    /// Lets a phone in, in step with what its person sees.
    pub(crate) async fn enter(hub: &str, desk: &Desk, person: Id) -> Self {
        let mut line = Line::to(hub).expect("a line");
        let code = desk.code(person).await.expect("a code");
        let key = std::env::var("SIGNED")
            .is_ok_and(|signed| signed == "0")
            .not()
            .then(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"));
        let shown = key
            .as_ref()
            .map(|key| hex::encode(key.public_key().as_ref()));
        let session = line
            .enrol_with(
                &code,
                desk.password(),
                Shown {
                    key: shown.as_deref(),
                    device: None,
                },
            )
            .await
            .expect("the phone is let in");
        let mut phone = Self {
            line,
            cursor: None,
            visits: Vec::new(),
            device: session.device,
            key,
        };
        phone.catch_up(4 << 20).await;
        phone
    }

    /// Records visits of 30 changes, on the phone only.
    pub(crate) fn record(
        &mut self,
        count: usize,
        grid: &Grid,
        numbers: &mut impl Iterator<Item = u64>,
    ) {
        let digest = sync_core::MediaHash::of(&numbers.next().unwrap_or(0).to_le_bytes()).bytes();
        let actor = std::array::from_fn(|place| digest[place]);
        for number in numbers.take(count) {
            let digest = sync_core::MediaHash::of(&(number | 1 << 60).to_le_bytes()).bytes();
            let random = std::array::from_fn(|place| digest[place]);
            let doc = Id::from_parts(Timestamp::from_millis(1_795_500_000_000), random);
            let ticket = grid.tickets[usize::try_from(number).unwrap_or(0) % grid.tickets.len()];
            let (sample, changes) = Sample::make(actor, ticket, number);
            self.visits.push(Visit {
                doc,
                ticket,
                sample,
                changes,
            });
        }
    }

    /// One more change in `count` of the visits, from the `first` on.
    pub(crate) fn change(&mut self, first: usize, count: usize, text: &str) {
        for visit in self.visits.iter_mut().skip(first).take(count) {
            visit
                .changes
                .push(visit.sample.one_more(text_of_change(text)));
        }
    }

    /// One more change in the visit that was longest not changed.
    pub(crate) fn change_next(&mut self, text: &str) -> Id {
        self.visits.rotate_left(1);
        let visit = self.visits.last_mut().expect("a visit");
        visit
            .changes
            .push(visit.sample.one_more(text_of_change(text)));
        visit.doc
    }

    /// The body of the next request: all changes that were made since the last one.
    pub(crate) fn body(&mut self, want_bytes: u32) -> Vec<u8> {
        let mut push = Vec::new();
        for visit in &mut self.visits {
            let changes = std::mem::take(&mut visit.changes);
            if !changes.is_empty() {
                let segment = segment::pack(&changes);
                push.push(Push {
                    doc: visit.doc,
                    kind: Kind::VISIT,
                    ticket: visit.ticket,
                    segment: ByteBuf::from(segment),
                    signature: None,
                });
            }
        }
        let changes = u32::try_from(push.len()).unwrap_or(0);
        let mut request = SyncRequest {
            v: VERSION,
            timeline: None,
            cursor: self.cursor.clone(),
            want_bytes,
            push,
            app: "bench 1".to_owned(),
            now: now(),
            unsent: Unsent {
                changes,
                ..Unsent::default()
            },
            own: false,
            whole: Vec::new(),
            signature: None,
        };
        let message = signed::message_of(self.device, &request);
        request.signature = self.key.as_ref().zip(message).map(|(key, message)| {
            let signature = key.sign(&SystemRandom::new(), &message);
            ByteBuf::from(signature.expect("a signature").as_ref())
        });
        protocol::encode(&request)
    }

    /// Sends a body and reads the whole answer.
    pub(crate) async fn send(&mut self, body: Vec<u8>) -> Answer {
        let mut stream = self.line.sync(body).await.expect("an answer");
        let mut answer = Answer::default();
        while let Some(frame) = stream.next_frame().await.expect("a frame") {
            answer.bytes += frame.len() + 4;
            let envelope = protocol::decode_frame(&frame).expect("a frame");
            match envelope.frame {
                Frame::Receipts(receipts) => {
                    answer.received += receipts
                        .iter()
                        .map(|receipt| receipt.received.len() / 32)
                        .sum::<usize>();
                }
                Frame::Verdicts(verdicts) => {
                    let admitted = verdicts
                        .iter()
                        .filter(|verdict| verdict.quarantined.is_none());
                    answer.admitted += admitted
                        .map(|verdict| verdict.hashes.len() / 16)
                        .sum::<usize>();
                }
                Frame::Changes(changes) => answer.segments += changes.segments.len(),
                Frame::End(end) => answer.more = end.more,
                Frame::Scope(_)
                | Frame::Tickets(_)
                | Frame::Visits(_)
                | Frame::Reference(_)
                | Frame::Resync { .. }
                | Frame::Poke => {}
            }
            self.cursor = envelope.cursor.or_else(|| self.cursor.take());
        }
        answer
    }

    /// Asks until there is no more; gives the number of round trips and of segments.
    pub(crate) async fn catch_up(&mut self, want_bytes: u32) -> (usize, usize) {
        let (mut trips, mut segments) = (0, 0);
        loop {
            let body = self.body(want_bytes);
            let answer = self.send(body).await;
            trips += 1;
            segments += answer.segments;
            if !answer.more {
                return (trips, segments);
            }
        }
    }
}

/// The hour.
pub(crate) fn now() -> Timestamp {
    basis::Clock::system().now()
}

/// What a change writes: a word, or with `WORDS=0` none.
fn text_of_change(text: &str) -> Option<&str> {
    let without = std::env::var("WORDS").is_ok_and(|words| words == "0");
    (!without).then_some(text)
}
