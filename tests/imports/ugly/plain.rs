//! Tables as text: separators, encodings, line ends.

use std::io::Write as _;

use harness::simulation::Chance;

use super::layout::{Line, Sheet};
use super::rows::Cell;
use super::times;

/// How a text table is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    separator: char,
    encoding: Encoding,
    end: &'static str,
    packed: bool,
    last_end: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf8Mark,
    Gb18030,
    Utf16Little,
    Utf16Big,
}

impl Style {
    pub(crate) fn any(chance: &mut Chance) -> Self {
        let encodings = [
            Encoding::Utf8,
            Encoding::Utf8Mark,
            Encoding::Gb18030,
            Encoding::Utf16Little,
            Encoding::Utf16Big,
        ];
        Self {
            separator: [',', ',', ',', ';', '\t', '|'][chance.below(6)],
            encoding: encodings[chance.below(5)],
            end: ["\n", "\r\n", "\r"][chance.below(3)],
            packed: chance.below(5) == 0,
            last_end: chance.below(4) > 0,
        }
    }
}

/// The file, and the line of an editor in which each line of the sheet begins.
pub(crate) fn write(sheet: &Sheet, style: Style, chance: &mut Chance) -> (Vec<u8>, Vec<u32>) {
    // In one file, line ends in cells are all alike.
    let inner = match style.end {
        "\r\n" => ["\n", "\r\n"][chance.below(2)],
        end => end,
    };
    let mut text = String::new();
    let mut places = Vec::new();
    let mut line = 1;
    for (place, one) in sheet.lines.iter().enumerate() {
        places.push(line);
        let written = record(one, style.separator, inner, chance);
        line += 1 + u32::try_from(written.matches(inner).count()).unwrap();
        text += &written;
        if place + 1 < sheet.lines.len() || style.last_end {
            text += style.end;
        }
    }
    let content = encoded(&text, style.encoding);
    match style.packed {
        true => (gzip(&content), places),
        false => (content, places),
    }
}

fn record(line: &Line, separator: char, inner: &str, chance: &mut Chance) -> String {
    if let Some(raw) = line.raw {
        return raw.to_owned();
    }
    let mut cells: Vec<String> = line
        .cells
        .iter()
        .map(|cell| {
            if let Cell::Raw(raw) = cell {
                return raw.clone();
            }
            quoted(&shown(cell).replace('\n', inner), separator, chance)
        })
        .collect();
    match line.wider {
        Some(true) => cells.push("多".to_owned()),
        Some(false) => {
            cells.pop();
        }
        None => {}
    }
    cells.join(&separator.to_string())
}

/// A cell as a spreadsheet writes it into a text.
pub(crate) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Raw(text) => text.clone(),
        Cell::Whole(number) => number.to_string(),
        Cell::Date(at) if at.is_midnight() => times::plain(at.end_of_day(), true),
        Cell::Date(at) => times::plain(*at, false),
        Cell::Error(error) => (*error).to_owned(),
    }
}

fn quoted(text: &str, separator: char, chance: &mut Chance) -> String {
    // A quote before a separator would end an open one in a sound way, and nobody could tell.
    let apart = format!(" {text}");
    let text = if text.starts_with(separator) {
        &apart
    } else {
        text
    };
    let must = text.contains(['"', '\n', '\r', separator]);
    // An empty quoted cell could not be told from an escaped quote behind an open one.
    match must || (!text.is_empty() && chance.below(8) == 0) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    let marked = || std::iter::once(0xFEFF).chain(text.encode_utf16());
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Mark => format!("\u{feff}{text}").into_bytes(),
        Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
        Encoding::Utf16Little => marked().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Big => marked().flat_map(u16::to_be_bytes).collect(),
    }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}
