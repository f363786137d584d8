//! CloudFormation: creates, updates and deletes what a template declares, as CloudFormation does.
//!
//! Decides the order of requests to custom resources, what a failure or a cancellation leads to and
//! what a stack's events say. It must not know what a custom resource makes. Resources of AWS
//! itself are not made: they get names and ARNs so that others can refer to them, and no events. An
//! export in use does not keep its stack from being deleted or changed, an update that changes
//! nothing is carried out, and resources are made one after the other, where AWS makes independent
//! ones at the same time.
//!
//! Source: CloudFormation user guide, "Custom resources", "Stack failure options", "Stack status
//! codes".

mod built_in;
mod create;
mod custom;
mod declared;
mod delete;
mod engine;
mod event;
pub mod response;
mod stack;
mod status;
pub mod template;
mod update;

pub use declared::FunctionDeclaration;
pub use engine::CloudFormation;
pub use event::StackEvent;
pub use stack::{Stack, StackResource};
pub use status::Status;
