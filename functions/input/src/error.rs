//! Why a request cannot be carried out: the reason that the stack's events show.

use lilo_custom_resource::property::PropertyError;

/// Sorted by whose it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The template's: nothing has been called yet.
    #[error(transparent)]
    Property(#[from] PropertyError),
    /// MediaLive's, or a decision about what it shows.
    #[error(transparent)]
    Work(#[from] lilo_function::Error),
    /// What a replacement made could not be taken away again.
    #[error(
        "input {id} was made in vain and is left over; the next update of the stack, or its deletion, takes it away"
    )]
    LeftOver {
        /// Its id.
        id: String,
        /// What the replacement failed with.
        source: Box<lilo_function::Error>,
    },
    /// An Update under an id that no Create of ours returned.
    #[error("there is no input {0} to update; delete the stack and create it again")]
    NoSuchInput(String),
}
