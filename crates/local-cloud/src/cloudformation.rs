//! CloudFormation: creates, updates and deletes the custom resources of a template's stack.
//!
//! Decides the order of requests to custom resources, the reaction to failures and cancellations,
//! and a stack's events. It must not know what a custom resource creates. Deliberate differences
//! from AWS:
//!
//! - Resources of AWS itself are not created and have no events. They get names and ARNs, so that
//!   others can refer to them.
//! - An export in use does not prevent the deletion or change of its stack.
//! - An update that changes nothing is carried out.
//! - Resources are created one after the other; AWS creates independent ones at the same time.
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
