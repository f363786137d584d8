//! An account as `lilo conformance --target aws` sees it: who one is, and an emulated MediaLive.

use std::process::Command;

use axum::Router;
use axum::http::StatusCode;
use lilo_tests::account::Done;
use lilo_tests::programs::Emulator;
use lilo_tests::programs::http::serve;
use serde_json::{Value, json};

pub(crate) const LILO: &str = env!("CARGO_BIN_EXE_lilo");
/// The account number, which no report may have.
pub(crate) const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

pub(crate) struct Account {
    pub(crate) medialive: Emulator,
    /// Answers who one is, and refuses everything else.
    others: String,
}

impl Account {
    /// An account whose MediaLive is an emulator with these options.
    pub(crate) fn new(options: &[&str]) -> Self {
        let others = serve(Router::new().fallback(async |body: String| {
            if body.contains("Action=GetCallerIdentity") {
                (StatusCode::OK, identity())
            } else {
                (StatusCode::FORBIDDEN, "<Response/>".to_owned())
            }
        }));
        Self {
            medialive: Emulator::start(LILO, &[&["--region", REGION], options].concat()),
            others,
        }
    }

    /// `lilo conformance --target aws` with these options.
    pub(crate) fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new(LILO);
        command
            .args(["conformance", "--target", "aws"])
            .args(options)
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("AWS_ENDPOINT_URL", &self.others)
            .env("AWS_ENDPOINT_URL_MEDIALIVE", &self.medialive.url)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "person")
            .env("AWS_SECRET_ACCESS_KEY", "local");
        command
    }

    /// The same with everything that a run needs: nothing leaves this machine.
    /// It watches for changes that may not come for so many seconds.
    pub(crate) fn run(&self, patience: &str, options: &[&str]) -> Command {
        let place = ["--source", "https://127.0.0.1:9/clip.mp4", "--destination", "127.0.0.1"];
        self.command(&[&place[..], &["--yes", "--patience", patience], options].concat())
    }

    pub(crate) fn done(mut command: Command) -> Done {
        Done::of(command.output().unwrap())
    }

    /// Creates an input that no run has made.
    pub(crate) fn foreign_input(&self, name: &str) -> String {
        let request = json!({
            "name": name,
            "type": "MP4_FILE",
            "sources": [{ "url": "https://example.com/a.mp4" }],
            "tags": { "Owner": "lilo:conformance" },
        });
        let mut made =
            ureq::post(format!("{}/prod/inputs", self.medialive.url)).send_json(request).unwrap();
        let made: Value = made.body_mut().read_json().unwrap();
        made["input"]["id"].as_str().unwrap().to_owned()
    }

    /// The ids of the channels, inputs and input security groups that are not DELETED.
    pub(crate) fn left(&self) -> Vec<String> {
        ["channels", "inputs", "inputSecurityGroups"]
            .iter()
            .flat_map(|kind| {
                let url = format!("{}/prod/{kind}", self.medialive.url);
                let listed = lilo_tests::programs::http::get(&url);
                let items = listed[kind].as_array().unwrap().clone();
                items.into_iter().filter(|it| it["state"] != "DELETED")
            })
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// How often an operation had its effect.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.medialive.calls().iter().filter(|call| is_effective(call, operation)).count()
    }
}

/// Whether it is a call of this operation that was accepted, and no dry run.
pub(crate) fn is_effective(call: &Value, operation: &str) -> bool {
    let accepted = call["status"].as_u64().is_some_and(|status| status < 300);
    call["operation"] == operation && accepted && call["resource"].is_string()
}

fn identity() -> String {
    format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Account>{ACCOUNT}</Account></GetCallerIdentityResult>\
         </GetCallerIdentityResponse>"
    )
}
