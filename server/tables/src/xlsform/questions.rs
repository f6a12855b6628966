//! The questions of a survey.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::answers::{NUMBER_MOST, TEXT_CHARS};
use sync_core::form::{Condition, Label, Question, QuestionKind, Test};

use super::choices::Lists;
use super::expression::{self, Asked, Bounds};
use super::rows::{Line, Sheets};
use super::words::{id_of, label_of};
use super::{LeftOut, NotAForm, WhyLeft};

/// As the core holds a form to them.
const QUESTIONS: usize = 60;
const CELLS: usize = 200;
/// Of a form that says nothing.
const USUAL_LIMIT: usize = 200;
const USUAL_RANGE: (i64, i64) = (0, 1_000_000);

const COLUMNS: [&str; 11] = [
    "type",
    "name",
    "label",
    "caption",
    "hint",
    "required",
    "relevant",
    "relevance",
    "constraint",
    "calculation",
    "choice_filter",
];

pub(super) fn read(
    sheets: &Sheets,
    lists: &Lists,
    decimals_whole: bool,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<Question>, NotAForm> {
    let survey = &sheets.survey;
    if !survey.has("type") || !(survey.has("name") || survey.has("value")) {
        return Err(NotAForm::NoColumns);
    }
    let mut reader = Reader {
        lists,
        decimals_whole,
        questions: Vec::new(),
        ids: BTreeSet::new(),
        by_name: BTreeMap::new(),
        groups: Vec::new(),
        repeats: 0,
        note: None,
        left_out,
    };
    for line in survey.rows() {
        reader.take(&line);
    }
    reader.drop_note();
    let questions = reader.questions;
    let known = |title: &str| {
        COLUMNS.contains(&title)
            || ["label", "hint", "unit"].iter().any(|word| {
                title
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            })
            || matches!(title, "value" | "parameters" | "disabled")
    };
    survey.name_unused(&known, left_out);
    Ok(questions)
}

/// The name of the list behind `select_one` and its like.
pub(super) fn list_of(kind: &str) -> Option<String> {
    match kind_of(kind) {
        Kind::Select { list, .. } => Some(list),
        _ => None,
    }
}

/// What a type of question is to a form.
enum Kind {
    Text,
    Whole,
    Decimal,
    Date,
    Select {
        many: bool,
        list: String,
        other: bool,
    },
    Range,
    Note,
    BeginGroup,
    EndGroup,
    BeginRepeat,
    EndRepeat,
    Never(WhyLeft),
}

fn kind_of(text: &str) -> Kind {
    let lower = text.to_lowercase().replace('_', " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let selects = [
        ("select one from ", false),
        ("select all that apply from ", true),
        ("select one ", false),
        ("select multiple ", true),
        ("select many ", true),
        ("select1 ", false),
    ];
    let joined = words.join(" ");
    if words.iter().any(|word| word.contains("file")) && joined.starts_with("select") {
        return Kind::Never(WhyLeft::ChoicesElsewhere);
    }
    for (head, many) in selects {
        if !joined.starts_with(head) {
            continue;
        }
        // The list keeps its letters: it is named by the sheet of choices as it is.
        let skip = head.split_whitespace().count();
        let written = text.trim().replacen("select_one", "select one", 1);
        let written = written.replacen("select_multiple", "select multiple", 1);
        let mut rest: Vec<&str> = written.split_whitespace().skip(skip).collect();
        let other = rest
            .last()
            .is_some_and(|last| matches!(last.to_lowercase().as_str(), "or_other" | "other"))
            && rest.len() > 1;
        if other {
            rest.retain(|word| {
                !matches!(
                    word.to_lowercase().as_str(),
                    "or_other" | "other" | "specify" | "or"
                )
            });
        }
        let list = rest.join(" ");
        return Kind::Select { many, list, other };
    }
    match joined.as_str() {
        "text" | "string" => Kind::Text,
        "integer" | "int" => Kind::Whole,
        "decimal" => Kind::Decimal,
        "date" => Kind::Date,
        "range" => Kind::Range,
        "note" => Kind::Note,
        "begin group" => Kind::BeginGroup,
        "end group" => Kind::EndGroup,
        "begin repeat" => Kind::BeginRepeat,
        "end repeat" => Kind::EndRepeat,
        "image" | "photo" | "audio" | "video" | "file" | "background-audio" => {
            Kind::Never(WhyLeft::Picture)
        }
        "geopoint" | "geotrace" | "geoshape" | "location" | "gps" | "start-geopoint" => {
            Kind::Never(WhyLeft::Place)
        }
        "start" | "end" | "today" | "deviceid" | "device id" | "subscriberid" | "simserial"
        | "phonenumber" | "phone number" | "username" | "email" | "audit" | "get start time"
        | "get end time" | "get today" | "get device id" => Kind::Never(WhyLeft::NotedAnyway),
        "calculate" | "hidden" | "calculation" => Kind::Never(WhyLeft::Computed),
        _ => Kind::Never(WhyLeft::KindUnknown),
    }
}

struct Reader<'a, 'out> {
    lists: &'a Lists,
    decimals_whole: bool,
    questions: Vec<Question>,
    ids: BTreeSet<String>,
    /// Ids of questions by the names in the workbook.
    by_name: BTreeMap<String, String>,
    /// Conditions of the open groups.
    groups: Vec<&'a str>,
    repeats: usize,
    /// A text to read that waits for a question.
    note: Option<(Line<'a>, Label)>,
    left_out: &'out mut Vec<LeftOut>,
}

impl<'a> Reader<'a, '_> {
    fn take(&mut self, line: &Line<'a>) {
        let written = line.cell("type");
        if written.is_empty() || line.cell("disabled").eq_ignore_ascii_case("yes") {
            return;
        }
        let kind = kind_of(written);
        match kind {
            Kind::BeginRepeat => {
                self.repeats += 1;
                self.leave(line, "type", WhyLeft::Repeat, false);
            }
            Kind::EndRepeat => self.repeats = self.repeats.saturating_sub(1),
            Kind::BeginGroup | Kind::EndGroup if self.repeats > 0 => {}
            _ if self.repeats > 0 => self.leave(line, "type", WhyLeft::Repeat, false),
            Kind::BeginGroup => {
                self.drop_note();
                self.groups.push(line.any(&["relevant", "relevance"]));
                let titled = line.sheet.languages("label").map(|(title, _)| title);
                let titles: Vec<&str> = ["label", "caption"].into_iter().chain(titled).collect();
                if let Some(title) = titles
                    .into_iter()
                    .find(|title| !line.cell(title).is_empty())
                {
                    self.leave(line, title, WhyLeft::GroupTitle, false);
                }
            }
            Kind::EndGroup => {
                self.drop_note();
                self.groups.pop();
            }
            Kind::Never(why) => self.leave(line, "type", why, false),
            Kind::Note => {
                self.drop_note();
                self.note = label_of(line, "label", self.left_out).map(|label| (*line, label));
            }
            Kind::Decimal if !self.decimals_whole => {
                self.leave(line, "type", WhyLeft::Decimals, false);
            }
            _ => self.question(line, kind),
        }
    }

    fn leave(&mut self, line: &Line<'_>, column: &str, why: WhyLeft, kept: bool) {
        line.leave(column, why, kept, self.left_out);
    }

    /// A text to read that no question follows.
    fn drop_note(&mut self) {
        if let Some((line, _)) = self.note.take() {
            self.leave(&line, "type", WhyLeft::Note, false);
        }
    }

    fn question(&mut self, line: &Line<'a>, kind: Kind) {
        let column = if line.sheet.has("name") {
            "name"
        } else {
            "value"
        };
        let name = line.cell(column);
        if self.by_name.contains_key(name) {
            return self.leave(line, column, WhyLeft::IdTwice, false);
        }
        let Some(id) = id_of(name, &self.ids) else {
            return self.leave(line, column, WhyLeft::NoId, false);
        };
        let Some(kind) = self.kind(line, kind) else {
            return;
        };
        let cells = self
            .questions
            .iter()
            .map(|one| 1 + one.kind.options().len());
        if self.questions.len() == QUESTIONS
            || cells.sum::<usize>() + 1 + kind.options().len() > CELLS
        {
            return self.leave(line, column, WhyLeft::TooMany, false);
        }
        if id != name {
            self.leave(line, column, WhyLeft::IdChanged, true);
        }
        let label = label_of(line, "label", self.left_out)
            .or_else(|| label_of(line, "caption", self.left_out));
        let label = label.unwrap_or_else(|| {
            line.leave(column, WhyLeft::NoLabel, true, self.left_out);
            Label {
                zh: id.clone(),
                en: None,
            }
        });
        let (relevant, held) = self.relevant(line);
        let hint = label_of(line, "hint", self.left_out);
        let hint = match (hint, self.note.take()) {
            (None, Some((note, words))) => {
                self.leave(&note, "type", WhyLeft::NoteMoved, true);
                Some(words)
            }
            (hint, note) => {
                self.note = note;
                self.drop_note();
                hint
            }
        };
        let required = self.required(line) && held;
        self.by_name.insert(name.to_owned(), id.clone());
        self.ids.insert(id.clone());
        self.questions.push(Question {
            id,
            label,
            hint,
            required,
            relevant,
            kind,
        });
    }

    fn required(&mut self, line: &Line<'_>) -> bool {
        match line.cell("required").to_lowercase().as_str() {
            "yes" | "true" | "true()" | "1" | "是" => true,
            "" | "no" | "false" | "false()" | "0" | "否" => false,
            _ => {
                self.leave(line, "required", WhyLeft::Condition, true);
                false
            }
        }
    }

    /// When the question is asked, and whether a form can hold that.
    fn relevant(&mut self, line: &Line<'_>) -> (Option<Condition>, bool) {
        let own = line.any(&["relevant", "relevance"]);
        let column = if line.cell("relevant").is_empty() {
            "relevance"
        } else {
            "relevant"
        };
        let mut all: Vec<&str> = self.groups.iter().copied().chain([own]).collect();
        all.retain(|one| !one.is_empty());
        let condition = match all.as_slice() {
            [] => return (None, true),
            [only] => self.condition(only),
            _ => None,
        };
        if condition.is_none() {
            let column = if own.is_empty() { "name" } else { column };
            self.leave(line, column, WhyLeft::Condition, true);
        }
        let held = condition.is_some();
        (condition, held)
    }

    /// A condition on a question above, if its answer can be that.
    fn condition(&self, text: &str) -> Option<Condition> {
        let asked = expression::condition(text)?;
        let (Asked::Is(name, _) | Asked::Answered(name)) = asked;
        let id = self.by_name.get(name)?;
        let on = self.questions.iter().find(|one| one.id == *id)?;
        let test = match (asked, &on.kind) {
            (Asked::Answered(_), _) => Test::Answered,
            (Asked::Is(_, value), QuestionKind::Number { min, max, .. }) => {
                let number = value.parse::<i64>().ok()?;
                (min..=max)
                    .contains(&&number)
                    .then(|| Test::Equals(number.to_string()))?
            }
            (Asked::Is(_, value), QuestionKind::One { options }) => {
                Test::Equals(self.code(options, value)?)
            }
            (Asked::Is(_, value), QuestionKind::Many { options }) => {
                Test::Contains(self.code(options, value)?)
            }
            (Asked::Is(..), QuestionKind::Text { .. } | QuestionKind::Date) => return None,
        };
        Some(Condition {
            question: id.clone(),
            test,
        })
    }

    /// The id of a choice that a condition names in the workbook's words.
    fn code(&self, options: &[sync_core::form::Choice], written: &str) -> Option<String> {
        let list = self.lists.values().find(|list| list.options == options)?;
        let place = list.written.iter().position(|one| one == written)?;
        list.options.get(place).map(|one| one.code.clone())
    }

    /// What the answer is; `None` if a form has no such question, which is said then.
    fn kind(&mut self, line: &Line<'_>, kind: Kind) -> Option<QuestionKind> {
        Some(match kind {
            Kind::Text => {
                let (_, most) = self.bounds(line, "string-length(.)");
                let limit = most.and_then(|most| usize::try_from(most).ok());
                let limit = limit.map_or(USUAL_LIMIT, |most| most.clamp(1, TEXT_CHARS));
                QuestionKind::Text { limit }
            }
            Kind::Whole => self.number(line),
            Kind::Decimal => {
                self.leave(line, "type", WhyLeft::MadeWhole, true);
                self.number(line)
            }
            Kind::Range => return self.range(line),
            Kind::Date => {
                if !line.cell("constraint").is_empty() {
                    self.leave(line, "constraint", WhyLeft::Constraint, true);
                }
                QuestionKind::Date
            }
            Kind::Select { many, list, other } => {
                let known = self
                    .lists
                    .get(&list)
                    .filter(|known| known.options.len() > 1);
                let Some(known) = known else {
                    self.leave(line, "type", WhyLeft::TooFewChoices, false);
                    return None;
                };
                let options = known.options.clone();
                if other {
                    self.leave(line, "type", WhyLeft::OrOther, true);
                }
                if !line.cell("choice_filter").is_empty() {
                    self.leave(line, "choice_filter", WhyLeft::ChoiceFilter, true);
                }
                if !line.cell("constraint").is_empty() {
                    self.leave(line, "constraint", WhyLeft::Constraint, true);
                }
                match many {
                    true => QuestionKind::Many { options },
                    false => QuestionKind::One { options },
                }
            }
            _ => return None,
        })
    }

    fn number(&mut self, line: &Line<'_>) -> QuestionKind {
        let bounds = self.bounds(line, ".");
        let unit = label_of(line, "unit", self.left_out);
        if bounds == (None, None) {
            self.leave(line, "type", WhyLeft::NoBounds, true);
            let (min, max) = USUAL_RANGE;
            return QuestionKind::Number { min, max, unit };
        }
        let fits = |number: i64| number.clamp(-NUMBER_MOST, NUMBER_MOST);
        let (min, max) = (
            fits(bounds.0.unwrap_or(-NUMBER_MOST)),
            fits(bounds.1.unwrap_or(NUMBER_MOST)),
        );
        if min >= max {
            self.leave(line, "constraint", WhyLeft::Constraint, true);
            let (min, max) = USUAL_RANGE;
            return QuestionKind::Number { min, max, unit };
        }
        QuestionKind::Number { min, max, unit }
    }

    fn bounds(&mut self, line: &Line<'_>, what: &str) -> Bounds {
        let written = line.cell("constraint");
        if written.is_empty() {
            return (None, None);
        }
        let bounds = expression::bounds(written, what);
        // Words have no least length.
        let held = bounds.filter(|(least, _)| what == "." || least.is_none());
        held.unwrap_or_else(|| {
            self.leave(line, "constraint", WhyLeft::Constraint, true);
            (None, None)
        })
    }

    /// `range` with whole steps of one is a number: `start=0 end=10 step=1`.
    fn range(&mut self, line: &Line<'_>) -> Option<QuestionKind> {
        let written = line.cell("parameters").replace([',', ';'], " ");
        let of = |word: &str, usual: i64| {
            let mut parts = written
                .split_whitespace()
                .filter_map(|part| part.split_once('='));
            match parts.find(|(name, _)| *name == word) {
                Some((_, value)) => value.parse::<i64>().ok(),
                None => Some(usual),
            }
        };
        match (of("start", 0), of("end", 10), of("step", 1)) {
            (Some(min), Some(max), Some(1))
                if min < max && min >= -NUMBER_MOST && max <= NUMBER_MOST =>
            {
                let unit = label_of(line, "unit", self.left_out);
                Some(QuestionKind::Number { min, max, unit })
            }
            _ => {
                self.leave(line, "type", WhyLeft::KindUnknown, false);
                None
            }
        }
    }
}
