//! The depth of a queue.

use aws_sdk_sqs::types::QueueAttributeName;

use super::Aws;
use super::failure::failed;
use crate::Error;
use crate::error::Reason;

impl Aws {
    /// The number of messages in a queue, as far as SQS knows it. Reads no message.
    pub(crate) async fn queue_depth(&self, url: &str) -> Result<u64, Error> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let call = self.sqs.get_queue_attributes().queue_url(url).attribute_names(name.clone());
        let found = call.send().await;
        let found = found.map_err(|error| failed(error, "look at the dead letters"))?;
        let depth = found.attributes().and_then(|it| it.get(&name)?.parse().ok());
        depth.ok_or_else(|| Error::Refused {
            attempted: "count the dead letters".to_owned(),
            source: Reason("the answer holds no number".to_owned()),
        })
    }
}
