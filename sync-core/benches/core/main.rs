//! What the core costs: `cargo bench -p sync-core`. Processor time, so that a busy machine matters less.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench stops where it cannot go on"
)]

mod cpu;
mod sample;

use std::hint::black_box;

use cpu::CpuTime;
use criterion::{BatchSize, criterion_group, criterion_main};
use sample::Sample;
use serde_bytes::ByteBuf;
use sync_core::document::Document;
use sync_core::gate::job::{Job, Pushed, run};
use sync_core::gate::{Candidate, Writer, admit};
use sync_core::kinds::Kind;

use sync_core::protocol::{Changes, Envelope, Frame, encode_frame};
use sync_core::record::Record;
use sync_core::replica::Replica;
use sync_core::threshold::{Known, judge};
use sync_core::{Id, Role, Timestamp, chunk, segment};

type Criterion = criterion::Criterion<CpuTime>;

const PHONE: Id = Id::from_bytes([1; 16]);
const TICKET: Id = Id::from_bytes([2; 16]);
const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

fn writer() -> Writer {
    Writer {
        person: Id::from_bytes([3; 16]),
        role: Role::GridWorker,
    }
}

fn candidates(changes: &[Vec<u8>]) -> Vec<Candidate> {
    let candidate = |bytes: &Vec<u8>| Candidate {
        bytes: bytes.clone(),
        writer: writer(),
    };
    changes.iter().map(candidate).collect()
}

fn job(base: &Document, changes: &[Vec<u8>]) -> Job {
    Job {
        doc: Id::from_bytes([4; 16]),
        kind: Kind::VISIT,
        heads: ByteBuf::from(base.heads().concat()),
        base: Vec::new(),
        base_left_out: true,
        pushed: vec![Pushed {
            writer: writer(),
            segment: ByteBuf::from(segment::pack(changes)),
        }],
    }
}

fn segments(c: &mut Criterion) {
    let (_, changes) = Sample::make([9; 16], TICKET, 1);
    let packed = segment::pack(&changes);
    let raw: usize = changes.iter().map(Vec::len).sum();
    eprintln!("a visit: {raw} bytes of changes, {} packed", packed.len());
    c.bench_function("segment/pack 30", |b| {
        b.iter(|| segment::pack(black_box(&changes)))
    });
    c.bench_function("segment/unpack 30", |b| {
        b.iter(|| segment::unpack(black_box(&packed)))
    });
    c.bench_function("segment/pack 1", |b| {
        b.iter(|| segment::pack(black_box(&changes[29..])))
    });
    c.bench_function("threshold/scan 30", |b| {
        b.iter(|| {
            changes
                .iter()
                .filter(|change| chunk::scan(change).is_ok())
                .count()
        })
    });
    c.bench_function("threshold/judge 30", |b| {
        b.iter(|| {
            judge(
                Kind::VISIT,
                PHONE,
                black_box(&changes),
                &mut Known::default(),
            )
        })
    });
}

fn gate(c: &mut Criterion) {
    let (mut sample, changes) = Sample::make([9; 16], TICKET, 1);
    let seeded = Document::seeded(Kind::VISIT);
    let cold = candidates(&changes);
    c.bench_function("gate/admit 30 to a new visit", |b| {
        b.iter(|| admit(black_box(&seeded), &cold))
    });
    let whole = admit(&seeded, &cold).document;
    let more = vec![sample.one_more(Some("联合执法清理"))];
    let one = candidates(&more);
    c.bench_function("gate/admit 1 to 30", |b| {
        b.iter(|| admit(black_box(&whole), &one))
    });

    let cold_job = Job {
        base_left_out: false,
        heads: ByteBuf::new(),
        ..job(&seeded, &changes)
    };
    c.bench_function("gate/job of 30 for a new visit", |b| {
        b.iter(|| run(&cold_job, None))
    });
    let next_job = job(&whole, &more);
    c.bench_function("gate/job of 1 for a held visit of 30", |b| {
        b.iter_batched(
            || whole.clone(),
            |held| run(&next_job, Some(held)),
            BatchSize::SmallInput,
        )
    });
}

fn reading(c: &mut Criterion) {
    let (_, changes) = Sample::make([9; 16], TICKET, 1);
    let document = admit(&Document::seeded(Kind::VISIT), &candidates(&changes)).document;
    let saved = document.save();
    eprintln!("a visit: {} bytes saved", saved.len());
    c.bench_function("document/load 30", |b| {
        b.iter(|| Document::load(Kind::VISIT, black_box(&saved)))
    });
    c.bench_function("document/summary 30", |b| {
        b.iter(|| Kind::VISIT.summarise(&document, &Record::of(black_box(&document))))
    });
    c.bench_function("document/save 30", |b| {
        b.iter(|| black_box(&document).save())
    });
}

fn phone(c: &mut Criterion) {
    let (_, changes) = Sample::make([9; 16], TICKET, 1);
    let frame = encode_frame(&Envelope {
        cursor: None,
        frame: Frame::Changes(Changes {
            doc: Id::from_bytes([4; 16]),
            kind: Kind::VISIT,
            ticket: TICKET,
            segments: vec![ByteBuf::from(segment::pack(&changes))],
            writers: Vec::new(),
        }),
    });
    c.bench_function("replica/take in a visit of 30", |b| {
        b.iter_batched(
            || Replica::new([0; 32]),
            |mut replica| replica.receive(&frame[4..], NOW).expect("a frame"),
            BatchSize::SmallInput,
        )
    });
}

criterion_group! {
    name = benches;
    config = criterion::Criterion::default().with_measurement(CpuTime);
    targets = segments, gate, reading, phone
}
criterion_main!(benches);
