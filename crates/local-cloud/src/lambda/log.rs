//! Log lines of functions.

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
    /// Lambda itself: a failed attempt, a retry, giving up.
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

/// Sends every line of `output` to `logs`. Reads on without a receiver, because a full pipe would
/// block the function.
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
