//! The commands of the `warmline` program, one file each.

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::options::{Logging, Printing};

pub mod backup;
pub mod calendar;
pub mod classify;
pub mod demo;
pub mod import;
pub mod mediation;
pub mod openapi;
pub mod rebuild;
pub mod restore;
pub mod serve;
pub mod simulate;
pub mod user;
pub mod verify_worker;

/// 暖线 Warmline: the hub for field work behind a 12345 hotline
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Each command shows its own options with --help; every option is also an environment variable, WARMLINE_DATA
for --data and so on. Options may stand before the command.

Exit codes:
  0  done
  1  failed; the reason is on standard error
  2  the command line is wrong
  3  imported, but some rows were refused; they are listed with their reasons";

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a backup while the hub serves, or check one
    Backup(backup::Args),
    /// Tell which years of the official calendar are known, and from which notice
    Calendar(calendar::Args),
    /// Measure how well tickets are classified
    Classify(classify::Args),
    /// Load a demonstration sub-district
    Demo(demo::Args),
    /// Take in tickets, people, the organisation or the calendar from a file
    Import(import::Args),
    /// Print a mediation, or tell whether a printed one is genuine
    Mediation(Box<mediation::Args>),
    /// Print the description of the HTTP API as JSON
    Openapi(openapi::Args),
    /// Make the rows behind the lists anew from what phones have recorded
    Rebuild(rebuild::Args),
    /// Make a hub of a backup
    Restore(restore::Args),
    /// Serve phones and office until stopped
    Serve(Box<serve::Args>),
    /// Let phones work against a running hub, over a network that fails
    Simulate(simulate::Args),
    /// Add people
    User(user::Args),
    /// Check records and photos for the hub that started this process
    #[command(hide = true)]
    VerifyWorker(verify_worker::Args),
}

impl Cli {
    /// Reads the command line of this process; prints what is wrong with it and ends.
    pub fn of_process() -> Self {
        Self::parse_from(in_order(std::env::args_os()))
    }
}

impl Command {
    /// How it is told, for commands that work on a hub.
    pub fn output(&self) -> Option<(&Logging, Printing)> {
        let common = match self {
            Self::Demo(args) => return Some((&args.logging, args.printing)),
            Self::Serve(args) => return Some((&args.logging, args.printing)),
            Self::Classify(args) => return Some(args.common()),
            Self::Import(args) => args.what.common(),
            Self::Backup(args) => &args.common,
            Self::Calendar(args) => &args.common,
            Self::Rebuild(args) => &args.common,
            Self::Restore(args) => &args.common,
            Self::Simulate(args) => &args.common,
            Self::User(args) => args.action.common(),
            Self::Mediation(args) => args.common(),
            Self::Openapi(_) | Self::VerifyWorker(_) => return None,
        };
        Some((&common.logging, common.printing))
    }
}

/// Moves options that stand before the command behind it: `--data here import org FILE` becomes
/// `import org --data here FILE`.
fn in_order(line: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let line: Vec<OsString> = line.into_iter().collect();
    let root = Cli::command();
    let takes_value = |option: &str| leaves(&root).iter().any(|leaf| names_value(leaf, option));
    let mut command = &root;
    let mut words = Vec::new();
    let mut options = Vec::new();
    let mut rest = line.iter();
    words.extend(rest.next().cloned());
    while command.has_subcommands() {
        let Some(word) = rest.next() else {
            return line;
        };
        let text = word.to_string_lossy();
        if let Some(below) = command.find_subcommand(&*text) {
            command = below;
            words.push(word.clone());
        } else if let Some(option) = text.strip_prefix("--").filter(|option| *option != "help") {
            options.push(word.clone());
            if takes_value(option) {
                options.extend(rest.next().cloned());
            }
        } else {
            return line;
        }
    }
    words.extend(options);
    words.extend(rest.cloned());
    words
}

/// The commands that do something.
fn leaves(command: &clap::Command) -> Vec<&clap::Command> {
    if !command.has_subcommands() {
        return vec![command];
    }
    command.get_subcommands().flat_map(leaves).collect()
}

/// Whether the command has an option of this name whose value is the next word.
fn names_value(command: &clap::Command, option: &str) -> bool {
    let named = command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(option));
    named.is_some_and(|argument| argument.get_action().takes_values())
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn options_may_stand_before_the_command() {
        let given = |line: &str| {
            let words = in_order(line.split(' ').map(OsString::from));
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            words.join(" ")
        };
        for (before, after) in [
            ("warmline --data here serve", "warmline serve --data here"),
            (
                "warmline --json --data=here import --log warn org f.json",
                "warmline import org --json --data=here --log warn f.json",
            ),
            ("warmline --help", "warmline --help"),
            ("warmline serve --data here", "warmline serve --data here"),
            ("warmline --data", "warmline --data"),
            ("warmline --data here", "warmline --data here"),
            ("warmline nonsense --json", "warmline nonsense --json"),
        ] {
            assert_eq!(given(before), after);
        }
    }

    #[test]
    fn the_help_of_a_command_fits_one_screen_and_shows_its_own_options_alone() {
        let root = Cli::command();
        let mut commands = vec![&root];
        commands.extend(leaves(&root));
        for command in commands
            .into_iter()
            .filter(|command| !command.is_hide_set())
        {
            // As `--help` prints it.
            let help = command.clone().term_width(110).render_help().to_string();
            let lines = help.lines().count();
            assert!(
                lines <= 40,
                "`{} --help` has {lines} lines",
                command.get_name()
            );
        }
        let long = |command: &clap::Command| {
            command.get_long_about().is_some()
                || command
                    .get_arguments()
                    .any(|argument| argument.get_long_help().is_some())
        };
        assert!(
            !leaves(&root).into_iter().any(long),
            "`--help` prints a short form"
        );
        let simulate = root.find_subcommand("simulate").unwrap();
        for foreign in [
            "tls-cert",
            "listen",
            "max-body-bytes",
            "blob-url",
            "public-url",
        ] {
            let mut options = simulate.get_arguments();
            assert!(options.all(|option| option.get_long() != Some(foreign)));
        }
    }
}
