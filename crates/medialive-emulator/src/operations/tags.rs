//! `CreateTags`, `DeleteTags` and `ListTagsForResource`, by ARN, for resources in any state.

use std::sync::Arc;

use serde_json::json;

use crate::error::Error;
use crate::request::{Reply, Request};
use crate::service::Service;

/// Adds tags and replaces the values of existing ones.
pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let new = request.tags()?;
    let mut store = service.store();
    store.tags_mut(&request.target).ok_or(Error::ArnNotFound)?.extend(new);
    Ok(Reply::no_content())
}

/// Removes the tags in `tagKeys`; ignores keys that do not exist.
pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let tags = store.tags_mut(&request.target).ok_or(Error::ArnNotFound)?;
    for key in request.tag_keys() {
        tags.remove(key);
    }
    Ok(Reply::no_content())
}

pub(super) fn list(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let tags = store.tags_mut(&request.target).ok_or(Error::ArnNotFound)?;
    Ok(Reply::ok(json!({ "tags": tags })))
}
