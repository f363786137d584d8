//! `lilo deploy`: creates or updates a loop on AWS and what it needs.
//!
//! Steps that change nothing but can fail come first: checks, the plan, the change sets. Then
//! uploads, then stacks.

mod carry_out;
mod console;
mod deployment;
mod outcome;
mod package;
mod parameters;
mod plan;
mod settings;
mod source;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::args::Deploy;
use crate::cloud::{Session, session};
use deployment::Deployment;
pub(crate) use deployment::VERSION;
use package::Package;
pub(crate) use plan::{check_updatable, check_version};
use settings::Settings;

/// Deploys a loop.
pub(crate) async fn run(args: Deploy) -> Result<(), Error> {
    let typed = Typed::of(&args)?;
    session::run(&args.access, async |session| deploy(session, &args, typed).await).await
}

/// The parts of the command line that are checked before any call to AWS.
#[derive(Debug)]
pub(super) struct Typed {
    settings: Settings,
    package: Option<Package>,
}

impl Typed {
    /// # Errors
    /// When a setting is refused, or the zips are incomplete.
    pub(super) fn of(args: &Deploy) -> Result<Self, Error> {
        let (settings, package) = (Settings::of(args)?, Package::find(args.zips.as_deref())?);
        Ok(Self { settings, package })
    }
}

/// The same in a session.
pub(super) async fn deploy(session: Session<'_>, args: &Deploy, typed: Typed) -> Result<(), Error> {
    let mut deployment = Deployment::plan(args, typed.settings, typed.package, session).await?;
    deployment.print_plan();
    if args.console {
        return deployment.print_links().await;
    }
    deployment.carry_out().await
}

/// Half a hash, as text that S3 and the templates accept.
fn short(hash: Sha256) -> String {
    let hash = hash.finalize();
    let (half, _) = hash.split_first_chunk().expect("a SHA-256 has 32 bytes");
    format!("{:032x}", u128::from_be_bytes(*half))
}
