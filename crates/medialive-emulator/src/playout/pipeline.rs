//! Runs a channel's pipelines between start and stop: plays, watches and restarts each.
//!
//! Decides how pipelines change the channel's state. Knows neither HTTP nor how a job is played.

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
use crate::pace::{StateDuration, until};
use crate::playout::job;
use crate::service::Service;
use crate::service::engine::{Engine, Report, Session};
use crate::service::store::Store;
use lilo_encoder::Job;

/// How long before the channel's RUNNING time its encoder starts; nothing is sent earlier. The
/// first datagram takes about a second with a 1080p clip on two cores; a distant source may take
/// the rest.
const ENCODER_LEAD: Duration = Duration::from_secs(3);
/// Limits of the pause before a failed pipeline restarts, which doubles each time. MediaLive's
/// pauses are not published.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Starts the pipelines of a channel that is STARTING for at least this time.
pub(crate) fn start(service: &Arc<Service>, store: &mut Store, id: &str, duration: StateDuration) {
    let Store { channels, inputs, .. } = store;
    let Some(channel) = channels.get_mut(id) else { return };
    let handles = (0..channel.pipelines()).map(|_| Arc::default()).collect();
    let (stop, pipelines) = (service.closing.child_token(), TaskTracker::new());
    let run = Run { stop, pipelines, handles };
    let ready_at = duration.end();
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
            begin_at: ready_at.map(|moment| moment.checked_sub(ENCODER_LEAD).unwrap_or(moment)),
            ready_at,
            stop: run.stop.clone(),
            handle: Arc::clone(&run.handles[number]),
            playing: false,
            reported: false,
            pause: SHORTEST_PAUSE,
        };
        run.pipelines.spawn(service.tasks.track_future(pipeline.run(playable)));
    }
    run.pipelines.close();
    channel.run = Some(run);
}

/// Stops the pipelines of a channel that is STOPPING. It becomes IDLE when its time is over and all
/// pipelines have ended.
pub(crate) fn stop(service: &Arc<Service>, channel: &mut Channel, duration: StateDuration) {
    // One event per pipeline, with a decreasing count. AWS's counts for two pipelines are not
    // published.
    for number in 0..channel.pipelines() {
        // A stopped pipeline has no problem.
        for alert_type in [AlertType::NoVideo, AlertType::Slow, AlertType::NoOutput] {
            service.alert(channel, number, alert_type, AlertState::Cleared);
        }
        channel.running.remove(&number);
        service.send_state_event(channel, ReportedState::Stopping, Some(number));
    }
    let run = channel.run.take().expect("a channel that can be stopped was started");
    run.stop.cancel();
    let id = channel.id.clone();
    let over = async move {
        tokio::join!(duration.elapsed(), run.pipelines.wait());
    };
    service.once(over, move |service, store| {
        let Some(channel) = store.channels.get_mut(&id) else { return };
        channel.apply(ChannelTrigger::Stopped).expect("nothing but time ends STOPPING");
        for number in 0..channel.pipelines() {
            service.send_state_event(channel, ReportedState::Stopped, Some(number));
        }
    });
}

/// One pipeline of one run.
struct Pipeline {
    service: Arc<Service>,
    channel: String,
    number: usize,
    /// The pipeline plays from this moment on; `None` is never.
    begin_at: Option<Instant>,
    /// The pipeline is reported as running from this moment on, at the earliest; `None` is never.
    ready_at: Option<Instant>,
    stop: CancellationToken,
    handle: Arc<Handle>,
    playing: bool,
    reported: bool,
    /// The pause before the next restart.
    pause: Duration,
}

impl Pipeline {
    /// Plays until the run stops. Without a job the pipeline only appears to play.
    async fn run(mut self, playable: Option<(Arc<dyn Engine>, Job)>) {
        let stop = self.stop.clone();
        let handle = Arc::clone(&self.handle);
        let Some((engine, job)) = playable else {
            while !stop.is_cancelled() {
                self.playing = true;
                stop.run_until_cancelled(self.report_while(handle.restart.notified())).await;
                self.mark_lost();
                self.ready_at = Some(Instant::now() + SHORTEST_PAUSE);
            }
            return;
        };
        stop.run_until_cancelled(until(self.begin_at)).await;
        while !stop.is_cancelled() {
            let mut session = engine.start(&job);
            *handle.thumbnail_source() = session.thumbnail_source();
            let again = async {
                tokio::select! {
                    () = self.follow(session.as_mut()) => false,
                    () = handle.restart.notified() => true,
                }
            };
            let again = stop.run_until_cancelled(again).await == Some(true);
            *handle.thumbnail_source() = None;
            session.stop().await;
            self.alert(AlertType::Slow, AlertState::Cleared);
            if again {
                self.mark_lost();
                continue;
            }
            stop.run_until_cancelled(self.report_while(sleep(self.pause))).await;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Handles a session's reports until it ends.
    async fn follow(&mut self, session: &mut dyn Session) {
        let (channel, pipeline) = (self.channel.clone(), self.number);
        loop {
            match self.report_while(session.next()).await {
                Report::Playing => {
                    self.playing = true;
                    self.pause = SHORTEST_PAUSE;
                    self.alert(AlertType::NoVideo, AlertState::Cleared);
                }
                Report::Slow => self.alert(AlertType::Slow, AlertState::Set),
                Report::InTime => self.alert(AlertType::Slow, AlertState::Cleared),
                // MediaLive also continues without its input, with fill frames.
                Report::Filling { reason } => {
                    tracing::warn!(channel, pipeline, reason, "no picture");
                    self.playing = true;
                    self.alert(AlertType::NoVideo, AlertState::Set);
                }
                Report::NoSource { reason } => {
                    tracing::warn!(channel, pipeline, reason, "no picture");
                    self.playing = true;
                    self.alert(AlertType::NoVideo, AlertState::Set);
                    return;
                }
                Report::Ended { reason } => {
                    tracing::warn!(channel, pipeline, reason, "the encoder ended");
                    self.mark_lost();
                    return;
                }
            }
        }
    }

    /// Waits for `future`, and meanwhile reports the pipeline as running once that is due.
    async fn report_while<T>(&mut self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        loop {
            tokio::select! {
                outcome = &mut future => return outcome,
                () = until(self.ready_at), if self.playing && !self.reported => {
                    self.reported = true;
                    self.report_running();
                }
            }
        }
    }

    fn report_running(&self) {
        self.update_channel(|service, channel| {
            channel.running.insert(self.number);
            if channel.running.len() == channel.pipelines() {
                let change = channel.apply(ChannelTrigger::Playing);
                change.expect("a run that was not complete is STARTING or RECOVERING");
            }
            // Sent again after a fault: it is not published whether AWS does so.
            service.send_state_event(channel, ReportedState::Running, Some(self.number));
        });
    }

    /// Records that the pipeline has stopped playing.
    fn mark_lost(&mut self) {
        (self.playing, self.reported) = (false, false);
        self.update_channel(|_, channel| {
            channel.running.remove(&self.number);
            let change = channel.apply(ChannelTrigger::Fault);
            change.expect("a run is STARTING, RUNNING or RECOVERING");
        });
    }

    fn alert(&self, alert_type: AlertType, state: AlertState) {
        self.update_channel(|service, channel| {
            service.alert(channel, self.number, alert_type, state);
        });
    }

    /// Changes the channel under the store's lock, unless it has been stopped.
    fn update_channel(&self, change: impl FnOnce(&Service, &mut Channel)) {
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
