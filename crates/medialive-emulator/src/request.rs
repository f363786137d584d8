//! Requests and replies, independent of HTTP's details.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::model::tags::Tags;
use crate::pace::StateDuration;

/// A parsed request.
#[derive(Debug)]
pub(crate) struct Request {
    /// The path's id or ARN, decoded; empty if the path has none.
    pub(crate) target: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Map<String, Value>,
    /// A fault's duration for the resulting state.
    pub(crate) stuck: Option<StateDuration>,
    /// Whether a fault makes the operation fail.
    pub(crate) fails: bool,
}

/// The reply to a successful request.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// The created resource's id.
    pub(crate) created_id: Option<String>,
    pub(crate) body: Body,
}

/// A reply's body.
pub(crate) enum Body {
    Empty,
    Ready(Value),
    /// Takes a while and may fail; must not be awaited under the store's lock.
    Deferred(BoxFuture<'static, Result<Value, Error>>),
}

impl Request {
    /// Parses the body as one JSON document; no body is an empty one.
    pub(crate) fn parse(
        path: Vec<(String, String)>,
        query: Vec<(String, String)>,
        body: &[u8],
    ) -> Result<Self, Error> {
        let body = if body.is_empty() { Ok(Map::new()) } else { serde_json::from_slice(body) };
        let body =
            body.map_err(|error| Error::Malformed { reason: format!("request body: {error}") })?;
        let target = path.into_iter().map(|(_, value)| value).next_back().unwrap_or_default();
        Ok(Self { target, query, body, stuck: None, fails: false })
    }

    /// The query's first value with this name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The duration of the resulting state: a fault's, or `usual`.
    pub(crate) fn state_duration(&self, usual: Duration) -> StateDuration {
        self.stuck.unwrap_or(StateDuration::For(usual))
    }

    pub(crate) fn tags(&self) -> Result<Tags, Error> {
        Ok(member(&self.body, "tags")?.unwrap_or_default())
    }

    /// The keys of the tags to remove.
    pub(crate) fn tag_keys(&self) -> impl Iterator<Item = &String> {
        self.query.iter().filter(|(name, _)| name == "tagKeys").map(|(_, key)| key)
    }

    /// The inputs that a channel should have, as far as the body is readable.
    pub(crate) fn attached_inputs(&self) -> Vec<String> {
        let attachments = self.body.get("inputAttachments").and_then(Value::as_array);
        let ids = attachments.into_iter().flatten().filter_map(|it| it["inputId"].as_str());
        ids.map(str::to_owned).collect()
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.body.get("requestId").and_then(Value::as_str)
    }

    /// The body's members among `names`, except nulls.
    pub(crate) fn members(&self, names: &[&str]) -> impl Iterator<Item = (String, Value)> {
        let given = names.iter().filter_map(|name| self.body.get_key_value(*name));
        given
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Whether the request is only validated. Only the name `dryRun` is published, not its effect.
    pub(crate) fn is_dry_run(&self) -> Result<bool, Error> {
        Ok(member(&self.body, "dryRun")?.unwrap_or(false))
    }

    /// The body without the members in `without`, and without those that answers never show.
    pub(crate) fn document(&self, without: &[&str]) -> Map<String, Value> {
        let mut document = self.body.clone();
        for name in without.iter().chain(&["requestId", "tags"]) {
            document.remove(*name);
        }
        document
    }
}

/// Parses a document's member; `None` if it is absent or null.
pub(crate) fn member<T: DeserializeOwned>(
    document: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, Error> {
    let value = document.get(name).filter(|value| !value.is_null());
    let parsed = value.map(T::deserialize).transpose();
    parsed.map_err(|error| Error::Malformed { reason: format!("{name}: {error}") })
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, created_id: None, body: Body::Ready(body) }
    }

    pub(crate) fn deferred(
        body: impl Future<Output = Result<Value, Error>> + Send + 'static,
    ) -> Self {
        Self { status: StatusCode::OK, created_id: None, body: Body::Deferred(Box::pin(body)) }
    }

    pub(crate) fn created(id: &str, body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            created_id: Some(id.to_owned()),
            body: Body::Ready(body),
        }
    }

    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, created_id: None, body: Body::Empty }
    }
}
