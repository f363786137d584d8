//! Stores all resources, deleted ones included. Decides nothing about them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::channel::{Attachment, Channel};
use crate::model::input::Input;
use crate::model::input_security_group::InputSecurityGroup;
use crate::model::states::{InputState, InputTrigger};
use crate::model::tags::{Tags, Target};

/// Every resource ever created in one region of one account: deleted ones stay in state DELETED, as on AWS.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) channels: BTreeMap<String, Channel>,
    pub(crate) inputs: BTreeMap<String, Input>,
    pub(crate) security_groups: BTreeMap<String, InputSecurityGroup>,
    next_id: Arc<AtomicU64>,
    /// The created id by operation and requestId. It is not published how long AWS remembers one,
    /// nor whether it refuses a repetition with other parameters. Here it is remembered for ever,
    /// and not refused.
    requests: HashMap<(&'static str, String), String>,
}

impl Store {
    pub(crate) fn new(next_id: Arc<AtomicU64>) -> Self {
        Self {
            channels: BTreeMap::new(),
            inputs: BTreeMap::new(),
            security_groups: BTreeMap::new(),
            next_id,
            requests: HashMap::new(),
        }
    }

    /// A new id, remembered for the requestId.
    pub(crate) fn assign_id(&mut self, operation: &'static str, request: Option<&str>) -> String {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        if let Some(request) = request {
            self.requests.insert((operation, request.to_owned()), id.clone());
        }
        id
    }

    /// The id that an earlier request with this operation and requestId created.
    pub(crate) fn created_by(
        &self,
        operation: &'static str,
        request: Option<&str>,
    ) -> Option<&str> {
        let key = (operation, request?.to_owned());
        self.requests.get(&key).map(String::as_str)
    }

    /// The id and tags of an operation's resource; `None` if it does not exist.
    pub(crate) fn find(&self, target: Target, name: &str) -> Option<(&str, &Tags)> {
        match target {
            Target::Channel => self.channels.get(name).map(Channel::id_and_tags),
            Target::Input => self.inputs.get(name).map(Input::id_and_tags),
            Target::InputSecurityGroup => {
                self.security_groups.get(name).map(InputSecurityGroup::id_and_tags)
            }
            Target::Arn => {
                let channels = self.channels.values().map(|it| (&it.arn, it.id_and_tags()));
                let inputs = self.inputs.values().map(|it| (&it.arn, it.id_and_tags()));
                let groups = self.security_groups.values().map(|it| (&it.arn, it.id_and_tags()));
                channels
                    .chain(inputs)
                    .chain(groups)
                    .find(|(arn, _)| *arn == name)
                    .map(|(_, id_and_tags)| id_and_tags)
            }
            Target::Collection => None,
        }
    }

    /// The ids of the inputs that name an input security group.
    pub(crate) fn inputs_naming<'a>(&'a self, group: &str) -> impl Iterator<Item = &'a str> {
        let inputs = self.inputs.values().filter(|it| it.state != InputState::Deleted);
        inputs.filter(move |it| it.names_group(group)).map(|it| it.id.as_str())
    }

    /// Attaches exactly these inputs to a channel; each must be free or already its own.
    pub(crate) fn attach(&mut self, attachments: &[Attachment], channel: &str) {
        let named = |input: &Input| attachments.iter().any(|it| it.input_id == input.id);
        for input in self.inputs.values_mut() {
            let held = input.attached_to.as_deref() == Some(channel);
            if held && !named(input) {
                input.apply(InputTrigger::Release).expect("an input that is held is ATTACHED");
                input.attached_to = None;
            } else if !held && named(input) {
                input.apply(InputTrigger::Attach).expect("the input was found to be free");
                input.attached_to = Some(channel.to_owned());
            }
        }
    }

    /// The tags of the resource with this ARN.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        let channels = self.channels.values_mut().map(|it| (&it.arn, &mut it.tags));
        let inputs = self.inputs.values_mut().map(|it| (&it.arn, &mut it.tags));
        let groups = self.security_groups.values_mut().map(|it| (&it.arn, &mut it.tags));
        channels.chain(inputs).chain(groups).find(|(own, _)| *own == arn).map(|(_, tags)| tags)
    }
}
