//! What reading a file left out or mended, so that nothing is missing in silence.

use serde::Serialize;

use super::table::Table;

/// What a person should know about how a file was read, beside its rows. Empty where there is nothing to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReadingNotes {
    /// Sheets that were read, in the order of the workbook; only for a workbook with several tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<ReadSheet>,
    /// Sheets that hold rows and were not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped_sheets: Vec<SkippedSheet>,
    /// Names of hidden sheets that were read all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_sheets: Vec<String>,
    /// Rows that are hidden or filtered away in the workbook; they were read all the same.
    #[serde(skip_serializing_if = "is_zero")]
    pub hidden_rows: u64,
    /// Cells that were left out because no column title stands above them.
    #[serde(skip_serializing_if = "is_zero")]
    pub untitled_cells: u64,
    /// Names of the first of those cells: `F2`, or `九月!F2` in a workbook with several tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untitled_names: Vec<String>,
    /// Control characters, which nobody sees, that were dropped from texts.
    #[serde(skip_serializing_if = "is_zero")]
    pub control_characters: u64,
    /// All of this as zh-CN sentences, which say what to do where something can be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
}

/// A sheet that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReadSheet {
    /// Its name.
    pub sheet: String,
    /// Rows below its header.
    pub rows: u64,
}

/// A sheet that was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SkippedSheet {
    /// Its name.
    pub sheet: String,
    /// Its rows that hold anything.
    pub rows: u64,
    /// Why, as a zh-CN sentence that says what to do if it should have been read.
    pub reason: String,
}

/// How many names of cells are told.
const NAMED_CELLS: usize = 10;

impl ReadingNotes {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts what was taken up into sentences.
    pub(crate) fn tell(&mut self) {
        let mut told = Vec::new();
        if !self.sheets.is_empty() {
            let rows = |read: &ReadSheet| format!("「{}」{} 行", read.sheet, read.rows);
            let sheets: Vec<_> = self.sheets.iter().map(rows).collect();
            let count = sheets.len();
            told.push(format!("读了 {count} 张工作表：{}。", sheets.join("、")));
        }
        for skipped in &self.skipped_sheets {
            let SkippedSheet {
                sheet,
                rows,
                reason,
            } = skipped;
            told.push(format!("没有读工作表「{sheet}」（{rows} 行）：{reason}"));
        }
        for sheet in &self.hidden_sheets {
            told.push(format!(
                "工作表「{sheet}」是隐藏的，也读了；如果不该导入，请先把它删除。"
            ));
        }
        if self.hidden_rows > 0 {
            let rows = self.hidden_rows;
            told.push(format!(
                "有 {rows} 行被隐藏或筛选掉了，也读了；如果不该导入，请先把它们删除。"
            ));
        }
        if self.untitled_cells > 0 {
            let (cells, names) = (self.untitled_cells, self.untitled_names.join("、"));
            let more = match self.untitled_cells > self.untitled_names.len() as u64 {
                true => " 等",
                false => "",
            };
            told.push(format!(
                "有 {cells} 个单元格上方没有列名，没有读：{names}{more}；如果要导入，请给这一列写上列名。"
            ));
        }
        if self.control_characters > 0 {
            let characters = self.control_characters;
            told.push(format!("去掉了文字里 {characters} 个看不见的控制字符。"));
        }
        self.told = told;
    }

    /// Takes up what a table says once its header is known. `sheet` names it where it must be told from others.
    pub(crate) fn take_up(&mut self, table: &mut Table, sheet: Option<&str>) {
        if let Some(sheet) = sheet {
            let rows = table.row_count();
            let sheet = sheet.to_owned();
            self.sheets.push(ReadSheet { sheet, rows });
        }
        if table.hidden {
            self.hidden_sheets.extend(table.sheet.clone());
        }
        self.hidden_rows += table.hidden_rows();
        self.control_characters += table.controls();
        let beside = table.beside();
        self.untitled_cells += beside.count;
        let named = beside.names.into_iter().map(|name| match sheet {
            Some(sheet) => format!("{sheet}!{name}"),
            None => name,
        });
        let free = NAMED_CELLS.saturating_sub(self.untitled_names.len());
        self.untitled_names.extend(named.take(free));
    }

    /// Names a sheet that no header was found in, or that lacks these columns of one.
    pub(crate) fn skip(&mut self, table: &mut Table, missing: &[&str]) {
        let Some(sheet) = table.sheet.clone() else {
            return;
        };
        let reason = match missing.is_empty() {
            true => "前几行里没有认得出的表头；如果这张表也要导入，请对照模板改好表头。".to_owned(),
            false => {
                let columns = missing.join("、");
                format!("表头缺少这些列：{columns}；如果这张表也要导入，请补上。")
            }
        };
        let rows = table.row_count();
        self.skipped_sheets.push(SkippedSheet {
            sheet,
            rows,
            reason,
        });
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
