//! What stands before and after the clauses.

use print::{Align, Block, Column, Fact, Paragraph, Table};
use sync_core::Id;
use sync_core::kinds::mediation::content::Registers;
use sync_core::value::Value;

use super::Source;
use crate::moment;
use crate::words::Words;

/// A text register; nothing for nothing.
pub(super) fn text<'a>(registers: &'a Registers, name: &str) -> &'a str {
    registers
        .get(name)
        .and_then(Value::text)
        .unwrap_or_default()
}

/// The name of a party by its id.
pub(super) fn party(source: &[(Id, Registers)], id: &str) -> String {
    let id = Id::parse(id);
    let found = source.iter().find(|(one, _)| Some(*one) == id);
    found
        .map(|(_, party)| text(party, "name").to_owned())
        .unwrap_or_default()
}

/// Parties, facts, claims, what was said, and what is agreed or disputed.
pub(super) fn head(source: &Source, words: &Words) -> Vec<Block> {
    let content = &source.content;
    let mut facts: Vec<Fact> = content
        .entries("parties")
        .iter()
        .map(|(_, one)| person(one, words))
        .collect();
    facts.extend(content.entries("mediators").iter().map(|(_, one)| Fact {
        label: if one.get("certified") == Some(&Value::Flag(true)) {
            words.name("mediators.certified")
        } else {
            words.name("collections.mediators")
        },
        value: joined(&[text(one, "name"), text(one, "unit")]),
    }));
    for (name, value) in [
        ("committee", text(&content.fields, "committee").to_owned()),
        (
            "dispute",
            words.choice("dispute", text(&content.fields, "dispute")),
        ),
        ("place", text(&content.fields, "place").to_owned()),
    ] {
        if !value.is_empty() {
            facts.push(fact(&words.name(&format!("fields.{name}")), value));
        }
    }
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(section(
        &words.name("fields.facts"),
        text(&content.fields, "facts"),
    ));
    blocks.extend(claims(source, words));
    blocks.extend(spoken(source, words));
    blocks.extend(points(source, words));
    blocks.extend(section(
        &words.name("fields.responsibilities"),
        text(&content.fields, "responsibilities"),
    ));
    blocks
}

/// How it is performed, and from when it holds.
pub(super) fn after(source: &Source, words: &Words) -> Vec<Block> {
    let fields = &source.content.fields;
    let mut blocks = section(
        &words.name("fields.performance"),
        text(fields, "performance"),
    );
    if let Some(Value::Int(copies)) = fields.get("copies") {
        let said = format!("本文书一式{copies}份，各方当事人和调解组织各留存一份。");
        blocks.push(paragraph(&said));
    }
    let form = text(fields, "form");
    let said = match (source.complete_at, form) {
        (Some(at), _) => format!("本文书自{}各方完成签字时起生效。", moment::minute(at)),
        (None, "oral") => "本登记由调解员签字后生效。".to_owned(),
        (None, _) => "本文书自各方完成签字后生效，目前尚未生效。".to_owned(),
    };
    blocks.push(paragraph(&said));
    if form == "agreement" {
        blocks.push(paragraph(
            "双方当事人可以自协议生效之日起三十日内，共同向人民法院申请司法确认。",
        ));
    }
    blocks
}

/// A party's line: 李某某（女，身份证尾号 123X），住一号楼，代表二号楼十二户。
fn person(party: &Registers, words: &Words) -> Fact {
    let tail = text(party, "id_tail");
    let paper = words.choice("id_type", text(party, "id_type"));
    let paper = if tail.is_empty() {
        paper
    } else {
        format!("{paper}尾号 {tail}")
    };
    let inner = joined(&[&words.choice("gender", text(party, "gender")), &paper]);
    let name = text(party, "name");
    let named = if inner.is_empty() {
        name.to_owned()
    } else {
        format!("{name}（{inner}）")
    };
    let said = |label: &str, name: &str| {
        let value = text(party, name);
        if value.is_empty() {
            String::new()
        } else {
            format!("{label}{value}")
        }
    };
    let value = joined(&[
        &named,
        &said("住", "address"),
        &said("代理人", "agent"),
        &said("代表", "represents"),
    ]);
    fact(&words.choice("side", text(party, "side")), value)
}

fn claims(source: &Source, words: &Words) -> Vec<Block> {
    let content = &source.content;
    let rows = content.entries("claims").iter().zip(1..);
    let rows = rows.map(|((_, claim), n): (_, u32)| {
        vec![
            n.to_string(),
            party(content.entries("parties"), text(claim, "party")),
            text(claim, "text").to_owned(),
            words.choice("claim_standing", text(claim, "standing")),
        ]
    });
    table(
        &words.name("collections.claims"),
        [
            ("序号", 2),
            (&words.name("claims.party"), 4),
            (&words.name("claims.text"), 13),
            (&words.name("claims.standing"), 4),
        ],
        rows.collect(),
    )
}

fn points(source: &Source, words: &Words) -> Vec<Block> {
    let rows = source.content.entries("points").iter().map(|(_, point)| {
        vec![
            words.choice("point_standing", text(point, "standing")),
            text(point, "text").to_owned(),
        ]
    });
    table(
        &words.name("collections.points"),
        [
            (&words.name("points.standing"), 4),
            (&words.name("points.text"), 19),
        ],
        rows.collect(),
    )
}

fn spoken(source: &Source, words: &Words) -> Vec<Block> {
    let content = &source.content;
    let mut blocks = Vec::new();
    for (id, session) in content.entries("sessions") {
        let at = session.get("at").and_then(Value::time).map(moment::minute);
        let heading = joined(&[
            &words.name("collections.sessions"),
            &at.unwrap_or_default(),
            text(session, "place"),
        ]);
        let own = content
            .entries("statements")
            .iter()
            .filter(|(_, one)| text(one, "session") == id.to_string());
        let rows = own.map(|(_, one)| {
            vec![
                party(content.entries("parties"), text(one, "party")),
                text(one, "text").to_owned(),
            ]
        });
        blocks.extend(table(
            &heading,
            [
                (&words.name("statements.party"), 4),
                (&words.name("statements.text"), 19),
            ],
            rows.collect(),
        ));
    }
    blocks
}

/// A heading and a ruled table; nothing without rows.
pub(super) fn table<const N: usize>(
    heading: &str,
    columns: [(&str, u16); N],
    rows: Vec<Vec<String>>,
) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = columns.map(|(head, share)| Column {
        head: head.to_owned(),
        share,
        align: Align::Left,
    });
    vec![
        Block::Heading(heading.to_owned()),
        Block::Table(Table {
            columns: columns.into(),
            rows,
        }),
    ]
}

fn section(heading: &str, said: &str) -> Vec<Block> {
    if said.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(heading.to_owned()), paragraph(said)]
}

fn paragraph(said: &str) -> Block {
    Block::Paragraph(Paragraph {
        text: said.to_owned(),
        indent: true,
        align: Align::Justified,
    })
}

fn fact(label: &str, value: String) -> Fact {
    Fact {
        label: label.to_owned(),
        value,
    }
}

/// What is there, with commas between.
pub(super) fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("，")
}
