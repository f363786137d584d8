//! The lists of what has happened.

use maud::{Markup, html};

use crate::fragments::Fragment;
use crate::view::{Call, Delivery, Event, StackEvent, View};
use crate::words::time_of_day;

/// One sentence.
pub(crate) fn summary(view: &View) -> Fragment {
    let running = view.channels.iter().filter(|it| it.state == "RUNNING").count();
    let text = match view.channels.len() {
        0 if view.place.is_empty() => String::new(),
        0 => format!("No channel {}.", view.place),
        1 => format!("One channel {}, {running} running.", view.place),
        all => format!("{all} channels {}, {running} running.", view.place),
    };
    Fragment::new("summary".to_owned(), None, html! { p #summary { (text) " " (view.remark) } })
}

/// The event, and what the functions made of it: that comes later.
pub(crate) fn event(event: &Event) -> Vec<Fragment> {
    let id = format!("event-{}", event.number);
    let why = format!("{id}-why");
    let item = html! {
        li id=(id) {
            div.event {
                time { (time_of_day(event.time)) } " "
                strong data-state=(event.name) { (event.name) } " "
                span { "channel " (event.channel) ": " (event.message) }
                @if event.sent_again { em { " sent from this page" } }
                " "
                button type="button" data-post={ "/send-again/" (event.number) } {
                    "Send again" span.unseen { " " (event.name) " of " (time_of_day(event.time)) }
                }
            }
            div id=(why) {}
        }
    };
    let deliveries = html! {
        div id=(why) {
            @if event.deliveries.is_empty() { p.why { "No rule selects this event." } }
            @for delivery in &event.deliveries { (delivery_of(delivery)) }
        }
    };
    vec![Fragment::new(id, Some("events"), item), Fragment::new(why, None, deliveries)]
}

fn delivery_of(delivery: &Delivery) -> Markup {
    html! {
        div.why {
            p { "Rule " (delivery.rule) " → " (delivery.function) }
            @if !delivery.decisions.is_empty() {
                ul {
                    @for decision in &delivery.decisions {
                        li { strong { (decision.what) } " " (decision.why) }
                    }
                }
            }
            @if !delivery.calls.is_empty() {
                p { "Calls: " @for (number, call) in delivery.calls.iter().enumerate() {
                    @if number > 0 { ", " }
                    (call.operation) " " (call.status)
                } }
            }
        }
    }
}

pub(crate) fn stack_event(event: &StackEvent) -> Fragment {
    let id = format!("stack-{}", event.key);
    let row = html! {
        tr id=(id) {
            td { (time_of_day(event.time)) }
            td { (event.resource) }
            td { strong data-state=(event.status) { (event.status) } }
            td { (event.detail) }
        }
    };
    Fragment::new(id, Some("stack"), row)
}

pub(crate) fn call(call: &Call) -> Fragment {
    let id = format!("call-{}", call.number);
    let row = html! {
        tr id=(id) {
            td { (time_of_day(call.time)) }
            td { (call.operation) }
            td { (call.resource) }
            td { (call.caller) }
            td { (call.status) }
        }
    };
    Fragment::new(id, Some("calls"), row)
}
