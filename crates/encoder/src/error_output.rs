//! The last useful line of a program's error output, without the secrets of its source's address.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tracing::debug;
use url::Url;

use crate::source::without_secrets;

/// Reads an error output to its end and returns its last useful line. Neither the result nor the
/// log shows the secrets of the source's address.
pub(crate) async fn last_line(
    output: impl AsyncRead + Unpin,
    source: Option<&Url>,
) -> Option<String> {
    let mut lines = BufReader::new(output).split(b'\n');
    let mut last = None;
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        if let Some(text) = useful_text(&line) {
            let text = source.map_or_else(|| text.to_owned(), |source| redacted(text, source));
            debug!(text, "ffmpeg");
            // A better reason for a failed connection precedes this line.
            if last.is_none() || !text.ends_with(": Input/output error") {
                last = Some(text);
            }
        }
    }
    last
}

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
        let words = last_line(output.as_bytes(), None).await;
        assert_eq!(words.as_deref(), Some("http://h/a: Invalid data"));
    }

    #[tokio::test]
    async fn input_output_error_is_reported_only_without_a_better_reason() {
        let output =
            "[tls @ 0x5] Peer certificate failed verification\nhttps://h/a: Input/output error\n";
        let words = last_line(output.as_bytes(), None).await;
        assert_eq!(words.as_deref(), Some("Peer certificate failed verification"));
        let words = last_line(&b"https://h/a: Input/output error"[..], None).await;
        assert_eq!(words.as_deref(), Some("https://h/a: Input/output error"));
    }

    #[tokio::test]
    async fn the_part_of_ffmpeg_that_speaks_is_left_out() {
        let words = last_line(&b"[http @ 0x55] HTTP error 404 Not Found"[..], None).await;
        assert_eq!(words.as_deref(), Some("HTTP error 404 Not Found"));
    }

    #[tokio::test]
    async fn a_silent_program_has_no_last_words() {
        assert_eq!(last_line(&b"\n \n"[..], None).await, None);
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
            let words = last_line(line.as_bytes(), Some(&source)).await;
            assert_eq!(words.as_deref(), Some(expected));
        }
    }
}
