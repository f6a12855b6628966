//! A form as a workbook.

use sync_core::form::{Form, Label, Question, QuestionKind, Test};
use zip::result::ZipError;

use crate::template::workbook;

const SURVEY: [&str; 11] = [
    "type",
    "name",
    "label::Chinese (zh)",
    "label::English (en)",
    "hint::Chinese (zh)",
    "hint::English (en)",
    "required",
    "relevant",
    "constraint",
    "unit::Chinese (zh)",
    "unit::English (en)",
];
const CHOICES: [&str; 4] = [
    "list_name",
    "name",
    "label::Chinese (zh)",
    "label::English (en)",
];
const SETTINGS: [&str; 9] = [
    "form_title",
    "form_title::English (en)",
    "form_id",
    "version",
    "applies",
    "requesters",
    "roles",
    "required_parts",
    "optional_parts",
];

/// Writes a form so that [`super::read`] reads the same one, and other programs for XLSForm read its questions.
///
/// # Errors
/// When the file cannot be packed.
pub fn write(form: &Form) -> Result<Vec<u8>, ZipError> {
    let survey: Vec<Vec<String>> = form.questions.iter().map(|one| row_of(form, one)).collect();
    let mut choices = Vec::new();
    for question in &form.questions {
        for option in question.kind.options() {
            choices.push(vec![
                question.id.clone(),
                option.code.clone(),
                option.label.zh.clone(),
                option.label.en.clone().unwrap_or_default(),
            ]);
        }
    }
    workbook::tables(&[
        ("survey", &SURVEY, &survey),
        ("choices", &CHOICES, &choices),
        ("settings", &SETTINGS, &[settings_of(form)]),
    ])
}

fn row_of(form: &Form, question: &Question) -> Vec<String> {
    let (kind, constraint, unit) = match &question.kind {
        QuestionKind::Text { limit } => (
            "text".to_owned(),
            format!("string-length(.) <= {limit}"),
            None,
        ),
        QuestionKind::Number { min, max, unit } => (
            "integer".to_owned(),
            format!(". >= {min} and . <= {max}"),
            unit.as_ref(),
        ),
        QuestionKind::Date => ("date".to_owned(), String::new(), None),
        QuestionKind::One { .. } => (format!("select_one {}", question.id), String::new(), None),
        QuestionKind::Many { .. } => (
            format!("select_multiple {}", question.id),
            String::new(),
            None,
        ),
    };
    let mut row = vec![kind, question.id.clone()];
    for label in [Some(&question.label), question.hint.as_ref()] {
        row.extend(both(label));
    }
    let required = if question.required { "yes" } else { "" };
    row.extend([required.to_owned(), relevant_of(form, question), constraint]);
    row.extend(both(unit));
    row
}

fn both(label: Option<&Label>) -> [String; 2] {
    let zh = label.map(|label| label.zh.clone());
    let en = label.and_then(|label| label.en.clone());
    [zh.unwrap_or_default(), en.unwrap_or_default()]
}

fn relevant_of(form: &Form, question: &Question) -> String {
    let Some(condition) = &question.relevant else {
        return String::new();
    };
    let on = &condition.question;
    let is_number = form
        .question(on)
        .is_some_and(|on| matches!(on.kind, QuestionKind::Number { .. }));
    match &condition.test {
        Test::Answered => format!("${{{on}}} != ''"),
        Test::Equals(value) if is_number => format!("${{{on}}} = {value}"),
        Test::Equals(value) => format!("${{{on}}} = '{value}'"),
        Test::Contains(value) => format!("selected(${{{on}}}, '{value}')"),
    }
}

/// What stands behind a word in the text of the form; the words of roles and parts are the core's.
fn settings_of(form: &Form) -> Vec<String> {
    let text = form.to_string();
    let of = |word: &str| {
        let lines = text.lines().filter_map(|line| line.strip_prefix(word));
        let lines: Vec<&str> = lines.map(str::trim).collect();
        lines.join("\n")
    };
    // Lines of questions begin with other words than these five.
    let applies = of("适用 ");
    let [requesters, roles, required, optional] = ["诉求人 ", "角色 ", "必填 ", "选填 "].map(of);
    vec![
        form.title.zh.clone(),
        form.title.en.clone().unwrap_or_default(),
        form.id.clone(),
        form.version.to_string(),
        applies,
        requesters,
        roles,
        required,
        optional,
    ]
}
