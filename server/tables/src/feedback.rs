//! 反馈表: feedback for the upper level as a table, one line per ticket and stage.

use super::template::workbook;

/// The columns, from the left.
pub const COLUMNS: [&str; 16] = [
    "工单编号",
    "平台编号",
    "标题",
    "办理次数",
    "反馈阶段",
    "反馈内容",
    "反馈状态",
    "审核时间",
    "反馈时间",
    "反馈方式",
    "结果确认",
    "诉求认定",
    "服务评价",
    "结果评价",
    "是否解决",
    "未回访原因",
];

/// One line: a cell for each of [`COLUMNS`].
pub type Line = [String; 16];

/// As CSV. The mark in front makes Excel read it as UTF-8.
pub fn csv(lines: &[Line]) -> String {
    let mut text = String::from("\u{FEFF}");
    let header = COLUMNS.map(str::to_owned);
    for line in std::iter::once(&header).chain(lines) {
        let cells: Vec<String> = line.iter().map(|cell| cell_of_csv(cell)).collect();
        text += &cells.join(",");
        text += "\r\n";
    }
    text
}

/// As an XLSX workbook whose cells are text, so that long numbers keep their digits.
///
/// # Errors
/// When the file cannot be packed.
pub fn xlsx(lines: &[Line]) -> Result<Vec<u8>, zip::result::ZipError> {
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .map(|line| line.iter().map(String::as_str).collect())
        .collect();
    workbook::table("反馈", &COLUMNS, &rows)
}

/// A cell. One that a spreadsheet would take for a formula gets an apostrophe in front, which spreadsheets do not show.
pub(crate) fn cell_of_csv(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    fn line(text: &str) -> Line {
        let mut line: Line = Default::default();
        "SQ-1".clone_into(&mut line[0]);
        text.clone_into(&mut line[5]);
        line
    }

    fn read_back(content: &[u8]) -> Vec<Vec<String>> {
        let mut tables = table::open(content).unwrap();
        let rows = tables.remove(0);
        rows.map(|row| row.unwrap().cells).collect()
    }

    #[test]
    fn both_files_say_the_same_when_they_are_read_back() {
        let said = "已清理，\n\"三楼\"<&>也清了，回访满意";
        let lines = [line(said), line("二")];
        for content in [csv(&lines).into_bytes(), xlsx(&lines).unwrap()] {
            let rows = read_back(&content);
            assert_eq!(rows.len(), 3);
            assert_eq!(rows[0], COLUMNS);
            assert_eq!((rows[1][0].as_str(), rows[1][5].as_str()), ("SQ-1", said));
        }
    }

    #[test]
    fn no_cell_becomes_a_formula() {
        for text in ["=1+1", "+86", "-1", "@SUM(A1)"] {
            assert!(csv(&[line(text)]).contains(&format!(",'{text},")), "{text}");
        }
    }

    #[test]
    fn what_xml_cannot_hold_does_not_break_the_workbook() {
        let rows = read_back(&xlsx(&[line("一\u{0}\u{b}二\u{ffff}三")]).unwrap());
        assert_eq!(rows[1][5], "一二三");
    }
}
