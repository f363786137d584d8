//! MediaLive's operations, one file each.

mod create_channel;
mod create_input;
mod create_tags;
mod delete_channel;
mod delete_input;
mod describe_channel;
mod describe_input;
mod start_channel;
mod stop_channel;
