//! Repeated requests, dry runs of a creation, and pages.

use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal};
use crate::check::Check;
use crate::fixture::{Fixture, Use};

pub(super) static CHECKS: [Check; 7] = [
    check(
        "request-id-with-another-name",
        "CreateInput with the requestId of an input that is there, and another name",
        "the first input, with its own name",
        |fixture| other_name(fixture).boxed_local(),
    ),
    check(
        "dry-run-of-a-creation",
        "CreateChannel as a dry run: which of arn, id and state the answer has",
        "the channel, without arn, id, state",
        |fixture| dry_run(fixture).boxed_local(),
    ),
    check(
        "refused-dry-run",
        "CreateChannel as a dry run, without encoder settings",
        "422 UnprocessableEntityException: encoderSettings is required",
        |fixture| refused_dry_run(fixture).boxed_local(),
    ),
    check(
        "effect-of-a-dry-run",
        "ListChannels after the dry runs: whether one of them made a channel",
        "none was made",
        |fixture| effect(fixture).boxed_local(),
    ),
    check(
        "page-of-one",
        "ListInputs with maxResults 1, where there are two inputs",
        "1 input, and a token",
        |fixture| page_of_one(fixture).boxed_local(),
    ),
    check(
        "page-of-none",
        "ListInputs with maxResults 0",
        "400 BadRequestException: maxResults: it must be a number from 1",
        |fixture| page_of_none(fixture).boxed_local(),
    ),
    check(
        "unknown-page",
        "ListInputs with a nextToken that no answer had",
        "400 BadRequestException: nextToken: it is not from an earlier page",
        |fixture| unknown_page(fixture).boxed_local(),
    ),
];

async fn other_name(fixture: &mut Fixture<'_>) -> Answer {
    let id = fixture.input(Use::Spare).await?;
    let (name, other) = (fixture.name("spare"), fixture.name("other"));
    match fixture.input_request(Use::Spare).name(other).send().await {
        Err(error) => refusal(&error),
        Ok(created) => {
            let input =
                created.input.ok_or_else(|| Unanswered("there is no input in it".into()))?;
            let which = if input.id.as_deref() == Some(&id) { "the first" } else { "a second" };
            let whose = if input.name.as_deref() == Some(&name) { "its own" } else { "the other" };
            Ok(format!("{which} input, with {whose} name"))
        }
    }
}

async fn dry_run(fixture: &mut Fixture<'_>) -> Answer {
    let input = fixture.input(Use::Spare).await?;
    let mut request = fixture.channel_request(&input);
    request.dry_run = true;
    let channel = match fixture.send(request).await {
        Err(error) => return refusal(&error),
        Ok(created) => created.channel,
    };
    let Some(channel) = channel else { return Ok("no channel".to_owned()) };
    let members = [
        ("arn", channel.arn.is_some()),
        ("id", channel.id.is_some()),
        ("state", channel.state.is_some()),
    ];
    let named = |wanted| {
        let names = members.iter().filter(|(_, has)| *has == wanted).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    };
    Ok(match (named(true), named(false)) {
        (with, without) if with.is_empty() => format!("the channel, without {without}"),
        (with, without) if without.is_empty() => format!("the channel, with {with}"),
        (with, without) => format!("the channel, with {with}, without {without}"),
    })
}

async fn refused_dry_run(fixture: &mut Fixture<'_>) -> Answer {
    fixture
        .try_to_create(|request| {
            request.dry_run = true;
            request.encoder = None;
        })
        .await
}

async fn effect(fixture: &mut Fixture<'_>) -> Answer {
    let made = fixture.own_channels().await?;
    if made.is_empty() {
        return Ok("none was made".to_owned());
    }
    for id in made {
        fixture.delete(&id).await?;
    }
    Ok("one was made".to_owned())
}

async fn page_of_one(fixture: &mut Fixture<'_>) -> Answer {
    fixture.input(Use::Spare).await?;
    fixture.input(Use::Played).await?;
    match fixture.client.list_inputs().max_results(1).send().await {
        Err(error) => refusal(&error),
        Ok(page) => {
            let token = if page.next_token.is_some() { "and a token" } else { "without a token" };
            Ok(match page.inputs().len() {
                1 => format!("1 input, {token}"),
                more => format!("{more} inputs, {token}"),
            })
        }
    }
}

async fn page_of_none(fixture: &mut Fixture<'_>) -> Answer {
    match fixture.client.list_inputs().max_results(0).send().await {
        Err(error) => refusal(&error),
        Ok(_) => Ok("accepted".to_owned()),
    }
}

async fn unknown_page(fixture: &mut Fixture<'_>) -> Answer {
    match fixture.client.list_inputs().next_token("unknown").send().await {
        Err(error) => refusal(&error),
        Ok(_) => Ok("accepted".to_owned()),
    }
}
