//! Why a function could not bring a resource where it should be.

use lilo_lifecycle::Failure;

/// What ends the work on a resource. Its text is for the person who looks at the stack.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A decision: the state does not lead there.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// MediaLive: see its own causes.
    #[error("{}", .0.chain())]
    MediaLive(lilo_medialive::Error),
    /// What was created under every token was an object of an earlier request.
    #[error("MediaLive keeps returning {0}, which an earlier request made; deploy again")]
    Stale(String),
}

impl From<lilo_medialive::Error> for Error {
    fn from(error: lilo_medialive::Error) -> Self {
        Self::MediaLive(error)
    }
}
