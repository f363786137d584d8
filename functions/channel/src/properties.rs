//! The properties of `Custom::MediaLiveChannel`.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::ops::RangeInclusive;

use lilo_custom_resource::property::{PropertyError, RoleArn, Whole, boolean, one_of};
use lilo_lifecycle::channel::ChannelClass;
use lilo_lifecycle::tags::{self, STOP_AFTER_HOURS, Tags};
use lilo_lifecycle::{Identity, medialive_id};
use lilo_medialive::{
    ChannelSpec, InputCodec, InputMaximumBitrate, InputResolution, LogLevel, RateControl,
    Thumbnails,
};
use serde::Deserialize;

/// MediaLive takes a language code of so many characters (API model, `AudioDescription`).
const LANGUAGE: RangeInclusive<usize> = 1..=35;

/// What the template sets.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Properties {
    name: String,
    #[serde(deserialize_with = "one_of")]
    channel_class: ChannelClass,
    input_id: String,
    role_arn: RoleArn,
    destinations: Vec<String>,
    #[serde(deserialize_with = "boolean")]
    pub(crate) auto_start: bool,
    /// 0 is never. The stacks of earlier versions do not have it.
    stop_after_hours: Option<Whole<0, 8760>>,
    #[serde(deserialize_with = "one_of")]
    input_codec: InputCodec,
    #[serde(deserialize_with = "one_of")]
    input_resolution: InputResolution,
    #[serde(deserialize_with = "one_of")]
    input_maximum_bitrate: InputMaximumBitrate,
    #[serde(deserialize_with = "one_of")]
    rate_control: RateControl,
    /// Bits per second.
    video_bitrate: Whole<500_000, 50_000_000>,
    audio_language: String,
    #[serde(deserialize_with = "one_of")]
    log_level: LogLevel,
    /// The stacks of earlier versions do not have it.
    #[serde(default = "no_thumbnails", deserialize_with = "one_of")]
    thumbnails: Thumbnails,
    #[serde(default)]
    tags: Tags,
}

impl Properties {
    /// The channel that the resource `identity` is to be, with the tags that an Update keeps up to
    /// date.
    pub(crate) fn spec(&self, identity: &Identity) -> Result<ChannelSpec, PropertyError> {
        self.check()?;
        let mut tags = tags::for_people(identity, &self.tags);
        let hours = self.stop_after_hours.map_or(0, Whole::get);
        if hours > 0 {
            tags.insert(STOP_AFTER_HOURS.to_owned(), hours.to_string());
        }
        Ok(ChannelSpec {
            name: self.name.clone(),
            class: self.channel_class,
            input_id: self.input_id.clone(),
            role_arn: self.role_arn.as_str().to_owned(),
            destinations: self.destinations.clone(),
            input_codec: self.input_codec,
            input_resolution: self.input_resolution,
            input_maximum_bitrate: self.input_maximum_bitrate,
            rate_control: self.rate_control,
            video_bitrate: self.video_bitrate.get(),
            audio_language: self.audio_language.clone(),
            log_level: self.log_level,
            thumbnails: self.thumbnails,
            tags,
        })
    }

    fn check(&self) -> Result<(), PropertyError> {
        if medialive_id(&self.input_id).is_none() {
            let problem =
                format!("\"{}\" is not the id of an input, which is digits", self.input_id);
            return Err(PropertyError::new("InputId", problem));
        }
        let pipelines = match self.channel_class {
            ChannelClass::SinglePipeline => 1,
            ChannelClass::Standard => 2,
        };
        if self.destinations.len() != pipelines {
            let (count, class) = (self.destinations.len(), self.channel_class);
            let problem = format!("{count} URLs; a channel of class {class} has {pipelines}");
            return Err(PropertyError::new("Destinations", problem));
        }
        if !LANGUAGE.contains(&self.audio_language.len()) {
            let problem = format!("\"{}\" is not a language code, as en", self.audio_language);
            return Err(PropertyError::new("AudioLanguage", problem));
        }
        if let Some(problem) = tags::not_settable(&self.tags) {
            return Err(PropertyError::new("Tags", problem));
        }
        let socket = |destination: &String| {
            socket(destination).map_err(|problem| {
                PropertyError::new("Destinations", format!("\"{destination}\" {problem}"))
            })
        };
        let sockets = self.destinations.iter().map(socket).collect::<Result<Vec<_>, _>>()?;
        if let [first, second] = sockets.as_slice()
            && first == second
        {
            let problem = format!("both pipelines send to {first}; give each its own");
            return Err(PropertyError::new("Destinations", problem));
        }
        Ok(())
    }
}

fn no_thumbnails() -> Thumbnails {
    Thumbnails::Disabled
}

/// Where a destination sends to.
fn socket(destination: &str) -> Result<SocketAddrV4, String> {
    if destination.contains(|it: char| it.is_whitespace() || it.is_control()) {
        return Err("has a space or a line break in it".to_owned());
    }
    let Some((scheme, rest)) = destination.split_once("://") else {
        return Err("is not a URL; write it as rtp://ADDRESS:PORT".to_owned());
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "rtp" | "udp") {
        return Err(format!("has the scheme {scheme}; use rtp or udp"));
    }
    let place = rest.strip_suffix('/').unwrap_or(rest);
    if place.contains(['/', '?', '#', '@']) {
        return Err("has more than an address and a port".to_owned());
    }
    let (address, port) = place.split_once(':').unwrap_or((place, ""));
    let address = address.parse::<Ipv4Addr>().ok().filter(|address| !address.is_unspecified());
    let address = address.ok_or("names no IPv4 address")?;
    // A number may have a sign.
    let port = port.parse::<u16>().ok().filter(|_| port.bytes().all(|it| it.is_ascii_digit()));
    let port = port.filter(|port| *port > 0).ok_or("names no port from 1 to 65535")?;
    Ok(SocketAddrV4::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::socket;

    #[test]
    fn a_destination_is_an_address_and_a_port_over_rtp_or_udp() {
        for good in [
            "rtp://203.0.113.10:5000",
            "udp://239.1.1.1:65535",
            "rtp://127.0.0.1:1",
            "UDP://127.0.0.1:1",
        ] {
            let address = good.split("//").nth(1).and_then(|it| it.parse().ok());
            assert_eq!(socket(good).ok(), address, "{good}");
        }
        for (bad, problem) in [
            ("203.0.113.10:5000", "is not a URL; write it as rtp://ADDRESS:PORT"),
            ("srt://203.0.113.10:5000", "has the scheme srt; use rtp or udp"),
            ("rtp://receiver:5000", "names no IPv4 address"),
            ("rtp://0.0.0.0:5000", "names no IPv4 address"),
            ("rtp://203.0.113.10:5000/live", "has more than an address and a port"),
            ("rtp://203.0.113.10:5000#a", "has more than an address and a port"),
            ("rtp://me@203.0.113.10:5000", "has more than an address and a port"),
            ("rtp://203.0.113.10:5000?a", "has more than an address and a port"),
            ("rtp://203.0.113.10:+5000", "names no port from 1 to 65535"),
            ("rtp://[::1]:5000", "names no IPv4 address"),
            ("rtp://203.0.113.10:5000\n", "has a space or a line break in it"),
            ("rtp://203.0.113.10:50\t00", "has a space or a line break in it"),
            ("rtp://203.0.113.10", "names no port from 1 to 65535"),
            ("rtp://203.0.113.10:0", "names no port from 1 to 65535"),
            ("rtp://203.0.113.10:65536", "names no port from 1 to 65535"),
        ] {
            assert_eq!(socket(bad), Err(problem.to_owned()));
        }
    }
}
