//! What is left of deleted resources.

use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::lab::{Lab, Use};

pub(super) static CHECKS: [Check; 5] = [
    check(
        "deleted-channel",
        "DescribeChannel of the first deleted channel, at the end of the run",
        "DELETED",
        |lab| deleted_channel(lab).boxed_local(),
    ),
    check("deleted-input", "DescribeInput of a deleted input", "DELETED", |lab| {
        deleted_input(lab).boxed_local()
    }),
    check(
        "deleted-channels-in-lists",
        "ListChannels: whether it shows the deleted channel",
        "shown as DELETED",
        |lab| channel_in_list(lab).boxed_local(),
    ),
    check(
        "deleted-inputs-in-lists",
        "ListInputs: whether it shows the deleted input",
        "shown as DELETED",
        |lab| input_in_list(lab).boxed_local(),
    ),
    check(
        "request-id-of-a-deleted-input",
        "CreateInput with the requestId of the deleted input",
        "the first input, DELETED",
        |lab| repeated(lab).boxed_local(),
    ),
];

/// The id of a channel that is deleted.
async fn id_of_a_deleted_channel(lab: &mut Lab<'_>) -> Result<String, Unanswered> {
    lab.remove_channel().await?;
    let id = lab.deleted_channel.clone();
    id.ok_or_else(|| Unanswered("no channel could be created and deleted".to_owned()))
}

async fn deleted_channel(lab: &mut Lab<'_>) -> Answer {
    let id = id_of_a_deleted_channel(lab).await?;
    match lab.client.describe_channel().channel_id(&id).send().await {
        Err(error) => refusal(&error),
        Ok(shown) => Ok(shown.state.map_or("no state".to_owned(), |state| state.to_string())),
    }
}

async fn deleted_input(lab: &mut Lab<'_>) -> Answer {
    let id = lab.input(Use::Deleted).await?;
    match lab.client.describe_input().input_id(&id).send().await {
        Err(error) => refusal(&error),
        Ok(shown) => Ok(shown.state.map_or("no state".to_owned(), |state| state.to_string())),
    }
}

async fn channel_in_list(lab: &mut Lab<'_>) -> Answer {
    let id = id_of_a_deleted_channel(lab).await?;
    let pages = lab.client.list_channels().into_paginator().items().send();
    let listed = pages.try_collect().await;
    let listed = listed.map_err(|error| unanswered("list the channels", &error))?;
    let found = listed.into_iter().find(|it| it.id.as_ref() == Some(&id));
    Ok(shown(found.and_then(|it| it.state).map(|state| state.to_string())))
}

async fn input_in_list(lab: &mut Lab<'_>) -> Answer {
    let id = lab.input(Use::Deleted).await?;
    let pages = lab.client.list_inputs().into_paginator().items().send();
    let listed = pages.try_collect().await;
    let listed = listed.map_err(|error| unanswered("list the inputs", &error))?;
    let found = listed.into_iter().find(|it| it.id.as_ref() == Some(&id));
    Ok(shown(found.and_then(|it| it.state).map(|state| state.to_string())))
}

fn shown(state: Option<String>) -> String {
    match state {
        Some(state) => format!("shown as {state}"),
        None => "not shown".to_owned(),
    }
}

async fn repeated(lab: &mut Lab<'_>) -> Answer {
    let id = lab.input(Use::Deleted).await?;
    match lab.input_request(Use::Deleted).send().await {
        Err(error) => refusal(&error),
        Ok(created) => {
            let input =
                created.input.ok_or_else(|| Unanswered("there is no input in it".into()))?;
            let which = if input.id.as_ref() == Some(&id) { "the first" } else { "a second" };
            let state = input.state.map_or("without a state".to_owned(), |it| it.to_string());
            Ok(format!("{which} input, {state}"))
        }
    }
}
