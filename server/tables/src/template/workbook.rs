//! The few parts of SpreadsheetML that the template and exports need, written as text into a zip file.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use super::{Column, EXPLANATIONS};

/// Rows that the drop-down choices cover.
const CHOICE_ROWS: u32 = 5_000;

const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// Style 1 is text (format 49), so that long numbers keep their digits; style 2 is a bold header.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE6F0FF"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs></styleSheet>"#;

/// The first row stays in view.
const FROZEN: &str = "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
    activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>";

const TEXT_STYLE: u8 = 1;
const HEADER_STYLE: u8 = 2;

/// The workbook of the template.
pub(super) fn template(columns: &[Column]) -> Result<Vec<u8>, ZipError> {
    pack(&[
        ("工单", tickets(columns)),
        ("填写说明", explanations(columns)),
    ])
}

/// A workbook of one sheet: a header that stays in view, and rows of text.
pub(crate) fn table(name: &str, header: &[&str], rows: &[Vec<&str>]) -> Result<Vec<u8>, ZipError> {
    let mut xml = row(1, HEADER_STYLE, header);
    for (cells, line) in rows.iter().zip(2..) {
        xml += &row(line, TEXT_STYLE, cells);
    }
    let sheet = sheet(FROZEN, &widths(header.len(), 18), &xml, "");
    pack(&[(name, sheet)])
}

/// A sheet of a workbook: its name, its header, its rows.
pub(crate) type NamedSheet<'a> = (&'a str, &'a [&'a str], &'a [Vec<String>]);

/// A workbook of several sheets, each as [`table`] has one.
pub(crate) fn tables(sheets: &[NamedSheet<'_>]) -> Result<Vec<u8>, ZipError> {
    let written = sheets.iter().map(|(name, header, rows)| {
        let mut xml = row(1, HEADER_STYLE, header);
        for (cells, line) in rows.iter().zip(2..) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            xml += &row(line, TEXT_STYLE, &cells);
        }
        (*name, sheet(FROZEN, &widths(header.len(), 24), &xml, ""))
    });
    pack(&written.collect::<Vec<_>>())
}

/// A workbook of these sheets, by their names.
fn pack(sheets: &[(&str, String)]) -> Result<Vec<u8>, ZipError> {
    let names: Vec<&str> = sheets.iter().map(|(name, _)| *name).collect();
    let mut book = begin(&names)?;
    for ((_, xml), n) in sheets.iter().zip(1..) {
        book.start_file(part(n), SimpleFileOptions::default())?;
        book.write_all(xml.as_bytes())?;
    }
    Ok(book.finish()?.into_inner())
}

fn part(n: usize) -> String {
    format!("xl/worksheets/sheet{n}.xml")
}

/// A workbook whose sheets are still to come.
fn begin(sheets: &[&str]) -> Result<zip::ZipWriter<Cursor<Vec<u8>>>, ZipError> {
    const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const SPREADSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let (mut types, mut names, mut parts) = (String::new(), String::new(), String::new());
    for (name, n) in sheets.iter().zip(1..) {
        let name = escaped(name);
        // Writing to a String cannot fail.
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{SPREADSHEET}.worksheet+xml\"/>"
        );
        let _ = write!(
            names,
            "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"
        );
        let _ = write!(
            parts,
            "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    let last = sheets.len() + 1;
    let types = format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{SPREADSHEET}.sheet.main+xml\"/>{types}\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{SPREADSHEET}.styles+xml\"/></Types>"
    );
    let names = format!(
        "{XML}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{OFFICE}\">\
         <sheets>{names}</sheets></workbook>"
    );
    let parts = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{parts}\
         <Relationship Id=\"rId{last}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (part, xml) in [
        ("[Content_Types].xml", types.as_str()),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", &names),
        ("xl/_rels/workbook.xml.rels", &parts),
        ("xl/styles.xml", STYLES),
    ] {
        book.start_file(part, SimpleFileOptions::default())?;
        book.write_all(xml.as_bytes())?;
    }
    Ok(book)
}

/// A workbook of one sheet that is written row by row: no more of it is in memory than its packed bytes.
pub(crate) struct Rows {
    book: zip::ZipWriter<Cursor<Vec<u8>>>,
    line: u32,
}

impl Rows {
    pub(crate) fn begin(name: &str, columns: usize) -> Result<Self, ZipError> {
        const CLOSED: &str = "</sheetData></worksheet>";
        let mut book = begin(&[name])?;
        book.start_file(part(1), SimpleFileOptions::default())?;
        let empty = sheet(FROZEN, &widths(columns, 18), "", "");
        book.write_all(empty.trim_end_matches(CLOSED).as_bytes())?;
        Ok(Self { book, line: 0 })
    }

    pub(crate) fn push(&mut self, cells: &[String]) -> Result<(), ZipError> {
        self.line += 1;
        let style = if self.line == 1 {
            HEADER_STYLE
        } else {
            TEXT_STYLE
        };
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        self.book
            .write_all(row(self.line, style, &cells).as_bytes())?;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Vec<u8>, ZipError> {
        self.book.write_all(b"</sheetData></worksheet>")?;
        Ok(self.book.finish()?.into_inner())
    }
}

/// The sheet to fill in: a header that stays in view, text columns, choices.
fn tickets(columns: &[Column]) -> String {
    let header: Vec<_> = columns.iter().map(|column| column.title.as_str()).collect();
    let choices: Vec<_> = columns
        .iter()
        .zip(0_u32..)
        .filter(|(column, _)| !column.choices.is_empty())
        .map(|(column, place)| {
            let (letter, list) = (letters(place), escaped(&column.choices.join(",")));
            format!(
                "<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\" \
                 sqref=\"{letter}2:{letter}{CHOICE_ROWS}\"><formula1>\"{list}\"</formula1></dataValidation>"
            )
        })
        .collect();
    let validations = format!(
        "<dataValidations count=\"{}\">{}</dataValidations>",
        choices.len(),
        choices.concat()
    );
    let widths = widths(columns.len(), 18);
    sheet(
        FROZEN,
        &widths,
        &row(1, HEADER_STYLE, &header),
        &validations,
    )
}

/// What to write into each column, with an example.
fn explanations(columns: &[Column]) -> String {
    let mut rows = row(1, HEADER_STYLE, &EXPLANATIONS);
    for (column, line) in columns.iter().zip(2..) {
        rows += &row(
            line,
            TEXT_STYLE,
            &[&column.title, column.hint, column.example],
        );
    }
    sheet("", &widths(3, 48), &rows, "")
}

fn sheet(view: &str, widths: &str, rows: &str, validations: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         {view}{widths}<sheetData>{rows}</sheetData>{validations}</worksheet>"
    )
}

fn widths(columns: usize, width: u8) -> String {
    format!(
        "<cols><col min=\"1\" max=\"{columns}\" width=\"{width}\" style=\"{TEXT_STYLE}\"/></cols>"
    )
}

fn row(line: u32, style: u8, cells: &[&str]) -> String {
    let mut xml = format!("<row r=\"{line}\">");
    for (cell, place) in cells.iter().zip(0_u32..) {
        let (letter, text) = (letters(place), escaped(cell));
        // Writing to a String cannot fail.
        let _ = write!(
            xml,
            "<c r=\"{letter}{line}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
        );
    }
    xml + "</row>"
}

/// Column letters: 0 is A, 26 is AA.
fn letters(mut place: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(
            b'A' + u8::try_from(place % 26).unwrap_or_default(),
        ));
        if place < 26 {
            break;
        }
        place = place / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// As XML has it, without what XML cannot hold.
fn escaped(text: &str) -> String {
    let can_stand = |c: &char| matches!(c, '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let text: String = text.chars().filter(can_stand).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_like_a_spreadsheet() {
        let lettered: Vec<_> = [0, 25, 26, 51, 52, 701, 702].map(letters).to_vec();
        assert_eq!(lettered, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
