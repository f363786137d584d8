//! What becomes of requests about inputs.

use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::fixture::{Fixture, Kind, Use, Wanted, source};

pub(super) static CHECKS: [Check; 4] = [
    check(
        "unknown-input-type",
        "CreateInput of a type that is not among the model's",
        "400 BadRequestException: type: SMOKE_SIGNALS is not one of UDP_PUSH, RTP_PUSH, RTMP_PUSH, \
         RTMP_PULL, URL_PULL, MP4_FILE, MEDIACONNECT, INPUT_DEVICE, AWS_CDI, TS_FILE, SRT_CALLER, \
         MULTICAST, SMPTE_2110_RECEIVER_GROUP, SDI, MEDIACONNECT_ROUTER, SRT_LISTENER",
        |fixture| unknown_type(fixture).boxed_local(),
    ),
    check(
        "number-of-sources",
        "UpdateInput of an input with one source to two",
        "400 BadRequestException: sources: their number must stay the same, because the class of \
         input INPUT cannot change",
        |fixture| two_sources(fixture, Use::Spare).boxed_local(),
    ),
    check(
        "update-to-no-name",
        "UpdateInput with an empty name",
        "400 BadRequestException: Non-empty input name required",
        |fixture| empty_name(fixture).boxed_local(),
    ),
    check(
        "channel-right-after-its-input",
        "CreateChannel right after CreateInput: the input's state right after that",
        "accepted; the input is CREATING",
        |fixture| channel_right_after_its_input(fixture).boxed_local(),
    ),
];

/// Those that need an IDLE channel with an input.
pub(super) const ATTACHED: [Check; 2] = [
    check(
        "number-of-sources-when-attached",
        "UpdateInput of the input of an IDLE channel, with one source, to two",
        "400 BadRequestException: sources: their number must stay the same, because the class of \
         input INPUT cannot change",
        |fixture| two_sources_when_attached(fixture).boxed_local(),
    ),
    check(
        "input-in-use",
        "DeleteInput of the input of an IDLE channel",
        "409 ConflictException: Input INPUT is busy, it cannot be deleted",
        |fixture| delete_in_use(fixture).boxed_local(),
    ),
];

async fn unknown_type(fixture: &mut Fixture<'_>) -> Answer {
    let name = fixture.name("unknown");
    let request = fixture.input_request(Use::Spare).request_id(&name).name(&name);
    match request.r#type("SMOKE_SIGNALS".into()).send().await {
        Err(error) => refusal(&error),
        Ok(_) => Ok("accepted".to_owned()),
    }
}

async fn two_sources(fixture: &mut Fixture<'_>, it: Use) -> Answer {
    let id = fixture.input(it).await?;
    let url = &fixture.place.source;
    let update = fixture.client.update_input().input_id(&id);
    match update.sources(source(url)).sources(source(url)).send().await {
        Err(error) => refusal(&error),
        Ok(updated) => {
            let class = updated.input.and_then(|input| input.input_class);
            let class = class.ok_or_else(|| Unanswered("the answer has no class".to_owned()))?;
            Ok(format!("accepted; the class is {class}"))
        }
    }
}

async fn empty_name(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.input(Use::Spare).await?;
    if let Err(error) = fixture.client.update_input().input_id(&id).name("").send().await {
        return refusal(&error);
    }
    fixture.forget_input(Use::Spare);
    Ok("accepted".to_owned())
}

async fn channel_right_after_its_input(fixture: &mut Fixture<'_>) -> Answer {
    let input = fixture.create_input(Use::New).await?;
    let channel = match fixture.send(fixture.channel_request(&input)).await {
        Err(error) => return refusal(&error),
        Ok(created) => created.channel.and_then(|channel| channel.id).unwrap_or_default(),
    };
    let described = fixture.client.describe_input().input_id(&input).send().await;
    let described = described.map_err(|error| unanswered("look at an input", &error));
    fixture.delete(&channel).await?;
    let state = described?.state.ok_or_else(|| Unanswered("the input has no state".to_owned()))?;
    Ok(format!("accepted; the input is {state}"))
}

async fn two_sources_when_attached(fixture: &mut Fixture<'_>) -> Answer {
    fixture.channel(Kind::Plain, Wanted::Idle).await?;
    two_sources(fixture, Use::Played).await
}

async fn delete_in_use(fixture: &mut Fixture<'_>) -> Answer {
    fixture.channel(Kind::Plain, Wanted::Idle).await?;
    let id = fixture.input(Use::Played).await?;
    if let Err(error) = fixture.client.delete_input().input_id(&id).send().await {
        return refusal(&error);
    }
    fixture.forget_input(Use::Played);
    Ok("accepted".to_owned())
}
