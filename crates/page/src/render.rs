//! HTML. Everything that is not ours is escaped by the macro.

pub(crate) mod channel;
mod facts;
mod history;
pub(crate) mod lists;
pub(crate) mod page;

#[cfg(test)]
mod tests;
