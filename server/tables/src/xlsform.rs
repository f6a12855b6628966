//! XLSForm: forms as workbooks with the sheets `survey`, `choices` and `settings` (<https://xlsform.org>), read as far as a
//! form of a visit can hold them, and written so that they are read as the same form again.
//!
//! Nothing is left out without a word: what a form cannot hold is named by sheet, line and column ([`LeftOut`]).

mod choices;
mod expression;
mod questions;
mod rows;
mod settings;
mod words;
mod write;

use serde::Serialize;
use sync_core::form::Form;

use crate::table::{self, NotATable};
use rows::Sheets;

pub use write::write;

/// Largest workbook that is read. Hand-made forms have some tens of kilobytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Most lines of a sheet.
const MAX_LINES: usize = 2_000;
/// Most that is left out before the file is refused: nobody reads more.
const MAX_LEFT_OUT: usize = 1_000;

/// What a workbook says, as far as a form can hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The form; its version is the number that the workbook says, or 1.
    pub form: Form,
    /// What a form cannot hold, in the order of the workbook.
    pub left_out: Vec<LeftOut>,
}

/// Something of a workbook that the form does not hold, or holds in another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeftOut {
    /// `survey`, `choices` or `settings`.
    pub sheet: &'static str,
    /// As a spreadsheet counts it, from 1.
    pub line: u32,
    /// Title of the column.
    pub column: String,
    /// What stands there, cut to 60 characters.
    pub what: String,
    /// Why.
    pub why: WhyLeft,
    /// The question or choice is in the form all the same.
    pub kept: bool,
}

/// Why a form cannot hold something, or what it holds in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyLeft {
    /// A type of question that a form has not.
    KindUnknown,
    /// Photos, films, recordings, files: a visit has photos of its own.
    Picture,
    /// A place: arrival notes it.
    Place,
    /// What a phone notes by itself.
    NotedAnyway,
    /// A number with decimals, and nobody said that whole numbers will do.
    Decimals,
    /// It became a whole number.
    MadeWhole,
    /// Something that is computed.
    Computed,
    /// Questions that are asked again and again; those within are left out with it.
    Repeat,
    /// A title of several questions; the questions are there.
    GroupTitle,
    /// A text to read, which became the hint of the next question.
    NoteMoved,
    /// A text to read for which there is no question.
    Note,
    /// Another answer than the choices.
    OrOther,
    /// Choices that depend on an earlier answer; all are shown.
    ChoiceFilter,
    /// Choices from another file.
    ChoicesElsewhere,
    /// A list of choices that is not there, or has fewer than two.
    TooFewChoices,
    /// A list of choices that nothing uses.
    ListUnused,
    /// A condition of another shape, or on what is not in the form: always asked, and never required.
    Condition,
    /// A rule for answers of another shape.
    Constraint,
    /// A number without bounds: 0 to 1000000.
    NoBounds,
    /// An id in other letters: it was written in small letters, digits and underscores.
    IdChanged,
    /// An id that is there already.
    IdTwice,
    /// A question without an id.
    NoId,
    /// No words for people; the id stands in their place.
    NoLabel,
    /// Words in English alone stand in the place of Chinese ones.
    NoChinese,
    /// Words in a further language.
    Language,
    /// Words longer than 200 characters, cut.
    Cut,
    /// Signs that a form cannot hold, written full width.
    SignsChanged,
    /// A column that a form has no use for.
    ColumnUnused,
    /// More questions and choices than a form can have.
    TooMany,
    /// A category, role or part of a visit that is none.
    SettingUnknown,
}

impl WhyLeft {
    /// Every one.
    pub const ALL: [Self; 30] = [
        Self::KindUnknown,
        Self::Picture,
        Self::Place,
        Self::NotedAnyway,
        Self::Decimals,
        Self::MadeWhole,
        Self::Computed,
        Self::Repeat,
        Self::GroupTitle,
        Self::NoteMoved,
        Self::Note,
        Self::OrOther,
        Self::ChoiceFilter,
        Self::ChoicesElsewhere,
        Self::TooFewChoices,
        Self::ListUnused,
        Self::Condition,
        Self::Constraint,
        Self::NoBounds,
        Self::IdChanged,
        Self::IdTwice,
        Self::NoId,
        Self::NoLabel,
        Self::NoChinese,
        Self::Language,
        Self::Cut,
        Self::SignsChanged,
        Self::ColumnUnused,
        Self::TooMany,
        Self::SettingUnknown,
    ];
}

/// Why a workbook as a whole is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAForm {
    /// No table at all.
    #[error(transparent)]
    NotATable(#[from] NotATable),
    /// No sheet of that name.
    #[error(
        "文件里没有“survey”工作表；请选择用表单工具制作的工作簿，里面要有 survey 和 choices 两张表。"
    )]
    NoSurvey,
    /// A survey without its columns.
    #[error("“survey”表第一行没有“type”和“name”两列；请补上表头再导入。")]
    NoColumns,
    /// Two sheets or columns of one name.
    #[error("有两张表或两列名称相同；请改成各不相同的名称再导入。")]
    Twice,
    /// Nothing that a form can hold.
    #[error("里面没有一道能放进表单的题；请至少写一道文字、整数、日期、单选或多选题。")]
    NoQuestion,
    /// More than anybody fills in.
    #[error("文件太大；表单工作簿请控制在 2 MB、每张表 2000 行、放不进来的内容 1000 处以内。")]
    TooLarge,
}

/// Reads a workbook. `decimals_whole`: questions for numbers with decimals become questions for whole numbers.
///
/// # Errors
/// If the file as a whole is no form.
pub fn read(content: &[u8], decimals_whole: bool) -> Result<Imported, NotAForm> {
    if content.len() > MAX_BYTES {
        return Err(NotAForm::TooLarge);
    }
    let mut left_out = Vec::new();
    let sheets = Sheets::of(table::open(content)?)?;
    let lists = choices::lists(&sheets, &mut left_out)?;
    let questions = questions::read(&sheets, &lists, decimals_whole, &mut left_out)?;
    // A form of parts alone has no question: `write` writes such forms too.
    let parts = sheets
        .settings
        .as_ref()
        .and_then(|sheet| sheet.rows().next());
    let of_parts = parts.is_some_and(|line| !line.cell("required_parts").is_empty());
    if questions.is_empty() && !(of_parts && sheets.survey.rows().next().is_none()) {
        return Err(NotAForm::NoQuestion);
    }
    let form = settings::form(&sheets, questions, &mut left_out);
    if left_out.len() > MAX_LEFT_OUT {
        return Err(NotAForm::TooLarge);
    }
    let order = |one: &LeftOut| {
        let sheet = ["settings", "survey", "choices"]
            .iter()
            .position(|name| *name == one.sheet);
        (sheet, one.line)
    };
    left_out.sort_by_key(order);
    // What is written down is what was read: the core has the last word on what is a form.
    let form = Form::parse(form.to_string().as_bytes()).map_err(|_| NotAForm::TooLarge)?;
    Ok(Imported { form, left_out })
}

#[cfg(test)]
mod tests;
