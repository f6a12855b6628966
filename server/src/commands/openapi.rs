//! `warmline openapi`: the description of the HTTP API.

use std::io::{self, Write};

/// Options of `openapi`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

const EXAMPLES: &str = "\
Example:
  warmline openapi > openapi.json";

/// Prints the OpenAPI 3.1 document as JSON.
pub fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &hub::openapi::document())?;
    out.write_all(b"\n")
}
