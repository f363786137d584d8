//! What is left of deleted resources.

use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::fixture::{Fixture, Use};

pub(super) static CHECKS: [Check; 5] = [
    check(
        "deleted-channel",
        "DescribeChannel of the first deleted channel, at the end of the run",
        "DELETED",
        |fixture| deleted_channel(fixture).boxed_local(),
    ),
    check("deleted-input", "DescribeInput of a deleted input", "DELETED", |fixture| {
        deleted_input(fixture).boxed_local()
    }),
    check(
        "deleted-channels-in-lists",
        "ListChannels: whether it shows the deleted channel",
        "shown as DELETED",
        |fixture| channel_in_list(fixture).boxed_local(),
    ),
    check(
        "deleted-inputs-in-lists",
        "ListInputs: whether it shows the deleted input",
        "shown as DELETED",
        |fixture| input_in_list(fixture).boxed_local(),
    ),
    check(
        "request-id-of-a-deleted-input",
        "CreateInput with the requestId of the deleted input",
        "the first input, DELETED",
        |fixture| repeated(fixture).boxed_local(),
    ),
];

/// The id of a channel that is deleted.
async fn id_of_a_deleted_channel(fixture: &mut Fixture<'_>) -> Result<String, Unanswered> {
    fixture.remove_channel().await?;
    let id = fixture.deleted_channel.clone();
    id.ok_or_else(|| Unanswered("no channel could be created and deleted".to_owned()))
}

async fn deleted_channel(fixture: &mut Fixture<'_>) -> Answer {
    let id = id_of_a_deleted_channel(fixture).await?;
    match fixture.client.describe_channel().channel_id(&id).send().await {
        Err(error) => refusal(&error),
        Ok(shown) => Ok(shown.state.map_or("no state".to_owned(), |state| state.to_string())),
    }
}

async fn deleted_input(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.input(Use::Deleted).await?;
    match fixture.client.describe_input().input_id(&id).send().await {
        Err(error) => refusal(&error),
        Ok(shown) => Ok(shown.state.map_or("no state".to_owned(), |state| state.to_string())),
    }
}

async fn channel_in_list(fixture: &mut Fixture<'_>) -> Answer {
    let id = id_of_a_deleted_channel(fixture).await?;
    let pages = fixture.client.list_channels().into_paginator().items().send();
    let listed = pages.try_collect().await;
    let listed = listed.map_err(|error| unanswered("list the channels", &error))?;
    let found = listed.into_iter().find(|it| it.id.as_ref() == Some(&id));
    Ok(shown(found.and_then(|it| it.state).map(|state| state.to_string())))
}

async fn input_in_list(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.input(Use::Deleted).await?;
    let pages = fixture.client.list_inputs().into_paginator().items().send();
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

async fn repeated(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.input(Use::Deleted).await?;
    match fixture.input_request(Use::Deleted).send().await {
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
