//! `GET /v1/forms/{id}/{version}/answers.csv` and `.xlsx`: what was answered, one line for each visit.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use basis::mask;
use basis::words::word;
use serde::Deserialize;
use store::Tx;
use store::forms::FormVisit;
use sync_core::form::{Form, Question, QuestionKind};
use sync_core::lifecycle::ReviewState;
use sync_core::record::{Record, Register};
use sync_core::value::Value;
use sync_core::words::Language;
use sync_core::{Id, answers};
use tables::answers::{self as table, Book, CSV_BEGINS};

use super::load_version;
use super::xlsform::WORKBOOK;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::records::story::load;
use crate::telemetry::RequestId;

/// Visits that are read in one go.
const PAGE: u32 = 50;
/// Lines of a workbook; a CSV has no end.
const BOOK_LINES: usize = 20_000;

/// The columns before the answers: the same in every form.
const COLUMNS: [(&str, &str); 6] = [
    ("visit", "走访编号"),
    ("ticket", "工单编号"),
    ("state", "状态"),
    ("arrived_at", "到场时间"),
    ("submitted_at", "提交时间"),
    ("form", "表单版本"),
];
/// What the version has no question for: nothing is left out.
const OTHER: (&str, &str) = ("other", "这一版没有的题");

/// Which visits.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Also those that were rejected.
    #[serde(default)]
    all: bool,
}

/// The answers of a version of a form as CSV: the first line holds ids of columns, which stay, the second what people call
/// them. Numbers of people are masked.
#[utoipa::path(get, path = "/v1/forms/{id}/{version}/answers.csv", tag = "forms",
    params(("id" = String, Path), ("version" = u32, Path), Which),
    security(("bearer" = [])),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>), (status = 403), (status = 404)))]
pub(crate) async fn csv(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(name): Path<(String, u32)>,
    Query(which): Query<Which>,
) -> Result<Response, ApiError> {
    let export = Export::begin(&app, &user, &request_id, name, &which).await?;
    let headers = export.headers("csv", "text/csv; charset=utf-8")?;
    let stream = async_stream::stream! {
        let mut export = export;
        let [ids, labels] = export.header();
        let head = format!("{CSV_BEGINS}{}{}", table::csv_line(&ids), table::csv_line(&labels));
        yield Ok::<_, std::io::Error>(Bytes::from(head));
        loop {
            match export.next(&app).await {
                Ok(lines) if lines.is_empty() => break,
                Ok(lines) => {
                    let text: String = lines.iter().map(|line| table::csv_line(line)).collect();
                    yield Ok(Bytes::from(text));
                }
                // A file that ends early must not look whole: the download fails.
                Err(error) => {
                    tracing::warn!(code = error.code(), "a table of answers broke off");
                    yield Err(std::io::Error::other("broke off"));
                    break;
                }
            }
        }
    };
    Ok((headers, Body::from_stream(stream)).into_response())
}

/// The same as a workbook, of up to 20000 visits.
#[utoipa::path(get, path = "/v1/forms/{id}/{version}/answers.xlsx", tag = "forms",
    params(("id" = String, Path), ("version" = u32, Path), Which),
    security(("bearer" = [])),
    responses((status = 200, description = "The workbook", body = Vec<u8>,
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 403), (status = 404), (status = 413, description = "`too_many_rows`")))]
pub(crate) async fn xlsx(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(name): Path<(String, u32)>,
    Query(which): Query<Which>,
) -> Result<Response, ApiError> {
    let mut export = Export::begin(&app, &user, &request_id, name, &which).await?;
    let headers = export.headers("xlsx", WORKBOOK)?;
    let broken = |error| ApiError::internal(&error);
    let [ids, labels] = export.header();
    let mut book = Book::begin(ids.len()).map_err(broken)?;
    book.push(&ids).map_err(broken)?;
    book.push(&labels).map_err(broken)?;
    let mut count = 0;
    loop {
        let lines = export.next(&app).await?;
        if lines.is_empty() {
            break;
        }
        count += lines.len();
        if count > BOOK_LINES {
            return Err(ApiError::too_large(
                "too_many_rows",
                "走访超过 2 万条，工作簿放不下；请改为导出 .csv 文件。",
            ));
        }
        for line in lines {
            book.push(&line).map_err(broken)?;
        }
    }
    Ok((headers, book.finish().map_err(broken)?).into_response())
}

/// An export on its way.
struct Export {
    tenant: Id,
    form: Form,
    but: Option<ReviewState>,
    after: Option<Id>,
}

impl Export {
    /// Notes in the audit log who takes the answers of what, and begins.
    async fn begin(
        app: &App,
        user: &CurrentUser,
        request_id: &RequestId,
        name: (String, u32),
        which: &Which,
    ) -> Result<Self, ApiError> {
        if !user.role.is_office() {
            return Err(ApiError::forbidden(
                "role_not_allowed",
                "您的角色不能导出答案；请联系街道热线办。",
            ));
        }
        let mut tx = app.store().begin().await?;
        let form = load_version(user, name, &mut tx).await?;
        let now = app.clock().now();
        let object = format!("form/{}", form.name());
        tx.append_audit(&user.act("form.answers.export", object, now, request_id))
            .await?;
        tx.commit().await?;
        Ok(Self {
            tenant: user.tenant,
            form,
            but: (!which.all).then_some(ReviewState::Rejected),
            after: None,
        })
    }

    fn headers(
        &self,
        word: &str,
        mime: &'static str,
    ) -> Result<[(header::HeaderName, HeaderValue); 2], ApiError> {
        let Form { id, version, .. } = &self.form;
        let named = format!("attachment; filename=\"{id}-{version}-answers.{word}\"");
        let named = HeaderValue::from_str(&named).map_err(|error| ApiError::internal(&error))?;
        Ok([
            (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
            (header::CONTENT_DISPOSITION, named),
        ])
    }

    fn header(&self) -> [Vec<String>; 2] {
        let questions = || self.form.questions.iter();
        let ids = questions().map(|one| answers::path(&one.id, part_of(&one.kind)));
        let labels = questions().map(|one| one.label.zh.clone());
        let fixed = COLUMNS.iter();
        let (fixed_ids, fixed_labels): (Vec<_>, Vec<_>) = fixed
            .map(|(id, label)| ((*id).to_owned(), (*label).to_owned()))
            .unzip();
        [
            fixed_ids
                .into_iter()
                .chain(ids)
                .chain([OTHER.0.to_owned()])
                .collect(),
            fixed_labels
                .into_iter()
                .chain(labels)
                .chain([OTHER.1.to_owned()])
                .collect(),
        ]
    }

    /// The next lines; none when all were there.
    async fn next(&mut self, app: &App) -> Result<Vec<Vec<String>>, ApiError> {
        let mut tx = app.store().read().await?;
        let name = self.form.name().to_string();
        let visits = tx
            .list_visits_of_form(self.tenant, &name, self.after, self.but, PAGE)
            .await?;
        let Some(last) = visits.last() else {
            return Ok(Vec::new());
        };
        self.after = Some(last.doc);
        let mut lines = Vec::with_capacity(visits.len());
        for visit in &visits {
            let record = load_record(self.tenant, visit.doc, &mut tx).await?;
            lines.push(self.line(visit, &record));
        }
        Ok(lines)
    }

    fn line(&self, visit: &FormVisit, record: &Record) -> Vec<String> {
        let mut line = vec![
            visit.doc.to_string(),
            visit.upstream_no.clone().unwrap_or_default(),
            state_of(visit.state),
            table::time(visit.arrived_at),
            table::time(visit.submitted_at),
            self.form.name().to_string(),
        ];
        line.extend(self.form.questions.iter().map(|one| answer(one, record)));
        line.push(self.others(record));
        line
    }

    /// Answers for which the version has no question, as `id: words`.
    fn others(&self, record: &Record) -> String {
        let others = record.answers.iter().filter_map(|(path, register)| {
            let (question, part) = answers::parse(path)?;
            let known = self.form.question(question);
            let gone = known.is_none_or(|known| !known.kind.owns(part));
            let said = words(register, None);
            (gone && !said.is_empty()).then(|| format!("{question}: {said}"))
        });
        others.collect::<Vec<_>>().join("；")
    }
}

/// Where a visit stands, as people call it.
fn state_of(state: ReviewState) -> String {
    let key = format!("review_state.{}", state.as_str());
    word(&key, Language::Chinese)
        .unwrap_or(state.as_str())
        .to_owned()
}

/// What was answered, as people read it.
fn answer(question: &Question, record: &Record) -> String {
    if let QuestionKind::Many { options } = &question.kind {
        let ticked = options.iter().filter(|option| {
            let path = answers::path(&question.id, &format!("has:{}", option.code));
            *record.answer(&path) == Value::Flag(true)
        });
        let ticked: Vec<&str> = ticked.map(|option| option.label.zh.as_str()).collect();
        return ticked.join("；");
    }
    let path = answers::path(&question.id, part_of(&question.kind));
    let register = record.answers.get(&path);
    register.map_or_else(String::new, |register| words(register, Some(question)))
}

/// What stands in a cell; values of which nobody has picked one stand side by side.
fn words(register: &Register, question: Option<&Question>) -> String {
    let all = std::iter::once(&register.shown).chain(&register.others);
    let said = all.map(|written| match &written.value {
        Value::Text(text) => {
            let options = question.map_or(&[][..], |question| question.kind.options());
            let option = options.iter().find(|option| option.code == *text);
            option.map_or_else(|| mask::text(text), |option| option.label.zh.clone())
        }
        Value::Int(number) => number.to_string(),
        Value::Time(at) => table::time(Some(*at)).chars().take(10).collect(),
        Value::Flag(true) => "是".to_owned(),
        _ => String::new(),
    });
    let said: Vec<String> = said.filter(|said| !said.is_empty()).collect();
    said.join(" / ")
}

const fn part_of(kind: &QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Text { .. } => "text",
        QuestionKind::Number { .. } => "number",
        QuestionKind::Date => "date",
        QuestionKind::One { .. } => "choice",
        QuestionKind::Many { .. } => "has",
    }
}

async fn load_record(tenant: Id, doc: Id, tx: &mut Tx) -> Result<Record, ApiError> {
    let document = tx.find_document(tenant, doc).await?;
    let document = document.ok_or(store::Error::Corrupt {
        table: "visit",
        column: "doc",
    })?;
    let segments = tx.list_segments(tenant, doc).await?;
    Ok(Record::of(&load(&document, &segments)?))
}
