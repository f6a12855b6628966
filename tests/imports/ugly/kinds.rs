//! What can be ugly about a file.

use harness::simulation::Chance;

/// One kind of trouble; a file has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    // The table as a whole.
    TitleAbove,
    TwoRowHeader,
    HeaderMarks,
    OtherOrder,
    ExtraColumns,
    NotesBeside,
    BlankRows,
    MergedCells,
    HiddenRows,
    HiddenSheet,
    Sheets,
    CoverSheet,
    // How a value is written.
    NumberAsText,
    LookAlike,
    TimeForms,
    CellTypes,
    Markup,
    ControlCharacters,
    Invisible,
    QuotesAndLines,
    Longest,
    // What a row says.
    DayDeadline,
    Phones,
    Urged,
    ForeignCommunity,
    Repeated,
    RepeatedOtherwise,
    Known,
    KnownOtherwise,
    // What is wrong with a row.
    NumberDamaged,
    DeadlineBefore,
    NoTime,
    ErrorCell,
    TooLong,
    Missing,
    UnknownWord,
    NoPhone,
    OtherWidth,
    OpenQuote,
    Garbled,
}

pub(crate) const ALL: [Kind; 40] = [
    Kind::TitleAbove,
    Kind::TwoRowHeader,
    Kind::HeaderMarks,
    Kind::OtherOrder,
    Kind::ExtraColumns,
    Kind::NotesBeside,
    Kind::BlankRows,
    Kind::MergedCells,
    Kind::HiddenRows,
    Kind::HiddenSheet,
    Kind::Sheets,
    Kind::CoverSheet,
    Kind::NumberAsText,
    Kind::LookAlike,
    Kind::TimeForms,
    Kind::CellTypes,
    Kind::Markup,
    Kind::ControlCharacters,
    Kind::Invisible,
    Kind::QuotesAndLines,
    Kind::Longest,
    Kind::DayDeadline,
    Kind::Phones,
    Kind::Urged,
    Kind::ForeignCommunity,
    Kind::Repeated,
    Kind::RepeatedOtherwise,
    Kind::Known,
    Kind::KnownOtherwise,
    Kind::NumberDamaged,
    Kind::DeadlineBefore,
    Kind::NoTime,
    Kind::ErrorCell,
    Kind::TooLong,
    Kind::Missing,
    Kind::UnknownWord,
    Kind::NoPhone,
    Kind::OtherWidth,
    Kind::OpenQuote,
    Kind::Garbled,
];

/// What a file is, to a computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Xlsx,
    Ods,
    SpreadsheetMl,
    Page,
}

impl Form {
    /// Workbooks and pages have cells; a text has characters alone.
    pub(crate) const fn has_cells(self) -> bool {
        !matches!(self, Self::Text)
    }
}

/// Kinds that only some forms can have.
fn fits(kind: Kind, form: Form) -> bool {
    let of_texts = [Kind::OtherWidth, Kind::OpenQuote, Kind::Garbled];
    let of_cells = [Kind::MergedCells, Kind::Sheets, Kind::CoverSheet];
    let of_books = [Kind::HiddenRows, Kind::HiddenSheet];
    let is_one = |of: &[Kind]| of.contains(&kind);
    (form == Form::Text || !is_one(&of_texts))
        && (form.has_cells() || !is_one(&of_cells))
        && (form.has_cells() && form != Form::Page || !is_one(&of_books))
}

/// Several kinds for a file of this form.
pub(crate) fn some(form: Form, chance: &mut Chance) -> Vec<Kind> {
    // Few, many, or only what is told of one.
    let share = 1 + chance.below(6);
    let wanted = ALL.into_iter().filter(|kind| fits(*kind, form));
    wanted.filter(|_| chance.below(10) < share).collect()
}

/// Whether a row has this kind of trouble: some do, in a file that has it.
pub(crate) fn hits(kinds: &[Kind], kind: Kind, chance: &mut Chance) -> bool {
    kinds.contains(&kind) && chance.below(3) == 0
}
