//! What the operations on multiplexes, clusters and channel placement groups have in common.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::arn::arn;
use crate::error::Error;
use crate::request::{Reply, Request};
use crate::resource::{Resource, Sort};
use crate::service::Service;
use crate::states::Conflict;
use crate::store::Store;

/// What is answered where there is no such resource, or its state does not allow what is asked: the model's texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts {
    pub(super) missing: &'static str,
    pub(super) unable: &'static str,
}

/// What happens to a resource, and what comes of it after a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<T> {
    pub(super) begins: T,
    pub(super) ends: T,
    /// How long it takes, unless a fault has it otherwise.
    pub(super) takes: Duration,
}

/// Makes a resource in its first state, under a parent if it has one.
pub(super) fn create<S: Sort>(
    service: &Arc<Service>,
    store: &mut Store,
    request: &Request,
    (operation, parent): (&'static str, Option<&str>),
    document: Map<String, Value>,
    state: S::State,
) -> Result<(String, Value), Error> {
    let tags = request.tags()?;
    let id = store.assign_id(operation, request.id());
    let name = parent.map_or_else(|| id.clone(), |parent| format!("{parent}/{id}"));
    let arn = arn(&service.config, S::KIND, &name);
    let resource = Resource::<S> { id: id.clone(), arn, state, tags, document, changes: 0 };
    let shown = resource.describe();
    S::shelf(store).insert(id.clone(), resource);
    Ok((id, shown))
}

/// What an earlier request with the same requestId made, as it is now.
pub(super) fn made<S: Sort>(
    store: &mut Store,
    operation: &'static str,
    request: &Request,
) -> Option<(String, Value)> {
    let id = store.made_by(operation, request.id())?.to_owned();
    let shown = S::shelf(store).get(&id)?.describe();
    Some((id, shown))
}

/// Lets something happen to a resource that is there.
pub(super) fn turn<S: Sort>(
    service: &Arc<Service>,
    store: &mut Store,
    request: &Request,
    step: Step<S::Trigger>,
    texts: Texts,
) -> Result<Value, Error> {
    let resource = find::<S>(store, request, texts.missing)?;
    let before = resource.state;
    let unable = |Conflict| Error::Unable { text: texts.unable };
    let after = resource.apply(step.begins).map_err(unable)?;
    let (id, shown) = (resource.id.clone(), resource.describe());
    if after != before {
        end_later::<S>(service, store, request, &id, step);
    }
    Ok(shown)
}

/// Ends what has begun with a resource when its time is over, unless something else happens to it meanwhile.
pub(super) fn end_later<S: Sort>(
    service: &Arc<Service>,
    store: &mut Store,
    request: &Request,
    id: &str,
    step: Step<S::Trigger>,
) {
    let Some(changes) = S::shelf(store).get(id).map(|it| it.changes) else { return };
    let id = id.to_owned();
    service.after(request.lasts(step.takes), move |_, store| {
        if let Some(resource) = S::shelf(store).get_mut(&id).filter(|it| it.changes == changes) {
            resource.apply(step.ends).expect("nothing has happened since it began");
        }
    });
}

pub(super) fn describe<S: Sort>(
    service: &Arc<Service>,
    request: &Request,
    missing: &'static str,
) -> Result<Reply, Error> {
    find::<S>(&mut service.store(), request, missing).map(|it| Reply::ok(it.describe()))
}

/// One below a cluster is only found below its own.
pub(super) fn find<'a, S: Sort>(
    store: &'a mut Store,
    request: &Request,
    missing: &'static str,
) -> Result<&'a mut Resource<S>, Error> {
    let of =
        |it: &Resource<S>| it.document.get("clusterId").and_then(Value::as_str).map(str::to_owned);
    let resource = S::shelf(store).get_mut(&request.target).filter(|it| of(it) == request.parent);
    resource.ok_or(Error::Missing { text: missing })
}
