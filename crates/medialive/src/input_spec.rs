//! The input that a loop asks for.

use lilo_lifecycle::Tags;
use lilo_lifecycle::input::Settings;

/// An MP4_FILE input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSpec {
    /// Need not be unique.
    pub name: String,
    /// `s3ssl://`, `https://` or `http://` URLs of an MP4, one for each pipeline. Two make an input
    /// of class STANDARD (user guide, "MP4 input"). A channel of class SINGLE_PIPELINE plays the
    /// first and ignores the second (API model, `InputClass`).
    pub sources: [String; 2],
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
        (name, sources.as_slice(), role_arn)
            == (&settings.name, settings.sources.as_slice(), &settings.role_arn)
    }
}
