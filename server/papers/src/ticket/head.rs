//! What both papers begin with: which ticket it is.

use basis::mask;
use print::{Align, Block, Column, Fact, Paragraph, Table};
use sync_core::Timestamp;

use super::Source;
use crate::moment;
use crate::words::Words;

/// What the ticket's row says; who asked is masked, and left out where the reader may not know.
pub(super) fn head(source: &Source, words: &Words) -> Vec<Block> {
    let (ticket, row) = (&source.ticket, &source.ticket.row);
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    let at = |at: Option<Timestamp>| at.map(moment::minute).unwrap_or_default();
    let sight = source.reader.sight;
    let requester = [
        said(&sight.requester(ticket.requester_masked.clone())),
        said(&sight.requester(ticket.phone_masked.clone())),
    ];
    let category: Vec<String> = row.category.iter().flatten().cloned().collect();
    let kind = row.request_kind.map_or_else(String::new, |kind| {
        words.word("request_kind", kind.as_str())
    });
    let assigned = row.assigned.as_ref().map(|has| has.name.clone());
    let facts = [
        ("标题", mask::text(&row.title)),
        ("来源渠道", said(&row.channel)),
        ("诉求类型", kind),
        (
            "诉求主体",
            words.word("requester_type", row.requester_type.as_str()),
        ),
        ("类别", category.join(" / ")),
        ("地址", mask::text(&said(&row.address))),
        ("社区", said(&row.community)),
        ("诉求人", joined(&requester)),
        ("紧急程度", words.word("urgency", row.urgency.as_str())),
        ("状态", words.word("ticket_state", row.status.as_str())),
        ("承办", assigned.unwrap_or_default()),
        ("派发时间", moment::minute(row.dispatched_at)),
        ("办理时限", row.due_at.map(moment::due).unwrap_or_default()),
        ("首次联系", at(source.times.first_contact_at)),
        ("首次到场", at(source.times.arrived_at)),
        ("办结时间", at(source.times.closed_at)),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts.map(|(label, value)| fact(label, value)).collect();
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(section("诉求内容", &ticket.description));
    blocks
}

pub(super) fn fact(label: &str, value: String) -> Fact {
    Fact {
        label: label.to_owned(),
        value,
    }
}

/// A heading and a text under it, masked; nothing for nothing.
pub(super) fn section(heading: &str, said: &str) -> Vec<Block> {
    if said.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(heading.to_owned()), paragraph(said)]
}

pub(super) fn paragraph(said: &str) -> Block {
    Block::Paragraph(Paragraph {
        text: mask::text(said),
        indent: true,
        align: Align::Justified,
    })
}

/// A heading and a ruled table; a sentence in its place where there are no rows.
pub(super) fn table<const N: usize>(
    heading: &str,
    columns: [(&str, u16); N],
    rows: Vec<Vec<String>>,
    nothing: &str,
) -> Vec<Block> {
    let heading = Block::Heading(heading.to_owned());
    if rows.is_empty() {
        return vec![heading, paragraph(nothing)];
    }
    let columns = columns.map(|(head, share)| Column {
        head: head.to_owned(),
        share,
        align: Align::Left,
    });
    vec![
        heading,
        Block::Table(Table {
            columns: columns.into(),
            rows,
        }),
    ]
}

/// What is there, with commas between.
pub(super) fn joined(parts: &[impl AsRef<str>]) -> String {
    let parts = parts.iter().map(AsRef::as_ref);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("，")
}
