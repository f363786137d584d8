//! `lilo deploy` and its companions against ministack, which stands for CloudFormation, Lambda, S3
//! and STS, with the emulated MediaLive beside it. The functions are the command's own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod bootstraps;
mod conformance;
mod deploying;
mod destroying;
mod doctor;
mod documents;
mod first_contact;
mod following;
mod interrupted;
mod refusals;
mod stand_in;
mod terminal;
mod watching;
