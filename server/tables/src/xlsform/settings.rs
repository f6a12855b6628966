//! What the whole form is called, for whom it is, and which parts of a visit it asks for.
//!
//! `form_title`, `form_id` and `version` are those of XLSForm; the others (`applies`, `requesters`, `roles`, `required_parts`,
//! `optional_parts`) are written by [`super::write`] and are unknown to other programs.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::form::{Asked, Form, Label, Question, Section};

use super::rows::{Line, Sheets};
use super::words::{id_of, label_of};
use super::{LeftOut, WhyLeft};

const KNOWN: [&str; 8] = [
    "form_title",
    "form_id",
    "version",
    "applies",
    "requesters",
    "roles",
    "required_parts",
    "optional_parts",
];
/// What a form asks for that says nothing of it.
const REQUIRED: [Section; 3] = [Section::Arrival, Section::People, Section::Outcome];
const OPTIONAL: [Section; 2] = [Section::Photos, Section::Notes];

pub(super) fn form(sheets: &Sheets, questions: Vec<Question>, left_out: &mut Vec<LeftOut>) -> Form {
    let settings = sheets.settings.as_ref();
    let line = settings.and_then(|sheet| sheet.rows().next());
    let mut form = Form {
        id: "imported".to_owned(),
        version: 1,
        title: Label {
            zh: "导入的表单".to_owned(),
            en: None,
        },
        applies: Vec::new(),
        requesters: Vec::new(),
        roles: Vec::new(),
        sections: usual(),
        questions,
    };
    let Some(line) = line else { return form };
    if let Some(title) = label_of(&line, "form_title", left_out) {
        form.title = title;
    }
    let id = line.cell("form_id");
    if let Some(plain) = id_of(id, &BTreeSet::new()) {
        if plain != id {
            line.leave("form_id", WhyLeft::IdChanged, true, left_out);
        }
        form.id = plain;
    }
    form.version = line
        .cell("version")
        .parse()
        .ok()
        .filter(|n| *n >= 1)
        .unwrap_or(1);
    applies_and_roles(&line, &mut form, left_out);
    let sections = sections(&line, left_out);
    if sections.values().any(|asked| *asked == Asked::Required) {
        form.sections = sections;
    }
    let known = |title: &str| KNOWN.contains(&title) || title.starts_with("form_title:");
    line.sheet.name_unused(&known, left_out);
    form
}

fn usual() -> BTreeMap<Section, Asked> {
    let required = REQUIRED.map(|section| (section, Asked::Required));
    let optional = OPTIONAL.map(|section| (section, Asked::Optional));
    required.into_iter().chain(optional).collect()
}

/// Each is tried by the core in a form of its own: what it refuses is left out with a word.
fn applies_and_roles(line: &Line<'_>, form: &mut Form, left_out: &mut Vec<LeftOut>) {
    let tried = |word: &str, value: &str| {
        let text = format!("表单 a\n版本 1\n名称 甲\n{word} {value}\n必填 结果\n");
        Form::parse(text.as_bytes()).ok()
    };
    for category in line.cell("applies").split(['\n', ';', '；']).map(str::trim) {
        if category.is_empty() {
            continue;
        }
        match tried("适用", category) {
            Some(read) => form.applies.extend(read.applies),
            None => line.leave("applies", WhyLeft::SettingUnknown, false, left_out),
        }
    }
    form.applies.dedup();
    let requesters = line.cell("requesters");
    if !requesters.is_empty() {
        match tried("诉求人", requesters) {
            Some(read) => form.requesters = read.requesters,
            None => line.leave("requesters", WhyLeft::SettingUnknown, false, left_out),
        }
    }
    let roles = line.cell("roles");
    if !roles.is_empty() {
        match tried("角色", roles) {
            Some(read) => form.roles = read.roles,
            None => line.leave("roles", WhyLeft::SettingUnknown, false, left_out),
        }
    }
}

fn sections(line: &Line<'_>, left_out: &mut Vec<LeftOut>) -> BTreeMap<Section, Asked> {
    let mut sections = BTreeMap::new();
    for (column, asked) in [
        ("required_parts", Asked::Required),
        ("optional_parts", Asked::Optional),
    ] {
        for word in line.cell(column).split_whitespace() {
            let text = format!("表单 a\n版本 1\n名称 甲\n必填 {word}\n");
            match Form::parse(text.as_bytes()) {
                Ok(read) => sections.extend(read.sections.keys().map(|section| (*section, asked))),
                Err(_) => line.leave(column, WhyLeft::SettingUnknown, false, left_out),
            }
        }
    }
    sections
}
