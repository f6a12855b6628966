//! What a worker process of this hub can do. Runs there alone.

use doors::{Held, run_job, run_preview};
use photos::thumbnail::Maker;
use workers::{JobKind, Jobs};

/// What a worker keeps from job to job: buffers and caches, bounded by who fills them.
#[derive(Default)]
pub struct HubJobs {
    documents: Held,
    pictures: Maker,
}

impl Jobs for HubJobs {
    fn run(&mut self, kind: JobKind, payload: &[u8]) -> Result<Vec<u8>, &'static str> {
        match kind {
            JobKind::Admission => run_job(payload, &mut self.documents),
            JobKind::Preview => run_preview(payload),
            JobKind::Picture => match self.pictures.thumbnails(payload) {
                Ok(thumbnails) => Ok(thumbnails.to_bytes()),
                Err(reason) => Err(reason.code()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_photo_are_refused_with_a_code() {
        let refused = HubJobs::default().run(JobKind::Picture, b"no picture");
        assert_eq!(refused, Err("media_type_refused"));
    }
}
