//! `POST /v1/tickets/paste`: which words of a copied text are which field. Nothing is stored.

use axum::Json;
use serde::Deserialize;
use tables::paste::{self, PasteError, Pasted};

use super::create::may_take_in;
use crate::auth::CurrentUser;
use crate::error::ApiError;

/// A text that somebody copied.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct PasteRequest {
    /// As it was pasted.
    text: String,
}

/// Recognises the fields of one ticket in a copied text, each with the words that it comes from.
#[utoipa::path(post, path = "/v1/tickets/paste", tag = "tickets", request_body = PasteRequest,
    security(("bearer" = [])),
    responses((status = 200, body = Pasted), (status = 403),
        (status = 422, description = "`nothing_recognised`, `several_tickets` or `text_too_long`")))]
pub(crate) async fn recognise(
    user: CurrentUser,
    Json(request): Json<PasteRequest>,
) -> Result<Json<Pasted>, ApiError> {
    may_take_in(&user)?;
    paste::recognise(&request.text).map(Json).map_err(|error| {
        let code = match &error {
            PasteError::Empty | PasteError::NothingRecognised => "nothing_recognised",
            PasteError::Several(_) => "several_tickets",
            PasteError::TooLong => "text_too_long",
            PasteError::Mapping(_) => return ApiError::internal(&error),
        };
        ApiError::unprocessable(code, error.to_string())
    })
}
