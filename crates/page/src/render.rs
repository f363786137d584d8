//! HTML. Everything that is not ours is escaped by the macro.

pub(crate) mod channel;
pub(crate) mod lists;
pub(crate) mod page;
