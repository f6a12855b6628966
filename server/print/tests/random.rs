//! Laws over papers of any content.

use print::{
    Align, Block, Column, Fact, Foot, Ink, Language, Mark, Numbering, Paper, Paragraph, Payload,
    Photo, RenderError, SignatureBox, Signatures, Table, find_payload, render,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::made;
use crate::reading::File;

/// Text of all kinds, also hostile.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[一-龥，。；“”（）0-9a-z ]{0,120}",
        2 => any::<String>(),
        1 => "[\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200b}-\u{200f}\u{300}-\u{36f}\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}\\r\\n\\ta甲]{0,60}",
        1 => "[A-Za-z0-9]{80,400}",
        1 => "[一-龥]{300,900}",
    ]
}

fn short() -> impl Strategy<Value = String> {
    any_text().prop_map(|text| text.chars().take(200).collect())
}

fn align() -> impl Strategy<Value = Align> {
    prop_oneof![
        Just(Align::Justified),
        Just(Align::Left),
        Just(Align::Centre),
        Just(Align::Right),
    ]
}

fn mark() -> impl Strategy<Value = Mark> {
    let point = prop_oneof![
        4 => [0.0_f32..1.0, 0.0_f32..1.0],
        1 => [any::<f32>(), any::<f32>()],
    ];
    prop_oneof![
        Just(Mark::Blank),
        short().prop_map(Mark::Reason),
        (vec(vec(point, 0..9), 0..5), any::<f32>())
            .prop_map(|(strokes, ratio)| Mark::Ink(Ink { strokes, ratio })),
        Just(Mark::Picture(made::picture(
            image::ImageFormat::Png,
            40,
            90
        ))),
    ]
}

fn signatures() -> impl Strategy<Value = Block> {
    let one =
        (short(), mark(), short(), short()).prop_map(|(label, mark, date, seal)| SignatureBox {
            label,
            mark,
            date,
            seal,
        });
    (any::<u8>(), vec(one, 0..7))
        .prop_map(|(columns, boxes)| Block::Signatures(Signatures { columns, boxes }))
}

fn table() -> impl Strategy<Value = Block> {
    (1..6_usize)
        .prop_flat_map(|columns| {
            let column = (short(), 20..60_u16, align()).prop_map(|(head, share, align)| Column {
                head: head.chars().take(40).collect(),
                share,
                align,
            });
            let rows = vec(vec(any_text(), 0..=columns), 0..8);
            (vec(column, columns), rows)
        })
        .prop_map(|(columns, rows)| Block::Table(Table { columns, rows }))
}

fn block() -> impl Strategy<Value = Block> {
    let fact = (any_text(), any_text()).prop_map(|(label, value)| Fact { label, value });
    prop_oneof![
        short().prop_map(Block::Heading),
        (any_text(), any::<bool>(), align()).prop_map(|(text, indent, align)| {
            Block::Paragraph(Paragraph {
                text,
                indent,
                align,
            })
        }),
        vec(fact, 0..6).prop_map(Block::Facts),
        table(),
        (any::<bool>(), vec(any_text(), 0..8)).prop_map(|(chinese, items)| Block::Clauses {
            numbering: if chinese {
                Numbering::Chinese
            } else {
                Numbering::Arabic
            },
            items,
        }),
        signatures(),
        (1..400_u32, 1..400_u32, short()).prop_map(|(width, height, caption)| {
            Block::Photo(Photo {
                bytes: made::picture(image::ImageFormat::Jpeg, width, height),
                caption,
            })
        }),
        Just(Block::PageBreak),
    ]
}

fn any_paper() -> impl Strategy<Value = Paper> {
    let foot = (short(), "[0-9a-f]{0,64}", short(), "[ -~]{0,200}");
    let foot = foot.prop_map(|(name, hash, note, qr)| Foot {
        name,
        hash,
        note,
        qr,
    });
    let payload = proptest::option::of(vec(any::<u8>(), 0..300).prop_map(|bytes| Payload {
        name: "a.bin".into(),
        bytes,
    }));
    let number = proptest::option::of(short());
    (
        short(),
        number,
        vec(block(), 0..10),
        foot,
        payload,
        any::<bool>(),
    )
        .prop_map(|(title, number, blocks, foot, payload, chinese)| Paper {
            title,
            number,
            blocks,
            foot,
            payload,
            language: if chinese {
                Language::Chinese
            } else {
                Language::English
            },
        })
}

fn cases(quick: u32) -> ProptestConfig {
    let full = std::env::var("WARMLINE_TEST_SCALE").is_ok_and(|scale| scale == "full");
    ProptestConfig {
        cases: if full { quick * 20 } else { quick },
        rng_seed: RngSeed::Fixed(20_261_128),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn any_paper_is_printed_with_the_pages_and_the_payload_that_are_told(paper in any_paper()) {
        let rendered = match render(&paper) {
            Ok(rendered) => rendered,
            // Hostile heads of tables and labels of boxes can be higher than a page.
            Err(RenderError::TooTall { .. }) => return Ok(()),
            Err(other) => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        let file = File::new(&rendered.pdf);
        prop_assert_eq!(file.pages(), rendered.pages);
        let texts = file.texts();
        for (page, text) in (1..).zip(&texts) {
            let number = match paper.language {
                Language::Chinese => format!("第{page}页共{}页", rendered.pages),
                Language::English => format!("Page{page}of{}", rendered.pages),
            };
            prop_assert!(text.ends_with(&number), "{}", text);
        }
        prop_assert_eq!(rendered.missing.is_empty(), !texts.concat().contains("U+"));
        let payload = paper.payload.as_ref().map(|payload| payload.bytes.as_slice());
        prop_assert_eq!(find_payload(&rendered.pdf).ok(), payload);
        prop_assert_eq!(render(&paper).unwrap(), rendered);
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn no_bytes_break_the_reader_of_payloads(
        parts in vec(
            prop_oneof![
                vec(any::<u8>(), 0..40),
                Just(b"warmline-payload ".to_vec()),
                Just(b"1 ".to_vec()),
                Just(b"end\n".to_vec()),
                "[0-9]{1,25} ".prop_map(String::into_bytes),
                "[0-9a-f]{64}\n".prop_map(String::into_bytes),
            ],
            0..40,
        ),
    ) {
        // No hash of these is right.
        prop_assert!(find_payload(&parts.concat()).is_err());
    }

    #[test]
    fn no_bytes_break_the_reader_of_pictures(
        png in any::<bool>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let format = if png { image::ImageFormat::Png } else { image::ImageFormat::Jpeg };
        let mut bytes = made::picture(format, 24, 24);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let photo = Photo { bytes, caption: String::new() };
        let paper = Paper { blocks: vec![Block::Photo(photo)], ..Paper::default() };
        let rendered = render(&paper);
        prop_assert!(
            matches!(rendered, Ok(_) | Err(RenderError::Picture { block: 1 } | RenderError::TooTall { .. })),
            "{:?}", rendered
        );
    }
}
