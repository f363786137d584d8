//! What must hold whatever happened, read from MediaLive and from the record of calls.

use std::collections::{BTreeMap, BTreeSet};

use lilo_tests::{Call, Cloud};

/// Only the `others` are in MediaLive.
pub(crate) fn nothing_is_left(cloud: &Cloud, others: usize) -> Vec<String> {
    let remaining = cloud.remaining();
    if remaining.len() == others {
        return Vec::new();
    }
    let remaining: Vec<_> = remaining.iter().map(ToString::to_string).collect();
    vec![format!("something is left, or too little: {}", remaining.join(", "))]
}

/// No request makes two things, no start once a Delete has begun.
pub(crate) fn of_the_record(cloud: &Cloud) -> Vec<String> {
    let calls = cloud.journal();
    let mut wrong = Vec::new();
    let mut made: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for call in &calls {
        if let Some(id) = &call.made {
            made.entry((call.role, &call.request)).or_default().insert(id);
        }
    }
    let doubles = made.into_iter().filter(|(_, ids)| ids.len() > 1);
    wrong.extend(doubles.map(|it| format!("made twice: {it:?}")));
    let mut deleting = BTreeSet::new();
    for call in calls.iter().filter(|call| call.status.is_some_and(|status| status < 300)) {
        let Some(id) = channel_of(call) else { continue };
        if call.operation == "StartChannel" && deleting.contains(&id) {
            wrong.push(format!("channel {id} was started after its Delete had begun"));
        }
        let writes = !call.operation.starts_with("Describe");
        if call.errand == "Delete" && writes {
            deleting.insert(id);
        }
    }
    wrong
}

/// The channel that a call is about.
fn channel_of(call: &Call) -> Option<String> {
    let id = match call.path.split_once("channel%3A") {
        Some((_, rest)) => rest,
        None => call.path.strip_prefix("/prod/channels/")?,
    };
    Some(id.chars().take_while(char::is_ascii_digit).collect())
}
