//! The loop's settings from the command line, checked before any call to AWS.

use std::net::Ipv4Addr;

use super::source::Source;
use crate::Error;
use crate::args::Deploy;
use crate::templates::{Given, typed};

/// Parameters with their own option.
const OPTIONS: [(&str, &str); 4] = [
    ("Source", "--source"),
    ("DestinationIp", "--destination"),
    ("DestinationPort", "--port"),
    ("StopAfterHours", "--stop-after"),
];

/// The loop's settings.
#[derive(Debug)]
pub(super) struct Settings {
    /// The given parameters, without the source.
    pub(super) given: Given,
    /// `None` keeps an existing loop's source.
    pub(super) source: Option<Source>,
    /// A warning about the destination.
    pub(super) warning: Option<String>,
}

impl Settings {
    /// # Errors
    /// When a parameter is given twice, the destination is this machine, or the source is invalid.
    pub(super) fn of(args: &Deploy) -> Result<Self, Error> {
        let mut given = typed(&args.parameters, &OPTIONS)?;
        let second = given.get("DestinationIp2").and_then(|ip| ip.parse().ok());
        let mut warning = None;
        for ip in args.destination.into_iter().chain(second) {
            if ip.is_loopback() || ip.is_unspecified() {
                return Err(Error::LoopbackDestination(ip));
            }
            warning = warning.or_else(|| unreachable_warning(ip));
        }
        let typed = [
            ("DestinationIp", args.destination.map(|ip| ip.to_string())),
            ("DestinationPort", args.port.map(|port| port.to_string())),
            ("StopAfterHours", args.stop_after.map(|hours| hours.to_string())),
        ];
        for (name, value) in typed {
            given.extend(value.map(|value| (name.to_owned(), value)));
        }
        let source = args.source.as_deref().map(Source::parse).transpose()?;
        let insecure = given.get("AllowInsecureSource").is_some_and(|value| value == "true");
        if let Some(Source::Url(url)) = &source
            && url.starts_with("http://")
            && !insecure
        {
            return Err(Error::PlainHttp(url.clone()));
        }
        Ok(Self { given, source, warning })
    }
}

/// Why a channel without a VPC cannot reach this address.
fn unreachable_warning(ip: Ipv4Addr) -> Option<String> {
    let [first, second, ..] = ip.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let kind = if ip.is_private() || ip.is_link_local() || shared {
        "a private address"
    } else if ip.is_multicast() {
        "a multicast group"
    } else {
        return None;
    };
    Some(format!("{ip} is {kind}: MediaLive sends from public addresses, and cannot reach it"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    fn settings(options: &[&str]) -> Result<Settings, Error> {
        let typed = ["lilo", "deploy"].iter().chain(options);
        let Command::Deploy(deploy) = Args::parse_from(typed).command else {
            panic!("deploy was typed")
        };
        Settings::of(&deploy)
    }

    #[test]
    fn options_become_parameters_and_what_is_left_out_is_not_given() {
        let typed = ["--destination", "203.0.113.10", "--stop-after", "8", "--param", "Owner=a"];

        let given = settings(&typed).unwrap().given;

        let expected = [("DestinationIp", "203.0.113.10"), ("Owner", "a"), ("StopAfterHours", "8")];
        assert_eq!(given, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    }

    #[test]
    fn a_parameter_with_an_option_of_its_own_is_refused() {
        let error = settings(&["--param", "StopAfterHours=1"]).unwrap_err();
        assert_eq!(
            error.line(),
            "the parameter StopAfterHours is set by --stop-after; use that option"
        );
    }

    #[test]
    fn loopback_destination_is_refused_for_both_pipelines() {
        for typed in [
            ["--destination", "127.0.0.1"],
            ["--destination", "127.1.2.3"],
            ["--destination", "0.0.0.0"],
            ["--param", "DestinationIp2=127.0.0.1"],
        ] {
            let error = settings(&typed).unwrap_err();
            assert!(matches!(error, Error::LoopbackDestination(_)), "{typed:?}: {error}");
        }
    }

    #[test]
    fn an_address_that_aws_does_not_reach_is_warned_of() {
        for (ip, warned) in [
            ("10.1.2.3", true),
            ("172.16.0.1", true),
            ("192.168.1.1", true),
            ("169.254.1.1", true),
            ("100.64.0.1", true),
            ("239.1.1.1", true),
            ("172.32.0.1", false),
            ("100.128.0.1", false),
            ("203.0.113.10", false),
        ] {
            let settings = settings(&["--destination", ip]).unwrap();
            assert_eq!(settings.warning.is_some(), warned, "{ip}: {:?}", settings.warning);
        }
    }

    #[test]
    fn plain_http_needs_its_parameter() {
        let url = ["--source", "http://example.com/a.mp4"];
        assert!(matches!(settings(&url).unwrap_err(), Error::PlainHttp(_)));
        let allowed = [&url[..], &["--param", "AllowInsecureSource=true"]].concat();
        assert!(settings(&allowed).is_ok());
    }
}
