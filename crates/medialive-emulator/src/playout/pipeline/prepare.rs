//! Prepares a pipeline of a channel that starts: derives its job, and names what it cannot follow.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::alert::AlertType;
use crate::model::channel::Channel;
use crate::model::input::Input;
use crate::playout::job::{self, Unplayable};
use crate::service::Service;
use crate::service::engine::Engine;
use lilo_encoder::Job;

/// Characters of an alert's list of settings. The log has the whole list.
const LONGEST_LIST: usize = 1000;

/// The engine and the job of a pipeline, if there is an engine and the channel can be played.
pub(super) fn prepare(
    service: &Service,
    channel: &mut Channel,
    inputs: &BTreeMap<String, Input>,
    pipeline: usize,
) -> Option<(Arc<dyn Engine>, Job)> {
    let engine = service.shared.engine.clone()?;
    match job::derive(channel, inputs, pipeline, service.config.s3.as_deref()) {
        Ok(job) => {
            name_unfollowed(service, channel, pipeline);
            Some((engine, job))
        }
        Err(unplayable) => {
            tracing::warn!(channel = channel.id, pipeline, %unplayable, "no picture");
            let (alert_type, detail) = match &unplayable {
                Unplayable::Destination { url } => (AlertType::NoDestination, url.clone()),
                Unplayable::Input { .. } => (AlertType::InputNotEmulated, unplayable.to_string()),
                Unplayable::Settings { .. } | Unplayable::Missing { .. } => {
                    (AlertType::NoOutput, unplayable.to_string())
                }
            };
            service.set_alert(channel, pipeline, alert_type, &detail);
            None
        }
    }
}

fn name_unfollowed(service: &Service, channel: &mut Channel, pipeline: usize) {
    let settings = job::unfollowed(channel);
    if settings.is_empty() {
        return;
    }
    let all = settings.join(", ");
    tracing::warn!(channel = channel.id, pipeline, settings = all, "settings not emulated");
    service.set_alert(channel, pipeline, AlertType::NotEmulated, &listed(&settings));
}

/// As many settings as fit, and the number of the others.
fn listed(settings: &[String]) -> String {
    let mut list = String::new();
    for (shown, setting) in settings.iter().enumerate() {
        let length = list.chars().count() + setting.chars().count();
        if shown > 0 && length > LONGEST_LIST {
            return format!("{list}, and {} more", settings.len() - shown);
        }
        if shown > 0 {
            list.push_str(", ");
        }
        list.extend(setting.chars().take(LONGEST_LIST));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_settings_ends_with_the_number_of_the_others() {
        let settings = |count| vec!["a".repeat(98); count];

        let [short, long] = [10, 13].map(|count| listed(&settings(count)));

        assert_eq!(short.matches(", ").count(), 9);
        assert!(long.ends_with("aa, and 3 more"), "{long}");
        assert_eq!(listed(&["a".repeat(2000)]).len(), LONGEST_LIST);
    }
}
