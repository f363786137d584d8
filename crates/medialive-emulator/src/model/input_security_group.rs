//! An input security group as the emulator stores it and as the API shows it.
//!
//! Nothing can be pushed to an emulated input, so the rules have no effect.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::tags::Tags;

/// The addresses that may push to the inputs that name the group.
#[derive(Debug)]
pub(crate) struct InputSecurityGroup {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) tags: Tags,
    pub(crate) rules: Vec<WhitelistRule>,
    pub(crate) is_deleted: bool,
}

/// A range of addresses. Its form is not checked.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct WhitelistRule {
    #[serde(default)]
    cidr: String,
}

impl InputSecurityGroup {
    /// Its id and its tags.
    pub(crate) fn id_and_tags(&self) -> (&str, &Tags) {
        (&self.id, &self.tags)
    }

    /// The group in Describe, List, Create and Update. The states are the model's; UPDATING is
    /// never shown, by choice.
    pub(crate) fn describe(&self, inputs: &[&str]) -> Value {
        let state = match (self.is_deleted, inputs) {
            (true, _) => "DELETED",
            (false, []) => "IDLE",
            (false, [_, ..]) => "IN_USE",
        };
        json!({
            "arn": self.arn,
            "channels": [],
            "id": self.id,
            "inputs": inputs,
            "state": state,
            "tags": self.tags,
            "whitelistRules": self.rules,
        })
    }
}
