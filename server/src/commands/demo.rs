//! `warmline demo`: a sub-district to look at, with people, tickets and visits.

use std::io::Write;

use basis::{Clock, Rng};
use demonstration::{Account, Demo, DemoError};
use hub::App;
use hub::app::OpenError;
use hub::config::Config;

use crate::options::{Hub, Logging, Printing};
use crate::progress::progress_bar;

/// Options of `demo`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The hub that it is made for.
    #[command(flatten)]
    pub hub: Hub,

    /// So many tickets more, of the last three years: to look at lists, counts and searches at the size of real work.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub tickets: usize,

    /// The log.
    #[command(flatten)]
    pub logging: Logging,

    /// What is printed.
    #[command(flatten)]
    pub printing: Printing,
}

const EXAMPLES: &str = "\
Examples:
  warmline demo --data ./demo && warmline serve --data ./demo
  warmline demo --data ./large --tickets 110000

Makes the sub-district `beiyuan-demo` with everything in it invented, or completes it; what is there stays
as it is. Prints the accounts, and two fresh codes with which phones can be enrolled within 24 hours.
Never use its passwords for real work.";

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It is not complete.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The hub cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Standard output is closed.
    #[error("the result cannot be printed")]
    Print(#[from] std::io::Error),
}

/// Makes or completes the demonstration and prints how to look at it.
///
/// # Errors
/// It can be asked for again.
pub async fn run(args: Args) -> Result<(), CommandError> {
    // The story is told on a clock that can be set, so that its days lie behind it.
    let clock = Clock::fixed(Clock::system().now().millis());
    let app = App::open_with(args.hub.config(), clock, Rng::os()).await?;
    let bar = progress_bar(args.printing.json);
    let of = (args.tickets as u64).max(1);
    let told = |done: u64| bar.set_position(done * 1000 / of);
    let demo = demonstration::load_many(&app, args.tickets, told).await?;
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    if args.printing.json {
        serde_json::to_writer(&mut out, &demo).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        print(&demo, app.config(), &mut out)?;
    }
    Ok(())
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
        "\n启动 / start: warmline serve --data {}",
        config.data.display()
    )
}
