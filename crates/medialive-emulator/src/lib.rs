//! MediaLive's control plane on loopback: its HTTP API, its states, its events, and the encoder behind RUNNING.
//!
//! Decides what MediaLive would answer, and when a channel or an input changes its state. Must not know who calls:
//! nothing here speaks of CloudFormation, Lambda or a particular stack.
//!
//! Texts, timings and states follow what is published or was observed on AWS; a module that had to choose where
//! nothing is published says so.

mod alert;
mod arn;
mod calls;
mod channel;
mod clock;
mod config;
mod defaults;
mod emulator;
pub mod encoder;
mod engine;
mod error;
mod events;
mod fault;
mod faults;
mod http;
mod input;
mod job;
mod operations;
mod pace;
mod pipeline;
mod request;
mod responses;
mod run;
mod service;
mod states;
mod store;
mod tags;
mod throttle;
mod validation;

pub use crate::http::Cut;
pub use alert::AlertState;
pub use calls::{Call, caller};
pub use config::{Choices, Config, EncoderChoice};
pub use emulator::{Emulator, Remaining};
pub use events::{Detail, Event, ReportedState, Subject};
pub use fault::{CallTrouble, EventTrouble, Fault, InvalidFault, Turns};
pub use pace::Pace;
pub use states::{ChannelState, InputState};
pub use throttle::Throttle;
