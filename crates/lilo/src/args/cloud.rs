//! What can be typed about loops on AWS.

use std::net::Ipv4Addr;
use std::num::NonZeroU16;
use std::path::PathBuf;

use super::{Output, parameter};

/// The stack that is meant when no name is given; it begins as those do that loop makers may make
/// (infra/bootstrap.yaml).
const LOOP: &str = "lilo-loop";

/// Where on AWS, and as whom; without options as the AWS CLI does it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Access {
    /// The AWS Region. Default: AWS_REGION, or the profile's.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The profile to sign in with. Default: AWS_PROFILE, or the default one.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// How results are printed; json is one object a line.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Deploy {
    /// The loop's name: that of its stack, and of its channel.
    #[arg(value_name = "NAME", default_value = LOOP, value_parser = stack_name)]
    pub(crate) name: String,
    /// The MP4 to loop: a file, which is uploaded, s3ssl://bucket/file.mp4 or
    /// https://host/file.mp4.
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) source: Option<String>,
    /// IPv4 address that the stream goes to.
    #[arg(long, value_name = "IP")]
    pub(crate) destination: Option<Ipv4Addr>,
    /// Port that the stream goes to. Default: 5000.
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<NonZeroU16>,
    /// Any parameter of infra/loop.yaml; may be repeated.
    #[arg(long = "param", value_name = "KEY=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// Stops the channel this long after each start; 0 for never.
    #[arg(long, value_name = "HOURS")]
    pub(crate) stop_after: Option<u32>,
    /// The folder with the functions' zips. Default: target/package, where `make package` puts
    /// them, whose zips replace those of an older version only.
    #[arg(long, value_name = "DIR")]
    pub(crate) zips: Option<PathBuf>,
    /// LILO's own bucket. Default: lilo-ACCOUNT-REGION.
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Option<String>,
    /// Makes or updates the bootstrap stack, and no loop.
    #[arg(long, conflicts_with_all = ["source", "destination", "port", "parameters", "stop_after", "console", "name"])]
    pub(crate) bootstrap_only: bool,
    /// Uploads what is needed, touches no stack, and prints links that open the console's forms
    /// filled in.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) console: bool,
    /// Prints what would be done, and does nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Destroy {
    /// The loop's name, or the bootstrap stack's.
    #[arg(value_name = "NAME", default_value = LOOP, value_parser = stack_name, conflicts_with = "all")]
    pub(crate) name: String,
    /// Everything that `lilo deploy` made in the Region: loops, bootstrap stack, and its bucket
    /// with all that is in it.
    #[arg(long)]
    pub(crate) all: bool,
    /// Does not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// LILO's own bucket. Default: lilo-ACCOUNT-REGION, and those that its stacks name.
    #[arg(long, value_name = "NAME", requires = "all")]
    pub(crate) bucket: Option<String>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    /// The loop's name.
    #[arg(value_name = "NAME", default_value = LOOP, value_parser = stack_name)]
    pub(crate) name: String,
    /// What an hour of the running channel costs, for the cost so far.
    #[arg(long, value_name = "PRICE", value_parser = price)]
    pub(crate) price: Option<f64>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Debug, clap::Args)]
pub(crate) struct OneLoop {
    /// The loop's name.
    #[arg(value_name = "NAME", default_value = LOOP, value_parser = stack_name)]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) access: Access,
}

fn stack_name(text: &str) -> Result<String, String> {
    let fits = text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.len() <= 128
        && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err("give a letter, then letters, digits and hyphens, 128 at most".into())
    }
}

fn price(text: &str) -> Result<f64, String> {
    let price: f64 = text.parse().map_err(|_| "give a number, such as 1.23")?;
    if price.is_finite() && price >= 0.0 { Ok(price) } else { Err("give a price".into()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::args::Args;

    #[test]
    fn an_option_that_would_mean_nothing_is_refused() {
        for typed in [&["destroy", "--bucket", "mine"][..], &["deploy", "news", "--bootstrap-only"]]
        {
            let typed = ["lilo"].iter().chain(typed);
            assert!(
                Args::try_parse_from(typed.clone()).is_err(),
                "{:?}",
                typed.collect::<Vec<_>>()
            );
        }
        for typed in
            [&["destroy", "--all", "--bucket", "mine"][..], &["deploy", "--bootstrap-only"]]
        {
            Args::try_parse_from(["lilo"].iter().chain(typed)).unwrap();
        }
    }
}
