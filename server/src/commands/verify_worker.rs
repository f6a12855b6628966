//! `warmline verify-worker`: one process of the hub's worker pool. Not for people.

use hub::jobs::HubJobs;
use workers::child;

/// Options of `verify-worker`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Run at low priority
    #[arg(long)]
    pub background: bool,
}

const EXAMPLES: &str = "\
Started by `warmline serve`. Reads jobs from standard input and writes answers to standard output, each as
4 bytes of length, 1 byte of kind or outcome, and the payload. Ends when standard input is closed.

Example:
  warmline verify-worker --background < /dev/null";

/// Works until the hub closes the pipe.
pub fn run(args: &Args) -> std::io::Result<()> {
    child::run::<HubJobs>(args.background)
}
