//! The request, parsed once.

use std::time::Duration;

use aws_lambda_events::event::cloudformation::CloudFormationCustomResourceRequest as Wire;
use lilo_lifecycle::{Identity, PhysicalId};
use serde_json::{Map, Value};

use crate::Error;
use crate::response_url::ResponseUrl;

/// CloudFormation waits this long when the template names no ServiceTimeout (`AWS::CloudFormation::CustomResource`).
const DEFAULT_SERVICE_TIMEOUT: Duration = Duration::from_secs(3600);

/// What CloudFormation asks for, of which resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is to be done.
    pub order: Order,
    /// The stack and the resource in it.
    pub identity: Identity,
    /// The token under which MediaLive is asked to create, the same however often this request is delivered.
    pub create_token: String,
    /// The resource's properties as they came: scalars are strings, ServiceToken and ServiceTimeout are among them.
    pub properties: Map<String, Value>,
    /// How long CloudFormation waits for the answer.
    pub service_timeout: Duration,
    /// When CloudFormation asked, in seconds since 1970.
    pub asked: u64,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Make the resource.
    Create,
    /// Change it.
    Update {
        /// The id that the last answer gave.
        physical_id: String,
        /// The properties before the change; read them tolerantly, an older version of LILO may have written them.
        old_properties: Map<String, Value>,
    },
    /// Remove it.
    Delete {
        /// The id that the last answer gave, or one that CloudFormation made up when there was none.
        physical_id: String,
    },
}

/// Where an answer goes, and the ids that it repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplyTo {
    pub(crate) url: ResponseUrl,
    pub(crate) stack_id: String,
    pub(crate) request_id: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: Option<String>,
}

impl ReplyTo {
    /// The id that the request came with; without one, the id of what was never made.
    pub(crate) fn physical_id_or_none_made(&self) -> String {
        self.physical_id.clone().unwrap_or_else(|| PhysicalId::Nothing.to_string())
    }

    /// Reads from any payload whatever is needed to answer it.
    pub(crate) fn read(payload: &Value) -> Result<Self, Error> {
        let text = |name| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        let needed = |name| text(name).ok_or(Error::Unanswerable(name));
        Ok(Self {
            url: needed("ResponseURL")?.into(),
            stack_id: needed("StackId")?,
            request_id: needed("RequestId")?,
            logical_id: needed("LogicalResourceId")?,
            physical_id: text("PhysicalResourceId").filter(|id| !id.is_empty()),
        })
    }
}

impl Request {
    /// Parses what CloudFormation sent.
    ///
    /// # Errors
    /// [`Error::Unreadable`] says what is wrong.
    pub(crate) fn parse(payload: Value, url: &ResponseUrl, asked: u64) -> Result<Self, Error> {
        let wire: Wire = serde_path_to_error::deserialize(payload)
            .map_err(|error| Error::Unreadable(error.to_string()))?;
        let (order, stack_id, logical_id, request_id, properties) = match wire {
            Wire::Create(r) => (
                Order::Create,
                r.stack_id,
                r.logical_resource_id,
                r.request_id,
                r.resource_properties,
            ),
            Wire::Update(r) => {
                let physical_id = r.physical_resource_id;
                let old_properties = object("OldResourceProperties", r.old_resource_properties)?;
                let order = Order::Update { physical_id, old_properties };
                (order, r.stack_id, r.logical_resource_id, r.request_id, r.resource_properties)
            }
            Wire::Delete(r) => {
                let order = Order::Delete { physical_id: r.physical_resource_id };
                (order, r.stack_id, r.logical_resource_id, r.request_id, r.resource_properties)
            }
            // The wire type may grow. It is not shown: it holds the ResponseURL.
            _ => return Err(Error::Unreadable("unknown RequestType".to_owned())),
        };
        let properties = object("ResourceProperties", properties)?;
        let service_timeout = service_timeout(&properties);
        let identity = Identity { stack_id, logical_id };
        // Every request has a URL of its own, also one whose RequestId is used again.
        let create_token = identity.create_token(&request_id, url.reveal());
        Ok(Self { order, identity, create_token, properties, service_timeout, asked })
    }
}

fn object(name: &str, value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => Err(Error::Unreadable(format!("{name} is {other}, not an object"))),
    }
}

fn service_timeout(properties: &Map<String, Value>) -> Duration {
    let seconds = properties.get("ServiceTimeout").and_then(|value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    });
    seconds.map_or(DEFAULT_SERVICE_TIMEOUT, Duration::from_secs)
}
