//! `DeleteInput`: refused while the input is attached; a second delete is harmless.

use std::sync::Arc;

use serde_json::json;

use crate::error::Error;
use crate::model::states::{Conflict, InputTrigger};
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let input = store.inputs.get_mut(&request.target).ok_or(Error::InputNotFound)?;
    let before = input.state;
    let bad_request = service.config.choices.busy_input_is_a_bad_request;
    let after = input
        .apply(InputTrigger::Delete)
        .map_err(|Conflict| Error::InputBusy { id: input.id.clone(), bad_request })?;
    if after != before {
        let id = input.id.clone();
        service.after(request.state_duration(service.config.pace.input_delete), move |_, store| {
            if let Some(input) = store.inputs.get_mut(&id) {
                input.apply(InputTrigger::Deleted).expect("nothing but time ends DELETING");
            }
        });
    }
    Ok(Reply::ok(json!({})))
}
