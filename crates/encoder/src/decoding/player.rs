//! Plays the source: pass after pass, with the next one begun before the last one ends.
//!
//! Decides when to read the source's headers again, which passes are kept, and when to retry.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::decoder::Decoders;
use super::kept::{Keeper, Kept};
use super::pass::{Flaws, Outcome, Pass};
use crate::command::SAMPLE;
use crate::error::Error;
use crate::feed::Feed;
use crate::format::Format;
use crate::pipeline::joined;
use crate::source::{Source, without_secrets};
use crate::status::{AtomicCounters, Cause, StatusReporter};
use crate::{Job, SourceEnd};

/// How long before the end of a pass the next one's decoders start. They take half a second with
/// 1080p and a second with 4K; a server may take the rest.
const PRESTART: Duration = Duration::from_secs(3);
/// A pass that takes at most so many bytes is kept: 40 pictures of 1080p.
const KEPT_BYTES: usize = 128 * 1024 * 1024;
/// How old the source's headers may be when a pass begins. After that it may have been replaced.
const PROBE_AGE: Duration = Duration::from_secs(5);
/// How long a server may take to show that it still has a source that plays from memory.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);
/// The same for a pass that begins.
const PROBE_TIMEOUT: Duration = Duration::from_secs(15);
/// Limits of the pause after a failure, which doubles each time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A pass that fails and is shorter than this is followed by a pause: it would be a busy loop.
const SHORTEST_FAILURE: Duration = Duration::from_secs(1);

/// Plays one job's source.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub(crate) decoders: Decoders,
    pub(crate) job: Arc<Job>,
    pub(crate) format: Format,
    pub(crate) reporter: Arc<StatusReporter>,
    pub(crate) counters: Arc<AtomicCounters>,
}

/// A pass that has begun, and the headers it was begun with.
type Begun = (Pass, Headers);

#[derive(Clone, Debug)]
struct Headers {
    source: Arc<Source>,
    read: Instant,
}

/// What a pass will be like, as far as it is known.
#[derive(Clone, Copy, Debug)]
struct Expected {
    /// Its length.
    slots: Option<u64>,
    /// Its pictures, those that stay counted once.
    pictures: Option<u64>,
}

impl Player {
    /// Feeds the encoder for ever, with retries; returns the first failure that is not the
    /// source's fault.
    pub(crate) async fn play(&self, feed: &mut Feed) -> Error {
        let mut pause = SHORTEST_PAUSE;
        loop {
            match self.play_source(feed, &mut pause).await {
                Ok(()) => {
                    self.report(Flaws::default());
                    feed.source_failed(
                        "the source has ended, and the channel does not loop it".to_owned(),
                    );
                    return feed.fill_while(std::future::pending()).await;
                }
                Err(error) if error.cause() == Cause::Source => {
                    self.report(Flaws::default());
                    feed.source_failed(joined(&error));
                    feed.fill_while(sleep(pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(error) => return error,
            }
        }
    }

    /// Plays passes until the source has ended or cannot be played.
    async fn play_source(&self, feed: &mut Feed, pause: &mut Duration) -> Result<(), Error> {
        let (mut pass, mut headers) = feed.fill_while(self.begin(None)).await?;
        let mut expected = self.expected(&headers);
        loop {
            let mut keeper = Keeper::new(if self.fits(expected) { KEPT_BYTES } else { 0 });
            let (outcome, next) =
                self.play_pass(feed, pass, &headers, expected.slots, &mut keeper).await;
            let Outcome { slots, pictures, flaws, is_whole } = outcome;
            self.report(flaws.clone());
            self.counters.pass_ended();
            if self.job.source_end == SourceEnd::Continue {
                return Ok(());
            }
            if let Some(reason) =
                flaws.picture.filter(|_| slots < self.format.slots(SHORTEST_FAILURE))
            {
                return Err(Error::Source { url: without_secrets(&self.decoders.url), reason });
            }
            *pause = SHORTEST_PAUSE;
            let source = Arc::clone(&headers.source);
            let begun = match (next, keeper.finish()) {
                (Some(next), _) => feed.fill_while(next).await.expect("it does not panic").ok(),
                (None, Some(kept)) => {
                    headers = self.play_kept(feed, &kept, headers, is_whole).await?;
                    None
                }
                (None, None) => None,
            };
            (pass, headers) = match begun {
                Some(begun) => begun,
                None => feed.fill_while(self.begin(Some(headers))).await?,
            };
            expected = if headers.source == source {
                Expected { slots: Some(slots), pictures: Some(pictures) }
            } else {
                self.expected(&headers)
            };
        }
    }

    /// Plays one pass; begins the next one unless this one will be kept.
    async fn play_pass(
        &self,
        feed: &mut Feed,
        mut pass: Pass,
        headers: &Headers,
        expected: Option<u64>,
        keeper: &mut Keeper,
    ) -> (Outcome, Option<AbortOnDropHandle<Result<Begun, Error>>>) {
        let (mut next, mut ended) = (None, 0);
        if let Some(sound) = pass.flaws().sound {
            self.reporter.problems(|problems| problems.sound = Some(sound));
        }
        while let Some(tick) = feed.fill_while(pass.next(feed.samples())).await {
            keeper.add(&tick);
            feed.play(tick).await;
            if pass.ended_streams() != ended {
                ended = pass.ended_streams();
                let Flaws { picture, sound } = pass.flaws();
                self.reporter.problems(|problems| {
                    problems.picture = picture.or(problems.picture.take());
                    problems.sound = sound.or(problems.sound.take());
                });
            }
            let left = expected.map(|expected| expected.saturating_sub(pass.slots()));
            let ends_soon =
                left.map_or(pass.is_decoded(), |left| left <= self.format.slots(PRESTART));
            let loops = self.job.source_end == SourceEnd::Loop;
            if next.is_none() && ends_soon && keeper.is_full() && loops {
                let (player, headers) = (self.clone(), headers.clone());
                let begin = async move { player.begin(Some(headers)).await };
                next = Some(self.decoders.spawn(begin));
            }
        }
        (pass.outcome(), next)
    }

    /// Plays a kept pass again and again while the source is there and the same; returns newer
    /// headers when it is another, or when the pass was not whole.
    async fn play_kept(
        &self,
        feed: &mut Feed,
        kept: &Kept,
        mut headers: Headers,
        is_whole: bool,
    ) -> Result<Headers, Error> {
        let mut check = None;
        loop {
            let mut replay = kept.replay();
            while let Some(tick) = replay.next(feed.samples()) {
                feed.play(tick).await;
                if check.is_none() && headers.read.elapsed() > PROBE_AGE {
                    let player = self.clone();
                    check = Some(self.decoders.spawn(async move { player.check().await }));
                }
            }
            self.counters.pass_ended();
            if let Some(checked) = check.take_if(|check| check.is_finished()) {
                let read = checked.await.expect("it does not panic")?;
                let same = read.source == headers.source;
                headers = read;
                if !(same && is_whole) {
                    return Ok(headers);
                }
            }
        }
    }

    fn expected(&self, headers: &Headers) -> Expected {
        let slot = |end| self.format.slot(end);
        let track = self.job.audio.as_ref().map(|audio| &audio.track);
        let source = &headers.source;
        Expected { slots: source.end(track).map(slot), pictures: source.video_end.map(slot) }
    }

    /// Whether such a pass can be kept.
    fn fits(&self, expected: Expected) -> bool {
        let Expected { slots: Some(slots), pictures: Some(pictures) } = expected else {
            return false;
        };
        let sound =
            self.job.audio.as_ref().map_or(0, |audio| u64::from(audio.sample_rate) * SAMPLE as u64);
        let seconds = self.format.time(slots).unsigned_abs() / 1_000_000_000 + 1;
        let bytes = pictures
            .saturating_mul(self.format.picture_bytes() as u64)
            .saturating_add(seconds * sound);
        bytes <= KEPT_BYTES as u64
    }

    /// Starts the decoders of a pass, with headers that are not too old.
    async fn begin(&self, headers: Option<Headers>) -> Result<Begun, Error> {
        let headers = match headers.filter(|headers| headers.read.elapsed() < PROBE_AGE) {
            Some(headers) => headers,
            None => self.probe_within(PROBE_TIMEOUT).await?,
        };
        let audio = self.job.audio.as_ref();
        let pass = Pass::start(&self.decoders, self.format, audio, &headers.source).await?;
        Ok((pass, headers))
    }

    /// Reads the headers of a source that plays from memory: whether it is still there. A server may
    /// fail once.
    async fn check(&self) -> Result<Headers, Error> {
        let checked = self.probe_within(CHECK_TIMEOUT).await;
        if checked.is_ok() {
            return checked;
        }
        sleep(SHORTEST_PAUSE).await;
        self.probe_within(CHECK_TIMEOUT).await
    }

    async fn probe_within(&self, time: Duration) -> Result<Headers, Error> {
        timeout(time, self.probe()).await.unwrap_or_else(|_| {
            let url = without_secrets(&self.decoders.url);
            Err(Error::Source { url, reason: "its server does not answer".to_owned() })
        })
    }

    async fn probe(&self) -> Result<Headers, Error> {
        let source = Arc::new(self.decoders.probe().await?);
        Ok(Headers { source, read: Instant::now() })
    }

    fn report(&self, flaws: Flaws) {
        let Flaws { picture, sound } = flaws;
        self.reporter.problems(|problems| (problems.picture, problems.sound) = (picture, sound));
    }
}
