//! Runs with a scripted engine on a paused clock.

mod stage;

use serde_json::json;

use self::stage::{Stage, ended};
use super::*;
use crate::model::alert::AlertState;
use crate::playout::job::tests::channel;

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(20);
const END_OF_A_SESSION: Duration = Duration::from_mins(1);

async fn seconds(number: u64) {
    sleep(Duration::from_secs(number)).await;
}

#[tokio::test(start_paused = true)]
async fn channel_with_a_quick_encoder_runs_after_its_start_time() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;

    stage.start().await;
    seconds(28).await;
    let before = stage.state();
    seconds(1).await;

    assert_eq!(before, ("STARTING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn an_encoder_is_started_shortly_before_its_channel_runs() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;

    stage.start().await;
    let started_at = Instant::now() - Duration::from_millis(1001);
    seconds(30).await;

    let played = stage.log.started.lock().unwrap()[0] - started_at;
    assert_eq!(played, START.saturating_sub(ENCODER_LEAD));
}

#[tokio::test(start_paused = true)]
async fn a_channel_whose_encoder_is_slow_runs_when_it_plays() {
    let stage = Stage::single(vec![vec![(18, Report::Playing)]]).await;

    stage.start().await;
    seconds(43).await;
    let before = stage.state();
    seconds(1).await;

    assert_eq!(before, ("STARTING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_does_not_start_is_recovering_until_one_does() {
    let stage = Stage::single(vec![vec![(0, ended())], vec![(1, Report::Playing)]]).await;

    stage.begin().await;
    let failed = stage.state();
    seconds(30).await;

    assert_eq!(failed, ("RECOVERING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert_eq!(stage.reported(), [ReportedState::Created, ReportedState::Running]);
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_dies_is_started_again() {
    let dies = vec![(1, Report::Playing), (59, ended())];
    let stage = Stage::single(vec![dies, vec![(5, Report::Playing)]]).await;

    stage.begin().await;
    seconds(58).await;
    let alive = stage.state();
    seconds(1).await;
    let dead = stage.state();
    seconds(6).await;

    assert_eq!(alive, ("RUNNING".to_owned(), 1));
    assert_eq!(dead, ("RECOVERING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    let again = [ReportedState::Created, ReportedState::Running, ReportedState::Running];
    assert_eq!(stage.reported(), again);
}

#[tokio::test(start_paused = true)]
async fn the_pause_before_another_try_grows_up_to_a_limit() {
    let stage = Stage::single(vec![vec![(0, ended())]]).await;

    stage.begin().await;
    seconds(100).await;

    let started = stage.log.started.lock().unwrap();
    let pauses = started.windows(2).map(|pair| (pair[1] - pair[0]).as_secs());
    assert_eq!(pauses.collect::<Vec<_>>(), [1, 2, 4, 8, 16, 30, 30]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_idle_only_when_its_encoder_has_ended() {
    // A session with reports left takes a minute to end, longer than the stop itself.
    let stage = Stage::single(vec![vec![(1, Report::Playing), (3600, ended())]]).await;
    stage.start().await;
    seconds(30).await;

    stage.stop().await;
    seconds(58).await;
    let before = stage.state();
    seconds(1).await;

    assert_eq!(before, ("STOPPING".to_owned(), 0));
    assert_eq!(stage.state(), ("IDLE".to_owned(), 0));
    assert_eq!(stage.log.stopped.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_recovering_channel_can_be_stopped_and_is_not_tried_again() {
    let stage = Stage::single(vec![vec![(0, ended())]]).await;
    stage.begin().await;
    seconds(10).await;
    assert_eq!(stage.state(), ("RECOVERING".to_owned(), 0));

    stage.stop().await;
    seconds(20).await;
    let tries = stage.log.started.lock().unwrap().len();
    seconds(3600).await;

    assert_eq!(stage.state(), ("IDLE".to_owned(), 0));
    assert_eq!(stage.log.started.lock().unwrap().len(), tries);
}

#[tokio::test(start_paused = true)]
async fn a_channel_with_two_pipelines_recovers_when_one_is_lost() {
    let stays = vec![(1, Report::Playing)];
    let dies = vec![(1, Report::Playing), (59, ended())];
    let scripts = vec![stays.clone(), dies, stays];
    let stage = Stage::with(scripts, "STANDARD", "rtp://127.0.0.1:5000").await;

    stage.begin().await;
    seconds(40).await;
    let both = stage.state();
    seconds(19).await;
    let one = stage.state();
    seconds(2).await;

    assert_eq!(both, ("RUNNING".to_owned(), 2));
    assert_eq!(one, ("RECOVERING".to_owned(), 1));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 2));
}

#[tokio::test(start_paused = true)]
async fn channel_with_unreachable_destination_runs_without_encoder() {
    let stage = Stage::with(Vec::new(), "SINGLE_PIPELINE", "rtp://media.example.com:5000").await;

    stage.start().await;
    seconds(30).await;

    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert!(stage.log.started.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn channel_with_unreadable_input_runs_and_retries_it() {
    let missing = vec![(1, Report::NoSource { reason: "404".to_owned() })];
    let stage = Stage::single(vec![missing, vec![(1, Report::Playing)]]).await;

    stage.start().await;
    seconds(60).await;

    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert_eq!(stage.log.started.lock().unwrap().len(), 2);
    assert_eq!(stage.reported(), [ReportedState::Created, ReportedState::Running]);
    let states = stage.alerts().into_iter().map(|(_, _, state)| state).collect::<Vec<_>>();
    assert_eq!(states, [AlertState::Set, AlertState::Cleared]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_the_encoders_to_end() {
    let stage = Stage::single(vec![vec![(1, Report::Playing), (3600, ended())]]).await;
    stage.begin().await;
    let before = Instant::now();

    stage.service.shared.shutdown().await;

    assert_eq!(before.elapsed().as_secs(), END_OF_A_SESSION.as_secs());
    assert_eq!(stage.log.stopped.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_goes_away_is_an_alert_until_it_is_back() {
    let reason = || "404".to_owned();
    let script = vec![
        (1, Report::Playing),
        (9, Report::Filling { reason: reason() }),
        (1, Report::Filling { reason: reason() }),
        (4, Report::Playing),
    ];
    let stage = Stage::single(vec![script]).await;

    stage.begin().await;
    seconds(30).await;

    let kind = "Video Not Detected";
    assert_eq!(stage.alerts(), [(0, kind, AlertState::Set), (5, kind, AlertState::Cleared)]);
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert_eq!(stage.reported(), [ReportedState::Created, ReportedState::Running]);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_does_not_keep_up_is_an_alert() {
    let slow = Problems { slow: true, ..Problems::default() };
    let script = vec![
        (1, Report::Playing),
        (9, Report::Problems(slow)),
        (20, Report::Problems(Problems::default())),
    ];
    let stage = Stage::single(vec![script]).await;

    stage.begin().await;
    seconds(60).await;

    let kind = "Slow Encode";
    assert_eq!(stage.alerts(), [(0, kind, AlertState::Set), (20, kind, AlertState::Cleared)]);
}

#[tokio::test(start_paused = true)]
async fn missing_sound_and_incomplete_video_are_alerts() {
    let problems = |sound: Option<&str>, picture: Option<&str>| {
        let [sound, picture] = [sound, picture].map(|it| it.map(str::to_owned));
        Report::Problems(Problems { sound, picture, ..Problems::default() })
    };
    let script = vec![
        (1, Report::Playing),
        (9, problems(Some("no such track"), None)),
        (5, problems(Some("another reason"), Some("a field is missing"))),
        (5, problems(None, Some("a field is missing"))),
        (20, ended()),
    ];
    let stage = Stage::single(vec![script, vec![(1, Report::Playing)]]).await;

    stage.begin().await;
    seconds(60).await;

    let (sound, picture) = ("Audio Not Detected", "Video Incomplete");
    let expected = [
        (0, sound, AlertState::Set),
        (5, picture, AlertState::Set),
        (10, sound, AlertState::Cleared),
        (30, picture, AlertState::Cleared),
    ];
    assert_eq!(stage.alerts(), expected);
    let message = "[AudioBuffer[1]] Audio not detected: Check input signal";
    assert_eq!(stage.messages()[0], message);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_cannot_be_opened_is_an_alert() {
    let failed = vec![(0, Report::NoDestination { reason: "no route".to_owned() })];
    let stage = Stage::single(vec![failed, vec![(1, Report::Playing)]]).await;

    stage.begin().await;
    let failed = stage.state();
    seconds(30).await;

    let kind = "Failed to Create Output File or Socket";
    let states = stage.alerts().into_iter().map(|(_, kind, state)| (kind, state));
    let expected = [(kind, AlertState::Set), (kind, AlertState::Cleared)];
    assert_eq!(states.collect::<Vec<_>>(), expected);
    let message = "MPEGTS muxer for mediaID [1] unable to open output or stream \
                   [rtp://127.0.0.1:5000].";
    assert_eq!(stage.messages(), [message; 2]);
    assert_eq!((failed.0.as_str(), stage.state().0.as_str()), ("RECOVERING", "RUNNING"));
}

#[tokio::test(start_paused = true)]
async fn settings_not_followed_are_one_alert_until_the_stop() {
    let mut request = channel("1000001");
    let video = &mut request["encoderSettings"]["videoDescriptions"][0];
    video["sharpness"] = json!(80);
    video["scalingBehavior"] = json!("STRETCH_TO_OUTPUT");
    let dies = vec![(1, Report::Playing), (9, ended())];
    let stage = Stage::of(vec![dies, vec![(1, Report::Playing)]], &request).await;

    stage.begin().await;
    seconds(30).await;
    let set = stage.alerts();
    stage.stop().await;

    let kind = "Setting Not Emulated";
    assert_eq!(set, [(0, kind, AlertState::Set)]);
    let cleared = stage.alerts().into_iter().map(|(_, kind, state)| (kind, state)).skip(1);
    assert_eq!(cleared.collect::<Vec<_>>(), [(kind, AlertState::Cleared)]);
    let message = "The stream does not follow \
                   encoderSettings.videoDescriptions[0].scalingBehavior: \"STRETCH_TO_OUTPUT\", \
                   encoderSettings.videoDescriptions[0].sharpness: 80";
    assert_eq!(stage.messages(), [message; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_cannot_be_played_says_why_in_an_alert() {
    let mut request = channel("1000001");
    request["encoderSettings"]["videoDescriptions"][0]["codecSettings"] =
        json!({ "h265Settings": {} });
    let stage = Stage::of(Vec::new(), &request).await;

    stage.begin().await;

    let kind = "No Output";
    assert_eq!(stage.alerts(), [(0, kind, AlertState::Set)]);
    let message = "The pipeline sends nothing: the channel has no H.264 settings";
    assert_eq!(stage.messages(), [message]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_stopped_leaves_no_alert_set() {
    let filling = vec![(1, Report::Filling { reason: "404".to_owned() })];
    let stage = Stage::single(vec![filling]).await;
    stage.begin().await;
    seconds(10).await;

    stage.stop().await;

    let states = stage.alerts().into_iter().map(|(_, _, state)| state).collect::<Vec<_>>();
    assert_eq!(states, [AlertState::Set, AlertState::Cleared]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_ends_what_plays_and_starts_it_again() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;
    stage.begin().await;
    seconds(10).await;

    let body = json!({ "pipelineIds": ["PIPELINE_0"] });
    stage.call("RestartChannelPipelines", Some("1000002"), &body).await;
    seconds(1).await;

    assert_eq!(stage.log.started.lock().unwrap().len(), 2);
    assert_eq!(stage.log.stopped.lock().unwrap().len(), 1);
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn a_running_channel_has_thumbnails_and_an_idle_one_has_none() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;
    let wanted = [("pipelineId", "0"), ("thumbnailType", "CURRENT_ACTIVE")];

    let idle = stage.thumbnails(&wanted).await;
    stage.begin().await;
    let running = stage.thumbnails(&wanted).await;
    let second = stage.thumbnails(&[("pipelineId", "1"), wanted[1]]).await;
    let unnamed = stage.thumbnails(&wanted[..1]).await;

    let none = Err("There are no thumbnails for this channel.".to_owned());
    let thumbnail = json!({
        "body": "/9g=",
        "contentType": "image/jpeg",
        "thumbnailType": "CURRENT_ACTIVE",
        "timeStamp": "1970-01-01T00:00:01Z",
    });
    let detail = json!({ "pipelineId": "0", "thumbnails": [thumbnail] });
    assert_eq!(running, Ok(json!({ "thumbnailDetails": [detail] })));
    assert_eq!((idle, second), (none.clone(), none));
    assert_eq!(unnamed, Err("thumbnailType: it is required".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_channel_may_do_without_thumbnails() {
    let mut request = channel("1000001");
    request["encoderSettings"]["thumbnailConfiguration"] = json!({ "state": "DISABLED" });
    let stage = Stage::of(vec![vec![(1, Report::Playing)]], &request).await;
    stage.begin().await;

    let query = [("pipelineId", "0"), ("thumbnailType", "CURRENT_ACTIVE")];
    let shown = stage.thumbnails(&query).await;

    assert_eq!(shown, Err("There are no thumbnails for this channel.".to_owned()));
    assert_eq!(stage.alerts(), []);
}
