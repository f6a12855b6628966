//! `/v1/cards`: cards that hang in the sub-district, and what a card says to whoever scans it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::cards::Card;
use store::units::UnitKind;
use sync_core::Id;

use super::in_use;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Letters and digits of a code that nobody takes for another one; 31 to the 8th are as many as 39 bits.
const ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const CODE_LETTERS: usize = 8;
const MAX_PLACE_CHARS: usize = 100;

/// A card that is to be printed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct CardRequest {
    /// Where it will hang.
    place: String,
    /// The community that the place is in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    community: Option<Id>,
}

/// A change of a card.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct CardChange {
    /// Whether reports by it are taken.
    active: bool,
}

/// A card with the address that its code leads to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ShownCard {
    #[serde(flatten)]
    card: Card,
    /// What the printed code says.
    url: String,
}

/// The newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Cards {
    items: Vec<ShownCard>,
}

/// What a card says to whoever scans it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Scanned {
    /// Where it hangs.
    place: String,
    /// The sub-district.
    street: String,
}

/// Makes a card.
#[utoipa::path(post, path = "/v1/cards", tag = "reports", request_body = CardRequest,
    security(("bearer" = [])),
    responses((status = 200, body = ShownCard), (status = 403),
        (status = 422, description = "`place`, `community`")))]
pub(crate) async fn create(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Json(request): Json<CardRequest>,
) -> Result<Json<ShownCard>, ApiError> {
    may_keep_cards(&user)?;
    let place: String = request
        .place
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if place.is_empty() || place.chars().count() > MAX_PLACE_CHARS {
        return Err(ApiError::unprocessable(
            "place",
            format!("请填写卡片张贴的地点，不超过 {MAX_PLACE_CHARS} 字。"),
        ));
    }
    let mut tx = app.store().begin().await?;
    if let Some(community) = request.community {
        let unit = tx.find_unit(user.tenant, community).await?;
        if unit.is_none_or(|unit| unit.kind != UnitKind::Community) {
            return Err(ApiError::unprocessable(
                "community",
                "没有这个社区；请刷新页面后重新选择。",
            ));
        }
    }
    let mut random = [0; CODE_LETTERS];
    app.rng().fill(&mut random);
    let letter = |byte: &u8| {
        ALPHABET
            .get(usize::from(*byte) % ALPHABET.len())
            .copied()
            .map(char::from)
    };
    let card = Card {
        code: random.iter().filter_map(letter).collect(),
        tenant: user.tenant,
        place,
        community: request.community,
        active: true,
        created_at: app.clock().now(),
        reports: 0,
    };
    tx.insert_card(&card, user.person).await?;
    let object = format!("card/{}", card.code);
    tx.append_audit(&user.act("card.create", object, card.created_at, &request_id))
        .await?;
    tx.commit().await?;
    Ok(Json(shown(card, &app)))
}

/// Lists the cards.
#[utoipa::path(get, path = "/v1/cards", tag = "reports", security(("bearer" = [])),
    responses((status = 200, body = Cards), (status = 403)))]
pub(crate) async fn list(
    State(app): State<App>,
    user: CurrentUser,
) -> Result<Json<Cards>, ApiError> {
    may_keep_cards(&user)?;
    let cards = app.store().read().await?.list_cards(user.tenant).await?;
    let items = cards.into_iter().map(|card| shown(card, &app)).collect();
    Ok(Json(Cards { items }))
}

/// Says whether reports by a card are taken from now on.
#[utoipa::path(patch, path = "/v1/cards/{code}", tag = "reports", request_body = CardChange,
    params(("code" = String, Path, description = "The card's code")),
    security(("bearer" = [])),
    responses((status = 204), (status = 403), (status = 404)))]
pub(crate) async fn change(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Path(code): Path<String>,
    Json(change): Json<CardChange>,
) -> Result<StatusCode, ApiError> {
    may_keep_cards(&user)?;
    let mut tx = app.store().begin().await?;
    if !tx.update_card(user.tenant, &code, change.active).await? {
        return Err(ApiError::not_found("没有这张卡片；请刷新列表。"));
    }
    let now = app.clock().now();
    tx.append_audit(&user.act("card.change", format!("card/{code}"), now, &request_id))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says to anybody where a card hangs.
#[utoipa::path(get, path = "/v1/cards/{code}/place", tag = "reports",
    params(("code" = String, Path, description = "The card's code")),
    responses((status = 200, body = Scanned), (status = 404, description = "`not_found`; `card_out_of_use`"),
        (status = 429)))]
pub(crate) async fn scanned(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Json<Scanned>, ApiError> {
    let mut tx = app.store().read().await?;
    let card = in_use(tx.find_card(&code).await?)?;
    let street = tx.find_tenant(card.tenant).await?;
    Ok(Json(Scanned {
        place: card.place,
        street: street.map(|street| street.name).unwrap_or_default(),
    }))
}

fn shown(card: Card, app: &App) -> ShownCard {
    let url = url_of(&card, app);
    ShownCard { card, url }
}

/// What the printed code says.
pub(super) fn url_of(card: &Card, app: &App) -> String {
    format!("{}/report/{}", app.config().public_url(), card.code)
}

pub(super) fn may_keep_cards(user: &CurrentUser) -> Result<(), ApiError> {
    if user.role.is_office() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "role_not_allowed",
        "您的角色不能管理上报卡片；请联系街道热线办。",
    ))
}
