//! Why a function could not bring a resource where it should be.

use lilo_lifecycle::Failure;

/// What ends the work on a resource. Its text is for the person who looks at the stack.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A decision: the state does not lead there.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// MediaLive: see its own causes.
    #[error(transparent)]
    MediaLive(#[from] lilo_medialive::Error),
    /// It was refused after a creation that had no clear answer, or that another delivery of the request may have been before.
    #[error(transparent)]
    Doubtful(lilo_medialive::Error),
    /// What was created is not what was asked for: an object that went by the same token, and that is gone again or another.
    #[error(
        "{0} was made by a request of the same id before, and is deleted or another by now; deploy again"
    )]
    Stale(String),
    /// It is too late to create anything.
    #[error(
        "nothing was made within 3 minutes, and now nothing is, as the stack may be deleted by this time; deploy again"
    )]
    TooLate,
    /// MediaLive does not answer what is asked about it.
    #[error("MediaLive has not answered about {0} in time; try again")]
    Stalled(String),
    /// One answer of MediaLive's contradicts another.
    #[error("MediaLive lists {0}, and yet finds no such thing; try again")]
    Contradiction(String),
    /// What was done shows no effect.
    #[error(
        "{resource} is still {state}, whatever is done; look at it in MediaLive, then try again"
    )]
    NoEffect {
        /// Kind and id.
        resource: String,
        /// MediaLive's name of its state.
        state: String,
    },
}

impl Error {
    /// Whether MediaLive has clearly not done it, and would not if it were asked again.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Failure(_)
            | Self::Doubtful(_)
            | Self::Stale(_)
            | Self::TooLate
            | Self::Stalled(_)
            | Self::Contradiction(_)
            | Self::NoEffect { .. } => false,
            Self::MediaLive(error) => !error.is_unclear() && !error.is_about_trust(),
        }
    }
}
