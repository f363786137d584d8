//! Every kind of clip, played for two passes and a half: the received pictures tell their numbers
//! and the received sound its time. Each row of the table prints its figures.
//!
//! The table runs with the ffmpeg of this machine and with the newest one, from `.venv`.
//! `LILO_KIND=interlaced` plays only the rows with this in their names.

mod boxes;
mod changes;
mod chirp;
mod code;
mod expected;
mod figures;
mod instruments;
mod recipe;
mod rows;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use lilo_encoder::{Problems, Status, start};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::expected::Outcome;
use self::figures::Received;
use self::recipe::Kitchen;
use self::rows::{ROWS, Row};
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{small_job, transport};

/// Rows at a time: each encodes in real time, which takes a part of a core.
const AT_ONCE: usize = 5;
/// Seconds that a recording has before its first picture, and those cut off at its end.
const MARGIN: f64 = 1.4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_clip_plays_whole_and_in_step() {
    play_all("kinds").await;
}

#[tokio::test]
async fn every_kind_plays_with_the_newest_ffmpeg() {
    let newest = newest_ffmpeg();
    if !newest.exists() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", newest.display());
        println!("skipped: {} is missing; `make ffmpegs` installs it", newest.display());
        return;
    }
    // The program is chosen by the environment, which belongs to the whole process.
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kinds::the_table_in_a_process_of_its_own", "--ignored", "--nocapture"])
        .env("LILO_FFMPEG", newest)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let output = child.unwrap().wait_with_output().await.unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by every_kind_plays_with_the_newest_ffmpeg, in a process of its own"]
async fn the_table_in_a_process_of_its_own() {
    play_all("kinds-newest").await;
}

fn newest_ffmpeg() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/ffmpeg-newest")
}

/// Plays the rows, a few at a time, and names all that are wrong.
async fn play_all(folder: &str) {
    let version = lilo_encoder::check().await.unwrap().to_string();
    let kitchen = Arc::new(Kitchen::open(folder.to_owned()).await);
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let only = std::env::var("LILO_KIND").unwrap_or_default();
    let mut playing = JoinSet::new();
    for row in ROWS.iter().filter(|row| row.name.contains(&only)) {
        let permit = Arc::clone(&room).acquire_owned().await.unwrap();
        let (kitchen, version) = (Arc::clone(&kitchen), version.clone());
        playing.spawn(async move {
            let _permit = permit;
            // A panic belongs to its row; the others go on.
            let played = tokio::spawn(async move { play(&kitchen, row).await }).await;
            report(&version, row, played.map_err(|panic| panic.to_string()))
        });
    }
    assert!(!playing.is_empty(), "no row is called {only}");
    let verdicts = playing.join_all().await;
    let wrong: Vec<_> = verdicts.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "with ffmpeg {version}:\n{}", wrong.join("\n"));
}

/// Prints a row's figures; returns its name and what is wrong with it.
fn report(version: &str, row: &Row, played: Result<Outcome, String>) -> Option<String> {
    let (line, complaints) = match played {
        Ok(outcome) => (describe(&outcome), row.expected.complaints(&outcome).join("; ")),
        Err(panic) => (panic, "panic".to_owned()),
    };
    let verdict = if complaints.is_empty() { "ok" } else { &complaints };
    println!("ffmpeg {version} | {} | {verdict} | {line}", row.name);
    (!complaints.is_empty()).then(|| format!("{}: {complaints}", row.name))
}

fn describe(outcome: &Outcome) -> String {
    let Outcome { figures, status, reason, requests_a_second } = outcome;
    let status = match status {
        Status::Starting => "starting",
        Status::Playing => "playing",
        Status::Filling { .. } => "filling",
        Status::Ended { .. } => "ended",
    };
    let reason = reason.as_deref().unwrap_or("none");
    format!("{figures}, {requests_a_second:.1} requests/s, {status}, reason: {reason}")
}

async fn play(kitchen: &Kitchen, row: &Row) -> Outcome {
    let file = row.name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    let clip = kitchen.make(&file, row.steps).await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;

    let pipeline = start(small_job(origin.url(&clip), recorder.address())).unwrap();
    let time = Duration::from_secs_f64(row.expected.seconds() + MARGIN);
    let recording = recorder.record(time).await;
    let status = pipeline.status().borrow().clone();
    let problems = pipeline.problems().borrow().clone();
    let requests = origin.requests();
    pipeline.stop().await;

    transport::assert_counters_run_on(&recording);
    let seconds = recording.times().0.as_secs_f64();
    let path = recording.write(&kitchen.name(&format!("{file}/received.ts"))).await;
    let received = receive(&path, seconds).await;
    let requests_a_second = f64::from(requests) / time.as_secs_f64();
    let figures = received.figures(row.expected.steps);
    // The address has the row's name in it.
    let reason = reason(&status, problems).map(|reason| reason.replace(&origin.url(&clip), ""));
    Outcome { figures, status, reason, requests_a_second }
}

async fn receive(path: &Path, seconds: f64) -> Received {
    let times = transport::times(path).await;
    transport::assert_steps_are_even(&times);
    // The recording may end in mid-picture.
    let until = seconds - 0.5;
    Received {
        pictures: code::read(path, until).await,
        first_picture: times[&0].pts[0],
        sound: chirp::read(path, until).await,
        first_sound: times[&1].pts[0],
    }
}

/// Why something of the source does not play.
fn reason(status: &Status, problems: Problems) -> Option<String> {
    match status {
        Status::Filling { reason } | Status::Ended { reason } => Some(reason.clone()),
        Status::Starting | Status::Playing => problems.sound.or(problems.picture),
    }
}
