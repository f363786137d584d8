//! Creation: once, however often the request is delivered.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::time::Duration;

use futures_util::FutureExt;
use lilo_custom_resource::Request;
use lilo_lifecycle::times::{CREATE_WITHIN, FIRST_DELIVERY, LIST_GAP};
use lilo_lifecycle::{LiloTags, PhysicalId, Resource, Step};
use lilo_medialive::Error as MediaLiveError;

use crate::deadline::jittered;
use crate::reconcile::{MayBeANewRole, reconcile_with, retry, retry_until_allowed};
use crate::{Deadline, Error};

/// The stack that a Create belongs to may be the first one after the functions' own, so a denied call
/// is repeated like one with a role that is not trusted yet.
const MAY_BE_A_NEW_ROLE: MayBeANewRole = MediaLiveError::may_be_a_new_role;

/// Creates the resource of `request` with [`create_once`], unless an earlier invocation has, and
/// waits until `decide` is finished with it. `creation` records the id as soon as it is known.
///
/// # Errors
/// See [`create_once`] and [`reconcile()`](crate::reconcile()).
pub async fn create<R: Resource>(
    deadline: &Deadline,
    request: &Request,
    creation: &Creation,
    find: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
    make: impl AsyncFn() -> Result<R, MediaLiveError>,
    observe: impl AsyncFn(&str) -> Result<R, MediaLiveError>,
    decide: impl Fn(&str, Option<&R>, Duration) -> Step<Infallible>,
) -> Result<Option<R>, Error> {
    let (id, known) = if let Some(id) = &request.made {
        (id.clone(), None)
    } else {
        creation.begins();
        let created = create_once(deadline, request, find, make).await;
        let created = created.inspect_err(|error| creation.failed(error))?;
        (created.id().to_owned(), Some(created))
    };
    creation.made(&id);
    let decide = |seen: Option<&R>, age| decide(&id, seen, age);
    // Boxed: unboxed, the state of every nested call is one type too deep for the compiler.
    let observe = async || observe(&id).boxed_local().await;
    let nothing = async |it: Infallible, _: &R| match it {};
    reconcile_with(MAY_BE_A_NEW_ROLE, deadline, known, observe, decide, nothing).await
}

/// Creates the resource of `request` with `make`, which is repeated while it gets no clear answer:
/// its token returns the same resource. If another delivery of the request may have been first,
/// `find` says what there is. Resources of earlier Creates do not count. From the age of
/// [`CREATE_WITHIN`] on, nothing is made.
///
/// # Errors
/// A refusal at once, but for one that a new role explains; a conflict when `find` shows nothing at
/// once and a list's gap later. Either is [`Error::Doubtful`] when a call before it had an unknown
/// outcome. At the deadline, the last error; [`Error::Stale`] for another resource than was requested; [`Error::TooLate`].
pub async fn create_once<R: Resource>(
    deadline: &Deadline,
    request: &Request,
    find: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
    make: impl AsyncFn() -> Result<R, MediaLiveError>,
) -> Result<R, Error> {
    let is_requested =
        |it: &R| !it.is_gone() && LiloTags::from(it.tags()).belong_to(&request.identity);
    let existing = async || {
        let all = retry_until_allowed(deadline, &find).boxed_local().await;
        let all = all.map_err(Error::Doubtful)?;
        let mut all = all.into_iter().filter(is_requested);
        Ok::<_, Error>(all.find(|it| {
            let tags = LiloTags::from(it.tags());
            tags.requested_at(request.requested_at) || tags.requested_after(request.requested_at)
        }))
    };
    if deadline.age() > FIRST_DELIVERY
        && let Some(found) = existing().await?
    {
        return Ok(found);
    }
    let time = deadline.until_age(CREATE_WITHIN);
    if time.has_passed() {
        return Err(Error::TooLate);
    }
    let doubtful = Cell::new(false);
    let make = async || {
        make().await.inspect_err(|it| doubtful.set(doubtful.get() || it.outcome_unknown()))
    };
    let answer = retry(&time, MAY_BE_A_NEW_ROLE, make).await;
    if let Err(MediaLiveError::Conflict { .. }) = answer {
        // Another delivery of the request may have made the resource a moment ago.
        for gap in [Duration::ZERO, LIST_GAP] {
            deadline.pause(jittered(gap)).await;
            if let Some(found) = existing().await? {
                return Ok(found);
            }
        }
    }
    match answer {
        Ok(resource) if is_requested(&resource) => Ok(resource),
        Ok(resource) => Err(Error::Stale(resource.label())),
        Err(error) if doubtful.get() => Err(Error::Doubtful(error)),
        Err(error) => Err(error.into()),
    }
}

/// What a Create has made, recorded as soon as it is known: the reply carries it whatever happens
/// afterwards, so that the rollback's Delete finds it.
#[derive(Debug)]
pub struct Creation(RefCell<State>);

#[derive(Debug)]
enum State {
    NotBegun,
    /// From now on something may be made that nobody learns of.
    OutcomeUnknown,
    Refused,
    Made(String),
}

impl Creation {
    pub(crate) fn new(request: &Request) -> Self {
        Self(RefCell::new(match &request.made {
            Some(id) => State::Made(id.clone()),
            // A request that was handed on has called MediaLive before.
            None if request.hop > 0 => State::OutcomeUnknown,
            None => State::NotBegun,
        }))
    }

    pub(crate) fn begins(&self) {
        self.0.replace(State::OutcomeUnknown);
    }

    pub(crate) fn failed(&self, error: &Error) {
        if error.is_refusal() {
            self.0.replace(State::Refused);
        }
    }

    /// Records the id.
    pub fn made(&self, id: &str) {
        self.0.replace(State::Made(id.to_owned()));
        tracing::Span::current().record("physical_id", id);
    }

    pub(crate) fn id(&self) -> Option<String> {
        match &*self.0.borrow() {
            State::Made(id) => Some(id.clone()),
            State::NotBegun | State::OutcomeUnknown | State::Refused => None,
        }
    }

    /// The physical id to reply with.
    pub(crate) fn physical_id(&self, request: &Request) -> String {
        let id = match &*self.0.borrow() {
            State::Made(id) => return id.clone(),
            State::NotBegun => PhysicalId::Nothing,
            State::OutcomeUnknown => PhysicalId::Perhaps(request.requested_at),
            State::Refused => PhysicalId::Refused(request.requested_at),
        };
        id.to_string()
    }
}
