//! `lilo start` and `lilo stop`: start or stop the channel of a loop on AWS.

use aws_sdk_medialive::types::ChannelState;

use crate::Error;
use crate::args::OneLoop;
use crate::aws::channel::Channel;
use crate::aws::cleanup::Unfinished;
use crate::aws::inventory::Inventory;
use crate::cloud::LoopSummary;
use crate::cloud::Session;
use crate::cloud::session;

/// Starts the channel if it is not running, and waits until it runs.
pub(crate) async fn start(args: OneLoop) -> Result<(), Error> {
    session::run(&args.access, async |session| {
        switch(session, &args.name, &ChannelState::Running).await
    })
    .await
}

/// Stops the channel if it is running, and waits until it is idle.
pub(crate) async fn stop(args: OneLoop) -> Result<(), Error> {
    session::run(&args.access, async |session| {
        switch(session, &args.name, &ChannelState::Idle).await
    })
    .await
}

async fn switch(session: Session<'_>, name: &str, wanted: &ChannelState) -> Result<(), Error> {
    let Session { aws, cleanup, screen } = session;
    let inventory = Inventory::take(aws, screen).await?;
    let stack = inventory.find_loop(name, &aws.region)?;
    let id = stack.output("ChannelId");
    if id.is_empty() {
        return Err(Error::NoChannelYet(name.to_owned()));
    }
    let gone = || Error::NoChannel { id: id.to_owned(), name: name.to_owned() };
    let channel = aws.channel(id).await?.ok_or_else(gone)?;
    let what = match (wanted, action_for(&channel, wanted)?) {
        (_, Action::Nothing) => None,
        (_, Action::Wait) => Some("is already on its way"),
        (ChannelState::Running, Action::Call) => {
            aws.start_channel(id).await?;
            Some("starts")
        }
        (_, Action::Call) => {
            aws.stop_channel(id).await?;
            Some("stops")
        }
    };
    if let Some(what) = what {
        screen.remark(&format!("channel {id} {what}"));
    }
    let ongoing = cleanup.add(Unfinished::OnAws(format!("the change of channel {id}")));
    let channel = aws.wait_for(id, wanted, screen).await?;
    cleanup.done(ongoing);
    let channel = channel.ok_or_else(gone)?;
    if channel.state != *wanted {
        let state = channel.state.as_str().to_owned();
        let wanted = wanted.as_str().to_owned();
        return Err(Error::ChannelTakesLong { id: id.to_owned(), state, wanted });
    }
    let summary = LoopSummary::of(stack, Some(&channel));
    screen.put("loop", &summary, || Some(summary.row(summary.name.len())));
    Ok(())
}

/// What to do to bring a channel to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Nothing,
    Wait,
    Call,
}

/// # Errors
/// When another operation has to end first, or the channel is about to start.
fn action_for(channel: &Channel, wanted: &ChannelState) -> Result<Action, Error> {
    let starts = *wanted == ChannelState::Running;
    match &channel.state {
        ChannelState::Idle if !starts && channel.runs_or_will_start() => {
            Err(Error::ChannelStartsYet(channel.id.clone()))
        }
        state if state == wanted => Ok(Action::Nothing),
        ChannelState::Starting | ChannelState::Recovering if starts => Ok(Action::Wait),
        ChannelState::Stopping if !starts => Ok(Action::Wait),
        ChannelState::Idle
        | ChannelState::Running
        | ChannelState::Starting
        | ChannelState::Recovering => Ok(Action::Call),
        state => {
            Err(Error::ChannelIsBusy { id: channel.id.clone(), state: state.as_str().to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use lilo_lifecycle::tags::AUTO_START;

    use super::*;

    fn channel(state: ChannelState, auto_start: &str) -> Channel {
        Channel {
            id: "1".into(),
            state,
            tags: [(AUTO_START.to_owned(), auto_start.to_owned())].into(),
            egress: Vec::new(),
            destinations: Vec::new(),
        }
    }

    #[test]
    fn a_channel_that_starts_by_itself_later_is_not_called_stopped() {
        let (wanted, idle) = (ChannelState::Idle, channel(ChannelState::Idle, "true"));

        let error = action_for(&idle, &wanted).unwrap_err();

        assert!(matches!(error, Error::ChannelStartsYet(_)), "{error}");
        assert_eq!(action_for(&idle, &ChannelState::Running).unwrap(), Action::Call);
        let started = channel(ChannelState::Idle, "done");
        assert_eq!(action_for(&started, &wanted).unwrap(), Action::Nothing);
        let running = channel(ChannelState::Running, "true");
        assert_eq!(action_for(&running, &wanted).unwrap(), Action::Call);
    }
}
