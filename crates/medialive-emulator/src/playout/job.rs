//! What a pipeline has to play, read from the channel's settings and its input.
//!
//! Pure. Decides which of a channel's many settings the encoder follows: the first UDP output, its
//! video, its first audio, and the first attached input. Must not know how a job is played.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::Deserialize;
use url::Url;

use crate::model::channel::Channel;
use crate::model::input::Input;
use crate::playout::job::settings::EncoderSettings;
use lilo_encoder::{Destination, Job, Protocol, without_secrets};

mod settings;

/// Why a channel runs without a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unplayable {
    #[error("the encoder cannot follow the channel's settings: {reason}")]
    Settings { reason: String },
    #[error("the channel has no {missing}")]
    Missing { missing: &'static str },
    #[error("the destination {url} is not rtp:// or udp:// with an IP address and a port")]
    Destination { url: String },
}

/// The job of one pipeline, counted from 0.
pub(crate) fn derive(
    channel: &Channel,
    inputs: &BTreeMap<String, Input>,
    pipeline: usize,
    s3: Option<&str>,
) -> Result<Job, Unplayable> {
    let document = channel.document.get("encoderSettings");
    let document = document.ok_or(Unplayable::Missing { missing: "encoder settings" })?;
    let settings = EncoderSettings::deserialize(document)
        .map_err(|error| Unplayable::Settings { reason: error.to_string() })?;
    let output = settings.udp_output().ok_or(Unplayable::Missing { missing: "UDP output" })?;
    Ok(Job {
        source: served(source(channel, inputs, pipeline)?, s3),
        video: settings.video(output)?,
        audio: settings.audio(output)?,
        destination: destination(channel, output.destination(), pipeline)?,
    })
}

/// Each pipeline plays its own source. Whether it can be played is the encoder's to say.
fn source(
    channel: &Channel,
    inputs: &BTreeMap<String, Input>,
    pipeline: usize,
) -> Result<String, Unplayable> {
    let input = channel.settings.attachments.first().and_then(|it| inputs.get(&it.input_id));
    let sources = input.map(|it| it.sources.as_slice()).unwrap_or_default();
    let source = sources.get(pipeline).ok_or(Unplayable::Missing { missing: "source" })?;
    Ok(source.url.clone())
}

/// The address that the encoder reads a source from: a bucket's, if buckets are served.
fn served(source: String, s3: Option<&str>) -> String {
    match (source.strip_prefix("s3ssl://"), s3) {
        (Some(object), Some(base)) => format!("{}/{object}", base.trim_end_matches('/')),
        (Some(_), None) | (None, _) => source,
    }
}

fn destination(channel: &Channel, id: &str, pipeline: usize) -> Result<Destination, Unplayable> {
    let destination = channel.settings.destinations.iter().find(|it| it.id == id);
    let settings = destination.and_then(|it| it.settings.as_ref()?.get(pipeline));
    let url = &settings.ok_or(Unplayable::Missing { missing: "destination for its output" })?.url;
    parse(url).ok_or_else(|| Unplayable::Destination { url: shown(url) })
}

/// The address as a log may hold it.
fn shown(url: &str) -> String {
    Url::parse(url).map_or_else(|_| "that is no URL".to_owned(), |url| without_secrets(&url))
}

/// Of names only `localhost` is known here: looking one up takes a network.
fn parse(url: &str) -> Option<Destination> {
    let url = Url::parse(url).ok()?;
    let protocol = match url.scheme() {
        "rtp" => Protocol::Rtp,
        "udp" => Protocol::Udp,
        _ => return None,
    };
    let host = url.host_str()?;
    let address = match host {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => host.trim_start_matches('[').trim_end_matches(']').parse().ok()?,
    };
    Some(Destination { protocol, address: SocketAddr::new(address, url.port()?) })
}

#[cfg(test)]
pub(crate) mod tests;
