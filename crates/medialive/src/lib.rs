//! MediaLive in domain types, and its adapter to `aws-sdk-medialive`.
//!
//! Callers see [`MediaLive`], the [`InputSpec`] and [`ChannelSpec`] they ask for, what
//! `lilo_lifecycle` decides on, and an [`Error`] sorted by what to do next. SDK types stay inside:
//! one file per operation, and the settings that LILO's channels have (`encoder_settings`). It
//! decides nothing and waits for nothing.

mod channel_spec;
mod client;
mod encoder_settings;
mod error;
mod input_spec;
mod operation;

pub use channel_spec::{
    ChannelSpec, InputCodec, InputMaximumBitrate, InputResolution, LogLevel, RateControl,
    Thumbnails,
};
pub use client::{MediaLive, Page, found};
pub use error::Error;
pub use input_spec::InputSpec;
