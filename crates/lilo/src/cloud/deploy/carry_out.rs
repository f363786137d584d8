//! Carries out a deployment: change sets, then uploads, then stacks.

use lilo_lifecycle::tags::CONDITIONS_OFF;
use lilo_local_cloud::cloudformation::template::Template;

use super::deployment::Deployment;
use super::parameters;
use super::plan::{self, Bootstrap};
use super::source::Upload;
use crate::Error;
use crate::args::TagConditions;
use crate::aws::change_set::{ChangeSet, DesiredStack, rows};
use crate::aws::cleanup::{Entry, Unfinished};
use crate::aws::follow::Follow;
use crate::aws::inventory::Named;
use crate::aws::stack::Stack;
use crate::aws::upload::ObjectLocation;
use crate::cloud::Session;
use crate::templates::{BOOTSTRAP, Given, LOOP};

/// A change set with its cleanup entry; `None` if nothing changes.
type Pending = Option<(ChangeSet, Entry)>;

impl Deployment<'_> {
    /// Carries the deployment out; with --dry-run only creates and deletes change sets.
    pub(super) async fn carry_out(&mut self) -> Result<(), Error> {
        let bootstrap = self.bootstrap_change_set().await?;
        // The loop's change set needs the bootstrap's exports.
        let wants_loop = !self.args.bootstrap_only;
        let early = if wants_loop && bootstrap.is_none() {
            Some(self.loop_change_set().await?)
        } else {
            None
        };
        if self.args.dry_run {
            self.print_parameters()?;
            if wants_loop && early.is_none() {
                let screen = &self.session.screen;
                screen.remark(
                    "the loop's changes are known only once the bootstrap stack is deployed",
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
            None => self.loop_change_set().await?,
        };
        let changed = self.execute(pending).await?;
        self.print_outcome(changed).await
    }

    /// Prints the parameters of the stacks before and after, for a dry run.
    fn print_parameters(&mut self) -> Result<(), Error> {
        let bootstrap = match &self.bootstrap {
            Bootstrap::Keep => None,
            Bootstrap::Create(given) | Bootstrap::Update(given, _) => {
                Some((self.bootstrap_name(), self.inventory.bootstrap(), BOOTSTRAP, given))
            }
        };
        let of_loop = if self.args.bootstrap_only {
            None
        } else {
            let name = self.args.name.clone();
            let stack = plan::loop_stack(self.inventory.named(&name), &name)?;
            Some((name, stack, LOOP, &self.given))
        };
        for (name, stack, text, given) in bootstrap.into_iter().chain(of_loop) {
            let template = Template::parse(text)?;
            parameters::print(&name, stack, &template, given, self.session.screen);
        }
        Ok(())
    }

    async fn bootstrap_change_set(&mut self) -> Result<Pending, Error> {
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
        self.create_change_set(&name, stack.as_ref(), BOOTSTRAP, &given).await
    }

    async fn loop_change_set(&mut self) -> Result<Pending, Error> {
        let name = self.args.name.clone();
        let stack = plan::loop_stack(self.inventory.named(&name), &name)?.cloned();
        let given = self.given.clone();
        self.create_change_set(&name, stack.as_ref(), LOOP, &given).await
    }

    /// Creates a change set and prints its changes.
    async fn create_change_set(
        &mut self,
        name: &str,
        stack: Option<&Stack>,
        text: &'static str,
        given: &Given,
    ) -> Result<Pending, Error> {
        let template = Template::parse(text)?;
        let declared = template.parameters().collect();
        let Session { aws, cleanup, screen } = &mut self.session;
        screen.step(name, format!("creating a change set for stack {name}"));
        let desired = DesiredStack { name, stack, template: text, declared, given };
        // The change set may be created even if the answer is lost.
        let draft = desired.draft();
        let entry = cleanup.add(Unfinished::ChangeSet(draft.clone()));
        let set = aws.change_set(&desired, &draft).await?;
        screen.end(name);
        let Some(set) = set else {
            screen.remark(&format!("the stack {name} needs no change"));
            return Ok(None);
        };
        for (change, row) in set.changes.iter().zip(rows(&set.changes, screen.verbose)) {
            screen.put("change", change, || row);
        }
        Ok(Some((set, entry)))
    }

    /// Creates LILO's own bucket and uploads missing objects.
    pub(super) async fn fill_bucket(&mut self) -> Result<(), Error> {
        let Session { aws, cleanup, screen } = &mut self.session;
        let bucket = self.bucket.name.clone();
        let bucket = bucket.as_str();
        if !self.bucket.needed {
            return Ok(());
        }
        if !self.bucket.exists {
            screen.step(bucket, format!("making the bucket {bucket}"));
            self.bucket.empty = Some(aws.create_bucket(bucket, cleanup).await?);
            screen.end(bucket);
        }
        if let Some(package) = self.package.as_ref().filter(|_| plan::updates_code(&self.bootstrap))
        {
            for (name, zip) in &package.zips {
                let key = format!("{}{name}", package.prefix);
                screen.step(name, format!("uploading {name}"));
                aws.upload(ObjectLocation { bucket, key: &key }, zip.clone()).await?;
                screen.end(name);
                self.bucket.mark_filled(cleanup);
            }
            // Loop makers open the console's form with it, and may not write it.
            self.upload_template(LOOP).await?;
        }
        let Session { aws, cleanup, screen } = &mut self.session;
        let Some(Upload { file, size, key }) = &self.upload else { return Ok(()) };
        if self.bucket.has_upload {
            screen.remark(&format!("s3://{bucket}/{key} is there already"));
            return Ok(());
        }
        screen.remark(&format!("uploading s3://{bucket}/{key}"));
        aws.upload_file(ObjectLocation { bucket, key }, file, *size, cleanup).await?;
        self.bucket.mark_filled(cleanup);
        Ok(())
    }

    /// Executes a change set and follows it to its end; returns whether there was one.
    async fn execute(&mut self, pending: Pending) -> Result<bool, Error> {
        let Some((set, entry)) = pending else { return Ok(false) };
        let Session { aws, cleanup, screen } = &mut self.session;
        let mut follow = Follow::from_now(aws, &set.draft.stack, &set.stack_id).await?;
        follow.expect(&set.changes, screen.verbose);
        // From here on AWS may continue without this command, even if the answer is lost.
        cleanup.done(entry);
        let ongoing = cleanup.add(Unfinished::OnAws(format!("the stack {}", set.draft.stack)));
        if let Err(error) = aws.execute(&set).await {
            // A refused change set has not started.
            if !matches!(error, Error::Unreachable { .. }) {
                cleanup.done(ongoing);
                cleanup.add(Unfinished::ChangeSet(set.draft.clone()));
            }
            return Err(error);
        }
        let ended = follow.run_to_end(screen).await?;
        cleanup.done(ongoing);
        let wanted = if set.creates { "CREATE_COMPLETE" } else { "UPDATE_COMPLETE" };
        let checked = ended.check(&set.draft.stack, wanted).map(|()| true);
        checked.map_err(|error| self.with_tag_conditions(error))
    }

    /// Offers to do without the conditions on tags, if the functions name them as a reason and they
    /// are in force.
    fn with_tag_conditions(&self, error: Error) -> Error {
        let off = TagConditions::Off.value();
        let set = match &self.bootstrap {
            Bootstrap::Create(given) | Bootstrap::Update(given, _) => given.get("TagConditions"),
            Bootstrap::Keep => None,
        };
        let existing = self.inventory.bootstrap().map(|stack| stack.parameter("TagConditions"));
        match error {
            Error::StackFailed { name, status, source, way_out }
                if source.0.contains(CONDITIONS_OFF)
                    && set.map(String::as_str).or(existing) != Some(off) =>
            {
                let way_out = format!("{way_out}; deploy again with --tag-conditions {off}");
                Error::StackFailed { name, status, source, way_out }
            }
            other => other,
        }
    }
}
