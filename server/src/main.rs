//! The `warmline` program: reads the command line and runs one command.
#![forbid(unsafe_code)]

use std::io::Write;
use std::process::ExitCode;

use server::commands::{
    Cli, Command, backup, calendar, classify, demo, import, mediation, openapi, rebuild, restore,
    serve, simulate, user, verify_worker,
};
use server::logging;

/// The system's allocator keeps what a burst of phones needed, a gigabyte after a hundred of them
/// (docs/BENCHMARKS.md); this one gives it back, and is faster with the many small pieces of a document. Without
/// transparent huge pages ("no_thp"): with them a hub that has served photos stays twice as large.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads for what blocks; the rest waits its turn.
const BLOCKING_THREADS: usize = 8;

/// An import ended, and some of its rows were refused.
const SOME_REFUSED: u8 = 3;

fn main() -> ExitCode {
    let cli = Cli::of_process();
    let json = cli
        .command
        .output()
        .is_some_and(|(_, printing)| printing.json);
    match start(cli) {
        Ok(code) => code,
        Err(error) => {
            let line = if json {
                serde_json::json!({ "error": format!("{error:#}") }).to_string()
            } else {
                format!("error: {error:#}")
            };
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Command::VerifyWorker(args) = &cli.command {
        // Before any thread or log exists: a worker is one thread with three pipes.
        verify_worker::run(args)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((options, _)) = cli.command.output() {
        logging::init(options);
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Files and passwords. More at a time are no faster on one disk, and each keeps memory of its own.
        .max_blocking_threads(BLOCKING_THREADS)
        .build()?
        .block_on(run(cli))
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Backup(args) => backup::run(args).await?,
        Command::Calendar(args) => calendar::run(args).await?,
        Command::Classify(args) => classify::run(args).await?,
        Command::Demo(args) => demo::run(args).await?,
        Command::Import(args) => {
            if import::run(args).await? == import::Ending::SomeRefused {
                return Ok(ExitCode::from(SOME_REFUSED));
            }
        }
        Command::Mediation(args) => mediation::run(*args).await?,
        Command::Openapi(_) => openapi::run()?,
        Command::Rebuild(args) => rebuild::run(args).await?,
        Command::Restore(args) => restore::run(args).await?,
        Command::Serve(args) => serve::run(*args).await?,
        Command::Simulate(args) => simulate::run(args).await?,
        Command::User(args) => user::run(args).await?,
        Command::VerifyWorker(args) => verify_worker::run(&args)?,
    }
    Ok(ExitCode::SUCCESS)
}
