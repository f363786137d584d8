//! MediaLive's API and the emulator's own pages over HTTP, with or without a socket.

mod faults;
mod guard;
mod responses;
mod router;
mod server;

pub(crate) use router::router;
pub use server::Cut;
pub(crate) use server::serve;
