//! One start of one function: a cold answer, then a warm one.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use crate::certificates::Certificates;
use crate::child::Running;
use crate::error::Error;
use crate::quota::{Group, Memory};
use crate::stub::{Addresses, Stub};
use crate::subject::{Kind, Subject};

/// From when on a process has its memory's share of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quota {
    Never,
    FromTheStart(Memory),
    FromTheEvent(Memory),
}

/// Under what a function is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    pub(crate) name: &'static str,
    https: bool,
    quota: Quota,
}

/// Lambda gives INIT a whole processor, and the invocation its memory's share.
pub(crate) const MODES: [Mode; 6] = [
    Mode { name: "HTTP", https: false, quota: Quota::Never },
    Mode { name: "HTTPS", https: true, quota: Quota::Never },
    Mode {
        name: "HTTPS, 128 MB (7 %) from the start",
        https: true,
        quota: Quota::FromTheStart(Memory(128)),
    },
    Mode {
        name: "HTTPS, 128 MB (7 %) from the event on",
        https: true,
        quota: Quota::FromTheEvent(Memory(128)),
    },
    Mode {
        name: "HTTPS, 256 MB (14 %) from the event on",
        https: true,
        quota: Quota::FromTheEvent(Memory(256)),
    },
    Mode {
        name: "HTTPS, 512 MB (29 %) from the event on",
        https: true,
        quota: Quota::FromTheEvent(Memory(512)),
    },
];

impl Mode {
    /// # Errors
    /// When a quota cannot be set here.
    pub(crate) fn is_possible(self) -> Result<(), String> {
        let (Quota::FromTheStart(memory) | Quota::FromTheEvent(memory)) = self.quota else {
            return Ok(());
        };
        let group = Group::new(memory).map(drop);
        group.map_err(|error| format!("no control group can be made here ({error}); be root"))
    }

    /// The memory that is paid for, where the function runs as on Lambda.
    pub(crate) fn paid(self) -> Option<Memory> {
        match self.quota {
            Quota::FromTheEvent(memory) => Some(memory),
            Quota::Never | Quota::FromTheStart(_) => None,
        }
    }
}

/// Times in milliseconds, memory in MB.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// From the start of the process to its request for the first event.
    pub(crate) init: f64,
    pub(crate) init_cpu: f64,
    /// From the first event to its answer.
    pub(crate) invocation: f64,
    pub(crate) invocation_cpu: f64,
    pub(crate) peak: f64,
    /// From the second event to its answer.
    pub(crate) warm: f64,
    /// From the second event to its last call.
    pub(crate) warm_to_start: Option<f64>,
    /// Of one invocation.
    pub(crate) calls: Vec<String>,
}

/// Starts `subject` and has it answer two events.
pub(crate) async fn run(
    subject: &Subject,
    mode: Mode,
    certificates: &Certificates,
) -> Result<Figures, Error> {
    let tls = mode.https.then(|| certificates.server.clone());
    let mut stub = Stub::start(subject.kind, tls).await?;
    let (from_the_start, from_the_event) = match mode.quota {
        Quota::Never => (None, None),
        Quota::FromTheStart(memory) => (Some(Group::new(memory)?), None),
        Quota::FromTheEvent(memory) => (None, Some(Group::new(memory)?)),
    };
    let root = mode.https.then(|| certificates.root());

    let begun = Instant::now();
    let child =
        Running::start(subject, &[], stub.addresses(), root.as_deref(), from_the_start.as_ref())?;
    let first = stub.next(subject).await?;
    let init = milliseconds(begun, first.at);
    let init_cpu = child.cpu()?;
    if let Some(group) = &from_the_event {
        std::fs::write(group.door(), child.id().to_string())?;
    }

    let handed_out = first.hand_out(event(subject.kind, stub.addresses()));
    let invocation = milliseconds(handed_out, stub.answer(subject).await?);
    let second = stub.next(subject).await?;
    let cpu = child.cpu()?;
    let calls = stub.take_calls();

    let handed_out = second.hand_out(event(subject.kind, stub.addresses()));
    let warm = milliseconds(handed_out, stub.answer(subject).await?);
    let again = stub.take_calls();
    let start = again.iter().find(|(call, _)| call == "StartChannel");
    Ok(Figures {
        init,
        init_cpu,
        invocation,
        invocation_cpu: cpu - init_cpu,
        peak: child.peak()?,
        warm,
        warm_to_start: start.map(|(_, at)| milliseconds(handed_out, *at)),
        calls: calls.into_iter().map(|(call, _)| call).collect(),
    })
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    to.duration_since(from).as_secs_f64() * 1e3
}

/// The event of a kind, from the samples, with its ResponseURL at the stub.
pub(crate) fn event(kind: Kind, at: &Addresses) -> Bytes {
    let sample = match kind {
        Kind::Input => include_str!("../../events/input/delete.json"),
        Kind::Channel => include_str!("../../events/channel/delete.json"),
        Kind::Sweep => include_str!("../../events/starter/sweep.json"),
        Kind::Hello | Kind::Starter | Kind::Python => {
            include_str!("../../events/starter/created.json")
        }
    };
    let mut event: Value = serde_json::from_str(sample).expect("the samples are JSON");
    if let Some(url) = event.get_mut("ResponseURL") {
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
        *url = format!("{}/reply?X-Amz-Date={now}&X-Amz-Expires=7200", at.replies).into();
        // Not the channel that the stub has.
        event["PhysicalResourceId"] = "1000009".into();
    }
    event.to_string().into()
}
