//! One deployment: what there is, and what is to be done.

use lilo_local::template::Template;
use serde::Serialize;

use super::package::Package;
use super::plan::{self, Bootstrap, Wanted};
use super::settings::Settings;
use super::source::{self, Source, Upload};
use crate::Error;
use crate::args::Deploy;
use crate::aws::Aws;
use crate::aws::follow::Follow;
use crate::aws::inventory::{Inventory, Named};
use crate::aws::stack::{Stack, Standing};
use crate::ledger::Begun;
use crate::session::Session;
use crate::templates::{Given, LOOP, check};

/// The bootstrap stack's name when this command makes it.
const BOOTSTRAP_STACK: &str = "lilo-bootstrap";
/// The version of this command and of the templates in it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A deployment of which it is known what is to be done.
#[derive(Debug)]
pub(super) struct Deployment<'a> {
    pub(super) args: &'a Deploy,
    pub(super) session: Session<'a>,
    pub(super) inventory: Inventory,
    pub(super) package: Option<Package>,
    pub(super) bucket: OwnBucket,
    pub(super) upload: Option<Upload>,
    pub(super) bootstrap: Bootstrap,
    /// The loop's parameters that were given.
    pub(super) given: Given,
}

/// LILO's own bucket.
#[derive(Debug)]
pub(super) struct OwnBucket {
    pub(super) name: String,
    pub(super) needed: bool,
    pub(super) exists: bool,
}

/// One line of the plan.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    action: &'static str,
    what: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
}

impl<'a> Deployment<'a> {
    /// Looks at everything, and decides. What is in the middle of something is followed to its end first.
    ///
    /// # Errors
    /// When it cannot be done; nothing has been changed then.
    pub(super) async fn plan(
        args: &'a Deploy,
        settings: Settings,
        package: Option<Package>,
        mut session: Session<'a>,
    ) -> Result<Self, Error> {
        let inventory = settled(&mut session, &args.name).await?;
        let own = match (&args.bucket, inventory.code_bucket()) {
            (Some(bucket), _) => bucket.clone(),
            (None, Some(bucket)) => bucket.to_owned(),
            (None, None) => session.aws.default_bucket(),
        };
        if let Some(warning) = &settings.warning {
            session.screen.remark(&format!("warning: {warning}"));
        }
        let mut given = settings.given;
        let (mut upload, mut source_bucket) = (None, None);
        let address = match settings.source {
            Some(Source::File(file)) => {
                let file = Upload::of(&file).await?;
                let address = format!("s3ssl://{own}/{}", file.key);
                (upload, source_bucket) = (Some(file), Some(own.clone()));
                Some(address)
            }
            Some(Source::S3 { bucket, key }) => {
                if let Some(unknown) = source::check_object(session.aws, &bucket, &key).await? {
                    session.screen.remark(&format!("warning: {unknown}"));
                }
                let address = format!("s3ssl://{bucket}/{key}");
                source_bucket = Some(bucket);
                Some(address)
            }
            Some(Source::Url(url)) => Some(url),
            None => None,
        };
        given.extend(address.map(|address| ("Source".to_owned(), address)));
        let alone = args.bootstrap_only;
        if !alone {
            let of_bootstrap = inventory.bootstrap.as_ref().map_or(BOOTSTRAP_STACK, |it| &it.name);
            if args.name == of_bootstrap {
                return Err(Error::NameTaken(args.name.clone()));
            }
            check_loop(plan::a_loop(inventory.named(&args.name), &args.name)?, &given)?;
        }
        let wanted = Wanted {
            version: VERSION,
            package: package.as_ref(),
            code_bucket: &own,
            source_bucket: source_bucket.as_deref(),
        };
        let seen = inventory.bootstrap.as_ref();
        let bootstrap = plan::bootstrap(seen, &inventory.loops, &wanted, alone)?;
        let needed = upload.is_some() || args.console || plan::brings_code(&bootstrap);
        let exists = needed && session.aws.own_bucket_exists(&own).await?;
        let bucket = OwnBucket { name: own, needed, exists };
        Ok(Self { args, session, inventory, package, bucket, upload, bootstrap, given })
    }

    /// Prints what is to be done.
    pub(super) fn tell_plan(&mut self) {
        let mut steps = Vec::new();
        let mut step = |action, what, why| steps.push(Step { action, what, why });
        if self.bucket.needed && !self.bucket.exists {
            step("create", format!("bucket {}", self.bucket.name), Vec::new());
        }
        if let Some(upload) = &self.upload {
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
        let seen = self.inventory.bootstrap.as_ref();
        seen.map_or_else(|| BOOTSTRAP_STACK.to_owned(), |stack| stack.name.clone())
    }
}

/// What there is, once nothing is being done any more to what this deployment needs.
async fn settled(session: &mut Session<'_>, name: &str) -> Result<Inventory, Error> {
    let Session { aws, ledger, screen } = session;
    let aws: &Aws = aws;
    let inventory = Inventory::take(aws).await?;
    let named = match inventory.named(name) {
        Named::Loop(stack) => Some(stack),
        Named::Nothing | Named::Bootstrap(_) | Named::InReview(_) | Named::Foreign(_) => None,
    };
    let concerned = inventory.bootstrap.iter().chain(named);
    let busy: Vec<_> = concerned.filter(|it| it.standing() == Standing::Busy).collect();
    for stack in &busy {
        let (name, status) = (&stack.name, stack.status.as_str());
        screen.remark(&format!("the stack {name} is in {status}; following it to its end"));
        let going = ledger.add(Begun::Order(format!("the stack {name}")));
        let follow = Follow::from_its_beginning(aws, name, &stack.id).await?;
        follow.until_its_end(screen).await?;
        ledger.settle(going);
    }
    if busy.is_empty() { Ok(inventory) } else { Inventory::take(aws).await }
}

/// Checks the loop's parameters by its template: what is given, and what the stack has besides.
fn check_loop(stack: Option<&Stack>, given: &Given) -> Result<(), Error> {
    let template = Template::parse(LOOP)?;
    let stack = stack.filter(|stack| stack.standing() != Standing::InReview);
    for (name, option) in [("Source", "--source"), ("DestinationIp", "--destination")] {
        if stack.is_none() && !given.contains_key(name) {
            return Err(Error::NewLoopNeeds(option));
        }
    }
    let mut all = Given::new();
    for name in template.parameters() {
        let kept = stack.and_then(|stack| stack.parameters.get(name));
        all.extend(kept.map(|value| (name.to_owned(), value.clone())));
    }
    all.extend(given.clone());
    check(&template, &all)
}
