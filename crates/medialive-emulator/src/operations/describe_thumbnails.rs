//! `DescribeThumbnails`: a picture of a pipeline's current output.
//!
//! Without a `thumbnailConfiguration` a channel has thumbnails here; MediaLive's default is not
//! published.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::error::Error;
use crate::model::channel::Channel;
use crate::model::run::Thumbnail;
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let required = |name| {
        let missing = || Error::Malformed { reason: format!("{name}: it is required") };
        request.query(name).ok_or_else(missing)
    };
    let (pipeline, kind) = (required("pipelineId")?, required("thumbnailType")?);
    if !["CURRENT_ACTIVE", "UNSPECIFIED"].contains(&kind) {
        return Err(Error::Malformed { reason: format!("thumbnailType: {kind}") });
    }
    let store = service.store();
    let channel = store.channels.get(&request.target).ok_or(Error::NoThumbnails)?;
    let run = channel.run.as_ref().filter(|_| !is_disabled(channel));
    let number = pipeline.parse().map_err(|_| Error::NoThumbnails)?;
    let thumbnail_source =
        run.and_then(|run| run.thumbnail_source(number)).ok_or(Error::NoThumbnails)?;
    let pipeline = pipeline.to_owned();
    Ok(Reply::deferred(async move {
        let thumbnail = thumbnail_source.take().await.ok_or(Error::NoThumbnails)?;
        let detail = json!({ "pipelineId": pipeline, "thumbnails": [describe(&thumbnail)] });
        Ok(json!({ "thumbnailDetails": [detail] }))
    }))
}

fn is_disabled(channel: &Channel) -> bool {
    let state =
        |it: &Value| it.pointer("/thumbnailConfiguration/state") == Some(&json!("DISABLED"));
    channel.document.get("encoderSettings").is_some_and(state)
}

fn describe(thumbnail: &Thumbnail) -> Value {
    json!({
        "body": BASE64_STANDARD.encode(&thumbnail.jpeg),
        "contentType": "image/jpeg",
        "thumbnailType": "CURRENT_ACTIVE",
        "timeStamp": Timestamp::try_from(thumbnail.taken).ok(),
    })
}
