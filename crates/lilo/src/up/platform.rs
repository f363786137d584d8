//! The platform that `lilo up` runs on: the emulated MediaLive, Lambda, CloudFormation and EventBridge, wired
//! together by infra/bootstrap.yaml.

use std::collections::BTreeMap;

use lilo_local::bus::EventBridge;
use lilo_local::lambda::{Lambda, Settings as LambdaSettings};
use lilo_local::response::Responses;
use lilo_local::source::Source;
use lilo_local::stack::{CloudFormation, Settings};
use lilo_medialive_emulator::{Config, Emulator, EncoderChoice, Event};
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::call_log::CallLog;
use crate::args::Up;
use crate::report::{Made, Tell};
use crate::templates::Given;
use crate::{Error, bootstrap};

/// Everything around the loop's stack.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) cloudformation: CloudFormation,
    emulator: Emulator,
    lambda: Lambda,
    medialive_url: String,
    tasks: Vec<JoinHandle<()>>,
    /// Served as long as this is held.
    _buckets: Option<Source>,
}

impl Platform {
    /// Starts everything, with nothing made in MediaLive yet.
    ///
    /// Once `wish` is cancelled nobody waits for what failed to be tried again.
    pub(crate) async fn start(
        args: &Up,
        tell: &Tell,
        wish: &CancellationToken,
    ) -> Result<Self, Error> {
        let buckets = match &args.s3_root {
            Some(folder) => Some(Source::serve_folder(folder).await?),
            None => None,
        };
        let config = Config {
            pace: args.pace.into(),
            encoder: EncoderChoice::Ffmpeg,
            s3: buckets.as_ref().map(|buckets| buckets.url().to_owned()),
            ..Config::default()
        };
        let (region, account) = (config.region.clone(), config.account.clone());
        let listen = |source| Error::Listen {
            address: args.medialive_listen,
            option: "--medialive-listen",
            source,
        };
        let listener = TcpListener::bind(args.medialive_listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let emulator = Emulator::new(config);
        let events = emulator.subscribe();

        let settings = LambdaSettings::new(&region, &account);
        let lambda = Lambda::start(settings, tell.logs.clone()).await?;
        let settings = Settings { region, account, second: std::time::Duration::from_secs(1) };
        let cloudformation = CloudFormation::new(
            settings.clone(),
            lambda.clone(),
            Responses::start().await?,
            tell.stack.clone(),
        );
        let medialive_url = format!("http://{address}");
        let bridge = bootstrap::create(settings, &cloudformation, &lambda, &medialive_url).await?;

        let (serving, hurried, wish) = (emulator.clone(), lambda.clone(), wish.clone());
        let tasks = vec![
            tokio::spawn(async move { serving.serve(listener).await }),
            tokio::spawn(deliver(events, bridge, tell.medialive.clone())),
            tokio::spawn(async move {
                wish.cancelled().await;
                hurried.hurry();
            }),
        ];
        Ok(Self { cloudformation, emulator, lambda, medialive_url, tasks, _buckets: buckets })
    }

    /// What there is to say once the stack is complete.
    pub(crate) fn made(&self, outputs: &BTreeMap<String, String>, given: &Given) -> Made {
        let of = |name| outputs.get(name).cloned().unwrap_or_default();
        let (destination, channel_id) = (of("Destination"), of("ChannelId"));
        let medialive = self.medialive_url.clone();
        let aws = |operation: String| {
            let anyone = "--no-sign-request --region us-east-1 --endpoint-url";
            format!("aws medialive {operation} {anyone} {medialive}")
        };
        let mut advice = vec![
            ("watch", format!("ffplay {destination}")),
            ("or", format!("vlc {}", destination.replace("://", "://@"))),
            ("look", aws("list-channels".to_owned())),
            ("end", "Ctrl-C".to_owned()),
        ];
        let text;
        let starts = given.get("AutoStart").is_none_or(|value| value == "true");
        if starts {
            text = format!("The loop plays at {destination} once channel {channel_id} is RUNNING.");
        } else {
            text =
                format!("Channel {channel_id} waits to be started; it will play at {destination}.");
            advice.insert(0, ("start", aws(format!("start-channel --channel-id {channel_id}"))));
        }
        Made { text, destination, channel_id, medialive, advice, starts }
    }

    /// Ends everything, keeps the call log, and says what was left behind in MediaLive.
    pub(crate) async fn end(self, call_log: Option<CallLog>) -> Result<(), Error> {
        let left: Vec<_> = self.emulator.remaining().iter().map(ToString::to_string).collect();
        self.lambda.shutdown().await;
        self.emulator.shutdown().await;
        for task in self.tasks {
            task.abort();
        }
        if let Some(log) = call_log {
            log.fill(&self.emulator.calls())?;
        }
        if left.is_empty() { Ok(()) } else { Err(Error::Left(left.join(", "))) }
    }
}

/// Hands MediaLive's events to EventBridge and to the person.
async fn deliver(
    mut events: tokio::sync::broadcast::Receiver<Event>,
    bridge: EventBridge,
    told: UnboundedSender<Event>,
) {
    loop {
        match events.recv().await {
            Ok(event) => {
                let envelope = serde_json::to_value(&event).expect("an event is JSON");
                let _ = told.send(event);
                bridge.put(&envelope);
            }
            Err(RecvError::Lagged(count)) => tracing::warn!(count, "events lost"),
            Err(RecvError::Closed) => return,
        }
    }
}
