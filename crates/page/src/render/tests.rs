use jiff::Timestamp;

use crate::render;
use crate::view::{
    Alert, Call, Channel, Decision, Delivery, Event, Picture, Pipeline, StackEvent, View,
};

/// Ends an attribute and an element, and begins others.
const HOSTILE: &str = "\"'></span><script>alert(1)</script>";

/// A view whose texts are hostile, each with a number of its own, and how many they are.
fn hostile() -> (View, usize) {
    let mut count = 0;
    let mut text = || {
        count += 1;
        format!("{HOSTILE}{count}.")
    };
    let time = Timestamp::UNIX_EPOCH;
    let mut call = || Call {
        number: 0,
        time,
        operation: text(),
        resource: text(),
        caller: text(),
        status: 200,
    };
    let calls = vec![call()];
    let mut pipeline = |picture| Pipeline {
        source: text(),
        destination: format!("rtp://{}:5000", text()),
        picture,
        bitrate: None,
        passes: None,
    };
    let stream = pipeline(Picture::Stream);
    let stills = pipeline(Picture::Stills(format!("{HOSTILE}0.")));
    let delivery = Delivery {
        rule: text(),
        function: text(),
        decisions: vec![Decision { what: text(), why: text() }],
        calls: vec![Call { operation: text(), ..calls[0].clone() }],
    };
    let view = View {
        place: text(),
        remark: text(),
        channels: vec![Channel {
            id: text(),
            name: text(),
            state: text(),
            history: vec![(time, text()), (time, text())],
            pipelines: vec![stream, stills],
            alerts: vec![Alert { kind: text(), pipeline: text(), message: text() }],
            running_since: Some(time),
            stops_at: Some(time),
            cost: text(),
        }],
        events: vec![Event {
            number: 0,
            time,
            name: text(),
            channel: text(),
            message: text(),
            sent_again: true,
            deliveries: vec![delivery],
        }],
        stack_events: vec![StackEvent {
            key: text(),
            time,
            resource: text(),
            status: text(),
            detail: text(),
        }],
        calls,
    };
    (view, count)
}

#[test]
fn every_text_from_outside_is_text_and_no_html() {
    let (view, count) = hostile();
    let html: String = render::all(&view).into_iter().map(|it| it.html).collect();

    assert!(!html.contains("<script") && !html.contains("\"'>"), "{html}");
    // None was left out.
    for number in 0..=count {
        let text = format!("&lt;script&gt;alert(1)&lt;/script&gt;{number}.");
        assert!(html.contains(&text), "{text}");
    }
}
