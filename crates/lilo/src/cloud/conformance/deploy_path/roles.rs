//! What the functions' roles may do: their rights depend on tags, and no source says whether
//! MediaLive tells IAM of them.

use std::collections::HashMap;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_medialive::Client;
use aws_sdk_medialive::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_medialive::operation::create_input::CreateInputError;
use aws_sdk_medialive::types::{ChannelState, InputSourceRequest, InputType};
use lilo_conformance::{Outcome, PROBE_STACK, TAG};
use lilo_lifecycle::tags::{LOGICAL_ID, OWNER, STACK_ID};
use tokio::time::{Instant, sleep};

use crate::Error;
use crate::aws::Aws;
use crate::aws::stack::Stack;
use crate::cloud::Session;

const ROW: &str = "Rights by tags (docs/decisions/0010-rights-are-judged.md)";
const ALLOWED: &str = "allowed";
const DENIED: &str = "denied";
/// A role that was just made, and its rights, are known everywhere only after a while.
const FRESH: Duration = Duration::from_secs(120);
const GAP: Duration = Duration::from_secs(2);

/// How long a state may last that stands in the way of a call.
const STATE_LIMIT: Duration = Duration::from_secs(10 * 60);
/// An address that nobody has (RFC 5737); the channel is never started.
const DESTINATION: &str = "rtp://203.0.113.10:5000";

type Answer = Result<String, String>;

/// Tries the rights in the order of an input's and a channel's life.
pub(super) async fn run(session: &mut Session<'_>, stack: &Stack, source: &str) -> Vec<Outcome> {
    session.screen.begin("rights", "trying the rights of the functions' roles".to_owned());
    let mut trial = Trial { aws: session.aws, stack, source, outcomes: Vec::new() };
    if let Err(reason) = trial.run().await {
        trial.outcomes.push(incomplete(reason));
    }
    session.screen.end("rights");
    trial.outcomes
}

/// The outcome when the probe stack could not be made.
pub(super) fn not_tried(error: &Error) -> Outcome {
    incomplete(error.line())
}

fn incomplete(reason: String) -> Outcome {
    let asks = "what the rights need: the probe stack, its roles, and the states of its channel";
    Outcome::new(("rights-by-tags", ROW), (asks, ALLOWED), Err(reason))
}

/// One trial of both roles.
struct Trial<'a> {
    aws: &'a Aws,
    stack: &'a Stack,
    source: &'a str,
    outcomes: Vec<Outcome>,
}

impl Trial<'_> {
    fn put(&mut self, name: &'static str, asks: &'static str, answer: Answer) {
        let expected = if name.starts_with("no-right-") { DENIED } else { ALLOWED };
        self.outcomes.push(Outcome::new((name, ROW), (asks, expected), answer));
    }

    /// # Errors
    /// When a call fails that the trial needs but does not ask about.
    async fn run(&mut self) -> Result<(), String> {
        let input_role = assume(self.aws, self.stack.output("InputRole")).await?;
        let channel_role = assume(self.aws, self.stack.output("ChannelRole")).await?;
        let Some((input, arn)) = self.create_input(&input_role).await else {
            return Err(
                "the role may not create an input, so the other rights were not tried".to_owned()
            );
        };
        self.change_tags(&input_role, &arn).await;
        self.channel(&channel_role, &input).await?;
        let asks = "DeleteInput of the input with LILO's tags, under the input function's role";
        let deleted =
            once_possible(async || input_role.delete_input().input_id(&input).send().await);
        let deleted = deleted.await;
        self.put("right-to-delete-an-input", asks, deleted);
        Ok(())
    }

    /// The id and the ARN of an input with LILO's tags, if the role may create one.
    async fn create_input(&mut self, role: &Client) -> Option<(String, String)> {
        let mut made = None;
        let created = until_known(async || {
            made = self.input(role, self.tags("Input")).await?;
            Ok(())
        });
        let created = created.await;
        let asks = "CreateInput with LILO's tags, under the input function's role";
        self.put("right-to-create-an-input", asks, created);
        let asks = "CreateInput without LILO's tags, under that role";
        let other = self.input(role, of_the_run()).await;
        self.put("no-right-to-create-untagged", asks, answer(other));
        let asks = "DeleteInput of an input without LILO's tags, under that role";
        let foreign = self.input(&self.aws.medialive, of_the_run()).await;
        let foreign = foreign.map_err(|error| lilo_lifecycle::chain(&error));
        let deleted = match foreign {
            Err(reason) => Err(reason),
            Ok(foreign) => {
                let (id, _) = foreign.unwrap_or_default();
                once_possible(async || role.delete_input().input_id(&id).send().await).await
            }
        };
        self.put("no-right-to-delete-others", asks, deleted);
        made
    }

    async fn change_tags(&mut self, role: &Client, arn: &str) {
        let change = async |key: &str| {
            let tags = HashMap::from([(key.to_owned(), "conformance".to_owned())]);
            answer(role.create_tags().resource_arn(arn).set_tags(Some(tags)).send().await)
        };
        let (owner, other) = (change(OWNER).await, change("Other").await);
        let asks = "CreateTags with the key Owner on that input, under that role";
        self.put("right-to-change-a-tag", asks, owner);
        let asks = "CreateTags with a key that is not LILO's, under that role";
        self.put("no-right-to-change-other-tags", asks, other);
    }

    /// A channel that plays the input and never starts.
    async fn channel(&mut self, role: &Client, input: &str) -> Result<(), String> {
        let request = || {
            let request = lilo_conformance::small_channel(PROBE_STACK, input, DESTINATION);
            request.set_tags(Some(self.tags("Channel")))
        };
        let mut id = None;
        let created = until_known(async || {
            id = Box::pin(request().send_with(role)).await?.channel.and_then(|channel| channel.id);
            Ok(())
        });
        let created = created.await;
        let asks = "CreateChannel with LILO's tags, under the channel function's role";
        self.put("right-to-create-a-channel", asks, created);
        let Some(id) = id else {
            return Err("the role may not create a channel, so the rest was not tried".to_owned());
        };
        let since = Instant::now();
        while state(&self.aws.medialive, &id).await? == ChannelState::Creating {
            if since.elapsed() > STATE_LIMIT {
                return Err("the probe's channel is still CREATING".to_owned());
            }
            sleep(GAP).await;
        }
        let asks = "StopChannel of that channel, under that role; a conflict is no denial";
        let stopped = role.stop_channel().channel_id(&id).send().await;
        self.put("right-to-stop-a-channel", asks, answer(stopped));
        let asks = "DeleteChannel of that channel, under that role";
        let deleted = role.delete_channel().channel_id(&id).send().await;
        self.put("right-to-delete-a-channel", asks, answer(deleted));
        Ok(())
    }

    /// Creates an input; says its id and ARN.
    async fn input(
        &self,
        client: &Client,
        tags: HashMap<String, String>,
    ) -> Result<Option<(String, String)>, SdkError<CreateInputError>> {
        let source = InputSourceRequest::builder().url(self.source).build();
        let call = client.create_input().name(PROBE_STACK).r#type(InputType::Mp4File);
        let made = call.sources(source).set_tags(Some(tags)).send().await?;
        Ok(made.input.and_then(|input| input.id.zip(input.arn)))
    }

    /// The tags that a function puts on a resource of the probe stack.
    fn tags(&self, logical_id: &str) -> HashMap<String, String> {
        let pairs = [(STACK_ID, self.stack.id.as_str()), (LOGICAL_ID, logical_id)];
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }
}

/// The tags of something that is not LILO's, and that the clean-up finds.
fn of_the_run() -> HashMap<String, String> {
    HashMap::from([(TAG.to_owned(), "probe".to_owned())])
}

async fn state(client: &Client, id: &str) -> Result<ChannelState, String> {
    let described = client.describe_channel().channel_id(id).send().await;
    let described = described.map_err(|error| lilo_lifecycle::chain(&error))?;
    Ok(described.state.unwrap_or(ChannelState::from("")))
}

/// Asks until no other state stands in the way.
async fn once_possible<T, E>(mut call: impl AsyncFnMut() -> Result<T, SdkError<E>>) -> Answer
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let since = Instant::now();
    loop {
        let called = call().await;
        // Sources disagree on which of the two an input in use is.
        let busy = called.as_ref().is_err_and(|error| {
            matches!(error.code(), Some("ConflictException" | "BadRequestException"))
        });
        if !busy || since.elapsed() > STATE_LIMIT {
            return answer(called);
        }
        sleep(GAP).await;
    }
}

/// Asks until the answer is not a denial, for as long as a fresh role may need.
async fn until_known<E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static>(
    mut call: impl AsyncFnMut() -> Result<(), SdkError<E>>,
) -> Answer {
    let since = Instant::now();
    loop {
        let answered = answer(call().await);
        let denied = answered.as_ref().is_ok_and(|it| it != ALLOWED);
        if !denied || since.elapsed() > FRESH {
            return answered;
        }
        sleep(GAP).await;
    }
}

/// `allowed` or `denied`. Rights come before states, so a conflict was allowed.
fn answer<T, E>(called: Result<T, SdkError<E>>) -> Answer
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match called {
        Ok(_) => Ok(ALLOWED.to_owned()),
        Err(error) => match error.raw_response().map(|response| response.status().as_u16()) {
            Some(403) => Ok(DENIED.to_owned()),
            Some(409) => Ok(ALLOWED.to_owned()),
            _ => Err(lilo_lifecycle::chain(&error)),
        },
    }
}

/// A client with the rights of this role, once STS knows it.
async fn assume(aws: &Aws, role: &str) -> Result<Client, String> {
    let since = Instant::now();
    loop {
        let call = aws.sts.assume_role().role_arn(role).role_session_name("lilo-conformance");
        match call.send().await {
            Ok(assumed) => {
                let given = assumed.credentials.ok_or("the answer has no credentials")?;
                let (key, secret) = (given.access_key_id, given.secret_access_key);
                let credentials =
                    Credentials::new(key, secret, Some(given.session_token), None, "assumed");
                let config = aws.medialive.config().to_builder().credentials_provider(credentials);
                return Ok(Client::from_conf(config.build()));
            }
            Err(error) if since.elapsed() > FRESH => return Err(lilo_lifecycle::chain(&error)),
            Err(_) => sleep(GAP).await,
        }
    }
}
