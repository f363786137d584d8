//! MediaLive's control plane on loopback: its HTTP API, its states, its events, and the encoder
//! behind RUNNING.
//!
//! Decides MediaLive's answers, and when a channel or an input changes its state. Must not know its
//! callers: nothing here mentions CloudFormation, Lambda or a particular stack.
//!
//! Texts, timings and states follow publications and observations on AWS. Modules say where they
//! had to choose.

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
pub use service::calls::Call;
pub use service::events::{Detail, Event, Subject};
pub use service::regions::caller;
pub use throttle::Throttle;
