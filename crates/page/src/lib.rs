//! A page on loopback that shows channels: their picture and sound, states, events and calls.
//!
//! It decides how things look and who may change them. It must not know where they come from: a
//! [`Backend`] says what there is, and carries out what a person asks for. It is the local loop or
//! one on AWS.
//!
//! The server renders everything. A page holds fragments of HTML with ids, and the server sends
//! those that have changed (server-sent events); the script only puts them in place, counts
//! seconds, plays the stream and sends what a person presses.

mod backend;
mod fragments;
mod guard;
mod live;
mod render;
mod router;
mod server;
mod view;
pub mod words;

pub use backend::{Action, Backend, Refused, Stream};
pub use server::Server;
pub use view::{
    Alert, Call, Channel, Decision, Delivery, Event, Picture, Pipeline, StackEvent, View,
};
