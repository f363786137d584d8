//! The command line for loops on AWS.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::ValueEnum;

use super::{Output, page_address, parameter, port};

/// The default stack name. Its prefix is the one that infra/bootstrap.yaml lets loop makers create.
const LOOP: &str = "lilo-loop";

/// The Region and credentials on AWS; the defaults are the AWS CLI's.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Access {
    /// The AWS Region. Default: AWS_REGION, or the profile's.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The profile to sign in with. Default: AWS_PROFILE, or the default one.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// Format of results; json prints one object per line.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
    /// Also shows every resource of a stack and, on standard error, the AWS SDK's warnings.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Whether the functions' rights have conditions on MediaLive's tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TagConditions {
    /// The functions reach only what carries LILO's tags.
    Enforced,
    /// For an account where MediaLive denies calls (403), since it does not pass the tags to IAM.
    Off,
}

impl TagConditions {
    /// The value of `TagConditions` in infra/bootstrap.yaml.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::Off => "off",
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Deploy {
    /// The name of the loop, its stack and its channel.
    #[arg(value_name = "NAME", default_value = LOOP, value_parser = stack_name)]
    pub(crate) name: String,
    /// The MP4 to loop: a file, which is uploaded, s3ssl://bucket/file.mp4 or
    /// https://host/file.mp4.
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) source: Option<String>,
    /// The stream's destination IPv4 address.
    #[arg(long, value_name = "IP")]
    pub(crate) destination: Option<Ipv4Addr>,
    /// The stream's destination port. Default: 5000.
    #[arg(long, value_name = "N", value_parser = port)]
    pub(crate) port: Option<NonZeroU16>,
    /// A parameter of infra/loop.yaml that has no option of its own; may be repeated.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// Stops the channel this long after each start; 0 for never.
    #[arg(long, value_name = "HOURS")]
    pub(crate) stop_after: Option<u32>,
    /// The folder with the functions' zips. Default: target/package from `make package`, whose zips
    /// only replace those of an older version.
    #[arg(long, value_name = "DIR")]
    pub(crate) zips: Option<PathBuf>,
    /// LILO's own bucket. Default: lilo-ACCOUNT-REGION.
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Option<String>,
    /// The conditions on tags in the functions' rights. Default: those of the bootstrap stack, which
    /// are enforced at first.
    #[arg(long, value_enum, value_name = "SETTING")]
    pub(crate) tag_conditions: Option<TagConditions>,
    /// Creates or updates only the bootstrap stack.
    #[arg(long, conflicts_with_all = ["source", "destination", "port", "parameters", "stop_after", "console", "name"])]
    pub(crate) bootstrap_only: bool,
    /// Uploads files, changes no stack, and prints links to prefilled forms in the console.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) console: bool,
    /// Prints the changes without making them.
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
    /// Deletes everything that `lilo deploy` made in the Region: loops, bootstrap stack, and bucket
    /// with its content.
    #[arg(long)]
    pub(crate) all: bool,
    /// Does not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// LILO's own bucket. Default: lilo-ACCOUNT-REGION, and the buckets that its stacks name.
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
    /// The price of an hour of the running channel, to show the cost so far.
    #[arg(long, value_name = "PRICE", value_parser = price)]
    pub(crate) price: Option<f64>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Watch {
    /// The loop's name.
    #[arg(value_name = "NAME", default_value = LOOP, value_parser = stack_name)]
    pub(crate) name: String,
    /// The price of an hour of the running channel, to show the cost so far.
    #[arg(long, value_name = "PRICE", value_parser = price)]
    pub(crate) price: Option<f64>,
    /// The page's address. Default: 127.0.0.1:4581, or another port if that is taken.
    #[arg(long, value_name = "ADDRESS", value_parser = page_address)]
    pub(crate) page_listen: Option<SocketAddr>,
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
        Err("start with a letter; use at most 128 letters, digits and hyphens".into())
    }
}

pub(super) fn price(text: &str) -> Result<f64, String> {
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

    #[test]
    fn a_port_beyond_its_range_is_told_the_range() {
        for command in ["up", "deploy"] {
            for port in ["0", "65536", "99999", "-1", "http"] {
                let typed = ["lilo", command, &format!("--port={port}")];
                let error = Args::try_parse_from(typed).unwrap_err().to_string();
                assert!(error.contains("give a port from 1 to 65535"), "{command} {port}: {error}");
            }
            Args::try_parse_from(["lilo", command, "--port", "65535"]).unwrap();
        }
    }
}
