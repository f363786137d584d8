//! The newest thumbnail of each pipeline, for all pages together.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::aws::Aws;

/// How long a picture is served before MediaLive is asked for another.
const KEPT: Duration = Duration::from_secs(2);

/// A picture, or why there is none.
type Answer = Result<Option<Vec<u8>>, String>;

/// One for each pipeline.
#[derive(Debug, Default)]
pub(super) struct Stills([Mutex<Option<(Instant, Answer)>>; 2]);

impl Stills {
    /// The pipeline's picture. Pages that ask at the same time share one call.
    pub(super) async fn get(&self, aws: &Aws, channel: &str, pipeline: usize) -> Answer {
        let Some(kept) = self.0.get(pipeline) else { return Ok(None) };
        let mut kept = kept.lock().await;
        if let Some((at, answer)) = &*kept
            && at.elapsed() < KEPT
        {
            return answer.clone();
        }
        let answer = aws.thumbnail(channel, pipeline).await.map_err(|error| error.line());
        *kept = Some((Instant::now(), answer.clone()));
        answer
    }
}
