//! Why a request fails: the reason that the stack's events show.

use lilo_custom_resource::property::PropertyError;

/// Sorted by whose it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The template's: nothing has been called yet.
    #[error(transparent)]
    Property(#[from] PropertyError),
    /// MediaLive's, or a decision about what it shows.
    #[error(transparent)]
    Runtime(#[from] lilo_runtime::Error),
    /// An Update under an id that no Create of ours returned.
    #[error("there is no input {0} to update; delete the stack and create it again")]
    NoSuchInput(String),
}
