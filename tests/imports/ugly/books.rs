//! Workbooks of several parts: XLSX and OpenDocument.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use harness::simulation::Chance;

use super::layout::Sheet;
use super::meant::Moment;
use super::rows::Cell;

/// A zip file of these parts.
pub(crate) fn zip(parts: &[(String, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.as_str(), options)
            .expect("memory takes all");
        zip.write_all(content.as_bytes()).expect("memory takes all");
    }
    zip.finish().expect("memory takes all").into_inner()
}

/// Text between tags.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// As XLSX writes a text: what XML has no character for, by its number.
fn of_xlsx(text: &str, chance: &mut Chance) -> String {
    let breaks = ["\n", "&#10;", "_x000D_\n"][chance.below(3)];
    let mut out = String::new();
    for c in escaped(text).chars() {
        match c {
            '\n' => out += breaks,
            '\t' => out.push(c),
            c if u32::from(c) < 32 => write!(out, "_x{:04X}_", u32::from(c)).expect("text"),
            c => out.push(c),
        }
    }
    out
}

/// Letters of a column.
fn letters(column: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place).expect("a letter"));
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letter(column / 26 - 1), letter(column % 26)),
    }
}

fn is_filled(cell: &Cell) -> bool {
    *cell != Cell::Empty
}

/// Days since 1899-12-30, as a spreadsheet keeps a time.
fn serial(at: Moment) -> String {
    let days = at.0.div_euclid(86_400) + 25_569;
    match at.0.rem_euclid(86_400) {
        0 => days.to_string(),
        of_day => format!("{days}.{:011}", of_day * 100_000_000_000 / 86_400),
    }
}

pub(crate) fn xlsx(sheets: &[Sheet], chance: &mut Chance) -> Vec<(String, String)> {
    let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut listed, mut related, mut parts) = (String::new(), String::new(), Vec::new());
    let mut shared: Vec<String> = Vec::new();
    for (sheet, number) in sheets.iter().zip(1..) {
        let hidden = if sheet.hidden {
            r#" state="hidden""#
        } else {
            ""
        };
        let name = escaped(&sheet.name);
        listed += &format!(r#"<sheet name="{name}" sheetId="{number}"{hidden} r:id="r{number}"/>"#);
        related += &format!(
            r#"<Relationship Id="r{number}" Type="{relation}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
        let xml = worksheet(sheet, &mut shared, chance);
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!(r#"<worksheet xmlns="{namespace}">{xml}</worksheet>"#),
        ));
    }
    let strings = shared.concat();
    let count = shared.len();
    for (name, content) in [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{namespace}" xmlns:r="{relation}"><sheets>{listed}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{package}">{related}<Relationship Id="s" Type="{relation}/styles" Target="styles.xml"/><Relationship Id="t" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{namespace}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(
                r#"<sst xmlns="{namespace}" count="{count}" uniqueCount="{count}">{strings}</sst>"#
            ),
        ),
    ] {
        parts.push((name.to_owned(), content));
    }
    parts
}

fn worksheet(sheet: &Sheet, shared: &mut Vec<String>, chance: &mut Chance) -> String {
    let mut xml = String::from("<sheetData>");
    for (line, number) in sheet.lines.iter().zip(1..) {
        if !line.cells.iter().any(is_filled) && chance.below(2) == 0 {
            continue;
        }
        let hidden = if line.hidden { r#" hidden="1""# } else { "" };
        xml += &format!(r#"<row r="{number}"{hidden}>"#);
        for (column, cell) in line.cells.iter().enumerate() {
            let place = format!("{}{number}", letters(column));
            xml += &match cell {
                Cell::Empty if chance.below(2) == 0 => String::new(),
                Cell::Empty => format!(r#"<c r="{place}" s="0"/>"#),
                Cell::Whole(whole) => format!(r#"<c r="{place}"><v>{whole}</v></c>"#),
                Cell::Date(at) if chance.below(4) == 0 => {
                    let (year, month, day) = at.date();
                    let (hour, minute, second) = at.clock();
                    format!(
                        r#"<c r="{place}" t="d"><v>{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}</v></c>"#
                    )
                }
                Cell::Date(at) => {
                    format!(r#"<c r="{place}" s="1"><v>{}</v></c>"#, serial(*at))
                }
                Cell::Error(error) => format!(r#"<c r="{place}" t="e"><v>{error}</v></c>"#),
                Cell::Text(text) | Cell::Raw(text) => string(&place, text, shared, chance),
            };
        }
        xml += "</row>";
    }
    xml += "</sheetData>";
    if !sheet.merged.is_empty() {
        xml += "<mergeCells>";
        for (first, last) in &sheet.merged {
            let (from, to) = (letters(first.1), letters(last.1));
            xml += &format!(
                r#"<mergeCell ref="{from}{}:{to}{}"/>"#,
                first.0 + 1,
                last.0 + 1
            );
        }
        xml += "</mergeCells>";
    }
    xml
}

fn string(place: &str, text: &str, shared: &mut Vec<String>, chance: &mut Chance) -> String {
    let preserved = r#"<t xml:space="preserve">"#;
    match chance.below(4) {
        0 => {
            let text = of_xlsx(text, chance);
            format!(r#"<c r="{place}" t="inlineStr"><is>{preserved}{text}</t></is></c>"#)
        }
        1 => {
            let text = of_xlsx(text, chance);
            format!(r#"<c r="{place}" t="str"><f>A1</f><v>{text}</v></c>"#)
        }
        kind => {
            let (first, second) = text.split_at(text.floor_char_boundary(text.len() / 2));
            let (first, second) = (of_xlsx(first, chance), of_xlsx(second, chance));
            shared.push(match kind {
                2 => format!("<si>{preserved}{first}{second}</t></si>"),
                _ => format!(
                    "<si><r>{preserved}{first}</t></r><r><rPr><b/></rPr>{preserved}{second}</t></r></si>"
                ),
            });
            let number = shared.len() - 1;
            format!(r#"<c r="{place}" t="s"><v>{number}</v></c>"#)
        }
    }
}

pub(crate) fn ods(sheets: &[Sheet]) -> Vec<(String, String)> {
    let mut tables = String::new();
    for sheet in sheets {
        let style = if sheet.hidden { "ta2" } else { "ta1" };
        let name = escaped(&sheet.name);
        tables += &format!(r#"<table:table table:name="{name}" table:style-name="{style}">"#);
        for (line, at) in sheet.lines.iter().zip(0..) {
            let hidden = if line.hidden {
                r#" table:visibility="collapse""#
            } else {
                ""
            };
            tables += &format!("<table:table-row{hidden}>");
            for (column, cell) in line.cells.iter().enumerate() {
                tables += &of_ods(cell, (at, column), sheet);
            }
            tables +=
                r#"<table:table-cell table:number-columns-repeated="16000"/></table:table-row>"#;
        }
        tables += r#"<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#;
    }
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    let mimetype = "application/vnd.oasis.opendocument.spreadsheet".to_owned();
    vec![
        ("mimetype".to_owned(), mimetype),
        ("content.xml".to_owned(), content),
    ]
}

fn of_ods(cell: &Cell, place: (usize, usize), sheet: &Sheet) -> String {
    let area = sheet.merged.iter().find(|(first, last)| {
        (first.0..=last.0).contains(&place.0) && (first.1..=last.1).contains(&place.1)
    });
    if area.is_some_and(|(first, _)| *first != place) {
        return "<table:covered-table-cell/>".to_owned();
    }
    let spans = area.map_or_else(String::new, |(first, last)| {
        format!(
            r#" table:number-columns-spanned="{}" table:number-rows-spanned="{}""#,
            last.1 - first.1 + 1,
            last.0 - first.0 + 1
        )
    });
    match cell {
        Cell::Empty => format!("<table:table-cell{spans}/>"),
        Cell::Whole(whole) => format!(
            r#"<table:table-cell{spans} office:value-type="float" office:value="{whole}"><text:p>{whole}</text:p></table:table-cell>"#
        ),
        Cell::Date(at) => {
            let (year, month, day) = at.date();
            let (hour, minute, second) = at.clock();
            let clock = match at.is_midnight() {
                true => String::new(),
                false => format!("T{hour:02}:{minute:02}:{second:02}"),
            };
            format!(
                r#"<table:table-cell{spans} office:value-type="date" office:date-value="{year}-{month:02}-{day:02}{clock}"><text:p>{day}日</text:p></table:table-cell>"#
            )
        }
        Cell::Text(text) | Cell::Raw(text) => ods_text(text, &spans),
        Cell::Error(error) => ods_text(error, &spans),
    }
}

fn ods_text(text: &str, spans: &str) -> String {
    let paragraphs: String = escaped(text)
        .replace('\t', "<text:tab/>")
        .split('\n')
        .map(|line| format!("<text:p>{line}</text:p>"))
        .collect();
    format!(
        r#"<table:table-cell{spans} office:value-type="string">{paragraphs}</table:table-cell>"#
    )
}
