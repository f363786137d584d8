//! Every duration that two decisions share, and how they relate.

use std::time::Duration;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// After this age a Create makes nothing, so a Delete can stop looking shortly afterwards.
pub const CREATE_WITHIN: Duration = seconds(180);
/// A call that creates something is answered within this time, or counts as unanswered.
pub const CREATE_CALL: Duration = seconds(40);
/// How long after its Create was requested a Delete still looks for a resource whose id nobody
/// knows.
pub const SEARCH_WINDOW: Duration = seconds(240);
/// At this age of the Create, a resource that MediaLive has created shows. Before it, "not found"
/// may only be early.
pub const VISIBLE_WITHIN: Duration = SEARCH_WINDOW;
/// A request of a greater age may have been delivered before: Lambda tries again after a minute.
/// How long MediaLive remembers an idempotency token is not documented.
pub const FIRST_DELIVERY: Duration = seconds(30);
/// Lambda repeats a failed asynchronous invocation after this time (developer guide, "Asynchronous
/// invocation").
const LAMBDA_RETRY: Duration = seconds(60);
/// Between two lists at least about this long; it is jittered. A resource that another delivery has
/// created is listed within that time; MediaLive documents none.
pub const LIST_GAP: Duration = seconds(15);

/// How long a new role may be unknown to MediaLive (7 to 12 s were measured).
pub const ROLE_PROPAGATION: Duration = seconds(120);
/// MediaLive shows an action's effect within seconds; an action without one for this long fails.
pub const NO_EFFECT_AFTER: Duration = seconds(300);

/// Between two looks at least this long.
pub const SHORTEST_GAP: Duration = Duration::from_millis(750);
/// Between two looks at most this long. An account has 20 calls a second for everything it does
/// with MediaLive (user guide, "Quotas").
pub const LONGEST_GAP: Duration = seconds(15);
/// After the first throttled call, the next one comes about this much later.
pub const FIRST_THROTTLED_GAP: Duration = seconds(4);
/// Between two calls at most about this long, however often they are throttled; it is jittered. At
/// 20 calls a second it is enough for 3600 functions at once.
pub const LONGEST_THROTTLED_GAP: Duration = seconds(180);

/// One attempt to deliver the reply takes at most this long.
pub const REPLY_ATTEMPT: Duration = seconds(10);
/// Attempts after the first, with 1, 2, 4 and 8 s between them, each up to twice as long by jitter.
pub const REPLY_RETRIES: usize = 4;
const REPLY: Duration = seconds((REPLY_RETRIES as u64 + 1) * REPLY_ATTEMPT.as_secs() + 2 * 15);
/// Handing a request on to another invocation, with its repeats, takes at most this long.
pub const HAND_ON: Duration = seconds(20);
/// Work ends this long before Lambda or CloudFormation would end it, which leaves time to hand on
/// and to reply.
pub const BEFORE_DEADLINE: Duration = seconds(5 + REPLY.as_secs() + HAND_ON.as_secs());
/// A handler that is out of time has this long to fail with its own reason.
pub const GRACE: Duration = seconds(10);
/// A request is handed on only if the next invocation has at least this long.
pub const MIN_NEXT_INVOCATION: Duration = seconds(60);
/// The longest that Lambda lets a function run.
pub const LAMBDA_LONGEST: Duration = seconds(900);

const fn is_less(one: Duration, other: Duration) -> bool {
    one.as_millis() < other.as_millis()
}

// A Delete looks until the last call of a Create must have been answered, with some time for the
// answer to show.
const _: () = assert!(is_less(
    CREATE_WITHIN.saturating_add(CREATE_CALL).saturating_add(LIST_GAP),
    SEARCH_WINDOW
));
const _: () = assert!(is_less(FIRST_DELIVERY, LAMBDA_RETRY));
const _: () = assert!(is_less(ROLE_PROPAGATION, CREATE_WITHIN));
const _: () = assert!(is_less(LONGEST_GAP, NO_EFFECT_AFTER) && is_less(SHORTEST_GAP, LONGEST_GAP));
const _: () = assert!(is_less(SHORTEST_GAP, FIRST_THROTTLED_GAP));
// Between an action and the verdict that it has no effect there is a look, jitter included.
const _: () = assert!(5 * LONGEST_THROTTLED_GAP.as_secs() / 4 < NO_EFFECT_AFTER.as_secs());
// The longest gap, with its jitter, ends inside an invocation; else the next one begins without.
const _: () = assert!(is_less(
    LONGEST_THROTTLED_GAP.saturating_mul(2),
    LAMBDA_LONGEST.saturating_sub(BEFORE_DEADLINE)
));
const _: () = assert!(is_less(GRACE, MIN_NEXT_INVOCATION));
const _: () = assert!(is_less(BEFORE_DEADLINE.saturating_add(MIN_NEXT_INVOCATION), LAMBDA_LONGEST));
