//! `lilo deploy`: creates or updates a loop on AWS and what it needs.
//!
//! Steps that change nothing but can fail come first: checks, the plan, the change sets. Then
//! uploads, then stacks.

mod carry_out;
mod console;
mod deployment;
mod outcome;
mod package;
mod plan;
mod settings;
mod source;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::args::Deploy;
use crate::cloud::session;
use deployment::Deployment;
pub(crate) use deployment::VERSION;
use package::Package;
pub(crate) use plan::{check_updatable, check_version};
use settings::Settings;

/// Deploys a loop.
pub(crate) async fn run(args: Deploy) -> Result<(), Error> {
    let settings = Settings::of(&args)?;
    let package = Package::find(args.zips.as_deref())?;
    let access = args.access.clone();
    session::run(&access, async |session| {
        let mut deployment = Deployment::plan(&args, settings, package, session).await?;
        deployment.print_plan();
        if args.console {
            return deployment.print_links().await;
        }
        deployment.carry_out().await
    })
    .await
}

/// Half a hash, as text that S3 and the templates accept.
fn short(hash: Sha256) -> String {
    let hash = hash.finalize();
    let (half, _) = hash.split_first_chunk().expect("a SHA-256 has 32 bytes");
    format!("{:032x}", u128::from_be_bytes(*half))
}
