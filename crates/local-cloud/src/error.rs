//! What can go wrong on the local platform.

use std::io;
use std::path::PathBuf;

use crate::cloudformation::Status;

/// An order the local platform could not carry out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No loopback port could be bound.
    #[error("could not listen on 127.0.0.1 for {what}")]
    Listen {
        /// What was to be served.
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
    /// No function of that name or ARN is registered.
    #[error("could not invoke {name}: no such function; register it or correct the name")]
    UnknownFunction {
        /// The name or ARN that was asked for.
        name: String,
    },
    /// A rule of the event bus uses what is not understood here.
    #[error("could not load event rule {rule} onto the local bus: {reason}")]
    Rule {
        /// The rule's name.
        rule: String,
        /// What is not understood, with its path.
        reason: String,
    },
    /// A template cannot be read, or uses what is not understood here.
    #[error("could not read the template at {at}: {reason}")]
    Template {
        /// The place, as a path of keys.
        at: String,
        /// What is wrong there.
        reason: String,
    },
    /// A parameter is unknown, missing or refused by one of its constraints.
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
        /// What the template says about it.
        description: String,
    },
    /// The name is not one that a stack can have.
    #[error(
        "could not create a stack named {name:?}: a name begins with a letter and has up to 128 \
         letters, digits and hyphens"
    )]
    StackName {
        /// The name.
        name: String,
    },
    /// The stack is not in a state to be updated, or not in this way.
    #[error("could not update stack {name}: {reason}")]
    Update {
        /// The stack's name.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A template has a resource of a type that is not known here.
    #[error(
        "could not create resource {name}: the local platform does not understand {resource_type}; \
         it is not a CloudFormation engine"
    )]
    ResourceType {
        /// The resource's logical id.
        name: String,
        /// The resource's type.
        resource_type: String,
    },
    /// A function's properties are not understood here.
    #[error("could not read function {name} from its stack: {reason}")]
    Function {
        /// The function's logical id.
        name: String,
        /// What is wrong, with its path.
        reason: String,
    },
    /// The stack of the platform's functions could not be created.
    #[error("the functions' own stack came to {0}")]
    Bootstrap(Status),
    /// A local file cannot be served.
    #[error("could not serve {} as a source", path.display())]
    Source {
        /// The file's path.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}
