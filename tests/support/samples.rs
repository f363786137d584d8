//! The sample events in `events/`: what CloudFormation and EventBridge send with default
//! parameters.

use serde_json::Value;

use crate::Function;

/// The sample `RequestType` Create for a function.
///
/// # Panics
/// When the sample is not JSON.
#[must_use]
pub fn create(function: Function) -> Value {
    read(match function {
        Function::Input => include_str!("../../events/input/create.json"),
        Function::Channel => include_str!("../../events/channel/create.json"),
    })
}

/// The sample Create with these properties.
#[must_use]
pub fn create_with(function: Function, properties: &Value) -> Value {
    with(create(function), "ResourceProperties", properties.clone())
}

/// An Update of this physical id from old to new properties.
#[must_use]
pub fn update(function: Function, physical_id: &str, (old, new): (&Value, &Value)) -> Value {
    let mut request = create_with(function, new);
    request["RequestType"] = "Update".into();
    request["PhysicalResourceId"] = physical_id.into();
    request["OldResourceProperties"] = old.clone();
    request
}

/// The sample `RequestType` Delete for a function.
///
/// # Panics
/// When the sample is not JSON.
#[must_use]
pub fn delete(function: Function) -> Value {
    read(match function {
        Function::Input => include_str!("../../events/input/delete.json"),
        Function::Channel => include_str!("../../events/channel/delete.json"),
    })
}

/// The sample CREATED event, of this channel.
///
/// # Panics
/// When the sample is not JSON.
#[must_use]
pub fn created(channel_id: &str) -> Value {
    let sample = include_str!("../../events/starter/created.json");
    read(&sample.replace("1000002", channel_id))
}

/// The sample RUNNING event, of this channel.
///
/// # Panics
/// When the sample is not JSON.
#[must_use]
pub fn running(channel_id: &str) -> Value {
    let sample = include_str!("../../events/starter/running.json");
    read(&sample.replace("1000002", channel_id))
}

/// The sample STOPPED event, of this channel.
///
/// # Panics
/// When the sample is not JSON.
#[must_use]
pub fn stopped(channel_id: &str) -> Value {
    let sample = include_str!("../../events/starter/stopped.json");
    read(&sample.replace("1000002", channel_id))
}

/// The sample event of the sweep.
#[must_use]
pub fn sweep() -> Value {
    read(include_str!("../../events/starter/sweep.json"))
}

/// The properties of the input in its sample Create.
#[must_use]
pub fn input() -> Value {
    create(Function::Input)["ResourceProperties"].clone()
}

/// The properties of the channel in its sample Create, with this input.
#[must_use]
pub fn channel(input_id: &str) -> Value {
    with(create(Function::Channel)["ResourceProperties"].clone(), "InputId", input_id)
}

/// `properties` with one of them set to `value`.
#[must_use]
pub fn with(mut properties: Value, name: &str, value: impl Into<Value>) -> Value {
    properties[name] = value.into();
    properties
}

fn read(sample: &str) -> Value {
    serde_json::from_str(sample).expect("a sample event is JSON")
}
