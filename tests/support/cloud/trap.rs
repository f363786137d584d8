//! What goes wrong, and at which call.

use std::fmt;

/// A call, told from all others since the trap was set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The function that makes it.
    pub role: &'static str,
    /// Its operation; the reply to CloudFormation is [`REPLY`](super::REPLY).
    pub operation: &'static str,
    /// How many of these the function makes, this one included.
    pub nth: usize,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.role, self.operation, self.nth)
    }
}

/// What happens to a call, and to who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is answered with this status and has no effect.
    Status(u16),
    /// It is never answered, whatever timeout the function sets, and has no effect.
    Stall,
    /// It has its effect, and is not answered in the time that the function's connections give it.
    Slow,
    /// The connection ends, and there was no effect.
    CutBefore,
    /// The connection ends, and there was an effect.
    CutAfter,
    /// The function's process dies, and there was no effect.
    KillBefore,
    /// The function's process dies, and there was an effect.
    KillAfter,
    /// All is well with it, but a person deletes the stack at this moment.
    Deleted,
    /// The same, and the call is on its way for another twenty seconds.
    DeletedMeanwhile,
}

/// Every kind of trouble, by the name that cases and documents know it by.
pub const TROUBLES: [(&str, Trouble); 17] = [
    ("400", Trouble::Status(400)),
    ("403", Trouble::Status(403)),
    ("404", Trouble::Status(404)),
    ("409", Trouble::Status(409)),
    ("422", Trouble::Status(422)),
    ("429", Trouble::Status(429)),
    ("500", Trouble::Status(500)),
    ("502", Trouble::Status(502)),
    ("504", Trouble::Status(504)),
    ("stall", Trouble::Stall),
    ("slow", Trouble::Slow),
    ("cut before", Trouble::CutBefore),
    ("cut after", Trouble::CutAfter),
    ("kill before", Trouble::KillBefore),
    ("kill after", Trouble::KillAfter),
    ("stack deleted", Trouble::Deleted),
    ("stack deleted meanwhile", Trouble::DeletedMeanwhile),
];

/// Waits for its call, then goes off, as often as it was set to.
#[derive(Debug)]
pub(super) struct Trap {
    target: Target,
    trouble: Trouble,
    left: usize,
    met: usize,
}

impl Trap {
    pub(super) fn new(target: Target, trouble: Trouble, times: usize) -> Self {
        Self { target, trouble, left: times, met: 0 }
    }

    /// Whether it went off.
    pub(super) fn is_sprung(&self) -> bool {
        self.met >= self.target.nth
    }

    /// What happens to the call that is about to be made.
    pub(super) fn meet(&mut self, role: &str, operation: &str) -> Option<Trouble> {
        if (role, operation) != (self.target.role, self.target.operation) {
            return None;
        }
        self.met += 1;
        let due = self.met >= self.target.nth && self.left > 0;
        self.left -= usize::from(due);
        due.then_some(self.trouble)
    }
}
