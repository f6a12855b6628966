use sync_core::form::{QuestionKind, Test};

use super::*;
use crate::template::workbook;

/// A workbook of a survey and choices; cells are apart by `|`.
fn book(survey: &[&str], choices: &[&str], settings: &[&str]) -> Vec<u8> {
    let cut = |row: &&str| {
        row.split('|')
            .map(|cell| cell.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let sheets: Vec<(&str, Vec<Vec<String>>)> = [
        ("survey", survey),
        ("choices", choices),
        ("settings", settings),
    ]
    .into_iter()
    .filter(|(_, rows)| !rows.is_empty())
    .map(|(name, rows)| (name, rows.iter().map(cut).collect()))
    .collect();
    let headers: Vec<Vec<&str>> = sheets
        .iter()
        .map(|(_, rows)| rows[0].iter().map(String::as_str).collect())
        .collect();
    let named: Vec<workbook::NamedSheet<'_>> = sheets
        .iter()
        .zip(&headers)
        .map(|((name, rows), header)| (*name, header.as_slice(), &rows[1..]))
        .collect();
    workbook::tables(&named).unwrap()
}

fn left(read: &Imported) -> Vec<(&str, u32, String, WhyLeft, bool)> {
    let left = read.left_out.iter();
    left.map(|one| (one.sheet, one.line, one.column.clone(), one.why, one.kept))
        .collect()
}

const YES_NO: [&str; 3] = [
    "list_name|name|label::Chinese (zh)|label::English (en)",
    "yn|yes|有|Yes",
    "yn|no|没有|No",
];

#[test]
fn the_common_subset_becomes_a_form_without_a_loss() {
    let content = book(
        &[
            "type|name|label::Chinese (zh)|label::English (en)|hint::Chinese (zh)|required|relevant|constraint",
            "begin group|g1|||||",
            "select_one yn|has|有没有|Is there|看一下|yes||",
            "integer|count|几个|How many|||${has} = 'yes'|. >= 1 and . <= 9",
            "end group||||||",
            "text|why|为什么|Why|||${count} != ''|string-length(.) <= 80",
            "date|day|哪天|Which day||true()||",
            "select_multiple yn|both|哪些|Which||||",
            "text|more|还有|More|||selected(${both}, 'no')|",
        ],
        &YES_NO,
        &["form_title|form_id|version", "检查表|check_1|3"],
    );
    let read = read(&content, false).unwrap();
    assert_eq!(left(&read), []);
    let form = &read.form;
    assert_eq!(
        (form.id.as_str(), form.version, form.title.zh.as_str()),
        ("check_1", 3, "检查表")
    );
    let ids: Vec<_> = form
        .questions
        .iter()
        .map(|one| (one.id.as_str(), one.required))
        .collect();
    assert_eq!(
        ids,
        [
            ("has", true),
            ("count", false),
            ("why", false),
            ("day", true),
            ("both", false),
            ("more", false)
        ]
    );
    assert_eq!(
        form.questions[1].kind,
        QuestionKind::Number {
            min: 1,
            max: 9,
            unit: None
        }
    );
    assert_eq!(
        form.questions[1].relevant.as_ref().unwrap().test,
        Test::Equals("yes".to_owned())
    );
    assert_eq!(form.questions[2].kind, QuestionKind::Text { limit: 80 });
    assert_eq!(
        form.questions[5].relevant.as_ref().unwrap().test,
        Test::Contains("no".to_owned())
    );
    assert_eq!(form.questions[0].hint.as_ref().unwrap().zh, "看一下");
    assert_eq!(form.questions[0].label.en.as_deref(), Some("Is there"));
}

#[test]
fn what_a_form_cannot_hold_is_named_by_sheet_line_and_column() {
    let content = book(
        &[
            "type|name|label|relevant|constraint|choice_filter|appearance",
            "start|start||||||",
            "note|intro|先看这里||||",
            "text|Name-1|姓名||regex(., 'a')||w1",
            "decimal|height|高度||||",
            "geopoint|where|在哪||||",
            "image|pic|照片||||",
            "barcode|code|条码||||",
            "calculate|sum|||||",
            "begin repeat|kids|孩子||||",
            "text|kid|名字||||",
            "end repeat||||||",
            "select_one yn or_other|has|有没有|${height} > 3||list=1|",
            "select_one gone|x|甲||||",
            "integer|age|年龄||||",
        ],
        &YES_NO,
        &[],
    );
    let result = read(&content, false).unwrap();
    use WhyLeft::*;
    assert_eq!(
        left(&result),
        [
            ("survey", 1, "appearance".to_owned(), ColumnUnused, true),
            ("survey", 2, "type".to_owned(), NotedAnyway, false),
            ("survey", 3, "type".to_owned(), NoteMoved, true),
            ("survey", 4, "constraint".to_owned(), Constraint, true),
            ("survey", 4, "name".to_owned(), IdChanged, true),
            ("survey", 5, "type".to_owned(), Decimals, false),
            ("survey", 6, "type".to_owned(), Place, false),
            ("survey", 7, "type".to_owned(), Picture, false),
            ("survey", 8, "type".to_owned(), KindUnknown, false),
            ("survey", 9, "type".to_owned(), Computed, false),
            ("survey", 10, "type".to_owned(), Repeat, false),
            ("survey", 11, "type".to_owned(), Repeat, false),
            ("survey", 13, "type".to_owned(), OrOther, true),
            ("survey", 13, "choice_filter".to_owned(), ChoiceFilter, true),
            ("survey", 13, "relevant".to_owned(), Condition, true),
            ("survey", 14, "type".to_owned(), TooFewChoices, false),
            ("survey", 15, "type".to_owned(), NoBounds, true),
        ]
    );
    let ids: Vec<_> = result
        .form
        .questions
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(ids, ["name_1", "has", "age"]);
    assert_eq!(
        result.form.questions[0].hint.as_ref().unwrap().zh,
        "先看这里"
    );
    // With a word that whole numbers will do the height is asked too.
    let whole = read(&content, true).unwrap();
    assert_eq!(whole.form.questions[1].id, "height");
}

#[test]
fn a_question_whose_condition_cannot_be_held_is_never_required() {
    let content = book(
        &[
            "type|name|label|required|relevant",
            "integer|n|几个||",
            "text|q|说明|yes|${n} > 3",
        ],
        &[],
        &[],
    );
    let read = read(&content, false).unwrap();
    let question = &read.form.questions[1];
    assert!(!question.required && question.relevant.is_none());
}

#[test]
fn a_file_that_is_no_form_is_refused_in_one_sentence() {
    let refused = |content: &[u8]| read(content, false).unwrap_err();
    assert_eq!(refused(b""), NotAForm::NotATable(NotATable::Empty));
    assert_eq!(
        refused("type,name\ntext,a\n".as_bytes()),
        NotAForm::NoSurvey
    );
    assert_eq!(
        refused(&book(&["a|b", "1|2"], &[], &[])),
        NotAForm::NoColumns
    );
    assert_eq!(
        refused(&book(&["type|name|type", "text|a|b"], &[], &[])),
        NotAForm::Twice
    );
    assert_eq!(
        refused(&book(&["type|name|label", "image|a|b"], &[], &[])),
        NotAForm::NoQuestion
    );
    assert_eq!(refused(&vec![b'P'; MAX_BYTES + 1]), NotAForm::TooLarge);
    let mut rows = vec!["type|name|label".to_owned()];
    rows.extend((0..10_000).map(|n| format!("text|q{n}|题{n}")));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(refused(&book(&rows, &[], &[])), NotAForm::TooLarge);
    // Sixty questions are taken, and each of the others is named.
    let read = read(&book(&rows[..101], &[], &[]), false).unwrap();
    assert_eq!(read.form.questions.len(), 60);
    assert_eq!(read.left_out.len(), 40);
    assert!(read.left_out.iter().all(|one| one.why == WhyLeft::TooMany));
    let long = "长".repeat(100_000);
    let cut = super::read(
        &book(&["type|name|label", &format!("text|a|{long}")], &[], &[]),
        false,
    )
    .unwrap();
    assert_eq!(cut.form.questions[0].label.zh.chars().count(), 200);
    assert_eq!(cut.left_out[0].why, WhyLeft::Cut);
}

#[test]
fn a_small_file_that_unpacks_to_far_more_is_refused() {
    use std::io::Write as _;
    let mut book = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for part in [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ] {
        book.start_file(part, options).unwrap();
        let zeros = vec![b' '; 1024 * 1024];
        for _ in 0..200 {
            book.write_all(&zeros).unwrap();
        }
    }
    let bomb = book.finish().unwrap().into_inner();
    assert!(bomb.len() < MAX_BYTES);
    assert!(matches!(read(&bomb, false), Err(NotAForm::NotATable(_))));
}

#[test]
fn the_shipped_forms_are_written_and_read_as_the_same_forms() {
    for form in Form::shipped() {
        let read = read(&write(&form).unwrap(), false);
        assert_eq!(
            read,
            Ok(Imported {
                form,
                left_out: Vec::new()
            })
        );
    }
}
