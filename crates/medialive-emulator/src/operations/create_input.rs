//! `CreateInput`: an input that is DETACHED after a while. Its source is not fetched, as on AWS.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::arn::{Kind, arn};
use crate::error::Error;
use crate::input::{Input, Source};
use crate::request::{Reply, Request, member};
use crate::service::Service;
use crate::states::{InputState, InputTrigger};

const NAME: &str = "CreateInput";

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if let Some(input) = store.made_by(NAME, request.id()).and_then(|id| store.inputs.get(id)) {
        return Ok(reply(input));
    }
    let sources = sources(request)?.unwrap_or_default();
    let tags = request.tags()?;
    let id = store.assign_id(NAME, request.id());
    let input = Input {
        arn: arn(&service.config, Kind::Input, &id),
        state: InputState::Creating,
        tags,
        sources,
        attached_to: None,
        document: request.document(&["sources"]),
        id: id.clone(),
    };
    let reply = reply(&input);
    store.inputs.insert(id.clone(), input);
    service.after(request.lasts(service.config.pace.input_create), move |_, store| {
        if let Some(input) = store.inputs.get_mut(&id) {
            input.apply(InputTrigger::Created).expect("nothing but time ends CREATING");
        }
    });
    Ok(reply)
}

/// The sources that a request names; `None` when it says nothing of them.
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
