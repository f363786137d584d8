//! The input that a loop asks for.

use lilo_lifecycle::input::Settings;
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

impl InputSpec {
    /// Whether this is what MediaLive shows already.
    #[must_use]
    pub fn is_shown(&self, settings: &Settings) -> bool {
        let Self { name, sources, role_arn, tags: _ } = self;
        (name, sources, role_arn) == (&settings.name, &settings.sources, &settings.role_arn)
    }
}
