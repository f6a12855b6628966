//! `POST /v1/papers`: whether the file of a paper is genuine.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use papers::check::{Opened, Verdict, compare, open};
use papers::known::{Digits, Found, KnownPaper, find_paper};
use papers::stamp::{PURPOSE, find_stamp};
use print::PayloadError;
use serde::Serialize;
use sync_core::kinds::mediation::proof::Compared;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::{Outcome, PaperFacts, failed};
use crate::app::App;
use crate::error::ApiError;

/// The largest file: a paper with some forty photos. Larger ones are checked by the command on the server.
pub(crate) const FILE_BYTES: usize = 16 * 1024 * 1024;

/// Checks one file at a time: each may take tens of megabytes and half a second of a core.
#[derive(Clone, Debug)]
pub(crate) struct Desk(Arc<Semaphore>);

impl Default for Desk {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// What is looked at in a file, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// It carries a proof, not one byte of which was changed.
    Proof,
    /// The content is whole, and each drawn name was drawn under it.
    Seals,
    /// The office has this content.
    Content,
    /// The office has each of the signatures.
    Signatures,
    /// Not a byte of the file was changed since the office printed it.
    Pages,
    /// All who have to sign did.
    Complete,
    /// No later version holds, and it was not given up.
    Current,
}

/// A step and how it ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checked {
    step: Step,
    passed: bool,
}

/// What is found about a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileFacts {
    #[serde(flatten)]
    facts: PaperFacts,
    /// The steps up to the first that did not pass.
    checks: Vec<Checked>,
}

/// Tells anybody whether the file of a paper is whole, signed, and known here. The file is read in memory, and nothing of it
/// is kept.
#[utoipa::path(
    post, path = "/v1/papers", tag = "papers",
    request_body(content = Vec<u8>, content_type = "application/pdf", description = "The PDF, 16 MiB at most"),
    responses(
        (status = 200, body = FileFacts),
        (status = 413, body = crate::error::Problem, description = "`paper_too_large`"),
        (status = 415, body = crate::error::Problem, description = "`media_type_refused`"),
        (status = 429, body = crate::error::Problem, description = "`too_many_papers` or `too_many_at_once`, with `Retry-After`"),
    ),
)]
pub(crate) async fn check(
    State(app): State<App>,
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    file: Bytes,
) -> Result<Json<FileFacts>, ApiError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if kind != Some("application/pdf") {
        let detail = "这里只核对 PDF 文件，请选择打印时得到的 PDF。";
        return Err(ApiError::unsupported_media("media_type_refused", detail));
    }
    if !file.starts_with(b"%PDF") {
        let facts = PaperFacts::nothing(Outcome::NotAPaper, None);
        return Ok(Json(FileFacts::new(facts, Step::Proof, false)));
    }
    let turn = desk.0.acquire().await;
    let _turn = turn.map_err(|error| ApiError::internal(&error))?;
    let keys = app.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let stamp = find_stamp(&file);
        let is_stamped = stamp.is_some_and(|(pdf, tag)| keys.keys().is_tag(PURPOSE, pdf, &tag));
        open(&file).map(|opened| (opened, is_stamped))
    });
    let opened = opened.await.map_err(|error| ApiError::internal(&error))?;
    let (opened, is_stamped) = match opened {
        Ok(opened) => opened,
        Err(verdict) => return Ok(Json(unopened(&verdict))),
    };
    let mut tx = app.store().read().await?;
    let digits = Digits::from(opened.hash());
    // By the index first: the log of a document is read for nobody who does not hold one of its papers.
    let found = find_paper(digits, Some(opened.document()), &mut tx).await;
    let Found::Paper(known) = found.map_err(failed)? else {
        let facts = PaperFacts::nothing(Outcome::Unknown, Some(opened.hash().to_string()));
        return Ok(Json(FileFacts::new(facts, Step::Content, false)));
    };
    let now = app.clock().now();
    let verdict = compare(&[known.tenant], &opened, now, &mut tx).await;
    let verdict = verdict.map_err(failed)?;
    Ok(Json(compared(&verdict, known, (&opened, is_stamped))))
}

impl FileFacts {
    /// Every step up to this one, which ended so.
    fn new(facts: PaperFacts, last: Step, passed: bool) -> Self {
        const STEPS: [Step; 7] = [
            Step::Proof,
            Step::Seals,
            Step::Content,
            Step::Signatures,
            Step::Pages,
            Step::Complete,
            Step::Current,
        ];
        let before = STEPS.into_iter().take_while(|step| *step != last);
        let mut checks: Vec<Checked> = before.map(|step| Checked { step, passed: true }).collect();
        checks.push(Checked { step: last, passed });
        Self { facts, checks }
    }
}

/// A file whose proof is not whole by itself.
fn unopened(verdict: &Verdict) -> FileFacts {
    let (outcome, step) = match verdict {
        Verdict::Unreadable(PayloadError::Missing) => (Outcome::NotAPaper, Step::Proof),
        Verdict::Unreadable(PayloadError::Damaged) => (Outcome::Damaged, Step::Proof),
        Verdict::Unreadable(PayloadError::Several) => (Outcome::Forged, Step::Proof),
        Verdict::Broken(_) | Verdict::Known { .. } | Verdict::Elsewhere { .. } => {
            (Outcome::Forged, Step::Seals)
        }
    };
    FileFacts::new(PaperFacts::nothing(outcome, None), step, false)
}

/// A file of which the office has the content.
fn compared(
    verdict: &Verdict,
    known: KnownPaper,
    (opened, is_stamped): (&Opened, bool),
) -> FileFacts {
    let hash = || Some(opened.hash().to_string());
    let Verdict::Known { compared, .. } = verdict else {
        let facts = PaperFacts::nothing(Outcome::Unknown, hash());
        return FileFacts::new(facts, Step::Content, false);
    };
    let facts = PaperFacts::of(known);
    match compared {
        Compared::ContentUnknown => FileFacts::new(
            PaperFacts::nothing(Outcome::Unknown, hash()),
            Step::Content,
            false,
        ),
        Compared::SignatureUnknown(_) => FileFacts::new(
            PaperFacts::nothing(Outcome::Forged, hash()),
            Step::Signatures,
            false,
        ),
        _ if !is_stamped => {
            let facts = PaperFacts::nothing(Outcome::Altered, hash());
            FileFacts::new(facts, Step::Pages, false)
        }
        Compared::Incomplete => FileFacts::new(facts, Step::Complete, false),
        Compared::Holds | Compared::Superseded => {
            let holds = facts.outcome == Outcome::Holds;
            FileFacts::new(facts, Step::Current, holds)
        }
    }
}

/// Gives a file that a layer in front refused for its length the code that the contract has for it.
pub(crate) async fn name_too_large(response: Response) -> Response {
    let nameless = response.extensions().get::<ApiError>().is_none();
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && nameless {
        let detail = "文件太大（最多 16 MB），请到办公室核对。";
        return ApiError::too_large("paper_too_large", detail).into_response();
    }
    response
}
