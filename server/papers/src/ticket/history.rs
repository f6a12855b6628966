//! 工单办理记录: every event in order, with who, when, from which device, and what was said.

use print::{Block, Paper};

use super::clocks::{clocks, warnings};
use super::head::{head, table};
use super::{Source, said};
use crate::moment;
use crate::words::Words;

/// The whole history of a ticket. Nothing of it is left out, and nothing can be chosen.
pub fn history(source: &Source) -> Paper {
    let words = Words::common();
    let mut blocks = head(source, &words);
    blocks.extend(clocks(source, &words));
    blocks.extend(warnings(source, &words));
    blocks.extend(events(source, &words));
    source.paper("工单办理记录", blocks)
}

fn events(source: &Source, words: &Words) -> Vec<Block> {
    let rows = source.events.iter().zip(&source.past).map(|(event, past)| {
        let by = source.name(event.by.as_ref().map(|by| by.id));
        let device = source.devices.get(&event.n);
        let who = device.map_or_else(|| by.clone(), |device| format!("{by}\n{device}"));
        let (title, lines) = said::said(event, past.act.as_ref(), &source.names, words);
        let mut told = vec![title];
        told.extend(lines);
        vec![
            event.n.to_string(),
            moment::second(event.at),
            who,
            told.join("\n"),
        ]
    });
    table(
        "办理经过",
        [
            ("序号", 3),
            ("时间", 6),
            ("人员和设备", 6),
            ("事项和内容", 15),
        ],
        rows.collect(),
        "还没有记录。",
    )
}
