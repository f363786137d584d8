//! What goes wrong in a case: one thing.

use std::fmt;
use std::time::Duration;

use lilo_tests::{Cloud, Delivery, Function, TROUBLES, Target, Trouble, samples};

/// The one thing that goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// One call meets trouble.
    Once(Target, Trouble),
    /// A call and all after it that are the same operation meet trouble.
    Always(Target, Trouble),
    /// A request reaches its function when CloudFormation has given it up.
    TooLate(Function, &'static str),
    /// A request is delivered once more, this many seconds after the first time.
    Repeated(Function, &'static str, u64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(target, trouble) => write!(f, "{target}: {}", name(*trouble)),
            Self::Always(target, trouble) => write!(f, "{target}: {} for ever", name(*trouble)),
            Self::TooLate(function, kind) => write!(f, "{kind} {function:?}: delivered too late"),
            Self::Repeated(function, kind, seconds) => {
                write!(f, "{kind} {function:?}: delivered again after {seconds} s")
            }
        }
    }
}

fn name(trouble: Trouble) -> &'static str {
    TROUBLES.iter().find(|(_, known)| *known == trouble).map(|(name, _)| *name).unwrap()
}

impl Fault {
    /// Lets it go wrong from now on.
    pub(crate) fn arm(&self, cloud: &Cloud) {
        match self {
            Self::Once(target, trouble) => cloud.set_trap(target.clone(), *trouble, 1),
            Self::Always(target, trouble) => cloud.set_trap(target.clone(), *trouble, usize::MAX),
            Self::TooLate(function, kind) => {
                let timeout = &samples::create(*function)["ResourceProperties"]["ServiceTimeout"];
                let timeout: u64 = timeout.as_str().and_then(|it| it.parse().ok()).unwrap();
                let late = Duration::from_secs(timeout + 60);
                cloud.deliver(*function, kind, Delivery { late, again: None });
            }
            Self::Repeated(function, kind, seconds) => {
                let again = Some(Duration::from_secs(*seconds));
                cloud.deliver(*function, kind, Delivery { late: Duration::ZERO, again });
            }
        }
    }

    /// Ends it; false if it never came to it.
    pub(crate) fn disarm(&self, cloud: &Cloud) -> bool {
        match self {
            Self::Once(..) | Self::Always(..) => cloud.take_trap(),
            Self::TooLate(function, kind) | Self::Repeated(function, kind, _) => {
                cloud.deliver(*function, kind, Delivery::default());
                true
            }
        }
    }

    /// Whether the stack goes on while the fault is still to come.
    pub(crate) fn is_still_to_come(&self) -> bool {
        matches!(self, Self::Repeated(..))
    }

    /// Whether CloudFormation may have to give a request up.
    pub(crate) fn may_silence(&self) -> bool {
        matches!(self, Self::TooLate(..))
    }

    /// Whether it may last longer than an update and its rollback.
    pub(crate) fn lasts(&self) -> bool {
        matches!(self, Self::Always(..) | Self::TooLate(..))
    }
}
