//! MediaLive's control plane on loopback: its HTTP API, its states, its events, and the encoder
//! behind RUNNING.
//!
//! Decides what MediaLive would answer, and when a channel or an input changes its state. Must not
//! know who calls: nothing here speaks of CloudFormation, Lambda or a particular stack.
//!
//! Texts, timings and states follow what is published or was observed on AWS; a module that had to
//! choose where nothing is published says so.

mod config;
mod emulator;
mod error;
mod faults;
mod http;
mod model;
mod operations;
mod pace;
mod playout;
mod request;
mod service;
mod throttle;
mod validation;

pub use config::{Choices, Config, EncoderChoice};
pub use emulator::{Emulator, Remaining};
pub use faults::fault::{CallFault, EventFault, Fault, InvalidFault, Turns};
pub use http::Cut;
pub use model::alert::AlertState;
pub use model::states::{ChannelState, InputState, ReportedState};
pub use pace::Pace;
pub use service::calls::{Call, caller};
pub use service::events::{Detail, Event, Subject};
pub use throttle::Throttle;
