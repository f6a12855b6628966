//! A file of tickets as texts with what people said they are, to learn from and to measure by. Nothing is stored.

use bytes::Bytes;
use store::tickets::RequesterType;

use super::intake::{self, IntakeError};
use super::{Mapping, Refused};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledTicket {
    /// Its number at the source.
    pub upstream_no: String,
    /// One line.
    pub title: String,
    /// The request in full, numbers of people with it: it is to stay in memory.
    pub description: String,
    /// Large, middle and small class, as far as the file says.
    pub category: [Option<String>; 3],
    /// Who asks, if the file says it.
    pub requester_type: Option<RequesterType>,
}

/// Reads a file as an import would, with the one of the mappings that its header fits; beside the tickets, the rows that are refused.
///
/// # Errors
///
/// If it is no table of tickets.
pub async fn read(
    content: Bytes,
    mappings: Vec<Mapping>,
) -> Result<(Vec<LabelledTicket>, Vec<Refused>), IntakeError> {
    let file = intake::open(content, mappings, None).await?;
    let (mut tickets, mut refused) = (Vec::new(), Vec::new());
    for row in file.0 {
        match row {
            Ok(draft) => tickets.push(LabelledTicket {
                upstream_no: draft.upstream_no,
                title: draft.title,
                description: draft.description,
                category: draft.category,
                requester_type: draft.requester_type,
            }),
            Err(row) => refused.push(row),
        }
    }
    Ok((tickets, refused))
}
