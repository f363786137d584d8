//! What a program that ended had to say: the line of its error output that a person can use.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tracing::debug;

/// Reads an error output to its end, and keeps the last line that says something.
pub(super) async fn last_words(output: impl AsyncRead + Unpin) -> Option<String> {
    let mut lines = BufReader::new(output).split(b'\n');
    let mut last = None;
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        if let Some(said) = said(&line) {
            debug!(said, "ffmpeg");
            last = Some(said.to_owned());
        }
    }
    last
}

/// A line without the part of ffmpeg that speaks (`[http @ 0x5581] `), unless it only repeats that it all went wrong.
fn said(line: &str) -> Option<&str> {
    let tagged = line.trim().split_once("] ").filter(|(tag, _)| tag.starts_with('['));
    let said = tagged.map_or(line.trim(), |(_, said)| said.trim());
    (!said.is_empty() && said != "Conversion failed!").then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_line_that_says_something_is_kept() {
        let output = "[mov,mp4 @ 0x1] moov atom not found\nhttp://h/a: Invalid data\r\n\nConversion failed!\n";
        let words = last_words(output.as_bytes()).await;
        assert_eq!(words.as_deref(), Some("http://h/a: Invalid data"));
    }

    #[tokio::test]
    async fn the_part_of_ffmpeg_that_speaks_is_left_out() {
        let words = last_words(&b"[http @ 0x55] HTTP error 404 Not Found"[..]).await;
        assert_eq!(words.as_deref(), Some("HTTP error 404 Not Found"));
    }

    #[tokio::test]
    async fn a_silent_program_has_no_last_words() {
        assert_eq!(last_words(&b"\n \n"[..]).await, None);
    }
}
