//! `CreateInputSecurityGroup`, `DescribeInputSecurityGroup`, `ListInputSecurityGroups`,
//! `UpdateInputSecurityGroup` and `DeleteInputSecurityGroup`. Each takes effect at once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::list::page;
use crate::error::Error;
use crate::model::arn::{ResourceType, arn};
use crate::model::input_security_group::{InputSecurityGroup, WhitelistRule};
use crate::request::{Reply, Request, member};
use crate::service::Service;
use crate::service::store::Store;

pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let rules = rules(request)?.ok_or(Error::WhitelistRequired)?;
    let tags = request.tags()?;
    let mut store = service.store();
    // The operation has no requestId.
    let id = store.assign_id("CreateInputSecurityGroup", None);
    let arn = arn(&service.config, ResourceType::InputSecurityGroup, &id);
    let group = InputSecurityGroup { id: id.clone(), arn, tags, rules, is_deleted: false };
    let body = json!({ "securityGroup": group.describe(&[]) });
    store.security_groups.insert(id.clone(), group);
    Ok(Reply { created_id: Some(id), ..Reply::ok(body) })
}

pub(super) fn describe(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let group = store.security_groups.get(&request.target);
    Ok(Reply::ok(shown(&store, group.ok_or(Error::SecurityGroupNotFound)?)))
}

pub(super) fn list(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = &*service.store();
    let groups = store.security_groups.values();
    let groups = groups.map(|group| (group.id.as_str(), move || shown(store, group)));
    page(request, "inputSecurityGroups", groups)
}

/// Replaces the rules and the tags that the request has, also of a group in use.
pub(super) fn update(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let rules = rules(request)?;
    let tags = request.body.contains_key("tags").then(|| request.tags()).transpose()?;
    let mut store = service.store();
    let group = store.security_groups.get_mut(&request.target);
    let group = group.ok_or(Error::UpdatedSecurityGroupNotFound)?;
    if group.is_deleted {
        return Err(Error::SecurityGroupUnable);
    }
    if let Some(rules) = rules {
        group.rules = rules;
    }
    if let Some(tags) = tags {
        group.tags = tags;
    }
    let group = &store.security_groups[&request.target];
    Ok(Reply::ok(json!({ "securityGroup": shown(&store, group) })))
}

/// Refused while an input names the group; a second delete is harmless.
pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let id = &request.target;
    if store.inputs_naming(id).next().is_some() {
        return Err(Error::SecurityGroupInUse { id: id.clone() });
    }
    let group = store.security_groups.get_mut(id).ok_or(Error::SecurityGroupNotFound)?;
    group.is_deleted = true;
    Ok(Reply::ok(json!({})))
}

/// The request's rules; `None` if it has no list.
fn rules(request: &Request) -> Result<Option<Vec<WhitelistRule>>, Error> {
    match member::<Vec<WhitelistRule>>(&request.body, "whitelistRules")? {
        Some(rules) if rules.is_empty() => Err(Error::WhitelistRequired),
        rules => Ok(rules),
    }
}

fn shown(store: &Store, group: &InputSecurityGroup) -> Value {
    group.describe(&store.inputs_naming(&group.id).collect::<Vec<_>>())
}
