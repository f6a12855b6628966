//! A file of tickets: its rows, the mapping that fits its header, and each row as a draft.

use std::collections::VecDeque;

use super::draft::{Draft, Plan};
use super::header::{self, HEADER_ROWS, Header};
use super::mapping::{Field, Mapping};
use super::notes::ReadingNotes;
use super::table::{self, NotATable, Refused, Row, Table};
use super::template;

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

/// The tickets of one file, in order: of every sheet whose header fits the mapping.
pub(crate) struct TicketTable {
    mapping: Mapping,
    header: Vec<String>,
    notes: ReadingNotes,
    tables: VecDeque<Bound>,
    done: usize,
}

/// A table, bound to the mapping by its own header.
struct Bound {
    plan: Plan,
    table: Table,
    /// Its name where it must be told from others.
    sheet: Option<String>,
}

impl TicketTable {
    /// Opens `content` with the mapping called `source`, or else the one that its header fits best.
    pub(crate) fn open(
        content: &[u8],
        mappings: Vec<Mapping>,
        source: Option<&str>,
    ) -> Result<Self, FileRefused> {
        let mappings = chosen(mappings, source)?;
        let mut tables = table::open(content)?;
        let tops: Vec<Vec<Row>> = tables
            .iter_mut()
            .map(|table| table.top(HEADER_ROWS + 1))
            .collect();
        let fitting = tops.iter().filter_map(|top| header::find(top, &mappings));
        // Of equally particular ones, that of the first sheet.
        let best = fitting
            .rev()
            .max_by_key(|(mapping, _)| mapping.header.len());
        let Some((mapping, _)) = best else {
            return Err(refusal(&tops, &mappings));
        };
        let headers = tops
            .iter()
            .map(|top| Some(header::find(top, std::slice::from_ref(mapping))?.1));
        let headers: Vec<Option<Header>> = headers.collect();
        let is_one_of_several = headers.iter().flatten().count() > 1;
        let mut file = Self {
            mapping: mapping.clone(),
            header: Vec::new(),
            notes: ReadingNotes::default(),
            tables: VecDeque::new(),
            done: 0,
        };
        for ((table, header), top) in tables.into_iter().zip(headers).zip(&tops) {
            match header {
                Some(header) => file.bind(table, header, is_one_of_several)?,
                None => file.leave_out(table, top),
            }
        }
        file.notes.tell();
        Ok(file)
    }

    fn bind(
        &mut self,
        mut table: Table,
        header: Header,
        is_one_of_several: bool,
    ) -> Result<(), FileRefused> {
        let plan =
            Plan::bind(self.mapping.clone(), &header.titles).map_err(FileRefused::Mapping)?;
        table.settle(
            header.line,
            &header.titles,
            plan.columns_of(Field::UpstreamNo),
        )?;
        let sheet = table.sheet.clone().filter(|_| is_one_of_several);
        self.notes.take_up(&mut table, sheet.as_deref());
        if self.tables.is_empty() {
            self.header = header.titles;
        }
        self.tables.push_back(Bound { plan, table, sheet });
        Ok(())
    }

    /// Names a sheet of something else, and what it lacks if it is nearly one of tickets.
    fn leave_out(&mut self, mut table: Table, top: &[Row]) {
        if top
            .first()
            .is_some_and(|row| template::is_explanation(&row.cells))
        {
            return;
        }
        let missing = nearest(top, std::slice::from_ref(&self.mapping));
        let missing = missing.map(|(_, missing)| missing).unwrap_or_default();
        self.notes.skip(&mut table, &missing);
    }

    pub(crate) const fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The columns of the first table.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// What was left out or mended.
    pub(crate) const fn notes(&self) -> &ReadingNotes {
        &self.notes
    }

    /// Thousandths of the file that have been read.
    pub(crate) fn progress(&self) -> u64 {
        let tables = (self.done + self.tables.len()).max(1) as u64;
        let open = self
            .tables
            .front()
            .map_or(0, |bound| bound.table.progress());
        (self.done as u64 * 1000 + open) / tables
    }
}

impl Iterator for TicketTable {
    type Item = Result<Draft, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bound = self.tables.front_mut()?;
            if let Some(draft) = bound.next() {
                return Some(draft);
            }
            self.tables.pop_front();
            self.done += 1;
        }
    }
}

impl Iterator for Bound {
    type Item = Result<Draft, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.table.next()?;
        let sheet = self.sheet.clone();
        Some(match row.and_then(|row| self.plan.draft(&row)) {
            Ok(draft) => Ok(Draft { sheet, ..draft }),
            Err(refused) => Err(Refused { sheet, ..refused }),
        })
    }
}

/// The mappings that may be used.
fn chosen(mut mappings: Vec<Mapping>, source: Option<&str>) -> Result<Vec<Mapping>, FileRefused> {
    let Some(source) = source else {
        return Ok(mappings);
    };
    let names: Vec<_> = mappings.iter().map(|known| known.name.clone()).collect();
    mappings.retain(|mapping| mapping.name == source);
    if mappings.is_empty() {
        let names = names.join("、");
        return Err(FileRefused::UnknownSource(source.to_owned(), names));
    }
    Ok(mappings)
}

/// The mapping that one of the rows is nearly a header of, and what that lacks.
fn nearest<'m>(rows: &[Row], mappings: &'m [Mapping]) -> Option<(&'m Mapping, Vec<&'m str>)> {
    let all = rows.iter().flat_map(|row| {
        let missing = |mapping: &'m Mapping| (mapping, mapping.missing(&row.cells));
        mappings.iter().map(missing)
    });
    all.filter(|(mapping, missing)| missing.len() * 2 <= mapping.header.len())
        .min_by_key(|(_, missing)| missing.len())
}

/// Says which columns are missing if the file is nearly one of ours, or shows what was found instead.
fn refusal(tops: &[Vec<Row>], mappings: &[Mapping]) -> FileRefused {
    let near = tops.iter().filter_map(|top| nearest(top, mappings));
    if let Some((mapping, missing)) = near.min_by_key(|(_, missing)| missing.len()) {
        return FileRefused::MissingColumns {
            title: mapping.title.clone(),
            columns: missing.join("、"),
        };
    }
    let mut rows = tops.iter().flatten().take(HEADER_ROWS).peekable();
    if rows.peek().is_none() {
        return FileRefused::NotATable(NotATable::Empty);
    }
    let has_columns = |row: &&Row| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    match rows.find(has_columns) {
        Some(row) => FileRefused::UnknownHeader {
            first: row.cells.join(",").chars().take(QUOTED_CHARS).collect(),
        },
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
