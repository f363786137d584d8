//! A channel that is being created, and one that is IDLE.

use aws_sdk_medialive::types::ChannelState;
use futures_util::FutureExt;

use super::check;
use super::inputs::ATTACHED;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::fixture::{Fixture, Kind, Wanted, channel_state};

pub(super) static CHECKS: [Check; 9] = [
    check(
        "start-while-creating",
        "StartChannel while the channel is CREATING",
        "409 ConflictException: The channel is unable to start due to an issue with channel \
         resources.",
        |fixture| while_creating(fixture, Call::Start).boxed_local(),
    ),
    check(
        "stop-while-creating",
        "StopChannel while the channel is CREATING",
        "409 ConflictException: The channel is unable to stop due to an issue with channel \
         resources.",
        |fixture| while_creating(fixture, Call::Stop).boxed_local(),
    ),
    check(
        "update-while-creating",
        "UpdateChannel while the channel is CREATING",
        "409 ConflictException: The channel is unable to update due to an issue with channel \
         resources.",
        |fixture| while_creating(fixture, Call::Update).boxed_local(),
    ),
    check(
        "delete-while-creating",
        "DeleteChannel while the channel is CREATING",
        "409 ConflictException: The channel is unable to delete due to an issue with channel \
         resources.",
        |fixture| while_creating(fixture, Call::Delete).boxed_local(),
    ),
    check(
        "stop-while-idle",
        "StopChannel of an IDLE channel",
        "409 ConflictException: The channel is unable to stop due to an issue with channel \
         resources.",
        |fixture| stop_while_idle(fixture).boxed_local(),
    ),
    ATTACHED[0],
    ATTACHED[1],
    check(
        "states-of-an-update",
        "UpdateChannel of an IDLE channel: its states until it is IDLE",
        "IDLE",
        |fixture| states_of_an_update(fixture).boxed_local(),
    ),
    check(
        "dry-run-of-an-update",
        "UpdateChannel as a dry run, with another name: the name in the answer, then the channel's",
        "the new name; then the old one",
        |fixture| dry_run_of_an_update(fixture).boxed_local(),
    ),
];

#[derive(Clone, Copy, Debug)]
enum Call {
    Start,
    Stop,
    Update,
    Delete,
}

impl Call {
    async fn make(self, fixture: &Fixture<'_>, id: &str) -> Answer {
        let client = fixture.client;
        let refused = match self {
            Self::Start => {
                client.start_channel().channel_id(id).send().await.err().map(|it| refusal(&it))
            }
            Self::Stop => {
                client.stop_channel().channel_id(id).send().await.err().map(|it| refusal(&it))
            }
            Self::Update => {
                client.update_channel().channel_id(id).send().await.err().map(|it| refusal(&it))
            }
            Self::Delete => {
                client.delete_channel().channel_id(id).send().await.err().map(|it| refusal(&it))
            }
        };
        refused.unwrap_or_else(|| Ok("accepted".to_owned()))
    }
}

async fn while_creating(fixture: &mut Fixture<'_>, call: Call) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Creating).await?;
    let answer = call.make(fixture, &id).await?;
    // A refusal may be about a state that has come in the meantime.
    if answer != "accepted" && channel_state(fixture.client, &id).await? != ChannelState::Creating {
        return Err(Unanswered("the channel was no longer CREATING".to_owned()));
    }
    Ok(answer)
}

async fn stop_while_idle(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Idle).await?;
    Call::Stop.make(fixture, &id).await
}

async fn states_of_an_update(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Idle).await?;
    let update = fixture.client.update_channel().channel_id(&id).name(fixture.name("channel"));
    let updated = match update.set_role_arn(fixture.place.role.clone()).send().await {
        Err(error) => return refusal(&error),
        Ok(updated) => updated.channel.and_then(|channel| channel.state),
    };
    let first = updated.ok_or_else(|| Unanswered("the answer has no state".to_owned()))?;
    fixture.states_until(&id, first, &ChannelState::Idle, fixture.waits.state).await
}

async fn dry_run_of_an_update(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Idle).await?;
    let (old, new) = (fixture.name("channel"), fixture.name("renamed"));
    let update = fixture.client.update_channel().channel_id(&id).name(&new).dry_run(true);
    let answered = match update.set_role_arn(fixture.place.role.clone()).send().await {
        Err(error) => return refusal(&error),
        Ok(updated) => updated.channel.and_then(|channel| channel.name),
    };
    let described = fixture.client.describe_channel().channel_id(&id).send().await;
    let described = described.map_err(|error| unanswered("look at the channel", &error))?.name;
    let which = |name: Option<String>| match name {
        Some(name) if name == new => "the new name",
        Some(name) if name == old => "the old one",
        Some(_) => "another name",
        None => "no name",
    };
    Ok(format!("{}; then {}", which(answered), which(described)))
}
