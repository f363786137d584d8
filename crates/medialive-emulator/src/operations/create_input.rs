//! `CreateInput`: the input becomes DETACHED after a while. Its source is not fetched, as on AWS.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::error::Error;
use crate::model::arn::{ResourceType, arn};
use crate::model::input::{Input, Source};
use crate::model::states::{InputState, InputTrigger};
use crate::request::{Reply, Request, member};
use crate::service::Service;
use crate::service::store::Store;
use crate::validation;

const NAME: &str = "CreateInput";

/// The input types of the API's model. Only MP4_FILE plays.
const TYPES: [&str; 16] = [
    "UDP_PUSH",
    "RTP_PUSH",
    "RTMP_PUSH",
    "RTMP_PULL",
    "URL_PULL",
    "MP4_FILE",
    "MEDIACONNECT",
    "INPUT_DEVICE",
    "AWS_CDI",
    "TS_FILE",
    "SRT_CALLER",
    "MULTICAST",
    "SMPTE_2110_RECEIVER_GROUP",
    "SDI",
    "MEDIACONNECT_ROUTER",
    "SRT_LISTENER",
];

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if let Some(input) = store.created_by(NAME, request.id()).and_then(|id| store.inputs.get(id)) {
        return Ok(reply(input));
    }
    validation::name(&request.body, "input")?;
    let sources = sources(request)?.unwrap_or_default();
    check_type(request)?;
    check_security_groups(request, &store)?;
    let tags = request.tags()?;
    let id = store.assign_id(NAME, request.id());
    let input = Input {
        arn: arn(&service.config, ResourceType::Input, &id),
        state: InputState::Creating,
        tags,
        sources,
        attached_to: None,
        document: request.document(&["sources"]),
        id: id.clone(),
    };
    let reply = reply(&input);
    store.inputs.insert(id.clone(), input);
    service.after(request.state_duration(service.config.pace.input_create), move |_, store| {
        let Some(input) = store.inputs.get_mut(&id) else { return };
        input.apply(InputTrigger::Created).expect("nothing but time ends CREATING");
        if input.attached_to.is_some() {
            input.apply(InputTrigger::Attach).expect("an input that exists is DETACHED");
        }
    });
    Ok(reply)
}

/// MediaLive's status and text are not published.
fn check_type(request: &Request) -> Result<(), Error> {
    match member::<String>(&request.body, "type")? {
        Some(given) if !TYPES.contains(&given.as_str()) => {
            let known = TYPES.join(", ");
            Err(Error::Malformed { reason: format!("type: {given} is not one of {known}") })
        }
        Some(_) | None => Ok(()),
    }
}

/// The input security groups that a request names must exist. MediaLive's status and text are not
/// published.
pub(super) fn check_security_groups(request: &Request, store: &Store) -> Result<(), Error> {
    let named = member::<Vec<String>>(&request.body, "inputSecurityGroups")?.unwrap_or_default();
    let exists = |id: &String| store.security_groups.get(id).is_some_and(|group| !group.is_deleted);
    match named.iter().find(|id| !exists(id)) {
        Some(id) => {
            let reason = format!("inputSecurityGroups: {id} does not exist; create it first");
            Err(Error::Malformed { reason })
        }
        None => Ok(()),
    }
}

/// The request's sources; `None` if it has none.
pub(super) fn sources(request: &Request) -> Result<Option<Vec<Source>>, Error> {
    let sources = member::<Vec<Source>>(&request.body, "sources")?;
    let invalid = sources.iter().flatten().find(|source| Url::parse(&source.url).is_err());
    match invalid {
        Some(source) => Err(Error::InvalidSource { url: source.url.clone() }),
        None => Ok(sources),
    }
}

fn reply(input: &Input) -> Reply {
    Reply::created(&input.id, json!({ "input": input.describe() }))
}
