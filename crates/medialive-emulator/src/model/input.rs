//! An input as the emulator stores it and as the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::model::channel::ChannelClass;
use crate::model::states::{Conflict, InputState, InputTrigger};
use crate::model::tags::Tags;

/// One input: the request's document, and the parts that decisions need.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) state: InputState,
    pub(crate) tags: Tags,
    pub(crate) sources: Vec<Source>,
    /// The channel it is attached to, at most one.
    pub(crate) attached_to: Option<String>,
    /// The rest of the request, shown unchanged.
    pub(crate) document: Map<String, Value>,
}

/// An input's source, one per pipeline.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Source {
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_param: Option<String>,
}

impl Source {
    /// Whether the schedule completes the URL.
    pub(crate) fn is_dynamic(&self) -> bool {
        self.url.contains("$urlPath$")
    }
}

impl Input {
    /// Its id and its tags.
    pub(crate) fn id_and_tags(&self) -> (&str, &Tags) {
        (&self.id, &self.tags)
    }

    pub(crate) fn apply(&mut self, trigger: InputTrigger) -> Result<InputState, Conflict> {
        let (before, after) = (self.state, self.state.after(trigger)?);
        self.state = after;
        tracing::info!(input = self.id, %before, %after, "input");
        Ok(after)
    }

    /// The input's class; inputs and channels use the same names.
    pub(crate) fn class(&self) -> ChannelClass {
        if self.sources.len() == 2 { ChannelClass::Standard } else { ChannelClass::SinglePipeline }
    }

    /// "By default all inputs will continue to be AWS inputs" (model).
    fn location(&self) -> Value {
        self.document.get("inputNetworkLocation").cloned().unwrap_or_else(|| json!("AWS"))
    }

    /// The input in Describe, List and Create.
    pub(crate) fn describe(&self) -> Value {
        let mut shown = self.document.clone();
        // Requests and answers use different names.
        let groups = shown.remove("inputSecurityGroups").unwrap_or_else(|| json!([]));
        let dynamic = self.sources.iter().any(Source::is_dynamic);
        shown.extend([
            ("arn".to_owned(), json!(self.arn)),
            ("attachedChannels".to_owned(), json!(Vec::from_iter(&self.attached_to))),
            ("destinations".to_owned(), json!([])),
            ("id".to_owned(), json!(self.id)),
            ("inputClass".to_owned(), json!(self.class())),
            ("inputDevices".to_owned(), json!([])),
            ("inputNetworkLocation".to_owned(), self.location()),
            ("inputPartnerIds".to_owned(), json!([])),
            ("inputSourceType".to_owned(), json!(if dynamic { "DYNAMIC" } else { "STATIC" })),
            ("mediaConnectFlows".to_owned(), json!([])),
            ("securityGroups".to_owned(), groups),
            ("sources".to_owned(), json!(self.sources)),
            ("state".to_owned(), json!(self.state)),
            ("tags".to_owned(), json!(self.tags)),
        ]);
        Value::Object(shown)
    }
}
