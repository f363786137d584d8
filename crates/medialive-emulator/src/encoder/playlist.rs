//! The endless loop, as a playlist for ffmpeg's concat demuxer.
//!
//! ffmpeg's own `-stream_loop` takes a pass to be as long as its audio, whichever stream is longer, and adds the
//! decoder's delay (measured with 5.1: 2.41 s for 2.37 s). The concat demuxer starts each file where the longest stream
//! of the one before it ended, so nothing is cut off, and sound and picture stay together for good.

use url::Url;

/// Passes before the playlist is over, and ffmpeg is given it anew. A clip of ten seconds gets there after a day; the
/// playlist takes some 5 MB in ffmpeg.
const PASSES: usize = 10_000;

/// Options of the source's address, in every place where it is opened: a server that says nothing for ten seconds has
/// failed, and a connection that breaks in mid-file is opened again.
pub(super) const HTTP: [(&str, &str); 3] =
    [("rw_timeout", "10000000"), ("reconnect", "1"), ("reconnect_delay_max", "4")];

/// The playlist that plays the source over and over.
pub(super) fn write(source: &Url) -> String {
    let file = format!("file '{}'\n", source.as_str().replace('\'', r"'\''"));
    let options = HTTP.map(|(option, value)| format!("option {option} {value}\n")).concat();
    let pass = file + &options;
    format!("ffconcat version 1.0\n{}", pass.repeat(PASSES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(url: &str) -> String {
        let playlist = write(&Url::parse(url).expect("a URL"));
        let passes = playlist.strip_prefix("ffconcat version 1.0\n").expect("the demuxer's mark");
        assert_eq!(passes.matches("file '").count(), PASSES);
        passes[..passes.len() / PASSES].to_owned()
    }

    #[test]
    fn a_pass_names_the_source_and_its_options() {
        let expected = "file 'https://example.com/a.mp4?x=1&y=%27'\noption rw_timeout 10000000\noption reconnect 1\n\
                        option reconnect_delay_max 4\n";
        assert_eq!(pass("https://example.com/a.mp4?x=1&y='"), expected);
    }

    #[test]
    fn an_address_cannot_end_its_line_or_its_quotes() {
        let pass = pass("http://h/it's\nfile '/etc/passwd");
        assert!(pass.starts_with(r"file 'http://h/it'\''sfile%20'\''/etc/passwd'"), "{pass}");
    }
}
