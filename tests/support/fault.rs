//! What goes wrong: the one vocabulary of all tests in virtual time.

use std::fmt;
use std::time::Duration;

pub use lilo_medialive_emulator::Turns;
use lilo_medialive_emulator::{
    CallFault as EmulatorCallFault, EventFault, Fault as EmulatorFault, ReportedState,
};

use crate::cloud::{Call, Cloud};
use crate::{Function, samples};

/// How many times something goes wrong that does not end.
pub const FOREVER: u32 = u32::MAX;

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Calls of functions go wrong, on their way or in the process that makes them.
    Call {
        /// The calls that are meant and counted.
        calls: Calls,
        /// Which of them, counted from the moment of the injection.
        turns: Turns,
        /// What happens to them.
        fault: CallFault,
    },
    /// Requests of CloudFormation's reach their function otherwise than at once and once, from now
    /// on.
    Delivery {
        /// The function.
        function: Function,
        /// The RequestType.
        request_type: &'static str,
        /// How long Lambda takes to deliver it.
        late: Duration,
        /// When it is delivered once more, after the first time.
        again: Option<Duration>,
    },
    /// MediaLive itself goes wrong.
    MediaLive(EmulatorFault),
}

impl Fault {
    /// The nth of these calls goes wrong.
    #[must_use]
    pub fn nth(calls: Calls, nth: u32, fault: CallFault) -> Self {
        Self::Call { calls, turns: Turns { first: nth, times: 1 }, fault }
    }

    /// All of these calls go wrong.
    #[must_use]
    pub fn always(calls: Calls, fault: CallFault) -> Self {
        Self::Call { calls, turns: Turns { first: 1, times: FOREVER }, fault }
    }

    /// Nothing goes wrong with the delivery of these requests any more.
    #[must_use]
    pub fn at_once(function: Function, request_type: &'static str) -> Self {
        Self::Delivery { function, request_type, late: Duration::ZERO, again: None }
    }

    /// Requests reach their function when CloudFormation has given them up.
    ///
    /// # Panics
    /// When the sample has no ServiceTimeout.
    #[must_use]
    pub fn too_late(function: Function, request_type: &'static str) -> Self {
        let timeout = &samples::create(function)["ResourceProperties"]["ServiceTimeout"];
        let timeout: u64 = timeout.as_str().and_then(|it| it.parse().ok()).expect("a number");
        let late = Duration::from_secs(timeout + 60);
        Self::Delivery { function, request_type, late, again: None }
    }

    /// Requests are delivered once more, this many seconds after the first time.
    #[must_use]
    pub fn repeated(function: Function, request_type: &'static str, seconds: u64) -> Self {
        let again = Some(Duration::from_secs(seconds));
        Self::Delivery { function, request_type, late: Duration::ZERO, again }
    }

    /// The state that the next call of this operation leads to lasts this long, or for ever.
    #[must_use]
    pub fn stuck(operation: &str, time: Option<Duration>) -> Self {
        Self::MediaLive(EmulatorFault::call(operation, EmulatorCallFault::Stuck(time)))
    }

    /// Something happens to the next event that tells of this state.
    #[must_use]
    pub fn event(state: ReportedState, fault: EventFault) -> Self {
        Self::MediaLive(EmulatorFault::event(state, fault))
    }
}

/// The names by which cases and documents know a fault.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { calls, turns, fault } => {
                let lasting = if turns.times == FOREVER { " for ever" } else { "" };
                write!(f, "{calls} {}: {fault}{lasting}", turns.first)
            }
            Self::Delivery { function, request_type, again: None, .. } => {
                write!(f, "{request_type} {function:?}: delivered too late")
            }
            Self::Delivery { function, request_type, again: Some(again), .. } => {
                let again = again.as_secs();
                write!(f, "{request_type} {function:?}: delivered again after {again} s")
            }
            Self::MediaLive(fault) => write!(f, "{fault:?}"),
        }
    }
}

/// Which calls a fault is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The function that makes them; `None` is any.
    pub role: Option<&'static str>,
    /// Their operations.
    pub operations: Vec<&'static str>,
    /// What their path and query hold.
    pub path: &'static str,
}

impl Calls {
    /// Those to an operation.
    #[must_use]
    pub fn to(operation: &'static str) -> Self {
        Self::to_any(&[operation])
    }

    /// Those to any of these operations.
    #[must_use]
    pub fn to_any(operations: &[&'static str]) -> Self {
        Self { role: None, operations: operations.to_vec(), path: "" }
    }

    /// Those of them that this function makes.
    #[must_use]
    pub fn by(self, role: &'static str) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Those of them whose path or query holds this.
    #[must_use]
    pub fn with(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    pub(crate) fn include(&self, call: &Call) -> bool {
        self.role.is_none_or(|role| role == call.role)
            && self.operations.contains(&call.operation)
            && call.path.contains(self.path)
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.role.unwrap_or("any"), self.operations.join("|"))
    }
}

/// What happens to a call, or to who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// It is answered with an error and has no effect.
    Status {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: &'static str,
        /// The message.
        message: &'static str,
    },
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
    /// PutEvents answers with 200 and has not taken the entry.
    NotTaken,
    /// All is well with it, but a person deletes the stack at this moment.
    StackDeleted,
    /// The same, and the call is on its way for another twenty seconds.
    StackDeletedMeanwhile,
}

/// What any call can meet; cases are numbered in this order.
pub const CALL_FAULTS: [CallFault; 17] = [
    CallFault::status(400),
    CallFault::status(403),
    CallFault::status(404),
    CallFault::status(409),
    CallFault::status(422),
    CallFault::status(429),
    CallFault::status(500),
    CallFault::status(502),
    CallFault::status(504),
    CallFault::Stall,
    CallFault::Slow,
    CallFault::CutBefore,
    CallFault::CutAfter,
    CallFault::KillBefore,
    CallFault::KillAfter,
    CallFault::StackDeleted,
    CallFault::StackDeletedMeanwhile,
];

impl CallFault {
    /// An error with the usual code for its status.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        let code = match status {
            400 => "BadRequestException",
            403 => "ForbiddenException",
            404 => "NotFoundException",
            409 => "ConflictException",
            422 => "UnprocessableEntityException",
            429 => "TooManyRequestsException",
            500 => "InternalServerErrorException",
            502 => "BadGatewayException",
            _ => "GatewayTimeoutException",
        };
        Self::Status { status, code, message: "injected" }
    }

    /// An error with this code and message.
    #[must_use]
    pub const fn refused(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::Status { status, code, message }
    }
}

impl fmt::Display for CallFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Status { status, .. } => return write!(f, "{status}"),
            Self::Stall => "stall",
            Self::Slow => "slow",
            Self::CutBefore => "cut before",
            Self::CutAfter => "cut after",
            Self::KillBefore => "kill before",
            Self::KillAfter => "kill after",
            Self::NotTaken => "not taken",
            Self::StackDeleted => "stack deleted",
            Self::StackDeletedMeanwhile => "stack deleted meanwhile",
        })
    }
}

impl Cloud {
    /// Lets something go wrong; calls count from now on.
    ///
    /// # Panics
    /// When MediaLive's fault makes no sense.
    pub fn inject(&self, fault: Fault) {
        match fault {
            Fault::Call { calls, turns, fault } => {
                let armed = Armed { calls, turns, fault, has_happened: false };
                self.services.state().faults.push(armed);
            }
            Fault::Delivery { function, request_type, late, again } => {
                self.services.state().deliveries.insert((function, request_type), (late, again));
            }
            Fault::MediaLive(fault) => self.services.emulator.inject(fault).expect("it is valid"),
        }
    }

    /// The next `times` of these calls go wrong.
    pub fn fail(&self, calls: Calls, times: u32, fault: CallFault) {
        self.inject(Fault::Call { calls, turns: Turns { first: 1, times }, fault });
    }

    /// No call goes wrong from now on.
    pub fn clear_faults(&self) {
        self.services.state().faults.clear();
    }

    /// Whether every fault of a call has happened, at least once.
    #[must_use]
    pub fn all_faults_have_happened(&self) -> bool {
        self.services.state().faults.iter().all(|it| it.has_happened)
    }
}

/// A fault of calls, and how it stands.
#[derive(Debug)]
pub(crate) struct Armed {
    calls: Calls,
    turns: Turns,
    fault: CallFault,
    has_happened: bool,
}

/// What happens to a call: all faults that mean it count it, and the first whose turn it is
/// happens.
pub(crate) fn at_call(faults: &mut [Armed], call: &Call) -> Option<CallFault> {
    let mut taken = None;
    for armed in faults.iter_mut().filter(|it| it.turns.times > 0 && it.calls.include(call)) {
        if armed.turns.count(taken.is_some()) {
            armed.has_happened = true;
            taken = Some(armed.fault);
        }
    }
    taken
}
