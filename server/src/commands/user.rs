//! `warmline user`: accounts from the command line, the first one above all.

use std::io::Write;

use clap::Subcommand;
use serde_json::json;
use sync_core::Role;

use crate::options::Common;
use crate::place::{Place, PlaceError};
use accounts::{Account, AccountError, Added, password};
use store::people::PasswordState;
use tables::street::{self, StreetError};

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

impl Action {
    /// Which hub, and how it is told.
    pub fn common(&self) -> &Common {
        match self {
            Self::Add(args) => &args.common,
        }
    }
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

    /// Which hub, and how it is told.
    #[command(flatten)]
    pub common: Common,
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
    /// The hub's database or keys cannot be opened.
    #[error(transparent)]
    Place(#[from] PlaceError),
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
pub async fn run(args: Args) -> Result<(), UserError> {
    match args.action {
        Action::Add(args) => {
            let place = Place::open(&args.common.rows).await?;
            add(args, &place).await
        }
    }
}

async fn add(args: AddArgs, place: &Place) -> Result<(), UserError> {
    let street = street::find(place.tables(), args.tenant.as_deref()).await?;
    let account = Account {
        username: args.username,
        name: args.name,
        role: args.role,
        units: args.units,
        password: password::generate(place.rng()),
        password_state: PasswordState::First,
    };
    let id = match accounts::add(&account, street.tenant, place.accounts()).await? {
        Added::New(id) => id,
        Added::Existed(_) => return Err(UserError::Taken(account.username)),
    };
    let mut out = std::io::stdout().lock();
    let (username, first) = (&account.username, &account.password);
    if args.common.printing.json {
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
