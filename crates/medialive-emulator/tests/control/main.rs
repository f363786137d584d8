//! The control plane as a client sees it: requests through the router, on a clock that stands still
//! between them (but for the tests with a socket or an encoder).
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod calls;
mod client;
mod conflicts;
mod dry_run;
mod events;
mod evidence;
mod faults;
mod lifecycle;
mod lists;
mod playing;
mod push_inputs;
mod refusals;
mod regions;
mod replay;
mod responses;
mod restart;
mod server;
mod tags;
mod throttle;
mod update;
mod validation;
