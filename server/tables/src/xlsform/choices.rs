//! The lists to choose from.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::form::{Choice, Label};

use super::rows::Sheets;
use super::words::{id_of, label_of};
use super::{LeftOut, NotAForm, WhyLeft};

/// A list to choose from.
#[derive(Default)]
pub(super) struct List {
    pub(super) options: Vec<Choice>,
    /// The ids as the workbook writes them, in the same order: conditions name them.
    pub(super) written: Vec<String>,
}

/// The lists by name.
pub(super) type Lists = BTreeMap<String, List>;

pub(super) fn lists(sheets: &Sheets, left_out: &mut Vec<LeftOut>) -> Result<Lists, NotAForm> {
    let mut lists = Lists::new();
    let Some(sheet) = &sheets.choices else {
        return Ok(lists);
    };
    let survey_uses = used(sheets);
    for line in sheet.rows() {
        let name = line.any(&["list_name", "list"]);
        let code = line.any(&["name", "value"]);
        if name.is_empty() && code.is_empty() {
            continue;
        }
        let fresh = !lists.contains_key(name);
        if fresh && !survey_uses.contains(name) {
            line.leave("list_name", WhyLeft::ListUnused, false, left_out);
        }
        let list = lists.entry(name.to_owned()).or_default();
        if !survey_uses.contains(name) {
            continue;
        }
        let column = if sheet.has("name") { "name" } else { "value" };
        if list.written.iter().any(|known| known == code) {
            line.leave(column, WhyLeft::IdTwice, false, left_out);
            continue;
        }
        let taken: BTreeSet<String> = list.options.iter().map(|one| one.code.clone()).collect();
        let Some(id) = id_of(code, &taken) else {
            line.leave(column, WhyLeft::NoId, false, left_out);
            continue;
        };
        if id != code {
            line.leave(column, WhyLeft::IdChanged, true, left_out);
        }
        let label = label_of(&line, "label", left_out).unwrap_or_else(|| {
            line.leave(column, WhyLeft::NoLabel, true, left_out);
            Label {
                zh: id.clone(),
                en: None,
            }
        });
        list.options.push(Choice { code: id, label });
        list.written.push(code.to_owned());
    }
    let filters: Vec<&str> = sheets
        .survey
        .rows()
        .map(|line| line.cell("choice_filter"))
        .collect();
    let known = |title: &str| {
        matches!(title, "list_name" | "list" | "name" | "value" | "label")
            || title.starts_with("label:")
            // What a filter reads is named where the filter stands.
            || filters.iter().any(|filter| filter.contains(title))
    };
    sheet.name_unused(&known, left_out);
    Ok(lists)
}

/// The lists that questions name.
fn used(sheets: &Sheets) -> BTreeSet<String> {
    let rows = sheets.survey.rows();
    rows.filter_map(|line| super::questions::list_of(line.cell("type")))
        .collect()
}
