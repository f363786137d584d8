//! The channels and inputs there are and were. Keeps them; decides nothing about them.

use std::collections::{BTreeMap, HashMap};

use crate::channel::Channel;
use crate::input::Input;

/// The tags of one resource.
pub(crate) type Tags = BTreeMap<String, String>;

/// Every resource ever made: deleted ones stay, in state DELETED, as they do on AWS.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) channels: BTreeMap<String, Channel>,
    pub(crate) inputs: BTreeMap<String, Input>,
    next_id: u64,
    /// Operation and requestId to the id that was made. On AWS it is not known how long one is remembered, nor whether
    /// a repetition with other parameters is refused; here it is always, and it is not.
    requests: HashMap<(&'static str, String), String>,
}

impl Store {
    pub(crate) fn new(first_id: u64) -> Self {
        let (channels, inputs) = (BTreeMap::new(), BTreeMap::new());
        Self { channels, inputs, next_id: first_id, requests: HashMap::new() }
    }

    /// A new id, remembered under the request that asks for it.
    pub(crate) fn assign_id(&mut self, operation: &'static str, request: Option<&str>) -> String {
        let id = self.next_id.to_string();
        self.next_id += 1;
        if let Some(request) = request {
            self.requests.insert((operation, request.to_owned()), id.clone());
        }
        id
    }

    /// What an earlier request of the same name and requestId made.
    pub(crate) fn made_by(&self, operation: &'static str, request: Option<&str>) -> Option<&str> {
        let key = (operation, request?.to_owned());
        self.requests.get(&key).map(String::as_str)
    }

    /// The id and the tags of a channel or input named by its id or its ARN.
    pub(crate) fn find(&self, name: &str) -> Option<(&str, &Tags)> {
        let channels = self.channels.values().map(|it| (&it.id, &it.arn, &it.tags));
        let inputs = self.inputs.values().map(|it| (&it.id, &it.arn, &it.tags));
        let mut all = channels.chain(inputs);
        let (id, _, tags) = all.find(|(id, arn, _)| *id == name || *arn == name)?;
        Some((id, tags))
    }

    /// The tags of the channel or input with this ARN.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        let channels = self.channels.values_mut().map(|it| (&it.arn, &mut it.tags));
        let inputs = self.inputs.values_mut().map(|it| (&it.arn, &mut it.tags));
        channels.chain(inputs).find(|(own, _)| *own == arn).map(|(_, tags)| tags)
    }
}
