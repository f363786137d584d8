//! A program's error output, without the secrets of its source's address.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tracing::debug;
use url::Url;

use crate::source::without_secrets;

/// What a program complained about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Complaints {
    /// The last useful line.
    pub(crate) last: Option<String>,
    /// How many useful lines there were.
    pub(crate) count: usize,
}

/// Reads an error output to its end. Neither the result nor the log shows the secrets of the
/// source's address.
pub(crate) async fn read(output: impl AsyncRead + Unpin, source: Option<&Url>) -> Complaints {
    let mut lines = BufReader::new(output).split(b'\n');
    let mut complaints = Complaints::default();
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        if let Some(text) = useful_text(&line) {
            let text = source.map_or_else(|| text.to_owned(), |source| redacted(text, source));
            debug!(text, "ffmpeg");
            complaints.count += 1;
            // A better reason precedes these lines.
            if complaints.last.is_none() || !ADVICE.iter().any(|advice| text.contains(advice)) {
                complaints.last = Some(text);
            }
        }
    }
    complaints
}

/// Parts of lines that only follow from an earlier one.
const ADVICE: [&str; 8] = [
    ": Input/output error",
    "Last message repeated",
    "Error marking filters as finished",
    "Cannot determine format of input stream",
    "Error opening output file",
    "Error opening input file",
    "Consider increasing the value for the 'analyzeduration'",
    "Task finished with error code",
];

/// A line without ffmpeg's component (`[http @ 0x5581] `); `None` if it says nothing.
fn useful_text(line: &str) -> Option<&str> {
    let tagged = line.trim().split_once("] ").filter(|(tag, _)| tag.starts_with('['));
    let text = tagged.map_or(line.trim(), |(_, text)| text.trim());
    (!text.is_empty() && text != "Conversion failed!").then_some(text)
}

/// ffmpeg prints the whole address, or only the path and query that it requested.
fn redacted(text: &str, source: &Url) -> String {
    let text = text.replace(source.as_str(), &without_secrets(source));
    match source.query().filter(|query| !query.is_empty()) {
        Some(query) => text.replace(&format!("?{query}"), ""),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_line_that_says_something_is_kept() {
        let output = "[mov,mp4 @ 0x1] moov atom not found\nhttp://h/a: Invalid data\r\n\nConversion failed!\n";
        let words = read(output.as_bytes(), None).await.last;
        assert_eq!(words.as_deref(), Some("http://h/a: Invalid data"));
    }

    #[tokio::test]
    async fn a_consequence_is_reported_only_without_a_better_reason() {
        let output =
            "[tls @ 0x5] Peer certificate failed verification\nhttps://h/a: Input/output error\n";
        let words = read(output.as_bytes(), None).await.last;
        assert_eq!(words.as_deref(), Some("Peer certificate failed verification"));
        let words = read(&b"https://h/a: Input/output error"[..], None).await.last;
        assert_eq!(words.as_deref(), Some("https://h/a: Input/output error"));
    }

    #[tokio::test]
    async fn the_part_of_ffmpeg_that_speaks_is_left_out() {
        let words = read(&b"[http @ 0x55] HTTP error 404 Not Found"[..], None).await.last;
        assert_eq!(words.as_deref(), Some("HTTP error 404 Not Found"));
    }

    #[tokio::test]
    async fn a_silent_program_has_no_last_words() {
        assert_eq!(read(&b"\n \n"[..], None).await, Complaints::default());
    }

    #[tokio::test]
    async fn a_signed_address_is_nowhere_in_the_last_words() {
        let source = Url::parse("https://me:pass@h/a.mp4?X-Amz-Signature=secret").expect("a URL");
        let output =
            format!("{source}: HTTP error 403\nrequest: GET /a.mp4?X-Amz-Signature=secret");
        let (first, last) = output.split_once('\n').expect("two lines");
        for (line, expected) in
            [(first, "https://h/a.mp4: HTTP error 403"), (last, "request: GET /a.mp4")]
        {
            let words = read(line.as_bytes(), Some(&source)).await.last;
            assert_eq!(words.as_deref(), Some(expected));
        }
    }
}
