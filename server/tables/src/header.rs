//! Where a table's header is: below titles and notes, in one row or in two.

use std::collections::BTreeSet;

use super::mapping::{Field, Mapping};
use super::plain;
use super::table::Row;

/// Offices put titles and notes above the header; it is looked for in this many rows.
pub(crate) const HEADER_ROWS: usize = 10;

/// The columns' titles of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Up to the last column that has one.
    pub(crate) titles: Vec<String>,
    /// The line that it ends in.
    pub(crate) line: u32,
}

impl Header {
    /// A header of one row.
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            titles: trimmed(row.cells.clone()),
            line: row.line,
        }
    }

    /// A header of two rows, groups above and titles below, worded as `known` has it where it does.
    fn of_two(upper: &Row, lower: &Row, known: &BTreeSet<String>) -> Self {
        let mut group = "";
        let width = upper.cells.len().max(lower.cells.len());
        let titles = (0..width).map(|column| {
            let above = cell(upper, column);
            let below = cell(lower, column);
            if !above.is_empty() {
                group = above;
            }
            joined(above, group, below, known)
        });
        Self {
            titles: trimmed(titles.collect()),
            line: lower.line,
        }
    }
}

/// The header in the first rows of a table, and the most particular of the mappings that fit it.
pub(crate) fn find<'m>(top: &[Row], mappings: &'m [Mapping]) -> Option<(&'m Mapping, Header)> {
    (0..HEADER_ROWS).find_map(|place| {
        let rows = top.get(place..)?;
        let fitting = mappings
            .iter()
            .filter_map(|mapping| Some((mapping, at_the_top(rows, mapping)?)));
        fitting.max_by_key(|(mapping, _)| mapping.header.len())
    })
}

/// The header that begins in the first of these rows.
fn at_the_top(rows: &[Row], mapping: &Mapping) -> Option<Header> {
    let known = known_titles(mapping);
    let fits = |header: &Header| mapping.missing(&header.titles).is_empty();
    let first = rows.first()?;
    let single = Some(Header::of(first)).filter(fits);
    let Some(second) = rows.get(1) else {
        return single;
    };
    let double = Some(Header::of_two(first, second, &known)).filter(fits);
    let Some(double) = double else {
        return single;
    };
    if single.is_some() && is_data(second, &double, mapping) {
        return single;
    }
    let count = |header: &Header| {
        let titles = header.titles.iter().map(|title| plain::title(title));
        titles.filter(|title| known.contains(title)).count()
    };
    match single {
        Some(single) if count(&single) > count(&double) => Some(single),
        Some(single) if count(&single) == count(&double) && !stands_in_groups(second, first) => {
            Some(single)
        }
        // A title above a header does not make it one of two rows; it is found in the next row.
        None if count(&Header::of(second)) >= count(&double) => None,
        _ => Some(double),
    }
}

/// Whether all that a row says stands under groups of the row above: a title and free places behind it. Such a row is a
/// part of the header though a mapping knows none of its titles.
fn stands_in_groups(row: &Row, above: &Row) -> bool {
    let mut is_titled = false;
    let mut continues = false;
    for column in 0..row.cells.len().max(above.cells.len()) {
        let says_something = !cell(row, column).is_empty();
        if !cell(above, column).is_empty() {
            is_titled = says_something;
            let is_alone = !cell(above, column + 1).is_empty();
            if says_something && is_alone {
                return false;
            }
        } else if says_something {
            // A note beside the table has nothing under the title before it.
            if !is_titled {
                return false;
            }
            continues = true;
        }
    }
    continues
}

/// Whether a row below a whole header is a ticket: it has a number. A merged title leaves that place free.
fn is_data(row: &Row, header: &Header, mapping: &Mapping) -> bool {
    let Some(from) = mapping.fields.get(&Field::UpstreamNo) else {
        return true;
    };
    let named: Vec<String> = from
        .columns
        .iter()
        .map(|title| plain::title(title))
        .collect();
    let mut columns = header.titles.iter().zip(0..);
    columns.any(|(title, column)| {
        let number = plain::title(cell(row, column));
        named.contains(&plain::title(title)) && !number.is_empty() && !named.contains(&number)
    })
}

/// The titles that the mapping reads, as they are compared.
fn known_titles(mapping: &Mapping) -> BTreeSet<String> {
    let of_fields = mapping.fields.values().flat_map(|from| &from.columns);
    let all = of_fields.chain(&mapping.header).chain(&mapping.keep);
    all.map(|title| plain::title(title)).collect()
}

/// One title for a column of a header with two rows.
fn joined(above: &str, group: &str, below: &str, known: &BTreeSet<String>) -> String {
    if below.is_empty() {
        return above.to_owned();
    }
    let whole = format!("{group}{below}");
    let forms = [whole.as_str(), below, above];
    let known_form = forms
        .iter()
        .find(|form| known.contains(&plain::title(form)));
    match known_form {
        Some(form) => (*form).to_owned(),
        None => whole,
    }
}

fn cell(row: &Row, column: usize) -> &str {
    row.cells.get(column).map_or("", String::as_str)
}

/// Columns without a title at the end belong to no header.
fn trimmed(mut cells: Vec<String>) -> Vec<String> {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Vec<Row> {
        let rows = lines.iter().zip(1..).map(|(cells, line)| Row {
            line,
            cells: cells.split(',').map(str::to_owned).collect(),
        });
        rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
            .collect()
    }

    fn found(lines: &[&str]) -> Option<(u32, String)> {
        let mappings = Mapping::embedded().unwrap();
        let (_, header) = find(&rows(lines), &mappings)?;
        Some((header.line, header.titles.join(",")))
    }

    #[test]
    fn titles_are_found_in_either_of_two_rows() {
        let header = found(&[
            "工单编号,工单信息,,,诉求人信息,",
            ",标题,内容,派发时间,诉求人,联系电话",
            "A-1,b,c,2026-11-24,某,",
        ]);
        let titles = "工单编号,标题,内容,派发时间,诉求人,联系电话";
        assert_eq!(header, Some((2, titles.to_owned())));
    }

    #[test]
    fn a_whole_upper_row_still_takes_the_titles_below_its_groups() {
        let header = found(&[
            "某街道工单表",
            "工单编号,标题,内容,派发时间,诉求人信息,",
            ",,,,诉求人,联系电话",
            "A-1,b,c,2026-11-24,某,",
        ]);
        let titles = "工单编号,标题,内容,派发时间,诉求人,联系电话";
        assert_eq!(header, Some((3, titles.to_owned())));
    }

    #[test]
    fn a_group_and_its_title_are_one_name_where_the_mapping_has_it_so() {
        let header = found(&[
            "工单编号,标题,内容,派发,,类别,,其他",
            ",,,时间,人员,大类,小类,说明",
        ]);
        let titles = "工单编号,标题,内容,派发时间,派发人员,类别大类,类别小类,其他说明";
        assert_eq!(header, Some((2, titles.to_owned())));
    }

    #[test]
    fn titles_that_no_mapping_knows_are_a_part_of_the_header_too() {
        let upper = "工单编号,标题,内容,派发时间,办理情况,,";
        let header = found(&[upper, ",,,,满意度,序号,", "A-1,b,c,2026-11-24,好,1,"]);
        let titles = "工单编号,标题,内容,派发时间,办理情况满意度,办理情况序号";
        assert_eq!(header, Some((2, titles.to_owned())));
        // A note beside the table, and a ticket without a number.
        for below in [",,,,,见附件,", ",b,c,2026-11-24,好,,"] {
            let header = found(&[upper, below, "A-1,b,c,2026-11-24,好,1,"]);
            assert_eq!(header.map(|(line, _)| line), Some(1), "{below}");
        }
    }

    #[test]
    fn a_title_above_and_data_below_are_no_part_of_a_header() {
        let header = found(&[
            "某街道工单表,,,",
            "工单编号,标题,内容,派发时间,来自",
            "A-1,标题,内容,2026-11-24,社区",
        ]);
        assert_eq!(
            header,
            Some((2, "工单编号,标题,内容,派发时间,来自".to_owned()))
        );
        assert_eq!(found(&["姓名,生日", "某,1"]), None);
    }
}
