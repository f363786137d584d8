//! The doing of a deployment: change sets, then uploads, then stacks.

use lilo_local_cloud::cloudformation::template::Template;

use super::deployment::Deployment;
use super::plan::{self, Bootstrap};
use super::source::Upload;
use crate::Error;
use crate::aws::change_set::{ChangeSet, Order};
use crate::aws::cleanup::{Begun, Entry};
use crate::aws::follow::Follow;
use crate::aws::inventory::Named;
use crate::aws::stack::Stack;
use crate::aws::upload::Place;
use crate::cloud::Session;
use crate::templates::{BOOTSTRAP, Given, LOOP};

/// A change set with its entry in the cleanup; none where nothing changes.
type Pending = Option<(ChangeSet, Entry)>;

impl Deployment<'_> {
    /// Does it; with --dry-run only what is taken back again.
    pub(super) async fn carry_out(&mut self) -> Result<(), Error> {
        let bootstrap = self.order_bootstrap().await?;
        // The loop's changes cannot be worked out before what it imports is there.
        let wants_loop = !self.args.bootstrap_only;
        let early =
            if wants_loop && bootstrap.is_none() { Some(self.order_loop().await?) } else { None };
        if self.args.dry_run {
            if wants_loop && early.is_none() {
                let screen = &self.session.screen;
                screen.remark(
                    "the loop's changes can be worked out once the bootstrap stack is done",
                );
            }
            self.session.screen.remark("a dry run: nothing was done");
            return Ok(());
        }
        self.fill_bucket().await?;
        let made = self.execute(bootstrap).await?;
        if !wants_loop {
            let text = if made { "done" } else { "unchanged" };
            self.session.screen.remark(&format!("{} is {text}", self.bootstrap_name()));
            return Ok(());
        }
        let pending = match early {
            Some(pending) => pending,
            None => self.order_loop().await?,
        };
        let changed = self.execute(pending).await?;
        self.tell_outcome(changed).await
    }

    async fn order_bootstrap(&mut self) -> Result<Pending, Error> {
        let given = match &self.bootstrap {
            Bootstrap::Keep => return Ok(None),
            Bootstrap::Create(given) | Bootstrap::Update(given, _) => given.clone(),
        };
        let name = self.bootstrap_name();
        let stack = match self.inventory.named(&name) {
            Named::Bootstrap(stack) | Named::InReview(stack) => Some(stack.clone()),
            Named::Nothing => None,
            Named::Loop(_) | Named::Foreign(_) => return Err(Error::NameTaken(name)),
        };
        self.order(&name, stack.as_ref(), BOOTSTRAP, &given).await
    }

    async fn order_loop(&mut self) -> Result<Pending, Error> {
        let name = self.args.name.clone();
        let stack = plan::a_loop(self.inventory.named(&name), &name)?.cloned();
        let given = self.given.clone();
        self.order(&name, stack.as_ref(), LOOP, &given).await
    }

    /// Works out the changes, and prints them.
    async fn order(
        &mut self,
        name: &str,
        stack: Option<&Stack>,
        text: &'static str,
        given: &Given,
    ) -> Result<Pending, Error> {
        let template = Template::parse(text)?;
        let declared = template.parameters().collect();
        let Session { aws, cleanup, screen } = &mut self.session;
        screen.begin(name, format!("working out the changes of stack {name}"));
        let order = Order { name, stack, template: text, declared, given };
        // It may come about even if nobody waits for the answer.
        let draft = order.draft();
        let entry = cleanup.add(Begun::ChangeSet(draft.clone()));
        let set = aws.change_set(&order, &draft).await?;
        screen.end(name);
        let Some(set) = set else {
            screen.remark(&format!("the stack {name} needs no change"));
            return Ok(None);
        };
        for change in &set.changes {
            screen.put("change", change, || Some(change.row()));
        }
        Ok(Some((set, entry)))
    }

    /// Makes LILO's own bucket and puts in it what is missing.
    pub(super) async fn fill_bucket(&mut self) -> Result<(), Error> {
        let Session { aws, cleanup, screen } = &mut self.session;
        let bucket = self.bucket.name.clone();
        let bucket = bucket.as_str();
        if !self.bucket.needed {
            return Ok(());
        }
        if !self.bucket.exists {
            screen.begin(bucket, format!("making the bucket {bucket}"));
            self.bucket.empty = Some(aws.create_bucket(bucket, cleanup).await?);
            screen.end(bucket);
        }
        if let Some(package) = self.package.as_ref().filter(|_| plan::brings_code(&self.bootstrap))
        {
            for (name, zip) in &package.zips {
                let key = format!("{}{name}", package.prefix);
                screen.begin(name, format!("uploading {name}"));
                aws.upload(Place { bucket, key: &key }, zip.clone()).await?;
                screen.end(name);
                self.bucket.is_filled(cleanup);
            }
        }
        let Some(Upload { file, size, key }) = &self.upload else { return Ok(()) };
        if self.bucket.has_upload {
            screen.remark(&format!("s3://{bucket}/{key} is there already"));
            return Ok(());
        }
        screen.remark(&format!("uploading s3://{bucket}/{key}"));
        aws.upload_file(Place { bucket, key }, file, *size, cleanup).await?;
        self.bucket.is_filled(cleanup);
        Ok(())
    }

    /// Has a change set carried out, and follows that to its end; whether there was anything to do.
    async fn execute(&mut self, pending: Pending) -> Result<bool, Error> {
        let Some((set, entry)) = pending else { return Ok(false) };
        let Session { aws, cleanup, screen } = &mut self.session;
        let follow = Follow::from_now(aws, &set.draft.stack, &set.stack_id).await?;
        // From here on it may go on without this command, whether or not the answer arrives.
        cleanup.done(entry);
        let going = cleanup.add(Begun::Order(format!("the stack {}", set.draft.stack)));
        if let Err(error) = aws.execute(&set).await {
            // Whatever AWS said no to has not begun.
            if !matches!(error, Error::Unreachable { .. }) {
                cleanup.done(going);
                cleanup.add(Begun::ChangeSet(set.draft.clone()));
            }
            return Err(error);
        }
        let ended = follow.until_its_end(screen).await?;
        cleanup.done(going);
        let wanted = if set.creates { "CREATE_COMPLETE" } else { "UPDATE_COMPLETE" };
        ended.check(&set.draft.stack, wanted).map(|()| true)
    }
}
