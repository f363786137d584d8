//! Decodes the source pass by pass, each from a clean state, and lays the passes on one time line.
//!
//! Picture and sound have a decoder each, so that neither waits for the other, and a fault of one
//! is not a fault of both.

mod decoder;
mod first_sound;
mod kept;
mod nut;
mod pass;
mod picture_line;
mod player;
mod sound_line;

pub(crate) use decoder::Decoders;
pub(crate) use player::Player;

#[cfg(test)]
mod tests;
