//! `GET /v1/papers/{hash}`: what the office knows of the hash on a paper.

use axum::Json;
use axum::extract::{Path, State};
use papers::known::{Digits, Found, find_paper};

use super::{Outcome, PaperFacts, failed};
use crate::app::App;
use crate::error::ApiError;

/// Tells anybody whether the paper with this hash holds. A beginning of 16 digits is enough where one paper alone begins
/// so; the answer then has the whole hash, to be compared with the paper.
#[utoipa::path(
    get, path = "/v1/papers/{hash}", tag = "papers",
    params(("hash" = String, Path, description = "SHA-256 of the content as the paper prints it, in hex, without spaces; its first 16 digits or more")),
    responses(
        (status = 200, body = PaperFacts),
        (status = 409, body = crate::error::Problem, description = "`hash_ambiguous`: several papers begin so"),
        (status = 422, body = crate::error::Problem, description = "`hash_malformed`"),
        (status = 429, body = crate::error::Problem, description = "`too_many_papers`, with `Retry-After`"),
    ),
)]
pub(crate) async fn find(
    State(app): State<App>,
    Path(hash): Path<String>,
) -> Result<Json<PaperFacts>, ApiError> {
    let digits = Digits::parse(&hash).ok_or_else(|| {
        ApiError::unprocessable(
            "hash_malformed",
            "校验码由 64 位数字和字母 a 到 f 组成，至少要输入前 16 位，请对照纸上核对。",
        )
    })?;
    let mut tx = app.store().read().await?;
    match find_paper(digits, None, &mut tx).await.map_err(failed)? {
        Found::Paper(known) => Ok(Json(PaperFacts::of(known))),
        Found::Nothing => Ok(Json(PaperFacts::nothing(Outcome::Unknown, None))),
        Found::Several => Err(ApiError::conflict(
            "hash_ambiguous",
            "有几份文书的校验码开头相同，请把校验码输完整。",
        )),
    }
}
