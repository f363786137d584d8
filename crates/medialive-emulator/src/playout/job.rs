//! Derives a pipeline's job from its channel's settings and input.
//!
//! Pure. Decides which settings the encoder uses: the first UDP output, its video, its first audio,
//! and the first attached input; and which it does not follow. Must not know how a job is played.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use url::Url;

use crate::model::channel::Channel;
use crate::model::input::Input;
use crate::playout::job::settings::ChannelSettings;
use lilo_encoder::{Destination, Job, Protocol, without_secrets};

mod coverage;
mod settings;

/// Why a channel cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unplayable {
    #[error("the encoder does not support the channel's settings: {reason}")]
    Settings { reason: String },
    #[error("the emulator does not receive inputs of type {kind}")]
    Input { kind: String },
    #[error("the channel has no {missing}")]
    Missing { missing: &'static str },
    #[error("the destination {url} is not rtp:// or udp:// with an IP address and a port")]
    Destination { url: String },
}

/// The job of one pipeline; `pipeline` counts from 0.
pub(crate) fn derive(
    channel: &Channel,
    inputs: &BTreeMap<String, Input>,
    pipeline: usize,
    s3: Option<&str>,
) -> Result<Job, Unplayable> {
    let settings = ChannelSettings::read(&channel.document)?;
    let route = settings.route()?;
    Ok(Job {
        source: served(source(channel, inputs, pipeline)?, s3),
        source_end: settings.source_end(),
        input_loss: settings.input_loss(),
        video: settings.video(route)?,
        audio: settings.audio(route)?,
        program: settings.program(route)?,
        destination: destination(channel, settings.destination(route), pipeline)?,
    })
}

/// The settings that the jobs of a channel do not follow, each as `path: value`; none if it has no
/// jobs.
pub(crate) fn unfollowed(channel: &Channel) -> Vec<String> {
    let Ok(settings) = ChannelSettings::read(&channel.document) else { return Vec::new() };
    let Ok(route) = settings.route() else { return Vec::new() };
    let id = settings.destination(route);
    let destination = channel.settings.destinations.iter().position(|it| it.id == id);
    coverage::unfollowed(&channel.document, route, destination)
}

fn missing(missing: &'static str) -> Unplayable {
    Unplayable::Missing { missing }
}

/// Each pipeline plays its own source. The encoder decides whether it is playable. An input without
/// sources is one to which others push, or another service.
fn source(
    channel: &Channel,
    inputs: &BTreeMap<String, Input>,
    pipeline: usize,
) -> Result<String, Unplayable> {
    let input = channel.settings.attachments.first().and_then(|it| inputs.get(&it.input_id));
    let sources = input.map(|it| it.sources.as_slice()).unwrap_or_default();
    if let Some(input) = input.filter(|it| it.sources.is_empty() && it.kind() != "MP4_FILE") {
        return Err(Unplayable::Input { kind: input.kind().to_owned() });
    }
    let source = sources.get(pipeline).ok_or(Unplayable::Missing { missing: "source" })?;
    Ok(source.url.clone())
}

/// The URL that the encoder reads: for a bucket's object, below the base URL of the buckets, if
/// set.
fn served(source: String, s3: Option<&str>) -> String {
    match (source.strip_prefix("s3ssl://"), s3) {
        (Some(object), Some(base)) => format!("{}/{object}", base.trim_end_matches('/')),
        (Some(_), None) | (None, _) => source,
    }
}

fn destination(channel: &Channel, id: &str, pipeline: usize) -> Result<Destination, Unplayable> {
    let destination = channel.settings.destinations.iter().find(|it| it.id == id);
    let settings = destination.and_then(|it| it.settings.get(pipeline));
    let url = &settings.ok_or(Unplayable::Missing { missing: "destination for its output" })?.url;
    parse(url).ok_or_else(|| Unplayable::Destination { url: shown(url) })
}

/// The address without secrets, for logs.
fn shown(url: &str) -> String {
    Url::parse(url).map_or_else(|_| "(not a URL)".to_owned(), |url| without_secrets(&url))
}

/// The URL of a destination.
pub(crate) fn url(Destination { protocol, address }: Destination) -> String {
    match protocol {
        Protocol::Rtp => format!("rtp://{address}"),
        Protocol::Udp => format!("udp://{address}"),
    }
}

/// Resolves no name except `localhost`: a lookup needs a network.
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
