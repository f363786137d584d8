//! The commands' output, and the signals that end them.

pub(crate) mod page_address;
pub(crate) mod report;
pub(crate) mod screen;
pub(crate) mod signals;
