//! `GET /v1/cards/sheet.pdf`: cards to be printed, cut out and hung up.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use print::{Block, Foot, Paper};
use serde::Deserialize;
use store::cards::Card;

use super::cards::{may_keep_cards, url_of};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::telemetry::RequestId;

/// Cards in one file: a hundred sheets of six.
const MAX_CARDS: usize = 600;
/// Whatever a browser makes of the file, nothing in it runs.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Which cards.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SheetParams {
    /// Codes with commas between them; all cards in use if not given.
    codes: Option<String>,
}

/// Prints cards, several on a page: where each hangs, its QR code, and a sentence that says what it is for.
#[utoipa::path(get, path = "/v1/cards/sheet.pdf", tag = "reports", params(SheetParams),
    security(("bearer" = [])),
    responses((status = 200, description = "The sheets", content_type = "application/pdf", body = Vec<u8>),
        (status = 403),
        (status = 422, description = "`card_unknown`: one of them is not there or out of use; `no_cards`; \
            `too_many_cards`; `paper_refused`")))]
pub(crate) async fn print(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    Query(params): Query<SheetParams>,
) -> Result<Response, ApiError> {
    may_keep_cards(&user)?;
    let mut tx = app.store().read().await?;
    let cards = tx.list_cards(user.tenant).await?;
    let street = tx.find_tenant(user.tenant).await?;
    drop(tx);
    let street = street.map(|street| street.name).unwrap_or_default();
    let cards = wanted(cards, params.codes.as_deref().unwrap_or_default())?;
    let paper = paper(&cards, &street, &app);
    // Laying out takes time, apart from the requests.
    let rendered = tokio::task::spawn_blocking(move || print::render(&paper)).await;
    let rendered = rendered.map_err(|error| ApiError::internal(&error))?;
    let rendered =
        rendered.map_err(|error| ApiError::unprocessable("paper_refused", error.to_string()))?;
    let object = format!("cards/{}", cards.len());
    let act = user.act("card.print", object, app.clock().now(), &request_id);
    app.notes().note(act);
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed("application/pdf")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::CONTENT_SECURITY_POLICY, fixed(SANDBOX)),
        (
            header::CONTENT_DISPOSITION,
            fixed("attachment; filename=\"cards.pdf\""),
        ),
    ];
    Ok((headers, rendered.pdf).into_response())
}

/// Those that were asked for, in the order in which they hang in the list.
fn wanted(cards: Vec<Card>, codes: &str) -> Result<Vec<Card>, ApiError> {
    let codes: Vec<&str> = codes.split(',').map(str::trim).collect();
    let codes: Vec<&str> = codes.into_iter().filter(|code| !code.is_empty()).collect();
    let known = |code: &&str| cards.iter().any(|card| card.active && card.code == **code);
    if !codes.iter().all(known) {
        return Err(ApiError::unprocessable(
            "card_unknown",
            "选中的卡片里有的已经停用或不在了；请刷新列表，重新选择。",
        ));
    }
    let chosen = |card: &Card| codes.is_empty() || codes.contains(&card.code.as_str());
    let cards: Vec<Card> = cards
        .into_iter()
        .filter(|card| card.active && chosen(card))
        .collect();
    if cards.is_empty() {
        return Err(ApiError::unprocessable(
            "no_cards",
            "没有在用的卡片可以打印；请先添加一张。",
        ));
    }
    if cards.len() > MAX_CARDS {
        return Err(ApiError::unprocessable(
            "too_many_cards",
            format!("一次最多打印 {MAX_CARDS} 张卡片；请选一部分分几次打印。"),
        ));
    }
    Ok(cards)
}

fn paper(cards: &[Card], street: &str, app: &App) -> Paper {
    let card = |card: &Card| print::Card {
        title: format!("{street}热线"),
        lead: "扫码反映身边的问题，不用注册".to_owned(),
        qr: url_of(card, app),
        place: card.place.clone(),
        note: format!("编号 {}　凭查询码再扫码可查结果", card.code),
    };
    Paper {
        blocks: vec![Block::Cards(cards.iter().map(card).collect())],
        foot: Foot {
            name: format!("{street} 二维码卡 共 {} 张", cards.len()),
            note: "沿框线剪开，贴在卡片上写明的地点。".to_owned(),
            ..Foot::default()
        },
        ..Paper::default()
    }
}
