//! A channel between start and stop: its pipelines, each played, watched, and started again when it
//! fails.
//!
//! Decides when the channel's state follows from its pipelines. Knows neither HTTP nor how a job is
//! played.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::alert::{AlertState, AlertType};
use crate::model::channel::Channel;
use crate::model::run::{Handle, Run};
use crate::model::states::ChannelTrigger;
use crate::model::states::ReportedState;
use crate::pace::{Lasts, until};
use crate::playout::job;
use crate::service::Service;
use crate::service::engine::{Engine, Report, Session};
use crate::service::store::Store;
use lilo_encoder::Job;

/// How long before a channel is to be RUNNING its encoder is started; nothing is sent earlier. To
/// its first datagram it takes about a second with a 1080p clip on two cores; a source far away may
/// take the rest.
const LEAD: Duration = Duration::from_secs(3);
/// The pause before a failed pipeline is started again doubles from the first to the longest.
/// MediaLive's own pauses are not published.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Sets a channel to work that is STARTING for at least this time.
pub(crate) fn start(service: &Arc<Service>, store: &mut Store, id: &str, lasts: Lasts) {
    let Store { channels, inputs, .. } = store;
    let Some(channel) = channels.get_mut(id) else { return };
    let handles = (0..channel.pipelines()).map(|_| Arc::default()).collect();
    let (stop, pipelines) = (service.closing.child_token(), TaskTracker::new());
    let run = Run { stop, pipelines, handles };
    let ready_at = lasts.end();
    for number in 0..channel.pipelines() {
        let playable = service.engine.clone().and_then(|engine| {
            match job::derive(channel, inputs, number, service.config.s3.as_deref()) {
                Ok(job) => Some((engine, job)),
                Err(unplayable) => {
                    tracing::warn!(channel = id, number, %unplayable, "no picture");
                    service.alert(channel, number, AlertType::NoOutput, AlertState::Set);
                    None
                }
            }
        });
        let pipeline = Pipeline {
            service: Arc::clone(service),
            channel: id.to_owned(),
            number,
            begin_at: ready_at.map(|moment| moment.checked_sub(LEAD).unwrap_or(moment)),
            ready_at,
            stop: run.stop.clone(),
            handle: Arc::clone(&run.handles[number]),
            plays: false,
            reported: false,
            pause: FIRST_PAUSE,
        };
        run.pipelines.spawn(service.tasks.track_future(pipeline.work(playable)));
    }
    run.pipelines.close();
    channel.run = Some(run);
}

/// Ends what a channel that is STOPPING does; it is IDLE when its time is over and nothing plays
/// any more.
pub(crate) fn stop(service: &Arc<Service>, channel: &mut Channel, lasts: Lasts) {
    // An event for each pipeline, the count going down; with two of them the real counts are not
    // published.
    for number in 0..channel.pipelines() {
        // What is not watched any more is not wrong any more.
        for alert_type in [AlertType::NoVideo, AlertType::Slow, AlertType::NoOutput] {
            service.alert(channel, number, alert_type, AlertState::Cleared);
        }
        channel.running.remove(&number);
        service.tell(channel, ReportedState::Stopping, Some(number));
    }
    let run = channel.run.take().expect("a channel that can be stopped was started");
    run.stop.cancel();
    let id = channel.id.clone();
    let over = async move {
        tokio::join!(lasts.over(), run.pipelines.wait());
    };
    service.once(over, move |service, store| {
        let Some(channel) = store.channels.get_mut(&id) else { return };
        channel.apply(ChannelTrigger::Stopped).expect("nothing but time ends STOPPING");
        for number in 0..channel.pipelines() {
            service.tell(channel, ReportedState::Stopped, Some(number));
        }
    });
}

/// One pipeline of one run.
struct Pipeline {
    service: Arc<Service>,
    channel: String,
    number: usize,
    /// Before this moment it is not played; `None` is never.
    begin_at: Option<Instant>,
    /// Before this moment it is not reported as running, however soon it plays; `None` is never.
    ready_at: Option<Instant>,
    stop: CancellationToken,
    handle: Arc<Handle>,
    plays: bool,
    reported: bool,
    /// How long to wait before it is started again.
    pause: Duration,
}

impl Pipeline {
    /// Plays until it is told to stop. Without anything to play it only takes its time.
    async fn work(mut self, playable: Option<(Arc<dyn Engine>, Job)>) {
        let stop = self.stop.clone();
        let handle = Arc::clone(&self.handle);
        let Some((engine, job)) = playable else {
            while !stop.is_cancelled() {
                self.plays = true;
                stop.run_until_cancelled(self.meanwhile(handle.restart.notified())).await;
                self.lose();
                self.ready_at = Some(Instant::now() + FIRST_PAUSE);
            }
            return;
        };
        stop.run_until_cancelled(until(self.begin_at)).await;
        while !stop.is_cancelled() {
            let mut session = engine.start(&job);
            *handle.camera() = session.camera();
            let again = async {
                tokio::select! {
                    () = self.follow(session.as_mut()) => false,
                    () = handle.restart.notified() => true,
                }
            };
            let again = stop.run_until_cancelled(again).await == Some(true);
            *handle.camera() = None;
            session.stop().await;
            self.alert(AlertType::Slow, AlertState::Cleared);
            if again {
                self.lose();
                continue;
            }
            stop.run_until_cancelled(self.meanwhile(sleep(self.pause))).await;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Follows a session to its end.
    async fn follow(&mut self, session: &mut dyn Session) {
        let (channel, pipeline) = (self.channel.clone(), self.number);
        loop {
            match self.meanwhile(session.next()).await {
                Report::Playing => {
                    self.plays = true;
                    self.pause = FIRST_PAUSE;
                    self.alert(AlertType::NoVideo, AlertState::Cleared);
                }
                Report::Slow => self.alert(AlertType::Slow, AlertState::Set),
                Report::InTime => self.alert(AlertType::Slow, AlertState::Cleared),
                // MediaLive goes on without its input, with fill frames.
                Report::Filling { reason } => {
                    tracing::warn!(channel, pipeline, reason, "no picture");
                    self.plays = true;
                    self.alert(AlertType::NoVideo, AlertState::Set);
                }
                Report::NoSource { reason } => {
                    tracing::warn!(channel, pipeline, reason, "no picture");
                    self.plays = true;
                    self.alert(AlertType::NoVideo, AlertState::Set);
                    return;
                }
                Report::Ended { reason } => {
                    tracing::warn!(channel, pipeline, reason, "the encoder ended");
                    self.lose();
                    return;
                }
            }
        }
    }

    /// Waits for something, and meanwhile reports that the pipeline plays as soon as that is due.
    async fn meanwhile<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        loop {
            tokio::select! {
                outcome = &mut something => return outcome,
                () = until(self.ready_at), if self.plays && !self.reported => {
                    self.reported = true;
                    self.report_playing();
                }
            }
        }
    }

    fn report_playing(&self) {
        self.report(|service, channel| {
            channel.running.insert(self.number);
            if channel.running.len() == channel.pipelines() {
                let change = channel.apply(ChannelTrigger::Playing);
                change.expect("a run that was not complete is STARTING or RECOVERING");
            }
            // Told again when the pipeline comes back after a fault: whether AWS does is not
            // published.
            service.tell(channel, ReportedState::Running, Some(self.number));
        });
    }

    /// It plays no longer, and will be reported when it does again.
    fn lose(&mut self) {
        (self.plays, self.reported) = (false, false);
        self.report(|_, channel| {
            channel.running.remove(&self.number);
            let change = channel.apply(ChannelTrigger::Fault);
            change.expect("a run is STARTING, RUNNING or RECOVERING");
        });
    }

    fn alert(&self, alert_type: AlertType, state: AlertState) {
        self.report(|service, channel| service.alert(channel, self.number, alert_type, state));
    }

    /// Changes the channel, unless it was stopped meanwhile: that happens under the same lock.
    fn report(&self, change: impl FnOnce(&Service, &mut Channel)) {
        let mut store = self.service.store();
        if let Some(channel) = store.channels.get_mut(&self.channel)
            && !self.stop.is_cancelled()
        {
            change(&self.service, channel);
        }
    }
}

#[cfg(test)]
mod tests;
