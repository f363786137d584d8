//! Starts the emulated MediaLive, Lambda, CloudFormation and EventBridge from infra/bootstrap.yaml.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::net::SocketAddr;
use std::path::PathBuf;

use lilo_local_cloud::cloudformation::StackEvent;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::eventbridge::{Delivery, EventBridge};
use lilo_local_cloud::lambda::LogLine;
use lilo_local_cloud::{Config, Error, Functions};
use lilo_medialive_emulator as medialive;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::templates::BOOTSTRAP;

/// Receivers of the platform's logs and events.
#[derive(Clone, Debug)]
pub struct Feeds {
    /// The functions' log lines.
    pub logs: UnboundedSender<LogLine>,
    /// The stacks' events.
    pub stacks: UnboundedSender<StackEvent>,
    /// MediaLive's events.
    pub medialive: UnboundedSender<Delivered>,
}

/// An event of MediaLive, and where EventBridge has sent it.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The event.
    pub event: medialive::Event,
    /// Its ways to functions.
    pub deliveries: Vec<Delivery>,
}

/// Everything that the loop's stack needs, on this machine.
#[derive(Debug)]
pub struct Platform {
    /// The services around the functions.
    pub cloud: lilo_local_cloud::Platform,
    /// The emulated MediaLive.
    pub medialive: medialive::Emulator,
    /// The emulated MediaLive's address.
    pub medialive_address: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

impl Platform {
    /// Starts everything, with an empty MediaLive at `listener`. `program` is the `lilo` command,
    /// which every function runs.
    ///
    /// # Errors
    /// When no loopback port can be bound.
    pub async fn start(
        listener: TcpListener,
        emulator: medialive::Config,
        config: Config,
        program: PathBuf,
        feeds: Feeds,
    ) -> Result<Self, Error> {
        let listen = |source| Error::Listen { what: "MediaLive", source };
        let address = listener.local_addr().map_err(listen)?;
        let (region, account) = (config.region.clone(), config.account.clone());
        let here = move |event: &medialive::Event| {
            (event.region.as_str(), event.account.as_str()) == (&region, &account)
        };
        let medialive = medialive::Emulator::new(emulator);
        let events = medialive.subscribe();
        let url = format!("http://{address}");
        let cloud = cloud(config, program, url, feeds.logs, feeds.stacks).await?;
        let serving = medialive.clone();
        let tasks = vec![
            tokio::spawn(async move { serving.serve(listener).await }),
            tokio::spawn(deliver(events, here, cloud.eventbridge.clone(), feeds.medialive)),
        ];
        Ok(Self { cloud, medialive, medialive_address: address, tasks })
    }

    /// Stops everything, and returns the resources left in MediaLive.
    pub async fn shutdown(self) -> Vec<medialive::Remaining> {
        let left = self.medialive.remaining();
        self.cloud.lambda.shutdown().await;
        self.medialive.shutdown().await;
        for task in self.tasks {
            task.abort();
        }
        left
    }
}

/// Starts the services around the functions, which call MediaLive at `medialive_url`.
///
/// # Errors
/// When no loopback port can be bound.
pub async fn cloud(
    config: Config,
    program: PathBuf,
    medialive_url: String,
    logs: UnboundedSender<LogLine>,
    stacks: UnboundedSender<StackEvent>,
) -> Result<lilo_local_cloud::Platform, Error> {
    // The template requires these parameters, but there are no zips here.
    let architecture = if ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let functions = Functions {
        template: Template::parse(BOOTSTRAP)?,
        parameters: texts([("CodeBucket", "local"), ("Architecture", architecture)]),
        program,
        args: vec!["function".into()],
        environment: texts([
            ("AWS_ENDPOINT_URL_MEDIALIVE", medialive_url.as_str()),
            // Allows ResponseURLs on loopback, which AWS never sends.
            ("LILO_LOOPBACK_REPLIES", "1"),
        ]),
    };
    lilo_local_cloud::Platform::start(config, functions, logs, stacks).await
}

fn texts<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Forwards MediaLive's events to EventBridge, and reports them; only those of its own region and
/// account, as on AWS.
async fn deliver(
    mut events: broadcast::Receiver<medialive::Event>,
    here: impl Fn(&medialive::Event) -> bool,
    eventbridge: EventBridge,
    feed: UnboundedSender<Delivered>,
) {
    loop {
        match events.recv().await {
            Ok(event) if !here(&event) => {}
            Ok(event) => {
                let envelope = serde_json::to_value(&event).expect("an event is JSON");
                let deliveries = eventbridge.put(&envelope);
                // A missing receiver is not an error.
                let _ = feed.send(Delivered { event, deliveries });
            }
            Err(RecvError::Lagged(count)) => tracing::warn!(count, "events lost"),
            Err(RecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lilo_medialive_emulator::Pace;
    use serde_json::json;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    /// Creates a channel that plays nothing, in a region or where nobody says.
    async fn create_channel(address: SocketAddr, region: Option<&'static str>) {
        let settings = json!({
            "audioDescriptions": [],
            "outputGroups": [],
            "timecodeConfig": { "source": "SYSTEMCLOCK" },
            "videoDescriptions": [],
        });
        let channel = json!({ "name": "channel", "encoderSettings": settings });
        let sent = tokio::task::spawn_blocking(move || {
            let mut request = ureq::post(format!("http://{address}/prod/channels"));
            if let Some(region) = region {
                let scope = format!("someone/20260301/{region}/medialive/aws4_request");
                let credential = format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0");
                request = request.header("authorization", credential);
            }
            request.send_json(channel)
        });
        assert_eq!(sent.await.unwrap().unwrap().status(), 201);
    }

    #[tokio::test]
    async fn events_of_another_region_do_not_arrive() {
        let pace = Pace { channel_create: Duration::from_millis(10), ..Pace::fast() };
        let emulator = medialive::Config { pace, ..medialive::Config::default() };
        let config = Config::new(&emulator.region, &emulator.account);
        let region = emulator.region.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ((logs, _), (stacks, _)) = (unbounded_channel(), unbounded_channel());
        let (medialive, mut arrived) = unbounded_channel();
        let feeds = Feeds { logs, stacks, medialive };
        let program = PathBuf::from("/bin/false");
        let platform = Platform::start(listener, emulator, config, program, feeds).await.unwrap();
        let mut told = platform.medialive.subscribe();

        create_channel(platform.medialive_address, Some("eu-west-1")).await;
        let elsewhere = told.recv().await.unwrap();
        create_channel(platform.medialive_address, None).await;
        let first = arrived.recv().await.unwrap();
        platform.shutdown().await;

        assert_eq!(elsewhere.region, "eu-west-1");
        assert_eq!(first.event.region, region);
    }
}
