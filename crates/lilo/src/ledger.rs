//! What a command has begun on AWS and not ended: what is to be taken back when it fails or is interrupted, and what goes
//! on without it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::aws::Aws;
use crate::aws::change_set::Draft;
use crate::aws::upload::Place;

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

/// Everything begun, until it is settled.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: RefCell<BTreeMap<usize, Begun>>,
}

/// An entry of the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry(usize);

impl Ledger {
    pub(crate) fn add(&self, begun: Begun) -> Entry {
        let mut entries = self.entries.borrow_mut();
        let next = entries.last_key_value().map_or(0, |(last, _)| last + 1);
        entries.insert(next, begun);
        Entry(next)
    }

    pub(crate) fn settle(&self, entry: Entry) {
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

    /// Takes back what can be; what cannot is told as a warning, as something else is the news by now.
    pub(crate) async fn take_back(&self, aws: &Aws) {
        // The newest first: it may lie in what is older.
        for begun in self.entries.take().into_values().rev() {
            let taken = match &begun {
                Begun::ChangeSet(draft) => aws.discard(draft).await,
                Begun::Bucket(bucket) => aws.take_bucket_back(bucket).await,
                Begun::Upload { bucket, key, id } => aws.abort(Place { bucket, key }, id).await,
                Begun::Order(_) => Ok(()),
            };
            if let Err(error) = taken {
                tracing::warn!("{}", lilo_lifecycle::chain(&error));
            }
        }
    }
}
