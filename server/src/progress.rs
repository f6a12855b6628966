//! What long work shows of itself.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error that counts thousandths; invisible where no terminal is attached.
pub(crate) fn progress_bar(json: bool) -> ProgressBar {
    if json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed}") {
        bar.set_style(style);
    }
    bar
}
