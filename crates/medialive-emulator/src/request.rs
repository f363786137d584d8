//! A request at the door, and the answer to it, apart from HTTP's details.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::model::tags::Tags;
use crate::pace::Lasts;

/// What a client asks.
#[derive(Debug)]
pub(crate) struct Request {
    /// The id or ARN in the path, decoded; empty where an operation's path has none.
    pub(crate) target: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Map<String, Value>,
    /// How long the state lasts that it leads to, where a fault has it.
    pub(crate) stuck: Option<Lasts>,
    /// Whether it comes to nothing, where a fault has it.
    pub(crate) fails: bool,
}

/// What it is answered when nothing is wrong.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// The id of what was made.
    pub(crate) made: Option<String>,
    pub(crate) body: Body,
}

/// What is in an answer.
pub(crate) enum Body {
    Empty,
    Ready(Value),
    /// It takes a while, and may come to nothing; nobody waits for it under a lock.
    Later(BoxFuture<'static, Result<Value, Error>>),
}

impl Request {
    /// Reads the body as one JSON document; no body at all is an empty one.
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

    /// The first value under this name in the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// How long the state lasts that it leads to; `usual` is the pace's.
    pub(crate) fn lasts(&self, usual: Duration) -> Lasts {
        self.stuck.unwrap_or(Lasts::For(usual))
    }

    pub(crate) fn tags(&self) -> Result<Tags, Error> {
        Ok(member(&self.body, "tags")?.unwrap_or_default())
    }

    /// The keys of the tags that are to be taken off.
    pub(crate) fn tag_keys(&self) -> impl Iterator<Item = &String> {
        self.query.iter().filter(|(name, _)| name == "tagKeys").map(|(_, key)| key)
    }

    /// The inputs that a channel is to have, as far as they can be read.
    pub(crate) fn attached_inputs(&self) -> Vec<String> {
        let attachments = self.body.get("inputAttachments").and_then(Value::as_array);
        let ids = attachments.into_iter().flatten().filter_map(|it| it["inputId"].as_str());
        ids.map(str::to_owned).collect()
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.body.get("requestId").and_then(Value::as_str)
    }

    /// Those of these members that the body has.
    pub(crate) fn members(&self, names: &[&str]) -> impl Iterator<Item = (String, Value)> {
        let given = names.iter().filter_map(|name| self.body.get_key_value(*name));
        given
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Whether it is to be judged and not carried out. What `dryRun` does on MediaLive is not
    /// published beyond its name.
    pub(crate) fn is_dry_run(&self) -> Result<bool, Error> {
        Ok(member(&self.body, "dryRun")?.unwrap_or(false))
    }

    /// The body without the members named and without what is never shown again.
    pub(crate) fn document(&self, without: &[&str]) -> Map<String, Value> {
        let mut document = self.body.clone();
        for name in without.iter().chain(&["requestId", "tags"]) {
            document.remove(*name);
        }
        document
    }
}

/// A member of a document in the type a decision needs; `None` when it is absent or null.
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
        Self { status: StatusCode::OK, made: None, body: Body::Ready(body) }
    }

    pub(crate) fn later(body: impl Future<Output = Result<Value, Error>> + Send + 'static) -> Self {
        Self { status: StatusCode::OK, made: None, body: Body::Later(Box::pin(body)) }
    }

    pub(crate) fn created(id: &str, body: Value) -> Self {
        Self { status: StatusCode::CREATED, made: Some(id.to_owned()), body: Body::Ready(body) }
    }

    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, made: None, body: Body::Empty }
    }
}
