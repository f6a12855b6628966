//! Where pages end.

use image::ImageFormat;
use print::{
    Align, Block, Column, Mark, Paper, Photo, RenderError, SignatureBox, Signatures, Table, render,
};

use crate::made;
use crate::reading::{File, Word};

/// The field of GB/T 9704: 37 mm from above, 225 mm high.
const FIELD: std::ops::Range<f32> = 37.0 * 72.0 / 25.4..262.0 * 72.0 / 25.4;

/// So many lines, so that what follows comes to stand anywhere.
fn lines(count: usize) -> Vec<Block> {
    (0..count).map(|_| made::text("一行。")).collect()
}

fn pages(blocks: Vec<Block>) -> Vec<Vec<Word>> {
    let paper = Paper {
        title: "登记".into(),
        blocks,
        foot: made::foot("登记"),
        ..Paper::default()
    };
    let rendered = render(&paper).unwrap();
    File::new(&rendered.pdf).words()
}

fn in_field(page: &[Word]) -> Vec<&Word> {
    page.iter().filter(|word| word.y < FIELD.end).collect()
}

/// Page and word of the only one with this text.
fn only<'w>(pages: &'w [Vec<Word>], text: &str) -> (usize, &'w Word) {
    let found: Vec<_> = (0..)
        .zip(pages)
        .flat_map(|(number, page)| page.iter().map(move |word| (number, word)))
        .filter(|(_, word)| word.text == text)
        .collect();
    assert_eq!(found.len(), 1, "{text}");
    found[0]
}

#[test]
fn no_box_for_a_signature_is_split_over_two_pages() {
    for count in (0..24).step_by(3) {
        let boxes = (1..=11).map(|number| SignatureBox {
            label: format!("签名{number:02}"),
            mark: match number % 3 {
                0 => made::pen(),
                1 => Mark::Reason(format!("原因{number:02}")),
                _ => Mark::Picture(made::picture(ImageFormat::Png, 90, 30)),
            },
            date: format!("日期{number:02}"),
            seal: if number % 4 == 0 {
                "印".into()
            } else {
                String::new()
            },
        });
        let mut blocks = lines(count);
        blocks.push(Block::Signatures(Signatures {
            columns: 1 + u8::try_from(count % 3).unwrap(),
            boxes: boxes.collect(),
        }));
        let pages = pages(blocks);
        assert!(pages.len() > 1 || count < 9);
        for number in 1..=11 {
            let (page, label) = only(&pages, &format!("签名{number:02}"));
            let (same, date) = only(&pages, &format!("日期{number:02}"));
            assert_eq!(page, same, "box {number} after {count} lines");
            assert!(label.y < date.y && date.y - label.y < 190.0);
            assert!(FIELD.contains(&label.y) && FIELD.contains(&date.bottom));
        }
    }
}

#[test]
fn signatures_do_not_stand_on_a_page_without_a_word_of_what_they_sign() {
    for count in 8..26 {
        let mut blocks = lines(count);
        blocks.push(made::text("本协议自签字之日起生效。"));
        blocks.push(Block::Signatures(Signatures {
            columns: 2,
            boxes: (1..=4)
                .map(|number| made::signature(&format!("签名{number:02}"), Mark::Blank))
                .collect(),
        }));
        let pages = pages(blocks);
        let (page, _) = only(&pages, "本协议自签字之日起生效。");
        for number in 1..=4 {
            assert_eq!(only(&pages, &format!("签名{number:02}")).0, page);
        }
    }
}

#[test]
fn a_heading_never_stands_alone_at_the_foot_of_a_page() {
    let photo_and_signatures = || {
        let boxes = (0..6).map(|_| made::signature("后", Mark::Blank)).collect();
        vec![
            Block::Photo(Photo {
                bytes: made::picture(ImageFormat::Png, 400, 500),
                caption: "后".into(),
            }),
            Block::Signatures(Signatures { columns: 2, boxes }),
        ]
    };
    let followers: [fn() -> Vec<Block>; 6] = [
        photo_and_signatures,
        || vec![made::text(&"后".repeat(100))],
        || vec![Block::Facts(vec![made::fact("后", "后")])],
        || {
            vec![Block::Photo(Photo {
                bytes: made::picture(ImageFormat::Png, 400, 300),
                caption: "后".into(),
            })]
        },
        || vec![Block::Table(table(&["后", "后"]))],
        || {
            vec![Block::Signatures(Signatures {
                columns: 2,
                boxes: vec![made::signature("后", Mark::Blank)],
            })]
        },
    ];
    for follower in followers {
        for count in 8..23 {
            let mut blocks = lines(count);
            blocks.push(Block::Heading("小标题".into()));
            blocks.extend(follower());
            let pages = pages(blocks);
            let (page, heading) = only(&pages, "小标题");
            let after = in_field(&pages[page])
                .iter()
                .any(|word| word.y > heading.y && word.text.starts_with('后'));
            assert!(after, "after {count} lines: {:?}", follower());
        }
    }
}

#[test]
fn no_paragraph_leaves_a_single_line_on_a_page() {
    for count in 14..23 {
        let mut blocks = lines(count);
        blocks.push(made::text(&"文".repeat(140)));
        for page in pages(blocks) {
            let lines = page
                .iter()
                .filter(|word| word.text.starts_with('文'))
                .count();
            assert_ne!(lines, 1, "after {count} lines");
        }
    }
}

#[test]
fn a_table_repeats_its_head_on_each_page_and_its_long_rows_go_on() {
    let long = "续".repeat(31 * 80);
    let pages = pages(vec![Block::Table(table(&["短", &long, "末"]))]);
    assert!(pages.len() >= 3);
    for page in &pages {
        let words = in_field(page);
        let heads: Vec<_> = words.iter().filter(|word| word.text == "内容").collect();
        assert_eq!(heads.len(), 1);
        let lines: Vec<_> = words
            .iter()
            .filter(|word| word.text.starts_with('续'))
            .collect();
        assert!(lines.len() >= 2, "{} lines", lines.len());
        assert!(lines.iter().all(|line| line.y > heads[0].y));
    }
    let all: usize = pages
        .concat()
        .iter()
        .filter(|word| word.text.starts_with('续'))
        .map(|word| word.text.chars().count())
        .sum();
    assert_eq!(all, 31 * 80);
    assert_eq!(only(&pages, "末").0, pages.len() - 1);
}

#[test]
fn a_row_of_two_or_three_lines_stays_whole() {
    for count in 12..22 {
        let mut blocks = lines(count);
        let three = "行".repeat(80);
        blocks.push(Block::Table(table(&[&three, &three, &three])));
        for page in pages(blocks) {
            let lines = page
                .iter()
                .filter(|word| word.text.starts_with('行'))
                .count();
            assert_eq!(lines % 3, 0, "after {count} lines");
        }
    }
}

#[test]
fn a_head_that_leaves_no_room_for_rows_is_refused() {
    let mut high = table(&["格"]);
    high.columns[0].head = "高".repeat(100);
    high.columns[0].share = 3;
    high.columns[1].share = 30;
    let refused = render(&Paper {
        blocks: vec![Block::PageBreak, Block::Table(high)],
        ..Paper::default()
    });
    assert_eq!(refused, Err(RenderError::TooTall { block: 2 }));
}

#[test]
fn nothing_reaches_into_the_foot_or_over_the_margins() {
    let (left, right) = (28.0 * 72.0 / 25.4, 184.0 * 72.0 / 25.4);
    for paper in [made::agreement(40), made::record(), made::oral()] {
        let file = File::new(&render(&paper).unwrap().pdf);
        for page in file.words() {
            for word in &page {
                // Poppler's boxes are as high as the font's highest glyph, and reach a little further.
                let in_field = word.y > FIELD.start - 12.0 && word.bottom < FIELD.end + 6.0;
                let in_foot = word.y > FIELD.end + 2.0 && word.bottom < 297.0 * 72.0 / 25.4 - 20.0;
                assert!(in_field || in_foot, "{word:?}");
                assert!(word.x > left - 0.5 && word.right < right + 0.5, "{word:?}");
            }
        }
    }
}

fn table(texts: &[&str]) -> Table {
    let column = |head: &str, share| Column {
        head: head.into(),
        share,
        align: Align::Left,
    };
    Table {
        columns: vec![column("序号", 10), column("内容", 64)],
        rows: (1..)
            .zip(texts)
            .map(|(number, text)| vec![number.to_string(), (*text).into()])
            .collect(),
    }
}
