//! The unfinished work of a command on AWS: what to undo after a failure or an interruption, and
//! what AWS continues.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

/// Unfinished work.
#[derive(Clone, Debug)]
pub(crate) enum Unfinished {
    /// A change set that was not executed.
    ChangeSet(Draft),
    /// LILO's own bucket, incomplete or empty.
    Bucket {
        name: String,
        /// Whether S3 has answered that it made it.
        created: bool,
    },
    /// A multipart upload.
    Upload { bucket: String, key: String, id: String },
    /// The inputs and the channel of a conformance run; for how long to look for late ones.
    Conformance(Duration),
    /// Work that AWS continues by itself, such as "the stack lilo-loop".
    OnAws(String),
}

/// The name of a change set that is being created or waits for execution.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(super) name: String,
    pub(crate) stack: String,
    /// Whether the stack exists only for it.
    pub(super) creates_stack: bool,
}

/// All unfinished work.
#[derive(Debug, Default)]
pub(crate) struct Cleanup {
    entries: RefCell<BTreeMap<usize, Unfinished>>,
}

/// A handle to an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry(usize);

impl Cleanup {
    pub(crate) fn add(&self, unfinished: Unfinished) -> Entry {
        let mut entries = self.entries.borrow_mut();
        let next = entries.last_key_value().map_or(0, |(last, _)| last + 1);
        entries.insert(next, unfinished);
        Entry(next)
    }

    pub(crate) fn done(&self, entry: Entry) {
        let Entry(number) = entry;
        self.entries.borrow_mut().remove(&number);
    }

    /// The work that AWS continues.
    pub(crate) fn continued_by_aws(&self) -> Vec<String> {
        let entries = self.entries.borrow();
        let work = |unfinished: &Unfinished| match unfinished {
            Unfinished::OnAws(what) => Some(what.clone()),
            Unfinished::ChangeSet(_)
            | Unfinished::Bucket { .. }
            | Unfinished::Upload { .. }
            | Unfinished::Conformance(_) => None,
        };
        entries.values().filter_map(work).collect()
    }

    /// Removes and returns all entries, the newest first: it may depend on older ones.
    pub(crate) fn take(&self) -> Vec<Unfinished> {
        self.entries.take().into_values().rev().collect()
    }
}
