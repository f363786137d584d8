//! The endless loop, as a playlist for ffmpeg's concat demuxer.
//!
//! ffmpeg's own `-stream_loop` assumes that a pass is as long as its audio, whichever stream is
//! longer, and adds the decoder's delay (measured with 5.1: 2.41 s for 2.37 s). The concat demuxer
//! starts each file where the longest stream of the previous one ended. So it cuts nothing off, and
//! sound and picture never drift apart.

use url::Url;

/// Passes in one playlist, before ffmpeg starts again. A ten-second clip takes a day; the playlist
/// takes some 5 MB in ffmpeg.
const PASSES: usize = 10_000;

/// Options for every opening of the source: a server that sends nothing for ten seconds has failed,
/// a broken connection is reopened, and the server's certificate is checked.
pub(crate) fn options(source: &Url) -> Vec<(&'static str, String)> {
    let http = [("rw_timeout", "10000000"), ("reconnect", "1"), ("reconnect_delay_max", "4")];
    let mut options = http.map(|(option, value)| (option, value.to_owned())).to_vec();
    if source.scheme() == "https" {
        options.push(("tls_verify", "1".to_owned()));
        // An ffmpeg with OpenSSL has no built-in certificate authorities.
        let authorities = openssl_probe::probe().cert_file;
        options.extend(authorities.map(|file| ("ca_file", file.to_string_lossy().into_owned())));
    }
    options
}

/// The playlist that plays the source over and over.
pub(crate) fn write(source: &Url) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let file = format!("file {}\n", quoted(source.as_str()));
    let options = options(source).into_iter();
    let options = options.map(|(option, value)| format!("option {option} {}\n", quoted(&value)));
    let pass = file + &options.collect::<String>();
    format!("ffconcat version 1.0\n{}", pass.repeat(PASSES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(url: &str) -> String {
        let playlist = write(&Url::parse(url).expect("a URL"));
        let passes = playlist.strip_prefix("ffconcat version 1.0").expect("the demuxer's mark");
        assert_eq!(passes.matches("\nfile '").count(), PASSES);
        passes[1..=passes.len() / PASSES].to_owned()
    }

    #[test]
    fn a_pass_names_the_source_and_its_options() {
        let expected = "file 'http://example.com/a.mp4?x=1&y=%27'\noption rw_timeout '10000000'\noption reconnect '1'\n\
                        option reconnect_delay_max '4'\n";
        assert_eq!(pass("http://example.com/a.mp4?x=1&y='"), expected);
    }

    #[test]
    fn the_certificate_of_an_https_source_is_checked() {
        assert!(pass("https://example.com/a.mp4").contains("\noption tls_verify '1'\n"));
    }

    #[test]
    fn an_address_cannot_end_its_line_or_its_quotes() {
        let pass = pass("http://h/it's\nfile '/etc/passwd");
        assert!(pass.starts_with(r"file 'http://h/it'\''sfile%20'\''/etc/passwd'"), "{pass}");
    }
}
