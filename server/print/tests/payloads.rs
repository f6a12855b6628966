//! Bytes that travel within the file.

use std::fs;

use image::ImageFormat;
use print::{
    Block, Paper, Payload, PayloadError, Photo, RenderError, find_payload, limits, render,
};

use crate::made;
use crate::reading::{File, run};

fn with_payload(bytes: &[u8]) -> Vec<u8> {
    let paper = Paper {
        payload: Some(Payload {
            name: "agreement.cbor".into(),
            bytes: bytes.into(),
        }),
        ..made::oral()
    };
    render(&paper).unwrap().pdf
}

#[test]
fn a_payload_is_found_again_whatever_its_bytes() {
    let all: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let nested = with_payload(b"the inner one");
    for bytes in [b"".as_slice(), b"\n", b"endstream endobj", &all, &nested] {
        assert_eq!(find_payload(&with_payload(bytes)), Ok(bytes));
    }
}

#[test]
fn other_programs_find_it_as_an_attachment() {
    let file = File::new(&with_payload(b"for programs"));
    let (paper, saved) = (file.path("paper.pdf"), file.path("saved"));
    let list = run("pdfdetach", &["-list".as_ref(), &paper]);
    assert!(list.contains("1: agreement.cbor"), "{list}");
    run(
        "pdfdetach",
        &[
            "-save".as_ref(),
            "1".as_ref(),
            "-o".as_ref(),
            &saved,
            &paper,
        ],
    );
    let attached = fs::read(saved).unwrap();
    assert!(attached.starts_with(b"warmline-payload 1 12 "));
    assert_eq!(find_payload(&attached), Ok(b"for programs".as_slice()));
}

#[test]
fn a_file_without_one_is_told_apart_from_a_damaged_one() {
    let without = render(&made::oral()).unwrap().pdf;
    assert_eq!(find_payload(&without), Err(PayloadError::Missing));
    assert_eq!(find_payload(b""), Err(PayloadError::Missing));
}

#[test]
fn no_changed_byte_of_it_goes_unnoticed() {
    let pdf = with_payload(b"2026-11-28: 3,500");
    let name = b"warmline-payload ";
    let start = pdf
        .windows(name.len())
        .position(|part| part == name)
        .unwrap();
    let end = pdf
        .windows(name.len())
        .rposition(|part| part == name)
        .unwrap()
        + name.len()
        + 4;
    assert!(end - start > 120);
    for at in start..end {
        for change in [0x01, 0x20, 0x80] {
            let mut changed = pdf.clone();
            changed[at] ^= change;
            let found = find_payload(&changed);
            assert_eq!(
                found,
                Err(PayloadError::Damaged),
                "byte {at} of {start}..{end}"
            );
        }
        assert!(find_payload(&pdf[..at]).is_err());
    }
}

#[test]
fn two_different_ones_are_told_and_two_equal_ones_are_one() {
    let (first, second) = (with_payload(b"one"), with_payload(b"two"));
    assert_eq!(
        find_payload(&[first.clone(), second].concat()),
        Err(PayloadError::Several)
    );
    let twice = [first.clone(), first].concat();
    assert_eq!(find_payload(&twice), Ok(b"one".as_slice()));
}

#[test]
fn a_file_made_to_cost_time_is_given_up_soon() {
    let announced = format!(
        "warmline-payload 1 {} {}\n",
        limits::MAX_PAYLOAD,
        "0".repeat(64)
    );
    let mut hostile = announced.repeat(10_000).into_bytes();
    hostile.resize(hostile.len() + limits::MAX_PAYLOAD, 0);
    assert_eq!(find_payload(&hostile), Err(PayloadError::Several));
    let large = format!("warmline-payload 1 {} {}\n", "9".repeat(30), "0".repeat(64));
    assert_eq!(find_payload(large.as_bytes()), Err(PayloadError::Damaged));
}

#[test]
fn a_picture_that_brings_a_payload_along_is_refused() {
    let mut bytes = made::picture(ImageFormat::Jpeg, 64, 64);
    let smuggled = with_payload(b"smuggled");
    bytes.extend(smuggled);
    let paper = Paper {
        blocks: vec![Block::Photo(Photo {
            bytes,
            caption: String::new(),
        })],
        ..Paper::default()
    };
    assert_eq!(render(&paper), Err(RenderError::ForeignPayload));
}

#[test]
fn the_words_of_a_payload_within_a_text_are_only_words() {
    let text = "warmline-payload 1 0 e3b0c442\n";
    let mut paper = made::oral();
    paper.title = text.into();
    paper.foot.name = text.into();
    paper.blocks.push(made::text(text));
    let rendered = render(&paper);
    assert!(
        matches!(rendered, Ok(_) | Err(RenderError::ForeignPayload)),
        "{rendered:?}"
    );
}

#[test]
fn names_of_attachments_are_plain() {
    for (name, good) in [
        ("a-1_b.cbor", true),
        ("", false),
        ("../a", false),
        ("甲", false),
        (&"a".repeat(81), false),
    ] {
        let paper = Paper {
            payload: Some(Payload {
                name: name.into(),
                bytes: vec![],
            }),
            ..Paper::default()
        };
        assert_eq!(render(&paper).is_ok(), good, "{name}");
    }
}
