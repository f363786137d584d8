//! MediaLive's operations, one file each.

mod change_tags;
mod create_channel;
mod create_input;
mod delete_channel;
mod delete_input;
mod describe_channel;
mod describe_input;
mod list_channels;
mod list_inputs;
mod start_channel;
mod stop_channel;
mod update_channel;
mod update_channel_class;
mod update_input;
