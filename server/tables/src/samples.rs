//! Small workbooks for tests.

use std::io::{Cursor, Write as _};

/// A zip file of these parts.
pub(crate) fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An XLSX workbook of these sheets: name with attributes (`a" state="hidden`), and the worksheet's XML. Style 1 is a
/// date with time.
pub(crate) fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
    let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut listed, mut related, mut parts) = (String::new(), String::new(), Vec::new());
    let names: Vec<_> = (1..=sheets.len())
        .map(|number| format!("xl/worksheets/sheet{number}.xml"))
        .collect();
    for ((name, xml), (number, part)) in sheets.iter().zip((1..).zip(&names)) {
        listed += &format!(r#"<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>"#);
        related += &format!(
            r#"<Relationship Id="r{number}" Type="{relation}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
        let xml = format!(r#"<worksheet xmlns="{namespace}">{xml}</worksheet>"#);
        parts.push((part.as_str(), xml));
    }
    parts.extend([
        ("_rels/.rels", format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        )),
        ("xl/workbook.xml", format!(
            r#"<workbook xmlns="{namespace}" xmlns:r="{relation}"><sheets>{listed}</sheets></workbook>"#
        )),
        ("xl/_rels/workbook.xml.rels", format!(
            r#"<Relationships xmlns="{package}">{related}<Relationship Id="s" Type="{relation}/styles" Target="styles.xml"/></Relationships>"#
        )),
        ("xl/styles.xml", format!(
            r#"<styleSheet xmlns="{namespace}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#
        )),
    ]);
    zip(&parts)
}

/// The rows of a worksheet: cells are separated by `|`, a row that begins with `~` is hidden.
pub(crate) fn rows(lines: &[&str]) -> String {
    let mut xml = String::from("<sheetData>");
    for (line, cells) in (1..).zip(lines) {
        let shown = cells.trim_start_matches('~');
        let hidden = if shown == *cells {
            ""
        } else {
            r#" hidden="1""#
        };
        xml += &format!(r#"<row r="{line}"{hidden}>"#);
        for (column, cell) in ('A'..).zip(shown.split('|')) {
            if !cell.is_empty() {
                xml +=
                    &format!(r#"<c r="{column}{line}" t="inlineStr"><is><t>{cell}</t></is></c>"#);
            }
        }
        xml += "</row>";
    }
    xml + "</sheetData>"
}

/// An OpenDocument workbook with this content of its spreadsheet.
pub(crate) fn ods(tables: &str) -> Vec<u8> {
    let mimetype = "application/vnd.oasis.opendocument.spreadsheet".to_owned();
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zip(&[("mimetype", mimetype), ("content.xml", content)])
}
