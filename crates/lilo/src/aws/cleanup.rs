//! What a command has begun on AWS and not ended: what is to be taken back when it fails or is
//! interrupted, and what goes on without it.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Something begun.
#[derive(Clone, Debug)]
pub(crate) enum Begun {
    /// Ordered and not executed.
    ChangeSet(Draft),
    /// LILO's own bucket, not all that it should be yet, or empty.
    Bucket(String),
    /// Parts of a file.
    Upload { bucket: String, key: String, id: String },
    /// What AWS goes on with whoever watches, such as "the stack lilo-loop".
    Order(String),
}

/// A change set that is being worked out, or waits; nothing else depends on it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(super) name: String,
    pub(crate) stack: String,
    /// Whether the stack is there for its sake alone.
    pub(super) brought_stack: bool,
}

/// Everything begun, until it is done.
#[derive(Debug, Default)]
pub(crate) struct Cleanup {
    entries: RefCell<BTreeMap<usize, Begun>>,
}

/// The place of something begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry(usize);

impl Cleanup {
    pub(crate) fn add(&self, begun: Begun) -> Entry {
        let mut entries = self.entries.borrow_mut();
        let next = entries.last_key_value().map_or(0, |(last, _)| last + 1);
        entries.insert(next, begun);
        Entry(next)
    }

    pub(crate) fn done(&self, entry: Entry) {
        let Entry(number) = entry;
        self.entries.borrow_mut().remove(&number);
    }

    /// What AWS goes on with.
    pub(crate) fn goes_on(&self) -> Vec<String> {
        let entries = self.entries.borrow();
        let order = |begun: &Begun| match begun {
            Begun::Order(what) => Some(what.clone()),
            Begun::ChangeSet(_) | Begun::Bucket(_) | Begun::Upload { .. } => None,
        };
        entries.values().filter_map(order).collect()
    }

    /// Takes every entry out, the newest first: it may lie in what is older.
    pub(crate) fn take(&self) -> Vec<Begun> {
        self.entries.take().into_values().rev().collect()
    }
}
