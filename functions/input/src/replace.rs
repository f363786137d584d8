//! Replacement: an input of the other class, which CloudFormation then has the channel play.

use std::slice;
use std::time::Duration;

use lilo_custom_resource::{Data, Done, Request};
use lilo_function::{Budget, Error as WorkError};
use lilo_lifecycle::input::replace::{candidate, is_over, leftovers};
use lilo_lifecycle::input::{self, Input};
use lilo_lifecycle::tags::REPLACES;
use lilo_lifecycle::{Failure, Identity, chain};
use lilo_medialive::{Error as MediaLiveError, MediaLive, found};

use crate::create::{make, settle};
use crate::delete::delete;
use crate::error::Error;
use crate::update::Change;

/// Taking away what came to nothing may take this long.
const UNDO: Duration = Duration::from_secs(30);

/// Puts an input as `change` has it in the place of input `old`, or makes none. `of_resource` are all inputs of the resource.
pub(crate) async fn run(
    request: &Request,
    old: &str,
    change: &Change,
    of_resource: &[Input],
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let id = if let Some(input) = candidate(of_resource, old, change.spec.sources.len()) {
        input.id.clone()
    } else {
        make_instead(request, old, change, budget, medialive).await?.id
    };
    match bring(&id, change, budget, medialive).await {
        Ok(seen) => Ok(Done { data: Data::from([("Arn", seen.arn)]), replaced_by: Some(id) }),
        Err(error) => Err(undo((&id, old), &request.identity, error, budget, medialive).await),
    }
}

/// Makes an input in the place of `old`. What is made late is not lost, as it says whose place it takes; but nothing is made once
/// something else has been asked for: nobody might come to take it away.
async fn make_instead(
    request: &Request,
    old: &str,
    change: &Change,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Input, WorkError> {
    let mut spec = change.spec.clone();
    spec.tags.insert(REPLACES.to_owned(), old.to_owned());
    let still = async || {
        let seen = found(medialive.describe_input(old).await)?;
        if is_over(seen.as_ref(), request.asked) {
            let resource = input::label(old);
            let message = Failure::Superseded { resource: resource.clone() }.to_string();
            return Err(MediaLiveError::Conflict { operation: "Replacement", resource, message });
        }
        Ok(())
    };
    make(request, spec, Duration::MAX, still, budget, medialive).await
}

/// Has input `id` be as `change` has it.
async fn bring(
    id: &str,
    change: &Change,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Input, WorkError> {
    settle(id, budget, medialive).await?;
    Ok(change.carry_out(id, budget, medialive).await?.input)
}

/// Takes away what was made for nothing; what cannot be is named, and goes with the next Update or Delete.
async fn undo(
    (id, old): (&str, &str),
    identity: &Identity,
    error: WorkError,
    budget: Budget,
    medialive: &MediaLive,
) -> Error {
    let gone = async {
        let seen = medialive.describe_input(id).await?;
        // What a channel plays by now was not in vain: a delivery that came late may find that.
        if leftovers(slice::from_ref(&seen), old).next().is_some() {
            delete(id, identity, budget.at_most(UNDO), medialive).await?;
        }
        Ok::<_, WorkError>(())
    };
    match gone.await {
        Ok(()) => error.into(),
        Err(left) => {
            tracing::error!(input = id, error = chain(&left), "not taken away again");
            Error::LeftOver { id: id.to_owned(), source: Box::new(error) }
        }
    }
}
