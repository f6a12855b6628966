//! The `warmline` program: reads the command line and runs one command.
#![forbid(unsafe_code)]

use clap::Parser;
use server::commands::{Cli, Command, serve};
use server::telemetry;

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    telemetry::init(&cli.config);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(cli))
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(_) => serve::run(cli.config, cli.json).await?,
    }
    Ok(())
}
