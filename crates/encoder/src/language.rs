//! The language code that a transport stream can carry.

use isolang::Language;

/// ISO 639-2's code for an unknown language.
pub(crate) const UNDETERMINED: &str = "und";

/// The three-letter code for a channel's language code, which has two or three letters and may have
/// a region.
///
/// A transport stream's language descriptor has room for exactly three letters (ISO 13818-1,
/// 2.6.18); ffmpeg omits anything else. Three letters pass unchanged: ISO 639-2 has two codes for
/// some languages (`fre` and `fra`) and private ones (`qaa`), and only receivers read them.
pub(crate) fn descriptor(code: &str) -> String {
    let language = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if language.len() == 3 && language.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return language;
    }
    Language::from_639_1(&language).unwrap_or(Language::Und).to_639_3().to_owned()
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
    fn three_letters_pass_whichever_list_they_are_from() {
        for (code, expected) in [("fre", "fre"), ("GER", "ger"), ("dut-BE", "dut"), ("qaa", "qaa")]
        {
            assert_eq!(descriptor(code), expected, "{code}");
        }
    }

    #[test]
    fn what_is_no_language_is_undetermined() {
        for code in ["", "und", "x", "xx", "français", "q1", "q1a", "éa"] {
            assert_eq!(descriptor(code), "und", "{code}");
        }
    }
}
