//! Workbooks that are one text: SpreadsheetML and web pages.

use harness::simulation::Chance;

use super::books::escaped;
use super::layout::Sheet;
use super::plain::shown;
use super::rows::Cell;

/// Where a place stands to the merged cells of a sheet.
enum Stands {
    Alone,
    /// In the first place of so many lines and columns.
    First(usize, usize),
    Covered,
}

fn stands(place: (usize, usize), sheet: &Sheet) -> Stands {
    for (first, last) in &sheet.merged {
        if *first == place {
            return Stands::First(last.0 - first.0 + 1, last.1 - first.1 + 1);
        }
        if (first.0..=last.0).contains(&place.0) && (first.1..=last.1).contains(&place.1) {
            return Stands::Covered;
        }
    }
    Stands::Alone
}

pub(crate) fn spreadsheetml(sheets: &[Sheet]) -> Vec<u8> {
    let mut xml = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">"#,
    );
    for sheet in sheets {
        let name = escaped(&sheet.name);
        xml += &format!(r#"<Worksheet ss:Name="{name}"><Table>"#);
        for (line, at) in sheet.lines.iter().zip(0_usize..) {
            let hidden = if line.hidden { r#" ss:Hidden="1""# } else { "" };
            xml += &format!(r#"<Row ss:Index="{}"{hidden}>"#, at + 1);
            for (column, cell) in line.cells.iter().enumerate() {
                let spans = match stands((at, column), sheet) {
                    Stands::Covered => continue,
                    Stands::Alone => String::new(),
                    Stands::First(lines, columns) => format!(
                        r#" ss:MergeDown="{}" ss:MergeAcross="{}""#,
                        lines - 1,
                        columns - 1
                    ),
                };
                let data = data(cell);
                xml += &format!(r#"<Cell ss:Index="{}"{spans}>{data}</Cell>"#, column + 1);
            }
            xml += "</Row>";
        }
        xml += "</Table>";
        if sheet.hidden {
            xml += "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>";
        }
        xml += "</Worksheet>";
    }
    (xml + "</Workbook>").into_bytes()
}

fn data(cell: &Cell) -> String {
    let (kind, text) = match cell {
        Cell::Empty => return String::new(),
        // As Excel writes what has more digits than it keeps.
        Cell::Whole(whole) if *whole > 999_999_999_999_999 => {
            ("Number", "2.02611200000001E+15".to_owned())
        }
        Cell::Whole(whole) => ("Number", whole.to_string()),
        Cell::Date(at) => {
            let (year, month, day) = at.date();
            let (hour, minute, second) = at.clock();
            let text = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000");
            ("DateTime", text)
        }
        Cell::Error(error) => ("Error", (*error).to_owned()),
        Cell::Text(text) | Cell::Raw(text) => ("String", escaped(text).replace('\n', "&#10;")),
    };
    format!(r#"<Data ss:Type="{kind}">{text}</Data>"#)
}

pub(crate) fn html(sheets: &[Sheet], chance: &mut Chance) -> Vec<u8> {
    let wide = chance.below(2) == 0;
    let charset = if wide { "utf-8" } else { "gb2312" };
    let mut page = format!(
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset={charset}>\
         <style>td{{mso-number-format:\"\\@\"}}</style></head>\r\n<body>"
    );
    for sheet in sheets {
        page += "<TABLE border=1>\r\n";
        for (line, at) in sheet.lines.iter().zip(0_usize..) {
            page += "<tr>";
            for (column, cell) in line.cells.iter().enumerate() {
                let spans = match stands((at, column), sheet) {
                    Stands::Covered => continue,
                    Stands::Alone => String::new(),
                    Stands::First(lines, columns) => {
                        format!(" rowspan=\"{lines}\" colspan={columns}")
                    }
                };
                let text = match cell {
                    Cell::Empty if chance.below(2) == 0 => "&nbsp;".to_owned(),
                    Cell::Whole(whole) if *whole > 999_999_999_999_999 => "2.02611E+15".to_owned(),
                    Cell::Empty
                    | Cell::Text(_)
                    | Cell::Whole(_)
                    | Cell::Date(_)
                    | Cell::Error(_)
                    | Cell::Raw(_) => escaped(&shown(cell)).replace('\n', "<br>"),
                };
                page += &format!("<td{spans} x:str>{text}</td>");
            }
            page += "</tr>\r\n";
        }
        page += "</TABLE><br>\r\n";
    }
    page += "</body></html>";
    match wide {
        true => page.into_bytes(),
        false => encoding_rs::GB18030.encode(&page).0.into_owned(),
    }
}
