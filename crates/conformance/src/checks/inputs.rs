//! What becomes of requests about inputs.

use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::lab::{Kind, Lab, Use, Wanted, source};

pub(super) static CHECKS: [Check; 4] = [
    check(
        "unknown-input-type",
        "CreateInput of a type that is not among the model's",
        "400 BadRequestException: type: SMOKE_SIGNALS is not one of UDP_PUSH, RTP_PUSH, RTMP_PUSH, \
         RTMP_PULL, URL_PULL, MP4_FILE, MEDIACONNECT, INPUT_DEVICE, AWS_CDI, TS_FILE, SRT_CALLER, \
         MULTICAST, SMPTE_2110_RECEIVER_GROUP, SDI, MEDIACONNECT_ROUTER, SRT_LISTENER",
        |lab| unknown_type(lab).boxed_local(),
    ),
    check(
        "number-of-sources",
        "UpdateInput of an input with one source to two",
        "400 BadRequestException: sources: their number must stay the same, because the class of \
         input INPUT cannot change",
        |lab| two_sources(lab, Use::Spare).boxed_local(),
    ),
    check(
        "update-to-no-name",
        "UpdateInput with an empty name",
        "400 BadRequestException: Non-empty input name required",
        |lab| empty_name(lab).boxed_local(),
    ),
    check(
        "channel-right-after-its-input",
        "CreateChannel right after CreateInput: the input's state right after that",
        "accepted; the input is CREATING",
        |lab| channel_right_after_its_input(lab).boxed_local(),
    ),
];

/// Those that need an IDLE channel with an input.
pub(super) const ATTACHED: [Check; 2] = [
    check(
        "number-of-sources-when-attached",
        "UpdateInput of the input of an IDLE channel, with one source, to two",
        "400 BadRequestException: sources: their number must stay the same, because the class of \
         input INPUT cannot change",
        |lab| two_sources_when_attached(lab).boxed_local(),
    ),
    check(
        "input-in-use",
        "DeleteInput of the input of an IDLE channel",
        "409 ConflictException: Input INPUT is busy, it cannot be deleted",
        |lab| delete_in_use(lab).boxed_local(),
    ),
];

async fn unknown_type(lab: &mut Lab<'_>) -> Answer {
    let name = lab.name("unknown");
    let request = lab.input_request(Use::Spare).request_id(&name).name(&name);
    match request.r#type("SMOKE_SIGNALS".into()).send().await {
        Err(error) => refusal(&error),
        Ok(_) => Ok("accepted".to_owned()),
    }
}

async fn two_sources(lab: &mut Lab<'_>, it: Use) -> Answer {
    let id = lab.input(it).await?;
    let url = &lab.place.source;
    let update = lab.client.update_input().input_id(&id);
    match update.sources(source(url)).sources(source(url)).send().await {
        Err(error) => refusal(&error),
        Ok(updated) => {
            let class = updated.input.and_then(|input| input.input_class);
            let class = class.ok_or_else(|| Unanswered("the answer has no class".to_owned()))?;
            Ok(format!("accepted; the class is {class}"))
        }
    }
}

async fn empty_name(lab: &mut Lab<'_>) -> Answer {
    let id = lab.input(Use::Spare).await?;
    if let Err(error) = lab.client.update_input().input_id(&id).name("").send().await {
        return refusal(&error);
    }
    lab.forget_input(Use::Spare);
    Ok("accepted".to_owned())
}

async fn channel_right_after_its_input(lab: &mut Lab<'_>) -> Answer {
    let input = lab.create_input(Use::New).await?;
    let channel = match lab.send(lab.channel_request(&input)).await {
        Err(error) => return refusal(&error),
        Ok(created) => created.channel.and_then(|channel| channel.id).unwrap_or_default(),
    };
    let described = lab.client.describe_input().input_id(&input).send().await;
    let described = described.map_err(|error| unanswered("look at an input", &error));
    lab.delete(&channel).await?;
    let state = described?.state.ok_or_else(|| Unanswered("the input has no state".to_owned()))?;
    Ok(format!("accepted; the input is {state}"))
}

async fn two_sources_when_attached(lab: &mut Lab<'_>) -> Answer {
    lab.channel(Kind::Plain, Wanted::Idle).await?;
    two_sources(lab, Use::Played).await
}

async fn delete_in_use(lab: &mut Lab<'_>) -> Answer {
    lab.channel(Kind::Plain, Wanted::Idle).await?;
    let id = lab.input(Use::Played).await?;
    if let Err(error) = lab.client.delete_input().input_id(&id).send().await {
        return refusal(&error);
    }
    lab.forget_input(Use::Played);
    Ok("accepted".to_owned())
}
