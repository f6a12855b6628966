//! A file that a phone exported: what it holds comes in by the first door, in the name of whoever recorded it.

mod content;

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use basis::keys::HandOverError;
use doors::Author;
use serde::Serialize;
use sync_core::Timestamp;
use sync_core::protocol::{Push, Receipt};
use utoipa::ToSchema;

use super::require_office;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::originals::{self, Kept};
use crate::records::PersonName;
use crate::telemetry::RequestId;
use content::Content;
use store::devices::{Device, DeviceKind, DeviceState};
use store::people::{Person, PersonState};

/// How long the answer waits for the gate, for each document.
const VERDICT_WAIT: Duration = Duration::from_secs(2);

/// What a file brought.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HandedOver {
    /// Whose work it is.
    person: Option<PersonName>,
    /// What their phone is called.
    device: String,
    /// When the file was made, by the phone's clock.
    #[schema(value_type = i64)]
    made_at: Timestamp,
    /// Changes that came in now.
    new: usize,
    /// Changes that were at the office already.
    known: usize,
    /// Changes that lie in the quarantine, from now on or since before.
    aside: usize,
    /// Photos that came in now.
    photos_new: usize,
    /// Photos that were at the office already.
    photos_known: usize,
    /// Photos that cannot be taken: damaged, or no photos.
    photos_refused: usize,
}

/// Takes in a file that a phone exported. The same file again changes nothing.
#[utoipa::path(post, path = "/v1/hand-over", tag = "visits",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = HandedOver), (status = 403),
        (status = 413), (status = 429),
        (status = 422, description = "`hand_over_not_one`, `hand_over_other_hub`, `hand_over_damaged`, \
            `hand_over_unknown_phone`")))]
pub(crate) async fn hand_over(
    State(app): State<App>,
    user: CurrentUser,
    request_id: RequestId,
    file: Bytes,
) -> Result<Json<HandedOver>, ApiError> {
    require_office(&user)?;
    app.disk().admit_large()?;
    let opener = app.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let content = opener.keys().hand_over().open(&file)?;
        Content::read(&content).ok_or(HandOverError::Damaged)
    });
    let content = opened.await.map_err(|error| ApiError::internal(&error))?;
    let content = content.map_err(refused)?;
    let (device, person, proven) = sender(&app, &user, &content).await?;
    let now = app.clock().now();
    let author = Author {
        tenant: user.tenant,
        person: person.id,
        device: device.id,
        role: person.role,
        // What nobody vouches for is read by the office first.
        released_until: (!proven
            || device.state == DeviceState::Revoked
            || person.state == PersonState::Disabled)
            .then_some(now),
        // The file is sealed as a whole and holds a token of its phone: what is in it is not signed one by one.
        key: None,
    };
    let mut told = HandedOver {
        person: Some(PersonName::of(person)),
        device: device.name,
        made_at: content.head.made_at,
        ..HandedOver::default()
    };
    // Photos first: a record that comes in with its photos is whole at once.
    for photo in content.photos {
        match originals::keep_whole(&app, (author.tenant, author.device), photo).await? {
            Kept::New => told.photos_new += 1,
            Kept::Known => told.photos_known += 1,
            Kept::Refused => told.photos_refused += 1,
        }
    }
    for push in content.pushes {
        told.count(&receive(&app, author, push).await?);
    }
    let object = format!("device/{}", author.device);
    let mut tx = app.store().begin().await?;
    tx.append_audit(&user.act("hand_over.take_in", object, now, &request_id))
        .await?;
    tx.commit().await?;
    Ok(Json(told))
}

impl HandedOver {
    fn count(&mut self, receipts: &[Receipt]) {
        for receipt in receipts {
            self.new += (receipt.received.len() + receipt.waiting.len()) / 32;
            self.known += receipt.duplicate.len() / 32;
            self.aside += receipt.refused.len();
        }
    }
}

async fn receive(app: &App, author: Author, push: Push) -> Result<Vec<Receipt>, ApiError> {
    let pushed = app
        .doors()
        .receiver()
        .receive(author, vec![push], None)
        .await?;
    if pushed
        .receipts
        .iter()
        .any(|receipt| receipt.later.is_some())
    {
        return Err(ApiError::too_many_requests(
            "hand_over_later",
            "这台手机今天的内容已满，已收到的都保留了；请明天再交一次同一个文件。",
            3600,
        ));
    }
    let _ = tokio::time::timeout(VERDICT_WAIT, pushed.decided).await;
    Ok(pushed.receipts)
}

/// Whose file it is, and whether the phone itself made it: it holds a token that only that phone was given.
async fn sender(
    app: &App,
    user: &CurrentUser,
    content: &Content,
) -> Result<(Device, Person, bool), ApiError> {
    let unknown = || {
        ApiError::unprocessable(
            "hand_over_unknown_phone",
            "没有找到导出这个文件的手机，请核对它是不是本街道登记的手机。",
        )
    };
    let head = &content.head;
    let mut tx = app.store().read().await?;
    let device = tx.find_device(user.tenant, head.device).await?;
    let device = device
        .filter(|device| device.kind == DeviceKind::Phone && device.person == head.person)
        .ok_or_else(unknown)?;
    let person = tx.find_person(user.tenant, head.person).await?;
    let token = tx.find_token(&content.token_hash()).await?;
    let proven = token.is_some_and(|token| token.device == device.id);
    Ok((device, person.ok_or_else(unknown)?, proven))
}

fn refused(error: HandOverError) -> ApiError {
    match error {
        HandOverError::NotOne => ApiError::unprocessable(
            "hand_over_not_one",
            "这不是手机导出的交接文件，请选择手机上“导出文件”存下的文件。",
        ),
        HandOverError::OtherHub => ApiError::unprocessable(
            "hand_over_other_hub",
            "这个文件不是交给本系统的，或者系统换过密钥；请让手机连网后重新导出。",
        ),
        HandOverError::Damaged => ApiError::unprocessable(
            "hand_over_damaged",
            "文件在传送中损坏，没有收入任何内容；请从手机重新导出或重新拷贝。",
        ),
    }
}
