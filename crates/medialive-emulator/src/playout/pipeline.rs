//! Runs a channel's pipelines between start and stop: plays, watches and restarts each.
//!
//! Decides how pipelines change the channel's state. Knows neither HTTP nor how a job is played.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::alert::AlertType;
use crate::model::channel::Channel;
use crate::model::run::{Handle, Run};
use crate::model::states::ChannelTrigger;
use crate::model::states::ReportedState;
use crate::pace::{StateDuration, until};
use crate::playout::job;
use crate::service::Service;
use crate::service::engine::{Engine, Report, Session};
use crate::service::store::Store;
use lilo_encoder::{Job, Problems};

mod prepare;

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
    let (stop, pipelines) = (service.shared.closing.child_token(), TaskTracker::new());
    let run = Run { stop, pipelines, handles };
    let ready_at = duration.end();
    for number in 0..channel.pipelines() {
        let playable = prepare::prepare(service, channel, inputs, number);
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
            problems: Problems::default(),
            pause: SHORTEST_PAUSE,
        };
        run.pipelines.spawn(service.shared.tasks.track_future(pipeline.run(playable)));
    }
    run.pipelines.close();
    channel.run = Some(run);
}

/// Stops the pipelines of a channel that is STOPPING. It becomes IDLE when its time is over and all
/// pipelines have ended, and `then` follows.
pub(crate) fn stop(
    service: &Arc<Service>,
    channel: &mut Channel,
    duration: StateDuration,
    then: fn(&Arc<Service>, &mut Channel),
) {
    // One event per pipeline, with a decreasing count. AWS's counts for two pipelines are not
    // published.
    for number in 0..channel.pipelines() {
        // A stopped pipeline has no problem.
        for alert_type in AlertType::ALL {
            service.clear_alert(channel, number, alert_type);
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
        then(service, channel);
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
    /// Those of the session.
    problems: Problems,
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
            *handle.tap() = session.tap();
            let again = async {
                tokio::select! {
                    () = self.follow(session.as_mut(), &job) => false,
                    () = handle.restart.notified() => true,
                }
            };
            let again = stop.run_until_cancelled(again).await == Some(true);
            *handle.thumbnail_source() = None;
            *handle.tap() = None;
            session.stop().await;
            self.report_problems(&Problems::default());
            if again {
                self.mark_lost();
                continue;
            }
            stop.run_until_cancelled(self.report_while(sleep(self.pause))).await;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Handles a session's reports until it ends.
    async fn follow(&mut self, session: &mut dyn Session, job: &Job) {
        let (channel, pipeline) = (self.channel.clone(), self.number);
        loop {
            match self.report_while(session.next()).await {
                Report::Playing => {
                    self.playing = true;
                    self.pause = SHORTEST_PAUSE;
                    self.clear_alert(AlertType::NoVideo);
                    self.clear_alert(AlertType::NoDestination);
                }
                Report::Problems(problems) => self.report_problems(&problems),
                // MediaLive also continues without its input, with fill frames.
                Report::Filling { reason } => {
                    tracing::warn!(channel, pipeline, reason, "no picture");
                    self.playing = true;
                    self.set_alert(AlertType::NoVideo, "");
                }
                Report::NoSource { reason } => {
                    tracing::warn!(channel, pipeline, reason, "no picture");
                    self.playing = true;
                    self.set_alert(AlertType::NoVideo, "");
                    return;
                }
                Report::NoDestination { reason } => {
                    tracing::warn!(channel, pipeline, reason, "the destination cannot be opened");
                    self.set_alert(AlertType::NoDestination, &job::url(job.destination));
                    self.mark_lost();
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

    /// Sets and clears the alerts of a session's problems, and logs the reasons of new ones.
    fn report_problems(&mut self, problems: &Problems) {
        let (channel, pipeline) = (&self.channel, self.number);
        let Problems { slow, sound, picture } = problems;
        let before = std::mem::replace(&mut self.problems, problems.clone());
        for (reason, before, problem) in [
            (sound, before.sound, "no sound"),
            (picture, before.picture, "a part of the picture is missing"),
        ] {
            if let Some(reason) = reason.as_ref().filter(|it| Some(*it) != before.as_ref()) {
                tracing::warn!(channel, pipeline, reason, "{problem}");
            }
        }
        for (alert_type, is_set) in [
            (AlertType::Slow, *slow),
            (AlertType::NoAudio, sound.is_some()),
            (AlertType::PartOfVideo, picture.is_some()),
        ] {
            if is_set {
                self.set_alert(alert_type, "");
            } else {
                self.clear_alert(alert_type);
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

    fn set_alert(&self, alert_type: AlertType, detail: &str) {
        self.update_channel(|service, channel| {
            service.set_alert(channel, self.number, alert_type, detail);
        });
    }

    fn clear_alert(&self, alert_type: AlertType) {
        self.update_channel(|service, channel| {
            service.clear_alert(channel, self.number, alert_type);
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
