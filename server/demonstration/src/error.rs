//! Why the demonstration cannot go on.

use accounts::AccountError;
use hub::error::ApiError;
use tables::MappingError;
use tables::intake::IntakeError;

/// Why the demonstration is not complete. It can be asked for again.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// An account could not be added.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A gesture of the story was refused by its own rules.
    #[error("a step of the demonstration was refused: {0}")]
    Api(#[from] ApiError),
    /// The sheet of cases could not be imported.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The office's mapping cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A picture could not be painted.
    #[error("a picture could not be painted")]
    Paint(#[from] image::ImageError),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A step of the story does not fit the record.
    #[error("a step of the demonstration does not fit: {0}")]
    Story(String),
}
