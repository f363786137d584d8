//! Acceptance: a payload becomes a request with a deadline, or a reason to fail it.

use std::time::Duration;

use jiff::Timestamp;
use lilo_lifecycle::times::{BEFORE_DEADLINE, GRACE, MIN_NEXT_INVOCATION};
use lilo_lifecycle::{Identity, PhysicalId};
use serde_json::Value;

use crate::request::{Parsed, Payload, Resume, parse};
use crate::{Error, Order, PendingReply, Replies, Request};

/// CloudFormation waits an hour at most, which is five invocations of a quarter.
const MOST_HOPS: u32 = 10;

/// What is known of an invocation besides its payload.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// When it began.
    pub now: Timestamp,
    /// The time until Lambda ends it.
    pub time_left: Duration,
    /// Where a ResponseURL may lead.
    pub replies: Replies,
}

/// A request that has to be replied to.
#[derive(Debug)]
pub struct Accepted {
    /// What CloudFormation requests; or why that fails before anything is done.
    pub request: Result<Request, Rejected>,
    /// The way to answer it.
    pub reply: PendingReply,
}

/// A request that fails before anything is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The physical id to reply with.
    pub physical_id: String,
    /// The reason that the stack's events show.
    pub reason: String,
}

/// Accepts what a function was invoked with: a request of CloudFormation's, or one that was handed
/// on.
///
/// # Errors
/// When it cannot be replied to: nothing may be done then.
pub fn accept(mut payload: Value, arrival: Arrival) -> Result<Accepted, Error> {
    let resume = Resume::take(&mut payload);
    let reply = PendingReply::read(&payload)?;
    reply.url.check(arrival.replies)?;
    let requested_at =
        reply.url.signed_at().or(resume.requested_at).unwrap_or_else(|| to_the_second(arrival.now));
    let request = match parse(payload.clone()) {
        Ok(parsed) => request(parsed, payload, &reply, resume, requested_at, arrival),
        Err(problem) => {
            let nothing = || PhysicalId::Nothing.to_string();
            let physical_id = reply.physical_id.clone().unwrap_or_else(nothing);
            let reason = format!(
                "the custom-resource request cannot be read: {problem}; it must be one that CloudFormation sends"
            );
            Err(Rejected { physical_id, reason })
        }
    };
    Ok(Accepted { request, reply })
}

fn request(
    parsed: Parsed,
    payload: Value,
    reply: &PendingReply,
    resume: Resume,
    requested_at: Timestamp,
    arrival: Arrival,
) -> Result<Request, Rejected> {
    let Parsed { order, properties, service_timeout } = parsed;
    let identity =
        Identity { stack_id: reply.stack_id.clone(), logical_id: reply.logical_id.clone() };
    // Every request has a URL of its own, also one whose RequestId is used again.
    let idempotency_token = identity.idempotency_token(&reply.request_id, reply.url.reveal());
    let age = age(requested_at, arrival.now);
    let Some(times) = Times::of(age, service_timeout, arrival.time_left, resume.hop) else {
        return Err(too_late(&order, &resume, requested_at, age));
    };
    Ok(Request {
        order,
        identity,
        idempotency_token,
        properties,
        requested_at,
        age,
        deadline: times.deadline,
        cut_off: times.cut_off,
        goes_on: times.goes_on,
        made: resume.made,
        hop: resume.hop,
        payload: Payload(payload),
    })
}

/// CloudFormation has given the request up, and would not learn of anything that is done now.
fn too_late(order: &Order, resume: &Resume, requested_at: Timestamp, age: Duration) -> Rejected {
    let physical_id = match (order, &resume.made) {
        (Order::Create, Some(id)) => id.clone(),
        // An earlier delivery may have made something.
        (Order::Create, None) => PhysicalId::Perhaps(requested_at).to_string(),
        (Order::Update { physical_id, .. } | Order::Delete { physical_id }, _) => {
            physical_id.clone()
        }
    };
    let age = age.as_secs();
    let done = if resume.hop == 0 { "nothing was done" } else { "it was not finished in time" };
    let reason = format!("the request is {age} s old, which is past its service timeout; {done}");
    Rejected { physical_id, reason }
}

/// How long CloudFormation has been waiting; not at all if the request is ahead of our clock.
fn age(requested_at: Timestamp, now: Timestamp) -> Duration {
    now.duration_since(requested_at).try_into().unwrap_or_default()
}

fn to_the_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).expect("a second of a valid time")
}

/// What one invocation may take for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Times {
    /// The age at which the work has to be done, in this invocation or a later one.
    deadline: Duration,
    /// The time after which this invocation's work is cut off.
    cut_off: Duration,
    /// Whether the work then goes on in another invocation.
    goes_on: bool,
}

impl Times {
    /// The times of a request of this age; `None` when CloudFormation has given it up.
    fn of(age: Duration, service_timeout: Duration, time_left: Duration, hop: u32) -> Option<Self> {
        let service = service_timeout.checked_sub(age).filter(|left| !left.is_zero())?;
        let less = |time: Duration, margin| time.saturating_sub(margin).max(time / 2);
        let (invocation, service) =
            (less(time_left, BEFORE_DEADLINE), less(service, BEFORE_DEADLINE));
        let goes_on = hop < MOST_HOPS && service >= invocation + MIN_NEXT_INVOCATION;
        let cut_off = invocation.min(service);
        let end = if goes_on { service } else { cut_off };
        Some(Self { deadline: age + less(end, GRACE), cut_off, goes_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    #[test]
    fn an_hours_work_goes_on_until_cloudformation_would_give_up() {
        let at = |age| Times::of(age, minutes(60), minutes(15), 0).expect("in time");

        let first = at(Duration::ZERO);
        assert!(first.goes_on && first.cut_off < minutes(15));
        assert!(first.deadline > minutes(57) && first.deadline < minutes(60));
        let last = at(minutes(50));
        assert!(!last.goes_on && last.cut_off < minutes(10) && last.deadline < minutes(60));
    }

    #[test]
    fn work_that_fits_into_one_invocation_stays_in_it() {
        let times = Times::of(Duration::ZERO, minutes(15), minutes(15), 0).expect("in time");
        assert!(!times.goes_on);
        assert!(times.deadline < times.cut_off && times.cut_off < minutes(14));
    }

    #[test]
    fn hops_are_counted_and_a_late_request_has_no_time() {
        let last = Times::of(Duration::ZERO, minutes(60), minutes(15), MOST_HOPS);
        assert!(!last.expect("in time").goes_on);
        assert_eq!(Times::of(minutes(60), minutes(60), minutes(15), 0), None);
    }
}
