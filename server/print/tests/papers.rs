//! What is printed is read again by another program.

use image::ImageFormat;
use print::{
    Align, Block, Column, Foot, Language, Numbering, Paper, Paragraph, Photo, RenderError, Table,
    render,
};

use crate::made;
use crate::reading::{File, run};

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "登记表".into(),
        blocks,
        ..Paper::default()
    }
}

#[test]
fn an_agreement_with_three_parties_and_forty_clauses_is_read_again_whole_and_in_order() {
    let agreement = made::agreement(40);
    let rendered = render(&agreement).unwrap();
    assert_eq!(rendered.missing, []);
    let text = File::new(&rendered.pdf).texts();
    assert_eq!(text.len(), usize::try_from(rendered.pages).unwrap());
    let foot = without_spaces(&(agreement.foot.name + &agreement.foot.hash));
    // The feet lie between the parts of a text that goes on over the page.
    let text: String = text
        .iter()
        .map(|page| page.split_once(&foot).unwrap().0)
        .collect();
    let mut rest = text.as_str();
    let mut expect = |part: &str| {
        let part = without_spaces(part);
        let at = rest
            .find(&part)
            .unwrap_or_else(|| panic!("{part} is missing in {rest}"));
        rest = &rest[at + part.len()..];
    };
    expect("人民调解协议书");
    expect("〔2026〕人调字第 12 号");
    for (side, name) in made::PARTIES {
        expect(side);
        expect(name);
    }
    let mut clauses = 0;
    for block in &agreement.blocks {
        if let Block::Clauses { items, .. } = block {
            clauses += items.len();
            items.iter().for_each(|clause| expect(clause));
        }
    }
    assert_eq!(clauses, 40);
    expect("本协议一式四份");
    for (_, name) in made::PARTIES {
        expect(name);
    }
    expect("北苑街道人民调解委员会");
}

#[test]
fn plain_text_is_read_again_letter_for_letter() {
    let texts = [
        "甲方（张某某）于 2026 年 12 月 10 日前付清 3,500.50 元——“一次付清”；乙方不再提出其他要求……",
        "Tel. 0531-5550-0142, e-mail wang@example.org, http://example.org/a/very/long/address/that/does/not/fit/into/a/line?q=1234567890",
        "①②③ ㎡ ℃ ☑ 是 ☐ 否 〔〕﹝﹞《》〈〉「」 café Ǘǖ Ωμ",
    ];
    let blocks = texts.iter().map(|text| made::text(&text.repeat(3)));
    let rendered = render(&Paper {
        title: String::new(),
        ..paper(blocks.collect())
    });
    let rendered = rendered.unwrap();
    assert_eq!(rendered.missing, []);
    let text = File::new(&rendered.pdf).texts().concat();
    let expected: String = texts.iter().map(|text| text.repeat(3)).collect();
    assert_eq!(text, without_spaces(&expected) + "第1页共1页");
}

#[test]
fn each_page_tells_its_number_and_how_many_there_are() {
    for (language, first) in [
        (Language::Chinese, "第1页共"),
        (Language::English, "Page1of"),
    ] {
        let rendered = render(&Paper {
            language,
            ..made::agreement(40)
        });
        let rendered = rendered.unwrap();
        let file = File::new(&rendered.pdf);
        assert_eq!(file.pages(), rendered.pages);
        assert!(rendered.pages >= 5);
        for (page, text) in (1..).zip(file.texts()) {
            let all = rendered.pages;
            let expected = match language {
                Language::Chinese => format!("第{page}页共{all}页"),
                Language::English => format!("Page{page}of{all}"),
            };
            assert!(text.ends_with(&expected), "{text}");
            assert!(page > 1 || expected.starts_with(first));
        }
    }
}

#[test]
fn a_paper_of_nothing_is_one_page() {
    let rendered = render(&Paper::default()).unwrap();
    let file = File::new(&rendered.pdf);
    assert_eq!((rendered.pages, file.pages()), (1, 1));
    assert_eq!(file.texts(), ["第1页共1页"]);
    let breaks = render(&paper(vec![Block::PageBreak, Block::PageBreak])).unwrap();
    assert_eq!(breaks.pages, 1);
}

#[test]
fn a_character_that_no_font_has_is_printed_as_a_geta_and_told_with_its_code() {
    let blocks = vec![
        made::text("申请人 \u{2ebf0}某某，ام，\u{202e}反写"),
        Block::Facts(vec![made::fact("姓名", "葛\u{e0102}某")]),
    ];
    let rendered = render(&paper(blocks)).unwrap();
    assert_eq!(
        rendered.missing,
        ['\u{2ebf0}', 'ا', 'م', '\u{202e}', '\u{e0102}']
    );
    let text = File::new(&rendered.pdf).texts().concat();
    assert!(text.contains("申请人〓某某，〓〓，〓反写"), "{text}");
    assert!(text.contains("葛某"), "{text}");
    let note = "注：〓为字库所缺之字，按出现先后为U+2EBF0、U+0627、U+0645、U+202E。";
    assert!(text.contains(note), "{text}");
    assert!(text.contains("字形选择符为U+E0102。"), "{text}");
}

#[test]
fn a_missing_character_of_the_foot_is_told_too() {
    let rendered = render(&Paper {
        foot: Foot {
            name: "\u{2ebf1}登记".into(),
            ..Foot::default()
        },
        ..paper(vec![])
    });
    let rendered = rendered.unwrap();
    assert_eq!(rendered.missing, ['\u{2ebf1}']);
    assert!(File::new(&rendered.pdf).texts()[0].contains("U+2EBF1"));
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    for paper in [made::agreement(12), made::record(), made::oral()] {
        let first = render(&paper).unwrap();
        let again = std::thread::spawn({
            let paper = paper.clone();
            move || render(&paper).unwrap()
        });
        assert_eq!(again.join().unwrap(), first);
    }
}

#[test]
fn the_qr_code_in_the_corner_of_every_page_is_read_by_another_program() {
    let longest = "a".repeat(print::limits::MAX_QR_BYTES);
    for (mut paper, text) in [(made::record(), made::foot("").qr), (made::oral(), longest)] {
        paper.foot.qr = text.clone();
        let rendered = render(&paper).unwrap();
        let file = File::new(&rendered.pdf);
        let pictures = file.corners();
        assert_eq!(pictures.len(), usize::try_from(rendered.pages).unwrap());
        for picture in pictures {
            let picture = picture.as_path();
            let read = run(
                "zbarimg",
                &[
                    "--nodbus".as_ref(),
                    "--raw".as_ref(),
                    "-q".as_ref(),
                    picture,
                ],
            );
            assert_eq!(read.trim(), text, "{}", picture.display());
        }
    }
}

#[test]
fn numbers_of_clauses_are_words_or_digits() {
    let clauses = |numbering| Block::Clauses {
        numbering,
        items: (0..12).map(|_| "照办。".into()).collect(),
    };
    let blocks = vec![clauses(Numbering::Chinese), clauses(Numbering::Arabic)];
    let text = File::new(&render(&paper(blocks)).unwrap().pdf)
        .texts()
        .concat();
    for expected in [
        "一、照办。",
        "十、照办。",
        "十二、照办。",
        "1.照办。",
        "12.照办。",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn letters_of_both_fonts_stand_beside_each_other_without_gaps() {
    let blocks = vec![Block::Paragraph(Paragraph {
        text: "iiiiii龘iiiiii㛃iiiiii".into(),
        ..Paragraph::default()
    })];
    let rendered = render(&paper(blocks)).unwrap();
    let words = File::new(&rendered.pdf).words().concat();
    let word = words
        .iter()
        .find(|word| word.text.starts_with('i'))
        .unwrap();
    assert_eq!(word.text, "iiiiii龘iiiiii㛃iiiiii");
}

#[test]
fn photos_go_into_the_file_as_they_are() {
    let jpeg = made::picture(ImageFormat::Jpeg, 640, 480);
    let photo = Photo {
        bytes: jpeg.clone(),
        caption: "照片 1".into(),
    };
    let rendered = render(&paper(vec![Block::Photo(photo)])).unwrap();
    let whole = rendered.pdf.windows(jpeg.len()).any(|part| part == jpeg);
    assert!(whole, "the JPEG was packed anew");
    let list = run(
        "pdfimages",
        &[
            "-list".as_ref(),
            &File::new(&rendered.pdf).path("paper.pdf"),
        ],
    );
    assert!(list.contains("640   480"), "{list}");
}

#[test]
fn a_broken_picture_is_refused_with_its_place() {
    let photo = |bytes: Vec<u8>| {
        let caption = String::new();
        Block::Photo(Photo { bytes, caption })
    };
    let png = made::picture(ImageFormat::Png, 64, 64);
    let mut bomb = png.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    for bytes in [
        vec![],
        b"GIF89a".to_vec(),
        b"\xff\xd8\xff\xe0 no picture".to_vec(),
        png[..png.len() / 2].to_vec(),
        bomb,
    ] {
        let blocks = vec![made::text("见照片。"), photo(bytes)];
        let refused = render(&paper(blocks)).unwrap_err();
        assert_eq!(refused, RenderError::Picture { block: 2 });
        assert!(refused.to_string().contains("第 2 项"));
    }
}

#[test]
fn tables_without_sensible_columns_are_refused() {
    let table = |shares: &[u16], cells: usize| {
        let columns = shares.iter().map(|&share| Column {
            head: "栏".into(),
            share,
            align: Align::Left,
        });
        let table = Table {
            columns: columns.collect(),
            rows: vec![vec!["格".into(); cells]],
        };
        render(&paper(vec![Block::Table(table)])).map(|rendered| rendered.pages)
    };
    assert_eq!(table(&[1, 1], 2), Ok(1));
    assert_eq!(table(&[1, 1], 0), Ok(1));
    let refused = Err(RenderError::Columns { block: 1 });
    assert_eq!(table(&[], 0), refused);
    assert_eq!(table(&[0, 0], 2), refused);
    assert_eq!(table(&[1, 60_000], 2), refused);
    assert_eq!(table(&[1, 1], 3), refused);
}

#[test]
fn what_is_too_much_is_refused_with_a_sentence_that_says_so() {
    let refused = |paper: Paper| render(&paper).unwrap_err().to_string();
    let pages = refused(paper(vec![made::text(&"甲\n".repeat(10_000))]));
    assert!(pages.contains("页数最多 300"), "{pages}");
    let characters = refused(paper(vec![made::text(&"甲".repeat(300_001))]));
    assert!(
        characters.contains("字数最多 300000，现有 300004"),
        "{characters}"
    );
    let blocks = refused(paper(vec![Block::PageBreak; 2_001]));
    assert!(blocks.contains("项数最多 2000"), "{blocks}");
    let heading = refused(paper(vec![Block::Heading("甲".repeat(301))]));
    assert!(heading.contains("小标题字数最多 300"), "{heading}");
    let mut hash = made::oral();
    hash.foot.hash = "a".repeat(81);
    assert!(refused(hash).contains("校验码字数最多 80"));
    let mut qr = made::oral();
    qr.foot.qr = "甲".repeat(72);
    assert!(refused(qr).contains("最多 213 字节，现有 216 字节"));
}

#[test]
fn lines_stand_where_the_paragraph_wants_them() {
    let aligned = |text: &str, align| {
        Block::Paragraph(Paragraph {
            text: text.into(),
            indent: false,
            align,
        })
    };
    let blocks = vec![
        aligned("左左", Align::Left),
        aligned("中中", Align::Centre),
        aligned("右右", Align::Right),
        made::text(&"满".repeat(60)),
    ];
    let words = File::new(&render(&paper(blocks)).unwrap().pdf)
        .words()
        .concat();
    let find = |text: &str| {
        words
            .iter()
            .find(|word| word.text.starts_with(text))
            .unwrap()
    };
    let (left, right) = (28.0 * 72.0 / 25.4, 184.0 * 72.0 / 25.4);
    assert!((find("左左").x - left).abs() < 0.5);
    assert!((find("右右").right - right).abs() < 0.5);
    let centre = find("中中");
    assert!(((centre.x + centre.right) / 2.0 - (left + right) / 2.0).abs() < 0.5);
    // The first line is moved in by two characters; 28 of them fill a line.
    let full: Vec<_> = words
        .iter()
        .filter(|word| word.text.starts_with('满'))
        .collect();
    assert_eq!(full.len(), 3);
    assert!((full[0].x - left - 2.0 * 15.78).abs() < 0.5, "{full:?}");
    assert_eq!(full[1].text.chars().count(), 28);
    assert!((full[0].right - right).abs() < 0.5 && (full[1].right - right).abs() < 0.5);
}

#[test]
fn pixels_of_all_png_pictures_together_are_bounded() {
    let mut png = made::picture(ImageFormat::Png, 8, 8);
    png[16..24].copy_from_slice(&[0, 0, 0x0f, 0xa0, 0, 0, 0x0f, 0xa0]);
    let photo = Photo {
        bytes: png,
        caption: String::new(),
    };
    let refused = render(&paper(vec![Block::Photo(photo); 3])).unwrap_err();
    assert!(
        refused.to_string().contains("PNG 图片像素数最多 32000000"),
        "{refused}"
    );
}
