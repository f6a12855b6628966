//! Why a paper cannot be made or checked.

use photos::BlobError;
use print::RenderError;
use sync_core::{Id, MediaHash};

/// Why a paper cannot be made or checked.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// No such mediation.
    #[error("没有找到这份调解（{0}），请核对编号 / there is no such mediation: {0}")]
    Unknown(Id),
    /// No such ticket, or it is out of the reader's sight.
    #[error("没有找到这件工单（{0}），请核对编号 / there is no such ticket: {0}")]
    UnknownTicket(Id),
    /// People disagree on what the paper says.
    #[error(
        "协议里有几处大家说法不同，请先选定再打印 / people disagree on what the paper says: choose first"
    )]
    Unsettled(Vec<String>),
    /// Drawings or photos are still on a phone.
    #[error(
        "还有签字或照片没有从手机传来，请等手机同步后再打印 / signatures or photos are still on a phone"
    )]
    StillOnAPhone(Vec<MediaHash>),
    /// The paper is beyond what is printed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The photo store could not.
    #[error("the photo store could not")]
    Blobs(#[from] BlobError),
    /// The database could not.
    #[error("the database could not")]
    Store(#[from] store::Error),
}
