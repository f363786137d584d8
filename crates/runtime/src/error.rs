//! Why a function could not bring a resource where it should be.

use lilo_lifecycle::Failure;

/// Why the work on a resource ended. The text is for the person who looks at the stack.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A decision: the state does not lead there.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// MediaLive: see its own causes.
    #[error(transparent)]
    MediaLive(#[from] lilo_medialive::Error),
    /// A refused creation, after a call with an unknown outcome, or after another delivery of the
    /// request.
    #[error(transparent)]
    Doubtful(lilo_medialive::Error),
    /// MediaLive returned another resource, of a request with the same token, or one that is
    /// deleted again.
    #[error(
        "MediaLive returned {0}, which an earlier request made and which is deleted or another's by now; deploy again"
    )]
    Stale(String),
    /// It is too late to create anything.
    #[error(
        "not created within 3 minutes; gave up because the stack may already be rolling back. Deploy again"
    )]
    TooLate,
    /// MediaLive does not answer calls about a resource.
    #[error("MediaLive has not answered about {0} in time; try again")]
    Stalled(String),
    /// One answer of MediaLive's contradicts another.
    #[error("MediaLive lists {0} but does not find it; try again")]
    Contradiction(String),
    /// An action has no effect.
    #[error(
        "{resource} is still {state}, although MediaLive accepted the change; look at it in MediaLive, then try again"
    )]
    NoEffect {
        /// Kind and id.
        resource: String,
        /// MediaLive's name of its state.
        state: String,
    },
}

impl Error {
    /// Whether MediaLive denied access (403).
    #[must_use]
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::MediaLive(lilo_medialive::Error::Refused { status: 403, .. }))
    }

    /// Whether there were too many calls to MediaLive.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(self, Self::MediaLive(error) if error.is_throttled())
    }

    /// Whether MediaLive has clearly not carried the call out, and would not if it were asked
    /// again.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::MediaLive(error) => !error.outcome_unknown() && !error.is_about_trust(),
            Self::Failure(_)
            | Self::Doubtful(_)
            | Self::Stale(_)
            | Self::TooLate
            | Self::Stalled(_)
            | Self::Contradiction(_)
            | Self::NoEffect { .. } => false,
        }
    }
}
