//! Judges LILO's stacks: the bootstrap's version, and stacks that are stuck.

use super::finding::Finding;
use crate::Error;
use crate::aws::inventory::{Inventory, names};
use crate::aws::stack::{Readiness, Stack};
use crate::cloud::deploy::{VERSION, check_updatable, check_version};

/// Whether the functions' stack is there, and of this version.
pub(super) fn bootstrap(inventory: &Inventory) -> Finding {
    const CHECK: &str = "bootstrap";
    let failed =
        |it: &&Stack| matches!(it.readiness(), Readiness::DeleteOnly | Readiness::NeedsRollback);
    if let Some(stack) = inventory.bootstrap().filter(failed) {
        let text =
            format!("the stack {} is in {}; see \"stacks\"", stack.name, stack.status.as_str());
        return Finding::not_checked(CHECK, text);
    }
    let Some(stack) = inventory.bootstrap() else {
        if inventory.loops.is_empty() {
            let text = "there is no bootstrap stack; `lilo deploy` creates it with the first loop";
            return Finding::to_do(CHECK, text);
        }
        let loops = names(&inventory.loops);
        return Finding::failed(CHECK, &Error::BootstrapGone { loops });
    };
    let (name, status) = (&stack.name, stack.status.as_str());
    if stack.readiness() == Readiness::Busy {
        let text = format!("the stack {name} is in {status}; look again when that is over");
        return Finding::not_checked(CHECK, text);
    }
    match check_version(stack.output("Version"), VERSION) {
        Ok(()) => Finding::ok(CHECK, format!("the stack {name} is of version {VERSION}")),
        Err(error) => Finding::failed(CHECK, &error),
    }
}

/// A line for each stack that needs a person.
pub(super) fn stuck(inventory: &Inventory) -> Vec<Finding> {
    const CHECK: &str = "stacks";
    let stacks = || inventory.bootstraps().iter().chain(&inventory.loops);
    let stuck: Vec<_> = stacks()
        .filter_map(|stack| check_updatable(stack).err())
        .map(|error| Finding::failed(CHECK, &error))
        .collect();
    if !stuck.is_empty() {
        return stuck;
    }
    let busy = stacks().filter(|stack| stack.readiness() == Readiness::Busy);
    let busy: Vec<_> = busy.map(|it| format!("{} is in {}", it.name, it.status.as_str())).collect();
    let text = if busy.is_empty() { "none is stuck".to_owned() } else { busy.join(", ") };
    vec![Finding::ok(CHECK, format!("LILO's stacks: {}; {text}", stacks().count()))]
}
