//! `warmline user`: accounts from the command line, the first one above all.

pub(crate) mod account;

use std::io::Write;

use clap::Subcommand;
use serde_json::json;
use sync_core::Role;

use self::account::{Account, AccountError, Added};
use crate::app::{App, OpenError};
use crate::auth::password;
use crate::config::Config;
use crate::imports::street::{self, StreetError};

/// Options of `user`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

const EXAMPLES: &str = "\
Examples:
  warmline user add admin --name 管理员 --role system_admin
  warmline user add wang.g --name 王某某 --role grid_worker --unit 370105014001-01

Prints the first password; it is shown once. Many at a time: warmline import users FILE.";

/// What can be done with accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Add somebody and print their first password
    Add(AddArgs),
}

/// Options of `user add`.
#[derive(Clone, Debug, clap::Args)]
pub struct AddArgs {
    /// 2 to 32 of a-z 0-9 . _ -
    pub username: String,

    /// The name that others see
    #[arg(long)]
    pub name: String,

    /// hotline_worker, community_secretary, grid_head, grid_worker, building_captain, volunteer, police,
    /// section_handler, enterprise_team, office_reviewer, leader, system_admin, security_admin or auditor
    #[arg(long, value_parser = role)]
    pub role: Role,

    /// Code of a community or grid they belong to; may be given several times
    #[arg(long = "unit", value_name = "CODE")]
    pub units: Vec<String>,

    /// Code of the sub-district [default: the only one there is]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| format!("没有名为 {word} 的角色 / there is no such role"))
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The account is refused, or the database could not do it.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
    /// It is not clear which sub-district is meant.
    #[error(transparent)]
    Street(#[from] StreetError),
    /// Somebody has this username.
    #[error("用户名 {0} 已有人使用，请换一个 / this username is taken")]
    Taken(String),
}

/// Does what was asked for.
pub async fn run(args: Args, config: Config, json: bool) -> Result<(), UserError> {
    let app = App::open(config).await?;
    match args.action {
        Action::Add(args) => add(args, &app, json).await,
    }
}

async fn add(args: AddArgs, app: &App, json: bool) -> Result<(), UserError> {
    let street = street::find(app, args.tenant.as_deref()).await?;
    let account = Account {
        username: args.username,
        name: args.name,
        role: args.role,
        units: args.units,
        password: password::generate(app.rng()),
    };
    let id = match account::add(&account, street.tenant, app).await? {
        Added::New(id) => id,
        Added::Existed(_) => return Err(UserError::Taken(account.username)),
    };
    let mut out = std::io::stdout().lock();
    let (username, first) = (&account.username, &account.password);
    if json {
        let result = json!({ "id": id, "username": username, "initial_password": first });
        writeln!(out, "{result}")?;
    } else {
        writeln!(
            out,
            "已添加 {username}（{}），初始密码：{first}\nAdded {username}; the first password is shown once.",
            street.name
        )?;
    }
    Ok(())
}
