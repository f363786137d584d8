//! An input as the emulator stores it and as the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::model::channel::ChannelClass;
use crate::model::states::{Conflict, InputState, InputTrigger};
use crate::model::tags::Tags;

/// The types to which others push: with the scheme and the port of their addresses (user guide,
/// "RTP push input" and "RTMP push input").
const PUSH_TYPES: [(&str, &str, u16); 3] =
    [("UDP_PUSH", "udp", 5000), ("RTP_PUSH", "rtp", 5000), ("RTMP_PUSH", "rtmp", 1935)];

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

    /// The input's class; inputs and channels use the same names. A push input without
    /// destinations is of the standard class (hashicorp/terraform-provider-aws attaches one to a
    /// standard channel in its acceptance tests).
    pub(crate) fn class(&self) -> ChannelClass {
        let listed = |name| self.document.get(name).and_then(Value::as_array).map(Vec::len);
        let pipelines = match self.push_address() {
            Some(_) => listed("destinations").filter(|count| *count > 0).unwrap_or(2),
            None => self.sources.len().max(listed("mediaConnectFlows").unwrap_or(0)),
        };
        if pipelines == 2 { ChannelClass::Standard } else { ChannelClass::SinglePipeline }
    }

    /// Its type in the API.
    pub(crate) fn kind(&self) -> &str {
        self.document.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it has the input security group with this id.
    pub(crate) fn names_group(&self, id: &str) -> bool {
        let groups = self.document.get("inputSecurityGroups").and_then(Value::as_array);
        groups.is_some_and(|groups| groups.iter().any(|it| it == id))
    }

    /// The scheme and the port of a push input.
    fn push_address(&self) -> Option<(&'static str, u16)> {
        PUSH_TYPES.iter().find(|(kind, _, _)| *kind == self.kind()).map(|it| (it.1, it.2))
    }

    /// The addresses of a push input, one per pipeline. MediaLive's are public
    /// (aws-samples/amazon-chime-live-events#69). These are of the ranges for documentation
    /// (RFC 5737): nobody listens there.
    fn destinations(&self) -> Vec<Value> {
        let Some((scheme, port)) = self.push_address() else { return Vec::new() };
        let host = self.id.parse::<u64>().unwrap_or_default() % 254 + 1;
        let networks = ["198.51.100", "203.0.113"].into_iter().take(self.class().pipelines());
        let requested = self.document.get("destinations");
        let addresses = networks.enumerate().map(|(pipeline, network)| {
            let ip = format!("{network}.{host}");
            let name = requested.and_then(|it| it.get(pipeline)?.get("streamName")?.as_str());
            let path = match name {
                Some(name) if scheme == "rtmp" => format!("/{name}"),
                Some(_) | None => String::new(),
            };
            let url = format!("{scheme}://{ip}:{port}{path}");
            json!({ "ip": ip, "port": port.to_string(), "url": url })
        });
        addresses.collect()
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
            ("destinations".to_owned(), json!(self.destinations())),
            ("id".to_owned(), json!(self.id)),
            ("inputClass".to_owned(), json!(self.class())),
            ("inputNetworkLocation".to_owned(), self.location()),
            ("inputPartnerIds".to_owned(), json!([])),
            ("inputSourceType".to_owned(), json!(if dynamic { "DYNAMIC" } else { "STATIC" })),
            ("securityGroups".to_owned(), groups),
            ("sources".to_owned(), json!(self.sources)),
            ("state".to_owned(), json!(self.state)),
            ("tags".to_owned(), json!(self.tags)),
        ]);
        for list in ["inputDevices", "mediaConnectFlows"] {
            shown.entry(list).or_insert_with(|| json!([]));
        }
        Value::Object(shown)
    }
}
