//! A file of tickets: its rows, the mapping that fits its header, and each row as a draft.

use super::draft::{Draft, Plan};
use super::mapping::Mapping;
use super::table::{NotATable, Refused, Rows};

/// Offices put titles and notes above the header; it is looked for in this many rows.
const HEADER_ROWS: usize = 10;
/// How much of a foreign header is quoted back.
const QUOTED_CHARS: usize = 40;

/// Why no row of a file can be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    /// The mapping that was asked for, or that fits best, misses columns.
    #[error("表头不全：按「{title}」导入还缺少这些列：{columns}；请补上表头，或下载模板对照填写。")]
    MissingColumns {
        /// The mapping's title.
        title: String,
        /// What is missing, for people.
        columns: String,
    },
    /// A mapping's formats do not hold together.
    #[error("映射文件写法不对：{0}")]
    Mapping(String),
    /// Another kind of file.
    #[error(transparent)]
    NotATable(#[from] NotATable),
    /// A table, but none that a mapping knows.
    #[error(
        "认不出这份表格的表头（读到的是「{first}」）；请下载工单模板对照填写，或指定数据来源。"
    )]
    UnknownHeader {
        /// The beginning of its first row of several cells.
        first: String,
    },
    /// There is no mapping of this name.
    #[error("没有名为「{0}」的数据来源；请从这些里选：{1}。")]
    UnknownSource(String, String),
}

/// The tickets of one file, in order.
pub(crate) struct TicketTable {
    plan: Plan,
    header: Vec<String>,
    rows: Rows,
}

impl TicketTable {
    /// Opens `content` with the mapping called `source`, or else the one that its header fits best.
    pub(crate) fn open(
        content: &[u8],
        mut mappings: Vec<Mapping>,
        source: Option<&str>,
    ) -> Result<Self, FileRefused> {
        if let Some(source) = source {
            let names: Vec<_> = mappings
                .iter()
                .map(|mapping| mapping.name.clone())
                .collect();
            mappings.retain(|mapping| mapping.name == source);
            if mappings.is_empty() {
                return Err(FileRefused::UnknownSource(
                    source.to_owned(),
                    names.join("、"),
                ));
            }
        }
        let mut rows = Rows::open(content)?;
        let mut first_rows = Vec::new();
        for row in rows.by_ref().take(HEADER_ROWS).filter_map(Result::ok) {
            let fits = mappings
                .iter()
                .filter(|mapping| mapping.missing(&row.cells).is_empty());
            if let Some(mapping) = fits.max_by_key(|mapping| mapping.header.len()) {
                let plan = Plan::bind(mapping.clone(), &row.cells).map_err(FileRefused::Mapping)?;
                let header = trimmed(row.cells);
                rows.set_width(header.len());
                return Ok(Self { plan, header, rows });
            }
            first_rows.push(row.cells);
        }
        Err(refusal(&first_rows, &mappings))
    }

    pub(crate) fn mapping(&self) -> &Mapping {
        self.plan.mapping()
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Thousandths of the file that have been read.
    pub(crate) fn progress(&self) -> u64 {
        self.rows.progress()
    }
}

impl Iterator for TicketTable {
    type Item = Result<Draft, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(row.and_then(|row| self.plan.draft(&row)))
    }
}

/// Columns without a title at the end belong to no header.
fn trimmed(mut cells: Vec<String>) -> Vec<String> {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// Says which columns are missing if the file is nearly one of ours, or shows what was found instead.
fn refusal(rows: &[Vec<String>], mappings: &[Mapping]) -> FileRefused {
    let near = rows
        .iter()
        .flat_map(|cells| {
            mappings
                .iter()
                .map(move |mapping| (mapping, mapping.missing(cells)))
        })
        .filter(|(mapping, missing)| missing.len() * 2 <= mapping.header.len())
        .min_by_key(|(_, missing)| missing.len());
    if let Some((mapping, missing)) = near {
        return FileRefused::MissingColumns {
            title: mapping.title.clone(),
            columns: missing.join("、"),
        };
    }
    let has_columns =
        |cells: &Vec<String>| cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    match rows.iter().find(|cells| has_columns(cells)) {
        Some(cells) => FileRefused::UnknownHeader {
            first: cells.join(",").chars().take(QUOTED_CHARS).collect(),
        },
        None if rows.is_empty() => FileRefused::NotATable(NotATable::Empty),
        None => FileRefused::NotATable(NotATable::OtherKind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(content: &str, source: Option<&str>) -> Result<TicketTable, FileRefused> {
        TicketTable::open(content.as_bytes(), Mapping::embedded().unwrap(), source)
    }

    fn refused(content: &str, source: Option<&str>) -> FileRefused {
        open(content, source).err().unwrap()
    }

    #[test]
    fn the_header_tells_the_source_and_may_stand_below_a_title() {
        let table = open(
            "北园街道工单表,,,,\n,,,,\n工单编号,标题,内容,派发时间,\nA-1,堆物,楼道堆物,2026-11-24 09:30,\n",
            None,
        );
        let mut table = table.unwrap();
        assert_eq!(table.mapping().name, "office");
        assert_eq!(table.header().len(), 4);
        assert_eq!(table.next().unwrap().unwrap().line, 4);
    }

    #[test]
    fn the_most_particular_of_several_fitting_mappings_is_taken() {
        let hot = open(
            "msg_id,user_id,subject,created_at,body,likes,dislikes\n",
            None,
        );
        assert_eq!(hot.unwrap().mapping().name, "board_hot");
    }

    #[test]
    fn a_nearly_complete_header_is_told_what_is_missing() {
        let refusal = refused("工单编号,标题,派发时间\nA,b,c\n", None);
        assert!(
            refusal.to_string().contains("缺少这些列：内容；"),
            "{refusal}"
        );
    }

    #[test]
    fn a_table_of_something_else_is_refused_with_what_was_found() {
        let refusal = refused("姓名,生日\n某,1\n", None);
        assert!(refusal.to_string().contains("姓名,生日"), "{refusal}");
    }

    #[test]
    fn an_unknown_source_is_refused_with_the_known_ones() {
        let refusal = refused("a,b\n", Some("mars"));
        assert!(
            refusal.to_string().contains("office、pingshan"),
            "{refusal}"
        );
    }
}
