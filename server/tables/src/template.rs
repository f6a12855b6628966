//! The empty table that offices fill in, as CSV and as a workbook. Its columns and choices are read
//! from the `office` mapping, so that template and import cannot drift apart.

pub(crate) mod workbook;

use super::mapping::{Field, Mapping};

/// The columns in the order of the sheet, what to write there, and an example.
const COLUMNS: &[(Field, &str, &str)] = &[
    (
        Field::UpstreamNo,
        "必填。上级平台的编号；自收件可自编，不能重复。",
        "SQ-20261124-001",
    ),
    (
        Field::Channel,
        "12345电话、省级热线、市长信箱、微信、网格巡查等。",
        "12345电话",
    ),
    (Field::RequestKind, "从下拉框选择。", "投诉"),
    (Field::RequesterType, "从下拉框选择；不填按市民。", "市民"),
    (Field::Title, "必填。一句话，200 字以内。", "楼道堆放杂物"),
    (
        Field::Description,
        "必填。诉求原文，2 万字以内。",
        "二单元楼道堆放纸箱和旧家具，存在火灾隐患，希望尽快清理。",
    ),
    (Field::CategoryL1, "可不填。", "城市管理"),
    (Field::CategoryL2, "可不填。", "公共安全"),
    (Field::CategoryL3, "可不填。", "楼道堆物"),
    (
        Field::Address,
        "事情发生的地方，从大到小写。",
        "和平路 1 号院 2 号楼 2 单元",
    ),
    (
        Field::Community,
        "社区名称；与系统里的社区同名时自动归入。",
        "和平社区",
    ),
    (
        Field::Requester,
        "姓名只加密保存，界面上显示为“张*”。",
        "张某某",
    ),
    (
        Field::Phone,
        "11 位手机号或带区号的座机；只加密保存，界面上显示为“138****0000”。",
        "13800000000",
    ),
    (
        Field::DispatchedAt,
        "必填。如 2026-11-24 09:30。",
        "2026-11-24 09:30",
    ),
    (
        Field::DueAt,
        "如 2026-11-27 17:30；只写日期时算到当天 24 点。",
        "2026-11-27 17:30",
    ),
    (Field::Urgency, "从下拉框选择；不填按一般。", "一般"),
    (Field::UnitText, "原系统里的承办单位，照抄。", "和平街道"),
    (
        Field::ExternalStatus,
        "上级平台上的工单状态，照抄；导入后与本系统核对。",
        "办理中",
    ),
];

/// One column of the template.
struct Column {
    title: String,
    hint: &'static str,
    example: &'static str,
    /// What may be chosen; empty = free text.
    choices: Vec<String>,
}

fn columns(office: &Mapping) -> Vec<Column> {
    COLUMNS
        .iter()
        .filter_map(|(field, hint, example)| {
            let from = office.fields.get(field)?;
            Some(Column {
                title: from.columns.first()?.clone(),
                hint,
                example,
                choices: from.recommended().into_iter().map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// The header alone. The mark in front makes Excel read it as UTF-8.
pub fn csv(office: &Mapping) -> String {
    let titles: Vec<_> = columns(office)
        .into_iter()
        .map(|column| column.title)
        .collect();
    format!("\u{FEFF}{}\r\n", titles.join(","))
}

/// The header of the sheet of explanations.
const EXPLANATIONS: [&str; 3] = ["列名", "怎么填", "示例"];

/// Whether a sheet begins like the explanations of the template, which nobody misses among the tickets.
pub(crate) fn is_explanation(first_row: &[String]) -> bool {
    first_row == EXPLANATIONS
}

/// An XLSX workbook: the empty sheet with drop-down choices, and a sheet of explanations.
pub fn xlsx(office: &Mapping) -> Result<Vec<u8>, zip::result::ZipError> {
    workbook::template(&columns(office))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{self, NotATable};
    use crate::ticket_table::TicketTable;

    fn office() -> Mapping {
        Mapping::parse(include_str!("../mappings/office.toml")).unwrap()
    }

    #[test]
    fn every_column_of_the_mapping_is_in_the_template() {
        assert_eq!(columns(&office()).len(), office().fields.len());
    }

    #[test]
    fn both_templates_are_recognised_and_hold_no_ticket() {
        for content in [csv(&office()).into_bytes(), xlsx(&office()).unwrap()] {
            let mut table = TicketTable::open(&content, vec![office()], None).unwrap();
            assert_eq!(table.header().len(), COLUMNS.len());
            assert!(table.notes().is_empty());
            assert!(table.next().is_none());
        }
    }

    #[test]
    fn the_examples_of_the_template_make_a_ticket() {
        let columns = columns(&office());
        let titles: Vec<_> = columns.iter().map(|column| column.title.as_str()).collect();
        let examples: Vec<_> = columns.iter().map(|column| column.example).collect();
        let content = format!("{}\n{}\n", titles.join(","), examples.join(","));
        let mut table = TicketTable::open(content.as_bytes(), vec![office()], None).unwrap();
        assert_eq!(
            table.next().unwrap().unwrap().upstream_no,
            "SQ-20261124-001"
        );
    }

    #[test]
    fn a_workbook_read_row_by_row_has_the_header_first() -> Result<(), NotATable> {
        let content = xlsx(&office()).unwrap();
        let first = table::open(&content)?.remove(0).next().unwrap().unwrap();
        assert_eq!((first.line, first.cells[0].as_str()), (1, "工单编号"));
        Ok(())
    }
}
