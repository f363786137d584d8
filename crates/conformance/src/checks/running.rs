//! A channel that runs. Each kind of channel runs once.

use aws_sdk_medialive::error::ProvideErrorMetadata;
use aws_sdk_medialive::types::{
    ChannelAlert, ChannelAlertState, ChannelPipelineIdToRestart, ChannelState, ThumbnailType,
};
use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::fixture::{Fixture, Kind, Wanted};

pub(super) static CHECKS: [Check; 7] = [
    check(
        "dry-run-while-running",
        "UpdateChannel as a dry run, while the channel is RUNNING",
        "409 ConflictException: The channel is unable to update due to an issue with channel \
         resources.",
        |fixture| dry_run_while_running(fixture).boxed_local(),
    ),
    check(
        "thumbnails-by-default",
        "DescribeThumbnails of a RUNNING channel without thumbnailConfiguration",
        "a picture",
        |fixture| thumbnails(fixture).boxed_local(),
    ),
    check(
        "states-of-a-restart",
        "RestartChannelPipelines of a RUNNING channel: its states until it is RUNNING",
        "RUNNING, then RECOVERING, then RUNNING",
        |fixture| states_of_a_restart(fixture).boxed_local(),
    ),
    check(
        "delete-while-stopping",
        "DeleteChannel right after StopChannel of a RUNNING channel",
        "409 ConflictException: Cannot delete a channel that has not been stopped yet. Please stop \
         the channel",
        |fixture| delete_while_stopping(fixture).boxed_local(),
    ),
    check(
        "destination-by-name",
        "ListAlerts of a RUNNING channel whose destination is a name that nobody has",
        "RUNNING, with the alert \"Failed to Create Output File or Socket\"",
        |fixture| {
            alert(fixture, Kind::NamedDestination, "Failed to Create Output File or Socket")
                .boxed_local()
        },
    ),
    check(
        "disabled-thumbnails",
        "DescribeThumbnails of a RUNNING channel whose thumbnails are DISABLED",
        "404 NotFoundException: There are no thumbnails for this channel.",
        |fixture| disabled_thumbnails(fixture).boxed_local(),
    ),
    check(
        "alerts-after-the-stop",
        "ListAlerts after StopChannel of a channel that had alerts set",
        "CLEARED",
        |fixture| alerts_after_the_stop(fixture).boxed_local(),
    ),
];

async fn dry_run_while_running(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Running).await?;
    let update = fixture.client.update_channel().channel_id(&id).dry_run(true);
    match update.set_role_arn(fixture.place.role.clone()).send().await {
        Err(error) => refusal(&error),
        Ok(_) => Ok("accepted".to_owned()),
    }
}

async fn thumbnails(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Running).await?;
    let mut last = "no picture".to_owned();
    let found = fixture
        .appears("a thumbnail", async |fixture| {
            let request = fixture.client.describe_thumbnails().channel_id(&id).pipeline_id("0");
            match request.thumbnail_type(ThumbnailType::CurrentActive.as_str()).send().await {
                Ok(shown) => {
                    let details = shown.thumbnail_details();
                    let pictures = details.iter().map(|detail| detail.thumbnails().len());
                    Ok((pictures.sum::<usize>() > 0).then_some(()))
                }
                Err(error) if error.code() == Some("NotFoundException") => {
                    last = refusal(&error)?;
                    Ok(None)
                }
                Err(error) => Err(unanswered("ask for a thumbnail", &error)),
            }
        })
        .await?;
    Ok(found.map_or(last, |()| "a picture".to_owned()))
}

async fn disabled_thumbnails(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::NamedDestination, Wanted::Running).await?;
    let request = fixture.client.describe_thumbnails().channel_id(&id).pipeline_id("0");
    match request.thumbnail_type(ThumbnailType::CurrentActive.as_str()).send().await {
        Err(error) => refusal(&error),
        Ok(shown) => {
            let pictures = shown.thumbnail_details().iter().map(|it| it.thumbnails().len());
            Ok(format!("{} pictures", pictures.sum::<usize>()))
        }
    }
}

async fn states_of_a_restart(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Running).await?;
    let restart = fixture.client.restart_channel_pipelines().channel_id(&id);
    if let Err(error) = restart.pipeline_ids(ChannelPipelineIdToRestart::Pipeline0).send().await {
        return refusal(&error);
    }
    fixture
        .states_until(&id, ChannelState::Running, &ChannelState::Running, fixture.waits.running)
        .await
}

async fn delete_while_stopping(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::Plain, Wanted::Running).await?;
    let stopped = fixture.client.stop_channel().channel_id(&id).send().await;
    stopped.map_err(|error| unanswered("stop the channel", &error))?;
    if let Err(error) = fixture.client.delete_channel().channel_id(&id).send().await {
        return refusal(&error);
    }
    fixture.wait_until_deleted(&id).await?;
    Ok("accepted".to_owned())
}

/// The channel's state, and the alerts that are set, once there is one of the wanted type.
async fn alert(fixture: &mut Fixture<'_>, kind: Kind, wanted: &str) -> Answer {
    let id = fixture.channel(kind, Wanted::Running).await?;
    let mut set = Vec::new();
    fixture
        .appears("an alert", async |fixture| {
            set = alert_types(&alerts(fixture, &id).await?, &ChannelAlertState::Set);
            Ok(set.iter().any(|it| it == wanted).then_some(()))
        })
        .await?;
    // Alerts about the source are another row's.
    if set.iter().any(|it| it == wanted) {
        set = vec![wanted.to_owned()];
    }
    let state = crate::fixture::channel_state(fixture.client, &id).await?;
    Ok(match set.as_slice() {
        [] => format!("{state}, without an alert"),
        [one] => format!("{state}, with the alert \"{one}\""),
        more => format!("{state}, with the alerts {more:?}"),
    })
}

async fn alerts_after_the_stop(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.channel(Kind::NamedDestination, Wanted::Running).await?;
    let before = alert_types(&alerts(fixture, &id).await?, &ChannelAlertState::Set);
    if before.is_empty() {
        return Err(Unanswered("no alert was set before the stop".to_owned()));
    }
    fixture.channel(Kind::NamedDestination, Wanted::Idle).await?;
    let cleared = fixture
        .appears("the alerts to clear", async |fixture| {
            let set = alert_types(&alerts(fixture, &id).await?, &ChannelAlertState::Set);
            Ok(set.is_empty().then_some(()))
        })
        .await?;
    Ok(if cleared.is_some() { "CLEARED" } else { "SET" }.to_owned())
}

async fn alerts(fixture: &Fixture<'_>, id: &str) -> Result<Vec<ChannelAlert>, Unanswered> {
    let listed = fixture.client.list_alerts().channel_id(id).send().await;
    Ok(listed.map_err(|error| unanswered("list the alerts", &error))?.alerts.unwrap_or_default())
}

/// The types of the alerts in this state, each once, in the order of their names.
fn alert_types(alerts: &[ChannelAlert], state: &ChannelAlertState) -> Vec<String> {
    let alerts = alerts.iter().filter(|alert| alert.state() == Some(state));
    let mut types: Vec<_> =
        alerts.map(|alert| alert.alert_type().unwrap_or_default().to_owned()).collect();
    types.sort();
    types.dedup();
    types
}
