//! Forms as XLSForm workbooks: public files, forms made by chance, and the way through the hub.

use std::path::Path;

use harness::on_both_backends;
use harness::test_app::TestApp;
use serde_json::json;
use sync_core::Role;
use sync_core::form::{
    Asked, Choice, Condition, Form, Label, Question, QuestionKind, Requester, Section, Test,
};
use tables::xlsform::{self, LeftOut, WhyLeft};

on_both_backends! {
    a_workbook_is_read_before_it_counts_and_what_was_left_out_is_named,
    a_version_taken_out_as_a_workbook_comes_in_as_the_next_version_of_the_same_form,
    a_form_is_checked_before_it_is_written_and_nothing_of_it_is_kept,
}

/// A made-up chance that is the same every time: the seed is printed when a law breaks.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    fn label(&mut self, n: usize) -> Label {
        let words = [
            "楼道有没有堆物",
            "有几处",
            "“引号”与<尖括号>&",
            "第一行，第二行",
            "１２３",
        ];
        let zh = format!("{}{n}", words[self.roll(words.len())]);
        let en = (self.roll(2) == 0).then(|| format!("Question {n}, \"quoted\" <&>"));
        Label { zh, en }
    }

    fn question(&mut self, n: usize, above: &[Question]) -> Question {
        let kind = match self.roll(5) {
            0 => QuestionKind::Text {
                limit: 1 + self.roll(1_000),
            },
            1 => {
                let min = i64::try_from(self.roll(100)).unwrap() - 50;
                let max = min + 1 + i64::try_from(self.roll(1_000)).unwrap();
                let unit = (self.roll(2) == 0).then(|| self.label(n));
                QuestionKind::Number { min, max, unit }
            }
            2 => QuestionKind::Date,
            kind => {
                let options = (0..2 + self.roll(4)).map(|code| Choice {
                    code: format!("c{code}"),
                    label: self.label(code),
                });
                let options = options.collect();
                match kind {
                    3 => QuestionKind::One { options },
                    _ => QuestionKind::Many { options },
                }
            }
        };
        let relevant = (!above.is_empty() && self.roll(2) == 0).then(|| {
            let on = &above[self.roll(above.len())];
            let test = match &on.kind {
                QuestionKind::One { options } => Test::Equals(options[0].code.clone()),
                QuestionKind::Many { options } => Test::Contains(options[1].code.clone()),
                QuestionKind::Number { min, .. } if self.roll(2) == 0 => {
                    Test::Equals(min.to_string())
                }
                QuestionKind::Number { .. } | QuestionKind::Text { .. } | QuestionKind::Date => {
                    Test::Answered
                }
            };
            Condition {
                question: on.id.clone(),
                test,
            }
        });
        Question {
            id: format!("q_{n}"),
            label: self.label(n),
            hint: (self.roll(3) == 0).then(|| self.label(n)),
            required: self.roll(2) == 0,
            relevant,
            kind,
        }
    }

    fn form(&mut self) -> Form {
        let mut questions = Vec::new();
        for n in 0..self.roll(20) {
            let question = self.question(n, &questions);
            questions.push(question);
        }
        let mut sections: std::collections::BTreeMap<_, _> =
            [(Section::Outcome, Asked::Required)].into();
        for section in Section::ALL {
            match self.roll(3) {
                0 => _ = sections.insert(section, Asked::Required),
                1 if section != Section::Outcome => _ = sections.insert(section, Asked::Optional),
                _ => {}
            }
        }
        let applies = [
            vec!["劳动保障".to_owned()],
            vec!["甲".to_owned(), "乙".to_owned()],
        ];
        let roles = [Role::GridWorker, Role::Police];
        Form {
            id: format!("form_{}", self.roll(9)),
            version: u32::try_from(1 + self.roll(9)).unwrap(),
            title: self.label(0),
            applies: applies[..self.roll(3)].to_vec(),
            requesters: [Requester::Enterprise, Requester::Citizen][..self.roll(3)].to_vec(),
            roles: roles[..self.roll(3)].to_vec(),
            sections,
            questions,
        }
    }
}

#[test]
fn every_form_comes_back_from_its_workbook_as_it_went_in() {
    for seed in 1..=200 {
        let form = Dice(seed * 0x9E37_79B9).form();
        let read = Form::parse(form.to_string().as_bytes()).unwrap();
        assert_eq!(read, form, "seed {seed}: no form");
        let book = xlsform::write(&form).unwrap();
        let back = xlsform::read(&book, false).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        assert_eq!(back.form, form, "seed {seed}");
        assert_eq!(back.left_out, [], "seed {seed}");
    }
}

/// What the public forms become: docs/FORMS.md shows it. Files that are not there are named and skipped; on the machine
/// that decides whether a change lands, they have to be there.
#[test]
fn public_forms_become_what_the_documents_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/xlsforms");
    let Ok(files) = std::fs::read_dir(&folder) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "the public forms are not at {folder:?}"
        );
        println!("skipped: the public forms are not at {folder:?}");
        return;
    };
    let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    names.retain(|path| {
        path.extension()
            .is_some_and(|word| word == "xls" || word == "xlsx")
    });
    names.sort();
    let mut rows = Vec::new();
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let content = std::fs::read(&path).unwrap();
        rows.push(match xlsform::read(&content, false) {
            Ok(read) => {
                let (kept, left): (Vec<&LeftOut>, Vec<&LeftOut>) =
                    read.left_out.iter().partition(|one| one.kept);
                assert_eq!(
                    Form::parse(read.form.to_string().as_bytes()).unwrap(),
                    read.form,
                    "{name}"
                );
                let whole = xlsform::read(&content, true).unwrap();
                let again = xlsform::read(&xlsform::write(&read.form).unwrap(), false).unwrap();
                assert_eq!(
                    (again.form, again.left_out),
                    (read.form.clone(), vec![]),
                    "{name}"
                );
                format!(
                    "| `{name}` | {} | {} | {} | {} |",
                    read.form.questions.len(),
                    whole.form.questions.len(),
                    left.len(),
                    kept.len()
                )
            }
            Err(why) => format!("| `{name}` | {why} | | | |"),
        });
    }
    let told = include_str!("../../docs/FORMS.md");
    let missing: Vec<_> = rows
        .iter()
        .filter(|row| !told.contains(row.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/FORMS.md lacks:\n{}",
        rows.join("\n")
    );
}

const SURVEY: &str = "/v1/forms/xlsform";

async fn a_workbook_is_read_before_it_counts_and_what_was_left_out_is_named(hub: TestApp) {
    let office = hub.sign_in(Role::OfficeReviewer, &[]).await;
    let wages = Form::shipped()
        .into_iter()
        .find(|form| form.id == "wages")
        .unwrap();
    let book = xlsform::write(&wages).unwrap();
    let read = hub.post_bytes(SURVEY, &office, &book).await;
    assert_eq!(read.status, 200, "{:?}", read.body);
    let read = read.json();
    assert_eq!(
        (&read["form"]["version"], &read["left_out"]),
        (&json!(2), &json!([]))
    );
    // Nothing was written.
    let listed = hub.get("/v1/forms", &office).await.json();
    assert_eq!(
        listed["items"].as_array().unwrap().len(),
        Form::shipped().len()
    );
    let written = hub
        .post("/v1/forms", &office, &json!({ "text": read["text"] }))
        .await;
    assert_eq!(written.status, 200, "{:?}", written.body);
    let listed = hub.get("/v1/forms", &office).await.json();
    let own = listed["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        own["form"]["questions"],
        serde_json::to_value(&wages.questions).unwrap()
    );

    for (content, code) in [
        (b"no workbook".to_vec(), "not_a_form"),
        (b"PK\x03\x04 and no more".to_vec(), "not_a_table"),
        (vec![b'P'; xlsform::MAX_BYTES + 1], "too_large"),
    ] {
        let refused = hub.post_bytes(SURVEY, &office, &content).await;
        assert_eq!(refused.code(), code, "{:?}", refused.body);
        assert!(refused.json()["detail"].as_str().unwrap().ends_with('。'));
    }
    let grid = hub.sign_in(Role::CommunitySecretary, &[]).await;
    assert_eq!(hub.post_bytes(SURVEY, &grid, &book).await.status, 403);
}

async fn a_version_taken_out_as_a_workbook_comes_in_as_the_next_version_of_the_same_form(
    hub: TestApp,
) {
    let office = hub.sign_in(Role::HotlineWorker, &[]).await;
    for form in Form::shipped() {
        let path = format!("/v1/forms/{}/{}/xlsform", form.id, form.version);
        let book = hub.get(&path, &office).await;
        assert_eq!(book.status, 200, "{path}");
        let read = xlsform::read(&book.body, false).unwrap();
        assert_eq!((read.form, read.left_out), (form, vec![]), "{path}");
    }
    let unknown = hub.get("/v1/forms/wages/9/xlsform", &office).await;
    assert_eq!(unknown.status, 404);
}

async fn a_form_is_checked_before_it_is_written_and_nothing_of_it_is_kept(hub: TestApp) {
    let office = hub.sign_in(Role::Leader, &[]).await;
    let head = "表单 wages\n版本 1\n名称 欠薪核实\n必填 结果\n";
    let check = async |text: String| {
        let body = json!({ "text": text });
        hub.post("/v1/forms/check", &office, &body).await.json()
    };
    let fine = check(head.to_owned()).await;
    assert_eq!(
        fine,
        json!({ "next": 2, "line": null, "refused": null, "question": null })
    );
    let wrong = check(format!("{head}题目 a 单选\n标题 甲\n")).await;
    assert_eq!(
        (&wrong["line"], &wrong["question"]),
        (&json!(5), &json!("a"))
    );
    assert!(
        wrong["refused"]
            .as_str()
            .unwrap()
            .contains("至少要有两个选项")
    );
    let general = check("表单 general\n版本 1\n名称 通用\n适用 甲\n必填 结果\n".to_owned()).await;
    assert!(general["refused"].as_str().unwrap().contains("通用表单"));
    let listed = hub.get("/v1/forms", &office).await.json();
    assert_eq!(
        listed["items"].as_array().unwrap().len(),
        Form::shipped().len()
    );
}

#[test]
fn each_reason_has_its_words_in_both_languages() {
    for words in [
        include_str!("../../web/shared/locales/office.zh-CN.json"),
        include_str!("../../web/shared/locales/office.en.json"),
    ] {
        let words: serde_json::Value = serde_json::from_str(words).unwrap();
        for why in WhyLeft::ALL {
            let name = serde_json::to_value(why).unwrap();
            let told = &words[format!("forms.left.{}", name.as_str().unwrap())];
            assert!(told.is_string(), "{name}");
        }
    }
}
