//! Log lines of functions, one by one, as a subscriber gets them.

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    sync::mpsc::UnboundedSender,
};

/// Where a log line comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogSource {
    /// The function's standard output.
    Stdout,
    /// The function's standard error.
    Stderr,
    /// Lambda itself: a failed attempt, a retry, a function given up.
    Platform,
}

/// One line, without its line end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogLine {
    /// The function's name.
    pub function: String,
    /// Who wrote it.
    pub source: LogSource,
    /// The text; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Hands on every line of `output` until it ends, also when nobody listens: a full pipe would block
/// the function.
pub(super) fn follow(
    output: impl AsyncRead + Send + Unpin + 'static,
    function: String,
    source: LogSource,
    logs: UnboundedSender<LogLine>,
) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).split(b'\n');
        while let Ok(Some(line)) = lines.next_segment().await {
            let text = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
            let _ = logs.send(LogLine { function: function.clone(), source, text });
        }
    });
}
