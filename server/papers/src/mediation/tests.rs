//! What a draft says, and what it leaves room for.

use print::{Block, Mark};
use sync_core::document::Document;
use sync_core::edit::Edit;
use sync_core::kinds::Kind;
use sync_core::kinds::mediation::content::Content;
use sync_core::record::Record;
use sync_core::value::Value;
use sync_core::{Id, Timestamp};

use super::{Source, paper};

const MORNING: Timestamp = Timestamp::from_millis(1_788_220_800_000);

fn id(n: u8) -> Id {
    Id::from_parts(MORNING, [n; 10])
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// An agreement of three parties with so many clauses.
fn draft(clauses: u8) -> Source {
    let mut document = Document::seeded(Kind::MEDIATION);
    let mut write = |edit: Edit| {
        document.edit(&edit, [1; 16], MORNING).unwrap();
    };
    let put = |collection: &str, entry: Id, fields: &[(&str, Value)]| Edit::PutEntry {
        collection: collection.to_owned(),
        id: entry,
        fields: fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    };
    for (field, word) in [
        ("form", "agreement"),
        ("number", "〔2026〕人调字第 12 号"),
        ("committee", "某社区人民调解委员会"),
        ("dispute", "decoration"),
        ("place", "社区议事厅"),
        ("facts", "市场改造装修噪声影响楼上住户午休，双方多次争执。"),
        (
            "responsibilities",
            "施工方应当控制噪声，住户应当给予合理的施工时间。",
        ),
        ("performance", "按条款分期履行。"),
    ] {
        write(Edit::SetField {
            field: field.to_owned(),
            value: text(word),
        });
    }
    write(Edit::SetField {
        field: "copies".to_owned(),
        value: Value::Int(4),
    });
    for (n, side, name) in [
        (1, "applicant", "市场管理方"),
        (2, "respondent", "业主代表𬱖龘"),
        (3, "respondent", "业主代表丙"),
    ] {
        write(put(
            "parties",
            id(n),
            &[
                ("side", text(side)),
                ("name", text(name)),
                ("represents", text("二号楼十二户")),
                ("id_type", text("seen")),
            ],
        ));
    }
    write(put(
        "mediators",
        id(4),
        &[("name", text("调解员甲")), ("certified", Value::Flag(true))],
    ));
    write(put(
        "claims",
        id(5),
        &[
            ("party", text(&id(2).to_string())),
            ("text", text("午休时间不要施工")),
            ("standing", text("agreed")),
        ],
    ));
    write(put(
        "points",
        id(6),
        &[
            ("standing", text("disputed")),
            ("text", text("周六上午能否施工")),
        ],
    ));
    for n in 0..clauses {
        let terms = [
            ("claim", text(&id(5).to_string())),
            ("performer", text(&id(1).to_string())),
            (
                "text",
                text("工作日九时至十二时施工，午休时间停止一切产生噪声的作业。"),
            ),
            ("from_minute", Value::Int(540)),
            ("to_minute", Value::Int(720)),
            ("weekdays", Value::Int(0b1_1111)),
            (
                "check_from_at",
                Value::Time(MORNING.plus_millis(86_400_000)),
            ),
            ("check_every_days", Value::Int(7)),
            ("check_times", Value::Int(4)),
            ("amount_fen", Value::Int(i64::from(n) * 12_345)),
        ];
        write(put("clauses", id(100 + n), &terms));
    }
    let record = Record::of(&document);
    Source {
        id: id(99),
        content: Content::of(&record).unwrap(),
        record,
        number: 1,
        complete_at: None,
        proof: None,
        photos: Vec::new(),
    }
}

#[test]
fn a_draft_says_that_it_does_not_hold_and_leaves_room_for_every_signature() {
    let paper = paper(&draft(2), "");
    let said = format!("{:?}", paper.blocks);
    assert!(said.contains("目前尚未生效"), "{said}");
    assert!(
        paper.payload.is_none(),
        "nobody signed, so nothing is proved"
    );
    let boxes = paper.blocks.iter().find_map(|block| {
        if let Block::Signatures(signatures) = block {
            Some(&signatures.boxes)
        } else {
            None
        }
    });
    let boxes = boxes.unwrap();
    assert_eq!(boxes.len(), 5, "three parties, the mediator, the committee");
    assert!(boxes.iter().all(|one| one.mark == Mark::Blank));
    assert_eq!(boxes.last().unwrap().seal, "（盖章）");
}

#[test]
fn forty_clauses_of_three_parties_are_laid_out_and_no_character_is_lost() {
    let rendered = print::render(&paper(&draft(40), "https://hub.example/verify")).unwrap();
    assert!(rendered.missing.is_empty(), "{:?}", rendered.missing);
    assert!(rendered.pages > 4, "{} pages", rendered.pages);
    if let Some(path) = std::env::var_os("WARMLINE_PAPER_OUT") {
        std::fs::write(path, &rendered.pdf).unwrap();
    }
}
