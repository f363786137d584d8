//! The input that a loop asks for.

use lilo_lifecycle::tags::Tags;

/// An MP4_FILE input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSpec {
    /// Need not be unique.
    pub name: String,
    /// `s3ssl://`, `https://` or `http://` URL of one MP4, or of two for a channel of class STANDARD (user guide, "MP4
    /// input"): MediaLive derives the input's class from their number.
    pub sources: Vec<String>,
    /// The role by which MediaLive reads the sources.
    pub role_arn: String,
    /// Tags to create it with.
    pub tags: Tags,
}
