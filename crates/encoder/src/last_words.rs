//! What a program that ended had to say: the line of its error output that a person can use,
//! without the secrets of the address it was given.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tracing::debug;
use url::Url;

use crate::source::without_secrets;

/// Reads an error output to its end, and keeps the last line that says something. Nothing leaves
/// here, not even to the log, with more of the source's address than may be shown.
pub(crate) async fn last_words(
    output: impl AsyncRead + Unpin,
    source: Option<&Url>,
) -> Option<String> {
    let mut lines = BufReader::new(output).split(b'\n');
    let mut last = None;
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        if let Some(said) = said(&line) {
            let said = source.map_or_else(|| said.to_owned(), |source| redacted(said, source));
            debug!(said, "ffmpeg");
            // What a connection failed of stands before this line, which is not a better reason.
            if last.is_none() || !said.ends_with(": Input/output error") {
                last = Some(said);
            }
        }
    }
    last
}

/// A line without the part of ffmpeg that speaks (`[http @ 0x5581] `), unless it only repeats that
/// it all went wrong.
fn said(line: &str) -> Option<&str> {
    let tagged = line.trim().split_once("] ").filter(|(tag, _)| tag.starts_with('['));
    let said = tagged.map_or(line.trim(), |(_, said)| said.trim());
    (!said.is_empty() && said != "Conversion failed!").then_some(said)
}

/// ffmpeg names an address whole, or the part of it that it asked a server for.
fn redacted(said: &str, source: &Url) -> String {
    let said = said.replace(source.as_str(), &without_secrets(source));
    match source.query().filter(|query| !query.is_empty()) {
        Some(query) => said.replace(&format!("?{query}"), ""),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_line_that_says_something_is_kept() {
        let output = "[mov,mp4 @ 0x1] moov atom not found\nhttp://h/a: Invalid data\r\n\nConversion failed!\n";
        let words = last_words(output.as_bytes(), None).await;
        assert_eq!(words.as_deref(), Some("http://h/a: Invalid data"));
    }

    #[tokio::test]
    async fn an_input_output_error_is_the_reason_only_where_there_is_no_other() {
        let output =
            "[tls @ 0x5] Peer certificate failed verification\nhttps://h/a: Input/output error\n";
        let words = last_words(output.as_bytes(), None).await;
        assert_eq!(words.as_deref(), Some("Peer certificate failed verification"));
        let words = last_words(&b"https://h/a: Input/output error"[..], None).await;
        assert_eq!(words.as_deref(), Some("https://h/a: Input/output error"));
    }

    #[tokio::test]
    async fn the_part_of_ffmpeg_that_speaks_is_left_out() {
        let words = last_words(&b"[http @ 0x55] HTTP error 404 Not Found"[..], None).await;
        assert_eq!(words.as_deref(), Some("HTTP error 404 Not Found"));
    }

    #[tokio::test]
    async fn a_silent_program_has_no_last_words() {
        assert_eq!(last_words(&b"\n \n"[..], None).await, None);
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
            let words = last_words(line.as_bytes(), Some(&source)).await;
            assert_eq!(words.as_deref(), Some(expected));
        }
    }
}
