//! Start and stop of one channel.

use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::reconcile::{Action, Look, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart, RUNNING_SINCE, Tags};
use lilo_medialive::{Error as MediaLiveError, MediaLive};
use lilo_runtime::{Deadline, Error, reconcile};

/// Has channel `id` run, or stop, as its tags say.
pub(crate) async fn run(
    id: &str,
    look: Look,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let observe = async || medialive.describe_channel(id).await;
    let act = async |action, channel: &Channel| act(action, channel, medialive).await.map(Some);
    reconcile(deadline, None, observe, |seen, _| next(seen, look), act).await.map(drop)
}

async fn act(
    action: Action,
    channel: &Channel,
    medialive: &MediaLive,
) -> Result<Channel, MediaLiveError> {
    let tag = |key: &str, value: String| (Tags::from([(key.to_owned(), value)]), Vec::new());
    let difference = match action {
        Action::Start => return medialive.start_channel(&channel.id).await,
        Action::Stop => return medialive.stop_channel(&channel.id).await,
        Action::MarkStarted => tag(AUTO_START, AutoStart::Done.to_string()),
        Action::SetRunningSince(since) => tag(RUNNING_SINCE, since.to_string()),
        Action::ClearRunningSince => (Tags::new(), vec![RUNNING_SINCE.to_owned()]),
    };
    medialive.tag_channel(channel, &difference).await
}
