//! Plans one deployment.

use lilo_local_cloud::cloudformation::template::Template;
use serde::Serialize;

use super::package::Package;
use super::plan::{self, Bootstrap, Requirements};
use super::settings::Settings;
use super::source::{self, Source, Upload};
use crate::Error;
use crate::args::Deploy;
use crate::aws::Aws;
use crate::aws::cleanup::{Cleanup, Entry};
use crate::aws::follow::follow_to_end;
use crate::aws::inventory::{Inventory, Named};
use crate::aws::medialive::CHANNEL_QUOTA;
use crate::aws::stack::{Readiness, Stack, buckets_of_sources, has_thumbnails};
use crate::cloud::Session;
use crate::templates::{BOOTSTRAP, Given, LOOP, check};

/// The name of a bootstrap stack that this command creates.
const BOOTSTRAP_STACK: &str = "lilo-bootstrap";
/// The version of this command and of the templates in it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A planned deployment.
#[derive(Debug)]
pub(super) struct Deployment<'a> {
    pub(super) args: &'a Deploy,
    pub(super) session: Session<'a>,
    pub(super) inventory: Inventory,
    pub(super) package: Option<Package>,
    pub(super) bucket: OwnBucket,
    pub(super) upload: Option<Upload>,
    pub(super) bootstrap: Bootstrap,
    /// The loop's given parameters.
    pub(super) given: Given,
}

/// LILO's own bucket.
#[derive(Debug)]
pub(super) struct OwnBucket {
    pub(super) name: String,
    pub(super) needed: bool,
    pub(super) exists: bool,
    /// Whether it already has the source's file.
    pub(super) has_upload: bool,
    /// Its cleanup entry while it is empty.
    pub(super) empty: Option<Entry>,
}

impl OwnBucket {
    /// Keeps the bucket from now on, even after a failure.
    pub(super) fn mark_filled(&mut self, cleanup: &Cleanup) {
        if let Some(entry) = self.empty.take() {
            cleanup.done(entry);
        }
    }
}

/// A step of the plan.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    action: &'static str,
    what: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
}

impl<'a> Deployment<'a> {
    /// Inspects the account and plans the deployment. Follows running operations to their end
    /// first.
    ///
    /// # Errors
    /// When it is impossible; nothing has changed then.
    pub(super) async fn plan(
        args: &'a Deploy,
        settings: Settings,
        package: Option<Package>,
        mut session: Session<'a>,
    ) -> Result<Self, Error> {
        let channels = session.aws.count_channels().await?;
        let inventory = inventory_when_idle(&mut session, &args.name).await?;
        let own = inventory.own_bucket(args.bucket.as_deref(), session.aws);
        if let Some(warning) = &settings.warning {
            session.screen.remark(&format!("warning: {warning}"));
        }
        let mut given = settings.given;
        let upload = match &settings.source {
            Some(Source::File(file)) => Some(Upload::of(file).await?),
            Some(Source::S3 { .. } | Source::Url(_)) | None => None,
        };
        let alone = args.bootstrap_only;
        let mut all = Given::new();
        if !alone {
            let of_bootstrap = inventory.bootstrap().map_or(BOOTSTRAP_STACK, |it| &it.name);
            if args.name == of_bootstrap {
                return Err(Error::NameTaken(args.name.clone()));
            }
            let typed = settings.source.and_then(Source::address);
            given.extend(typed.map(|address| ("Source".to_owned(), address)));
            source::check(session.aws, &given, session.screen).await?;
            let uploaded = upload.as_ref().map(|it| format!("s3ssl://{own}/{}", it.key));
            given.extend(uploaded.map(|address| ("Source".to_owned(), address)));
            let stack = plan::loop_stack(inventory.named(&args.name), &args.name)?;
            warn_of_quota(&session, channels.filter(|_| stack.is_none()));
            all = check_loop(stack, &given)?;
        }
        let wanted = Requirements {
            version: VERSION,
            package: package.as_ref(),
            code_bucket: &own,
            source_buckets: buckets_of_sources(&all),
            tag_conditions: args.tag_conditions,
            thumbnails: has_thumbnails(&all),
        };
        let existing = inventory.bootstrap();
        let bootstrap = plan::bootstrap(existing, &inventory.loops, &wanted, alone)?;
        check_bootstrap(existing, &bootstrap)?;
        if let Some(package) = plan::undeployed_package(package.as_ref(), existing, &bootstrap) {
            let folder = package.folder.display();
            session.screen.remark(&format!(
                "the functions stay as they are, and are not those in {folder}; `--zips {folder}` deploys these"
            ));
        }
        let needed = upload.is_some() || args.console || plan::updates_code(&bootstrap);
        let exists = needed && session.aws.own_bucket_exists(&own).await?;
        let has_upload = match &upload {
            Some(upload) if exists => session.aws.has_object(&own, &upload.key).await?,
            Some(_) | None => None,
        };
        let has_upload = has_upload == Some(true);
        let bucket = OwnBucket { name: own, needed, exists, has_upload, empty: None };
        Ok(Self { args, session, inventory, package, bucket, upload, bootstrap, given })
    }

    /// Prints the plan.
    pub(super) fn print_plan(&mut self) {
        let mut steps = Vec::new();
        let mut step = |action, what, why| steps.push(Step { action, what, why });
        if self.bucket.needed && !self.bucket.exists {
            step("create", format!("bucket {}", self.bucket.name), Vec::new());
        }
        if let Some(upload) = self.upload.as_ref().filter(|_| !self.bucket.has_upload) {
            step(
                "upload",
                format!("{} ({} bytes)", upload.file.display(), upload.size),
                Vec::new(),
            );
        }
        let stacks = !self.args.console;
        match &self.bootstrap {
            Bootstrap::Create(_) if stacks => {
                step("create", format!("stack {BOOTSTRAP_STACK}"), Vec::new());
            }
            Bootstrap::Update(_, why) if stacks => {
                step("update", format!("stack {}", self.bootstrap_name()), why.clone());
            }
            Bootstrap::Keep | Bootstrap::Create(_) | Bootstrap::Update(..) => {}
        }
        if stacks && !self.args.bootstrap_only {
            let action = if self.loop_exists() { "update" } else { "create" };
            step(action, format!("stack {}", self.args.name), Vec::new());
        }
        for step in steps {
            let why = step.why.join("; ");
            let text = format!("{:<8} {}  {why}", step.action, step.what);
            self.session.screen.put("plan", &step, || Some(text.trim_end().to_owned()));
        }
    }

    pub(super) fn loop_exists(&self) -> bool {
        matches!(self.inventory.named(&self.args.name), Named::Loop(_))
    }

    pub(super) fn bootstrap_name(&self) -> String {
        let existing = self.inventory.bootstrap();
        existing.map_or_else(|| BOOTSTRAP_STACK.to_owned(), |stack| stack.name.clone())
    }
}

/// Waits until no operation runs on the needed stacks; returns the inventory.
async fn inventory_when_idle(session: &mut Session<'_>, name: &str) -> Result<Inventory, Error> {
    let Session { aws, cleanup, screen } = session;
    let aws: &Aws = aws;
    let inventory = Inventory::take(aws, screen).await?;
    let named = match inventory.named(name) {
        Named::Loop(stack) => Some(stack),
        Named::Nothing | Named::Bootstrap(_) | Named::InReview(_) | Named::Foreign(_) => None,
    };
    let concerned = inventory.bootstrap().into_iter().chain(named);
    let busy: Vec<_> = concerned.filter(|it| it.readiness() == Readiness::Busy).collect();
    for stack in &busy {
        follow_to_end(aws, stack, cleanup, screen).await?;
    }
    if busy.is_empty() { Ok(inventory) } else { Inventory::take(aws, screen).await }
}

/// Warns when another channel would exceed the usual quota.
fn warn_of_quota(session: &Session<'_>, channels: Option<usize>) {
    if channels < Some(CHANNEL_QUOTA) {
        return;
    }
    let region = &session.aws.region;
    session.screen.remark(&format!(
        "warning: there are {CHANNEL_QUOTA} channels or more in {region}, which is MediaLive's quota unless this account \
         has a higher one; if the loop cannot be created, raise the quota of channels in Service Quotas, or destroy a loop"
    ));
}

/// Checks the parameters of a new or changed bootstrap stack against its template.
fn check_bootstrap(existing: Option<&Stack>, bootstrap: &Bootstrap) -> Result<(), Error> {
    match bootstrap {
        Bootstrap::Keep => Ok(()),
        Bootstrap::Create(given) | Bootstrap::Update(given, _) => {
            let template = Template::parse(BOOTSTRAP)?;
            check(&template, &with_existing(&template, existing, given))
        }
    }
}

/// The given parameters and the existing stack's others, as far as the template declares them.
fn with_existing(template: &Template, existing: Option<&Stack>, given: &Given) -> Given {
    let mut all = Given::new();
    for name in template.parameters() {
        let kept = existing.and_then(|stack| stack.parameters.get(name));
        all.extend(kept.map(|value| (name.to_owned(), value.clone())));
    }
    all.extend(given.clone());
    all
}

/// Checks the given and existing parameters of the loop against its template; returns them all.
fn check_loop(stack: Option<&Stack>, given: &Given) -> Result<Given, Error> {
    let template = Template::parse(LOOP)?;
    let stack = stack.filter(|stack| stack.readiness() != Readiness::InReview);
    for (name, option) in [("Source", "--source"), ("DestinationIp", "--destination")] {
        if stack.is_none() && !given.contains_key(name) {
            return Err(Error::NewLoopNeeds(option));
        }
    }
    let all = with_existing(&template, stack, given);
    check(&template, &all)?;
    Ok(all)
}
