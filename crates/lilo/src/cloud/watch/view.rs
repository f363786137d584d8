//! How the page shows a loop on AWS.

use jiff::Timestamp;
use lilo_page::{Channel, Picture, Pipeline, View};

use super::look::Found;
use crate::aws;
use crate::aws::stack::Stack;
use crate::cloud::LoopSummary;

const STILLS: &str = "MediaLive's thumbnails, refreshed every two seconds, without sound.";
const NO_EVENTS: &str = "AWS shows no past events of EventBridge; CloudTrail has the calls.";

/// `price` is that of an hour of the running channel.
pub(super) fn view(found: &Found, region: &str, price: Option<f64>, now: Timestamp) -> View {
    let problems = found.problems.iter().map(|it| format!("Not up to date: {it}."));
    if !found.channel_is_known {
        let unknown = format!("The channel of {} is not known yet.", found.stack.name);
        let remark: Vec<_> = [unknown].into_iter().chain(problems).collect();
        let stack_events = found.stack_events.clone();
        return View { remark: remark.join(" "), stack_events, ..View::default() };
    }
    let gone = found.stack_is_gone.then(|| "The stack is gone.".to_owned());
    let remark: Vec<_> = gone.into_iter().chain(problems).chain([NO_EVENTS.to_owned()]).collect();
    let shown = found.channel.as_ref().map(|channel| Channel {
        alerts: found.alerts.clone(),
        history: found.history.clone(),
        ..shown(&found.stack, channel, price, now)
    });
    View {
        place: format!("in {region} on AWS"),
        remark: remark.join(" "),
        channels: shown.into_iter().collect(),
        stack_events: found.stack_events.clone(),
        ..View::default()
    }
}

fn shown(
    stack: &Stack,
    channel: &aws::channel::Channel,
    price: Option<f64>,
    now: Timestamp,
) -> Channel {
    let summary = LoopSummary::of(stack, Some(channel));
    let cost = cost(&summary, price, now);
    let sources = ["Source", "Source2"].map(|name| stack.parameter(name));
    let second = if sources[1].is_empty() { sources[0] } else { sources[1] };
    let pipelines = summary.destinations.into_iter().zip([sources[0], second]);
    let pipelines = pipelines.map(|(destination, source)| Pipeline {
        source: source.to_owned(),
        destination,
        picture: picture(stack),
        bitrate: None,
        passes: None,
    });
    Channel {
        id: channel.id.clone(),
        name: summary.name,
        state: channel.state.as_str().to_owned(),
        pipelines: pipelines.collect(),
        running_since: summary.running_since,
        stops_at: summary.stop_at,
        cost,
        ..Channel::default()
    }
}

fn picture(stack: &Stack) -> Picture {
    if stack.has_thumbnails() {
        return Picture::Stills(STILLS.to_owned());
    }
    Picture::Off(format!(
        "This loop has no thumbnails. To see them here, run: \
         lilo deploy {} --param Thumbnails=AUTO. \
         A running channel stops for that, and starts again.",
        stack.name
    ))
}

fn cost(summary: &LoopSummary, price: Option<f64>, now: Timestamp) -> String {
    let Some(price) = price else {
        return "not known: lilo watch --price takes the price of an hour".to_owned();
    };
    match summary.clone().priced(price, now).cost {
        Some(cost) => format!("{cost:.2} for this run"),
        None if summary.runs() => "not known yet: the starter has not noted the start".to_owned(),
        None => "nothing for a run: the channel does not run".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_says_why_there_is_no_figure() {
        let now = Timestamp::from_second(3600).unwrap();
        let began = Some(Timestamp::UNIX_EPOCH);
        for (state, running_since, price, expected) in [
            ("RUNNING", began, Some(1.5), "1.50 for this run"),
            ("RUNNING", began, None, "not known: lilo watch --price takes the price of an hour"),
            ("RUNNING", None, Some(1.5), "not known yet: the starter has not noted the start"),
            ("IDLE", None, Some(1.5), "nothing for a run: the channel does not run"),
        ] {
            let summary = LoopSummary {
                name: String::new(),
                stack_status: String::new(),
                channel_id: None,
                state: Some(state.to_owned()),
                source: String::new(),
                destinations: Vec::new(),
                egress: Vec::new(),
                running_since,
                stop_at: None,
                cost: None,
                console_url: String::new(),
            };
            assert_eq!(cost(&summary, price, now), expected);
        }
    }
}
