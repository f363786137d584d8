//! `lilo watch`: the page of a loop on AWS.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use lilo_tests::programs::free_port;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

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
        let page = line["data"]["page"].as_str().unwrap().trim_end_matches('/').to_owned();
        Self { child, page }
    }

    /// What a page that is opened now gets first.
    fn shown(&self) -> String {
        let answer = ureq::get(format!("{}/live", self.page)).call().unwrap();
        let lines = BufReader::new(answer.into_body().into_reader()).lines();
        let mut data = lines.map_while(Result::ok).filter(|line| line.starts_with("data: ["));
        data.next().unwrap()
    }

    /// The status and the text that a button's request gets.
    fn press(&self, path: &str) -> (u16, String) {
        let front = ureq::get(&self.page).call().unwrap().body_mut().read_to_string().unwrap();
        let (_, after) = front.split_once("name=\"lilo-token\" content=\"").unwrap();
        let token = after.split('"').next().unwrap();
        let request = ureq::post(format!("{}{path}", self.page)).header("x-lilo-token", token);
        let request = request.config().http_status_as_error(false).build();
        let mut answer = request.send_empty().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn watch_shows_a_loop_and_starts_its_channel() {
    let account = Account::new();
    account.deploy(&[]).well();
    let address = format!("127.0.0.1:{}", free_port());
    let options = ["watch", "--output", "json", "--page-listen", &address, "--price", "1.5"];
    let mut watch = Watch::start(account.command(&options));
    assert_eq!(watch.page, format!("http://{address}"));

    let shown = watch.shown();
    for text in ["IDLE", "rtp://203.0.113.10:5000", "CREATE_COMPLETE", "in eu-west-1 on AWS"] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
    let channel = shown.split("data-post=\\\"/start/").nth(1).unwrap();
    let channel = channel.split('\\').next().unwrap();

    let (status, why) = watch.press("/start/1234567");
    assert_eq!((status, why.as_str()), (409, "That is not the loop's channel."));
    assert_eq!(watch.press(&format!("/start/{channel}")).0, 204);
    wait_until("the page shows RUNNING", || watch.shown().contains(">RUNNING<"));

    kill(Pid::from_raw(watch.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(watch.child.wait().unwrap().code(), Some(0));
    assert_eq!(
        account.medialive.channel_state(channel),
        "RUNNING",
        "Ctrl-C changes nothing on AWS"
    );
}
