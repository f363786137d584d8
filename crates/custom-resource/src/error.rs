//! What keeps a request from being answered, and what is wrong with one that is answered with FAILED.

/// Why CloudFormation got no answer, or one that says FAILED before the handler was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be read. It is answered with this if it says where to.
    #[error(
        "the custom-resource request cannot be read: {0}; it must be one that CloudFormation sends"
    )]
    Unreadable(String),
    /// It names no ResponseURL, or not whom the answer is about: nobody can be told.
    #[error("the custom-resource request has no {0}, so it cannot be answered")]
    Unanswerable(&'static str),
    /// Its ResponseURL leads neither to S3 nor to where the platform allows: nothing was done, nobody was told.
    #[error(
        "the ResponseURL leads to \"{0}\", which is not CloudFormation's S3; nothing was done. Set LILO_LOOPBACK_REPLIES=1 \
         where something on this machine stands in for CloudFormation"
    )]
    ForeignUrl(String),
    /// Even without a reason the reply would be longer than CloudFormation takes.
    #[error("the reply would have {0} bytes without its reason; CloudFormation takes {limit}", limit = crate::REPLY_LIMIT)]
    ReplyTooLong(usize),
    /// CloudFormation's S3 bucket refused the reply: the URL has expired, or the reply is not what was signed for.
    #[error("the ResponseURL answered HTTP {0}: the request is too old, or was answered already")]
    ReplyRefused(u16),
    /// The reply could not be delivered.
    #[error("the reply could not be delivered to the ResponseURL")]
    Undeliverable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
