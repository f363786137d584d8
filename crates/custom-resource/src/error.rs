//! Why a request cannot be accepted, or its reply not delivered.

/// Why CloudFormation gets no reply.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request has no ResponseURL, or lacks an id that the reply repeats.
    #[error("the custom-resource request has no {0}, so it cannot be answered")]
    Unanswerable(&'static str),
    /// Its ResponseURL leads neither to S3 nor to where the platform allows: nothing was done,
    /// nobody was told.
    #[error(
        "the ResponseURL leads to \"{0}\", which is not CloudFormation's S3; nothing was done. Set LILO_LOOPBACK_REPLIES=1 \
         where something on this machine stands in for CloudFormation"
    )]
    ForeignUrl(String),
    /// The reply is too long even without a reason.
    #[error("the reply would have {0} bytes without its reason; CloudFormation takes {limit}", limit = crate::REPLY_LIMIT)]
    ReplyTooLong(usize),
    /// S3 refused the reply: the URL has expired, or the reply is not what was signed for.
    #[error("the ResponseURL answered HTTP {0}: the request is too old, or was answered already")]
    ReplyRefused(u16),
    /// The reply could not be delivered.
    #[error("the reply could not be delivered to the ResponseURL")]
    Undeliverable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
