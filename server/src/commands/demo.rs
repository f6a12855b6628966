//! `warmline demo`: a sub-district to look at, with people, tickets and visits. Everything in it is
//! invented; the three main cases follow a newspaper report about such an office.

mod cases;
mod cast;
mod phone;
mod photos;
mod story;
mod visits;

use std::io::Write;

use serde::Serialize;
use sync_core::{Id, Timestamp};

use self::cast::Account;
use crate::app::{App, OpenError};
use crate::auth::code;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::ApiError;
use crate::imports::MappingError;
use crate::imports::intake::IntakeError;
use crate::rng::Rng;
use crate::store;
use crate::store::enrolments::Enrolment;
use crate::store::tickets::TicketFilter;

use super::user::account::AccountError;

/// Options of `demo`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

const EXAMPLES: &str = "\
Example:
  warmline --data ./demo demo && warmline --data ./demo serve

Makes the sub-district `beiyuan-demo` with everything in it invented, or completes it; what is there stays
as it is. Prints the accounts, and two fresh codes with which phones can be enrolled within 24 hours.
Never use its passwords for real work.";

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

/// Why the demonstration is not complete. It can be asked for again.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// An account could not be added.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A gesture of the story was refused by its own rules.
    #[error("a step of the demonstration was refused: {0}")]
    Api(#[from] ApiError),
    /// The sheet of cases could not be imported.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The office's mapping cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A picture could not be painted.
    #[error("a picture could not be painted")]
    Paint(#[from] image::ImageError),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A step of the story does not fit the record.
    #[error("a step of the demonstration does not fit: {0}")]
    Story(String),
}

/// Makes or completes the demonstration and prints how to look at it.
pub async fn run(_: Args, config: Config, json: bool) -> Result<(), DemoError> {
    // The story is told on a clock that can be set, so that its days lie behind it.
    let clock = Clock::fixed(Clock::system().now().millis());
    let app = App::open_with(config, clock, Rng::os()).await?;
    let demo = load(&app).await?;
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &demo).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        print(&demo, app.config(), &mut out)?;
    }
    Ok(())
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

fn print(demo: &Demo, config: &Config, out: &mut impl Write) -> std::io::Result<()> {
    let Demo {
        street,
        password,
        tickets,
        ..
    } = demo;
    writeln!(
        out,
        "演示街道已就绪：街道代码 {street}，工单 {tickets} 件。内容全部虚构。"
    )?;
    writeln!(
        out,
        "The demonstration is ready: street {street}, {tickets} tickets, all invented."
    )?;
    writeln!(
        out,
        "\n所有账号的密码 / password of every account: {password}"
    )?;
    for account in &demo.accounts {
        let Account {
            username,
            name,
            title,
            ..
        } = account;
        writeln!(out, "  {username:<14} {name}\t{title}")?;
    }
    let public = config.public_url();
    writeln!(out, "\n电脑端 / office: {public}/office/")?;
    writeln!(out, "手机端 / field:  {public}/field/")?;
    writeln!(
        out,
        "手机登记码（24 小时内有效，一码一机）/ codes for phones, 24 hours, one phone each:"
    )?;
    for code in &demo.enrolments {
        writeln!(out, "  {}  {}\n    {}", code.username, code.code, code.url)?;
    }
    writeln!(
        out,
        "\n启动 / start: warmline --data {} serve",
        config.data.display()
    )
}
