//! The command line of the conformance suite.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::cloud::{Access, price};
use super::seconds;

#[derive(Debug, clap::Args)]
pub(crate) struct Conformance {
    /// The MediaLive to ask.
    #[arg(long, value_enum)]
    pub(crate) target: Target,
    /// Only deletes what earlier runs left: what has the tag lilo:conformance, and the stack
    /// lilo-conformance-probe with what its roles made.
    #[arg(long, conflicts_with_all = ["snapshot", "role", "source", "destination", "price"])]
    pub(crate) clean: bool,
    /// Does not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Writes the whole report to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Option<PathBuf>,
    /// On AWS: the role that MediaLive takes on. Default: that of the bootstrap stack, if there is
    /// one.
    #[arg(long, value_name = "ARN")]
    pub(crate) role: Option<String>,
    /// An MP4 that MediaLive can read. Required on AWS.
    #[arg(long, value_name = "URL")]
    pub(crate) source: Option<String>,
    /// On AWS: the stream's destination. The default is an address that nobody has (RFC 5737).
    #[arg(long, value_name = "IP", default_value_t = Ipv4Addr::new(203, 0, 113, 10))]
    pub(crate) destination: Ipv4Addr,
    /// On AWS: the price of an hour of a small running channel, for the estimate.
    #[arg(long, value_name = "USD", value_parser = price)]
    pub(crate) price: Option<f64>,
    /// On AWS: also tests what `lilo deploy` depends on: the rights of the functions' roles,
    /// CloudFormation's first request and, in a Region without anything of LILO's, deploying and
    /// destroying a loop twice. No channel is started for it.
    #[arg(long, conflicts_with = "clean")]
    pub(crate) deploy: bool,
    /// With --deploy: the folder with the functions' zips. Default: target/package.
    #[arg(long, value_name = "DIR", requires = "deploy")]
    pub(crate) zips: Option<PathBuf>,
    /// How long to watch for a change that may not come. Default on AWS: 10.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) patience: Option<Duration>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// An emulated MediaLive of this command's own, on loopback.
    Emulator,
    /// MediaLive in an AWS account; it costs money.
    Aws,
}
