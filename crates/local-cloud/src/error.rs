//! Errors of the local platform.

use std::io;
use std::path::PathBuf;

use crate::cloudformation::Status;

/// Why the local platform refused or failed a request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No loopback port could be bound.
    #[error("could not listen on 127.0.0.1 for {what}")]
    Listen {
        /// The service that needed the port.
        what: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// A function of that name is registered already.
    #[error("a function named {name} is already registered; names are unique")]
    FunctionExists {
        /// The function's name.
        name: String,
    },
    /// No function has that name or ARN.
    #[error("could not invoke {name}: no such function; register it or correct the name")]
    UnknownFunction {
        /// The requested name or ARN.
        name: String,
    },
    /// An event rule uses an unsupported feature.
    #[error("could not load event rule {rule} onto the local bus: {reason}")]
    Rule {
        /// The rule's name.
        rule: String,
        /// What is not supported, with its path.
        reason: String,
    },
    /// A template is invalid or uses an unsupported feature.
    #[error("could not read the template at {at}: {reason}")]
    Template {
        /// The place, as a path of keys.
        at: String,
        /// What is wrong there.
        reason: String,
    },
    /// A parameter is unknown, missing or breaks a constraint.
    #[error("could not use parameter {name}: {reason}")]
    Parameter {
        /// The parameter's name.
        name: String,
        /// What its value must be.
        reason: String,
    },
    /// A rule of the template does not hold for the parameters.
    #[error("could not use the parameters together (rule {rule}): {description}")]
    Assertion {
        /// The rule's name.
        rule: String,
        /// The template's AssertDescription.
        description: String,
    },
    /// The stack name is invalid.
    #[error(
        "could not create a stack named {name:?}: a name begins with a letter and has up to 128 \
         letters, digits and hyphens"
    )]
    StackName {
        /// The name.
        name: String,
    },
    /// The stack cannot be updated in its state, or in this way.
    #[error("could not update stack {name}: {reason}")]
    Update {
        /// The stack's name.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A template has an unsupported resource type.
    #[error(
        "could not create resource {name}: the local platform does not support {resource_type}; \
         it is not a CloudFormation engine"
    )]
    ResourceType {
        /// The resource's logical id.
        name: String,
        /// The resource's type.
        resource_type: String,
    },
    /// A function's properties have the wrong type.
    #[error("could not read function {name} from its stack: {reason}")]
    Function {
        /// The function's logical id.
        name: String,
        /// What is wrong, with its path.
        reason: String,
    },
    /// The stack of the platform's functions could not be created.
    #[error("could not create the functions' stack: it ended in {0}")]
    Bootstrap(Status),
    /// A local file or folder cannot be served.
    #[error("could not serve {} as a source", path.display())]
    Source {
        /// Its path.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}
