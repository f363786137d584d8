//! Stores documents by name.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

/// The last document under each name.
#[derive(Debug, Default)]
pub(crate) struct Responses(Mutex<HashMap<String, Bytes>>);

impl Responses {
    pub(crate) fn put(&self, name: String, document: Bytes) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, document);
    }

    pub(crate) fn get(&self, name: &str) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}
