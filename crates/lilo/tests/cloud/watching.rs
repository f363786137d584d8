//! `lilo watch`: the page of a loop on AWS.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lilo_tests::programs::free_port;
use lilo_tests::programs::proxy::{AnswerFault, between};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::account::{Account, wait_until};

/// A running `lilo watch`, which ends with the test.
struct Watch {
    child: Child,
    page: String,
}

impl Watch {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let page = line["data"]["page"].as_str().unwrap().to_owned();
        Self { child, page }
    }

    fn of(account: &Account) -> Self {
        Self::start(account.command(&["watch", "--output", "json"]))
    }

    /// The page's URL for this path, with the key.
    fn url(&self, path: &str) -> String {
        let (origin, query) = self.page.split_once("/?").unwrap();
        format!("{origin}{path}?{query}")
    }

    /// The updates of a page that is opened now.
    fn open(&self) -> impl Iterator<Item = String> {
        let answer = ureq::get(self.url("/live")).call().unwrap();
        let lines = BufReader::new(answer.into_body().into_reader()).lines();
        lines.map_while(Result::ok).filter(|line| line.starts_with("data: ["))
    }

    /// All of a page that is opened now.
    fn shown(&self) -> String {
        self.open().next().unwrap()
    }

    /// Opens pages until one has these words.
    #[track_caller]
    fn wait_for(&self, words: &str) -> String {
        let mut shown = String::new();
        wait_until(&format!("the page shows {words}"), || {
            shown = self.shown();
            shown.contains(words)
        });
        shown
    }

    /// The status and the text that a button's request gets.
    fn press(&self, path: &str) -> (u16, String) {
        self.try_to_press(path).unwrap()
    }

    fn try_to_press(&self, path: &str) -> Result<(u16, String), ureq::Error> {
        let front = ureq::get(&self.page).call()?.body_mut().read_to_string()?;
        let (_, after) = front.split_once("name=\"lilo-token\" content=\"").unwrap();
        let token = after.split('"').next().unwrap();
        let request = ureq::post(self.url(path)).header("x-lilo-token", token);
        let request = request.config().http_status_as_error(false).build();
        let mut answer = request.send_empty()?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }

    /// The picture of a channel's first pipeline.
    fn still(&self, channel: &str) -> Option<Vec<u8>> {
        let mut answer = ureq::get(self.url(&format!("/still/{channel}/0"))).call().unwrap();
        (answer.status() == 200).then(|| answer.body_mut().read_to_vec().unwrap())
    }

    fn interrupt(&self) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often MediaLive was called for this and for any channel.
fn calls_to(account: &Account, operation: &str) -> usize {
    let calls = account.medialive.calls();
    calls.iter().filter(|call| call["operation"] == operation).count()
}

/// The id of the loop's channel.
fn channel_of(account: &Account) -> String {
    account.physical_id("lilo-loop", "Channel")
}

#[test]
fn watch_shows_a_loop_and_switches_its_channel_alone() {
    let account = Account::new();
    account.deploy(&[]).well();
    let channel = channel_of(&account);
    let looks = calls_to(&account, "DescribeChannel");
    let address = format!("127.0.0.1:{}", free_port());
    let options = ["watch", "--output", "json", "--page-listen", &address, "--price", "1.5"];
    let mut watch = Watch::start(account.command(&options));
    assert!(watch.page.starts_with(&format!("http://{address}/?key=")), "{}", watch.page);
    assert_eq!(calls_to(&account, "DescribeChannel"), looks, "nobody looks yet");

    let shown = watch.wait_for("in eu-west-1 on AWS");
    for text in ["IDLE", "rtp://203.0.113.10:5000", "CREATE_COMPLETE", "the channel does not run"] {
        assert!(shown.contains(text), "{text} in {shown}");
    }

    for (path, words) in [
        ("/start/1234567", "That is not the loop's channel."),
        ("/stop/1234567", "That is not the loop's channel."),
        ("/send-again/1", "Events are sent again on a laptop only."),
    ] {
        assert_eq!(watch.press(path), (409, words.to_owned()));
    }
    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    watch.wait_for(">RUNNING<");
    assert_eq!(watch.press(&format!("/stop/{channel}")).0, 204);
    watch.wait_for(">STOPPING<");
    account.medialive.wait_for(&channel, "IDLE");

    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    account.medialive.wait_for(&channel, "RUNNING");
    watch.interrupt();
    assert_eq!(watch.child.wait().unwrap().code(), Some(0));
    assert_eq!(account.medialive.channel_state(&channel), "RUNNING", "AWS stays as it is");
}

#[test]
fn watch_says_that_thumbnails_are_off_and_asks_for_none() {
    let account = Account::new();
    account.deploy(&[]).well();
    let channel = channel_of(&account);
    let watch = Watch::of(&account);

    let shown = watch.wait_for("lilo deploy lilo-loop --param Thumbnails=AUTO");
    assert!(!shown.contains("data-still"), "{shown}");

    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    watch.wait_for(">RUNNING<");
    assert_eq!(watch.still(&channel), None);
    assert_eq!(calls_to(&account, "DescribeThumbnails"), 0);
}

#[test]
fn watch_shows_thumbnails_and_alerts_of_its_own_channel() {
    let account = Account::playing();
    // The emulated MediaLive does not find the file in its folder.
    account.deploy(&["--param", "Thumbnails=AUTO"]).well();
    let channel = channel_of(&account);
    let watch = Watch::of(&account);
    let thumbnails = || calls_to(&account, "DescribeThumbnails");

    let shown = watch.wait_for("data-still");
    assert!(shown.contains("MediaLive's thumbnails"), "{shown}");
    assert_eq!((watch.still(&channel), thumbnails()), (None, 0), "an idle channel has none");

    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    watch.wait_for("Video Not Detected");
    let mut jpeg = None;
    wait_until("there is a thumbnail", || {
        jpeg = watch.still(&channel);
        jpeg.is_some()
    });
    assert!(jpeg.unwrap().starts_with(b"\xff\xd8\xff"));

    let before = thumbnails();
    assert_eq!(watch.still("1234567"), None);
    assert_eq!(thumbnails(), before, "another channel is not asked for");

    account.inject(&json!({ "fault": "stall", "operation": "DescribeThumbnails", "seconds": 3 }));
    let before = thumbnails();
    wait_until("a picture is asked for anew", || {
        thread::scope(|pages| {
            let pages: Vec<_> = (0..4).map(|_| pages.spawn(|| watch.still(&channel))).collect();
            assert!(pages.into_iter().all(|page| page.join().unwrap().is_some()));
        });
        thumbnails() > before
    });
    assert_eq!(thumbnails(), before + 1, "four pages share a picture");

    let denied = json!({ "fault": "status", "operation": "DescribeThumbnails", "status": 403 });
    account.inject(&denied);
    wait_until("there is no picture", || watch.still(&channel).is_none());
    watch.wait_for("Pipeline 0 has no thumbnail: not allowed to get the channel's thumbnails");
}

#[test]
fn watch_shows_a_channel_without_the_rights_for_the_rest() {
    let account = Account::new();
    account.deploy(&[]).well();
    let channel = channel_of(&account);
    account.inject(&json!({
        "fault": "status", "operation": "ListAlerts", "status": 403, "times": 1000,
    }));
    let deny = |call: &str| {
        let events = call.starts_with("Action=DescribeStackEvents&");
        events.then_some(AnswerFault::Status(403, "AccessDenied"))
    };
    let watch = Watch::start(account.command_past(deny, &["watch", "--output", "json"]));

    let shown = watch.wait_for("in eu-west-1 on AWS");
    for text in [
        ">IDLE<",
        "Not up to date: not allowed to list the channel's alerts",
        "Not up to date: not allowed to read the stack's events",
    ] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    watch.wait_for(">RUNNING<");
}

#[test]
fn watch_calls_no_channel_missing_before_aws_answers() {
    let account = Account::new();
    account.deploy(&[]).well();
    account.inject(&json!({
        "fault": "status", "operation": "DescribeChannel", "status": 403, "times": 1000,
    }));
    let watch = Watch::of(&account);

    let shown = watch.wait_for("not allowed to look at the channel");
    assert!(shown.contains("The channel of lilo-loop is not known yet."), "{shown}");
    assert!(!shown.contains("No channel"), "{shown}");

    account.medialive.clear_faults();
    let shown = watch.wait_for(">IDLE<");
    assert!(!shown.contains("not known yet") && !shown.contains("Not up to date"), "{shown}");
}

/// A place before MediaLive that holds the next call of each kind that it is told, and says when
/// that has come.
fn holding(account: &Account) -> (String, impl Fn(&'static str) -> Receiver<()> + use<>) {
    let (orders, ordered) = channel::<(&'static str, Sender<()>)>();
    let mut wanted = Vec::new();
    let url = between(&account.medialive.url, move |call| {
        wanted.extend(ordered.try_iter());
        let at = wanted.iter().position(|(words, _)| call.contains(words))?;
        let (_, come) = wanted.swap_remove(at);
        let _ = come.send(());
        Some(AnswerFault::Held)
    });
    let next = move |words| {
        let (come, has_come) = channel();
        orders.send((words, come)).unwrap();
        has_come
    };
    (url, next)
}

#[test]
fn a_look_without_an_answer_holds_up_nothing() {
    let account = Account::new();
    account.deploy(&[]).well();
    let channel = channel_of(&account);
    let (medialive, hold) = holding(&account);
    let mut command = account.command(&["watch", "--output", "json"]);
    command.env("AWS_ENDPOINT_URL_MEDIALIVE", medialive);
    let mut watch = Watch::start(command);
    watch.wait_for(">IDLE<");
    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    watch.wait_for(">RUNNING<");

    // The page closes while its look has no answer.
    let look = hold("GET /prod/channels/");
    wait_until("a look is held", || {
        watch.shown();
        look.try_recv().is_ok()
    });
    // The next one is held too, so that the page shows for a while how the first one ended.
    let _next_look = hold("GET /prod/channels/");
    let (status, why) = watch.press(&format!("/start/{channel}"));
    assert_eq!(status, 409);
    assert!(why.starts_with("AWS refused to start the channel"), "{why}");
    let shown = watch.shown();
    assert!(!shown.contains("Not up to date"), "the look is not over: {shown}");
    let shown = watch.wait_for("Not up to date: AWS could not be reached to look at the channel");
    for state in [">IDLE<", ">RUNNING<"] {
        assert!(shown.contains(state), "{state} in {shown}");
    }

    let stop = hold("/stop");
    thread::scope(|page| {
        let pressed = page.spawn(|| watch.try_to_press(&format!("/stop/{channel}")));
        stop.recv().unwrap();
        watch.interrupt();
        assert!(pressed.join().unwrap().is_err(), "Ctrl-C does not wait for the button's answer");
    });
    assert_eq!(watch.child.wait().unwrap().code(), Some(0));
}
