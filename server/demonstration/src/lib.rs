//! A sub-district to look at, with people, tickets and visits. Everything in it is invented; the three main
//! cases follow a newspaper report about such an office.
//!
//! Its people work through the hub's own handlers, so it shows what the hub does and nothing else.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cases;
mod cast;
mod error;
mod life;
mod many;
mod phone;
mod photos;
mod story;
mod visits;

use accounts::code;
use hub::App;
use serde::Serialize;
use store::enrolments::Enrolment;
use store::tickets::TicketFilter;
use sync_core::{Id, Timestamp};

pub use self::cast::Account;
pub use self::error::DemoError;

/// How long an enrolment code works.
const CODE_LIFETIME_MILLIS: i64 = 24 * 3600 * 1000;

/// What the demonstration offers.
#[derive(Debug, Serialize)]
pub struct Demo {
    /// Typed at sign-in where a hub has several sub-districts.
    pub street: String,
    /// The password of every account.
    pub password: &'static str,
    /// Who can sign in.
    pub accounts: Vec<Account>,
    /// Codes for two phones.
    pub enrolments: Vec<Code>,
    /// Tickets in the sub-district.
    pub tickets: i64,
    /// Visits that were recorded just now.
    pub visits_added: usize,
}

/// An enrolment code of somebody.
#[derive(Debug, Serialize)]
pub struct Code {
    /// Whose phone it lets in.
    pub username: &'static str,
    /// `XXXX-XXXX-XXXX-XXXX`.
    pub code: String,
    /// Opens the field app with the code filled in.
    pub url: String,
}

/// Makes or completes the demonstration, with so many tickets more of which nobody tells a story; `told` hears how many of
/// these there are so far.
pub async fn load_many(app: &App, tickets: usize, told: impl Fn(u64)) -> Result<Demo, DemoError> {
    let street = cast::street(app).await?;
    many::tickets(street.tenant, tickets, app, told).await?;
    load(app).await
}

/// Makes or completes the demonstration. A fixed clock is moved through the days of the story and stands
/// where it stood in the end.
pub async fn load(app: &App) -> Result<Demo, DemoError> {
    let now = app.clock().now();
    let street = cast::street(app).await?;
    let people = cast::people(street.tenant, app).await?;
    let added = async {
        cases::tickets(&street, &people, now, app).await?;
        visits::visits(&street, &people, now, app).await
    }
    .await;
    app.clock().set(now);
    let visits_added = added?;

    let mut enrolments = Vec::new();
    for username in ["lin.xiaoman", "qin.guilan"] {
        enrolments.push(enrol(street.tenant, username, people.id(username)?, now, app).await?);
    }
    let mut tx = app.store().read().await?;
    let tickets = tx
        .count_tickets(street.tenant, &TicketFilter::default())
        .await?;
    Ok(Demo {
        street: street.code,
        password: cast::PASSWORD,
        accounts: cast::accounts(),
        enrolments,
        tickets,
        visits_added,
    })
}

/// A fresh code for somebody's phone; older ones that were not used stop working.
async fn enrol(
    tenant: Id,
    username: &'static str,
    person: Id,
    now: Timestamp,
    app: &App,
) -> Result<Code, store::Error> {
    let code = code::generate(app.rng());
    let mut tx = app.store().begin().await?;
    tx.delete_unused_enrolments(tenant, person).await?;
    tx.insert_enrolment(&Enrolment {
        code_hash: code.hash,
        tenant,
        person,
        created_by: None,
        created_at: now,
        expires_at: now.plus_millis(CODE_LIFETIME_MILLIS),
        used_at: None,
        device: None,
    })
    .await?;
    tx.commit().await?;
    let url = format!(
        "{}/field/#/enrol?code={}",
        app.config().public_url(),
        code.text
    );
    Ok(Code {
        username,
        code: code.text,
        url,
    })
}
