//! The live channel as a phone hears it.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt as _;
use sync_core::protocol::Frames;
use tokio::time::timeout;

/// How long a test waits for something that should be heard at once.
const SILENCE: Duration = Duration::from_secs(15);

/// An open live channel.
pub struct Line {
    body: Body,
    frames: Frames,
}

impl Line {
    pub(super) fn of(body: Body) -> Self {
        Self {
            body,
            frames: Frames::default(),
        }
    }

    /// The next frame without its length; `None` when the hub has closed.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let whole = self.frames.next_frame().expect("the hub sends frames");
            if whole.is_some() {
                return whole;
            }
            let part = timeout(SILENCE, self.body.frame()).await;
            let part = part.expect("the line is not silent")?;
            let part = part.expect("the line holds");
            if let Ok(bytes) = part.into_data() {
                self.frames.push(&bytes);
            }
        }
    }
}
