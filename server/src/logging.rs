//! Where log lines go, and in which form. What they may hold, `hub::telemetry` says.

use tracing_subscriber::EnvFilter;

use crate::options::{LogFormat, Logging};

/// Sends log lines to standard error as `options` say. Later calls change nothing.
pub fn init(options: &Logging) {
    let filter = EnvFilter::try_new(&options.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // An error means that a subscriber is already set, as in tests.
    let _ = match options.log_format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
    // The message of a panic may quote what people wrote; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place = place.as_deref().unwrap_or("unknown"), "a panic");
    }));
}
