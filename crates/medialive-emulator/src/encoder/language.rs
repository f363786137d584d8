//! The language code that a transport stream can carry.

use isolang::Language;

/// The three-letter code for a channel's language code, which may have two letters or three, and a region behind it.
///
/// A transport stream's language descriptor has room for exactly three (ISO 13818-1, 2.6.18); ffmpeg leaves out
/// anything else.
pub(super) fn descriptor(code: &str) -> &'static str {
    let language = code.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let known = Language::from_639_1(&language).or_else(|| Language::from_639_3(&language));
    known.unwrap_or(Language::Und).to_639_3()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_usual_way_to_write_a_language_becomes_three_letters() {
        for (code, expected) in
            [("fr", "fra"), ("FR", "fra"), ("fra", "fra"), ("pt-BR", "por"), ("en_GB", "eng")]
        {
            assert_eq!(descriptor(code), expected, "{code}");
        }
    }

    #[test]
    fn what_is_no_language_is_undetermined() {
        for code in ["", "und", "x", "français", "q1"] {
            assert_eq!(descriptor(code), "und", "{code}");
        }
    }
}
