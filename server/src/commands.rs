//! The commands of the `warmline` program, one file each.

use clap::{Parser, Subcommand};

use crate::config::Config;

pub mod demo;
pub mod import;
pub mod openapi;
pub mod serve;
pub mod simulate;
pub mod user;
pub mod verify_worker;

/// 暖线 Warmline: the hub for field work behind a 12345 hotline
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, propagate_version = true)]
pub struct Cli {
    /// Settings that every command shares.
    #[command(flatten)]
    pub config: Config,

    /// Print one JSON object instead of text, for scripts
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; the reason is on standard error
  2  the command line is wrong";

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load a demonstration sub-district
    Demo(demo::Args),
    /// Take in tickets, people or the organisation from a file
    Import(import::Args),
    /// Print the description of the HTTP API as JSON
    Openapi(openapi::Args),
    /// Serve phones and office until stopped
    Serve(serve::Args),
    /// Let phones work against a running hub, over a network that fails
    Simulate(simulate::Args),
    /// Add people
    User(user::Args),
    /// Check records and photos for the hub that started this process
    #[command(hide = true)]
    VerifyWorker(verify_worker::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_how_it_is_used() {
        // A command of one command, such as `user add`, may be shown by the one above it.
        let has_example = |command: &clap::Command| {
            let help = command.get_after_help().map(ToString::to_string);
            help.is_some_and(|help| help.contains("Example") && help.contains("warmline"))
        };
        let mut waiting = vec![(Cli::command(), false)];
        while let Some((command, shown_above)) = waiting.pop() {
            let shown = shown_above || has_example(&command);
            let is_leaf = command.get_subcommands().next().is_none();
            assert!(
                shown || !is_leaf,
                "`{} --help` has no example",
                command.get_name()
            );
            waiting.extend(
                command
                    .get_subcommands()
                    .map(|child| (child.clone(), shown)),
            );
        }
    }
}
