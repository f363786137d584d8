//! A channel: its pictures, state, facts and buttons.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::fragments::Fragment;
use crate::source::{Channel, Picture, Pipeline};
use crate::words::{clock, length, megabits};

/// The channel, then the parts of it that change while it lives.
pub(crate) fn fragments(channel: &Channel, now: Timestamp) -> Vec<Fragment> {
    let id = |part: &str| format!("channel-{}{part}", channel.id);
    vec![
        Fragment::new(id(""), Some("channels"), frame(channel)),
        Fragment::new(id("-state"), None, state(channel)),
        Fragment::new(id("-actions"), None, actions(channel)),
        Fragment::new(id("-alerts"), None, alerts(channel)),
        Fragment::new(id("-facts"), None, facts(channel, now)),
        Fragment::new(id("-history"), None, history(channel, now)),
    ]
}

/// Only what stays the same while the stream goes on: the picture is in it.
fn frame(channel: &Channel) -> Markup {
    let id = format!("channel-{}", channel.id);
    let several = channel.pipelines.len() > 1;
    html! {
        section.channel id=(id) aria-labelledby={ (id) "-title" } {
            div.title {
                h2 id={ (id) "-title" } { (channel.name) }
                span id={ (id) "-state" } {}
                span id={ (id) "-actions" } {}
            }
            div id={ (id) "-alerts" } {}
            div.pipelines {
                @for (number, pipeline) in channel.pipelines.iter().enumerate() {
                    (picture(&channel.id, number, pipeline, several))
                }
            }
            div id={ (id) "-history" } {}
            div id={ (id) "-facts" } {}
        }
    }
}

fn picture(channel: &str, number: usize, pipeline: &Pipeline, several: bool) -> Markup {
    let path = format!("/{channel}/{number}");
    let label = format!("Pipeline {number} of channel {channel}");
    let stream = (pipeline.picture == Picture::Stream).then(|| format!("/stream{path}"));
    let (still, dark) = match &pipeline.picture {
        Picture::Stream => (true, "No picture while the channel does not run."),
        Picture::Stills(_) => (true, "No thumbnail. A channel that does not run has none."),
        Picture::Off(why) => (false, why.as_str()),
    };
    let still = still.then(|| format!("/still{path}"));
    html! {
        figure data-still=[still] data-stream=[stream] {
            div.screen {
                @if pipeline.picture == Picture::Stream {
                    video controls muted playsinline aria-label=(label) {}
                }
                img alt={ "A still of " (label) } hidden;
                p.dark { (dark) }
            }
            figcaption {
                @if several { strong { "Pipeline " (number) } " " }
                @match &pipeline.picture {
                    Picture::Stream => {
                        button.sound type="button" aria-pressed="false" { "Sound" }
                        " " span.behind {}
                    }
                    Picture::Stills(remark) => { (remark) }
                    Picture::Off(_) => {}
                }
            }
            (copies(pipeline))
        }
    }
}

/// The lines that people paste elsewhere.
fn copies(pipeline: &Pipeline) -> Markup {
    let to = &pipeline.destination;
    let ffplay = format!("ffplay {to}");
    let vlc = format!("vlc {}", to.replace("://", "://@"));
    html! {
        dl.copies {
            (copied("Source", &pipeline.source))
            (copied("Destination", to))
            (copied("ffplay", &ffplay))
            (copied("VLC", &vlc))
            @if let Some(sdp) = sdp(to) { (copied("SDP", &sdp)) }
        }
    }
}

fn copied(name: &str, text: &str) -> Markup {
    html! {
        div {
            dt { (name) }
            dd {
                code tabindex="0" { (text) }
                button type="button" data-copy=(text) aria-label={ "Copy " (name) } { "Copy" }
            }
        }
    }
}

/// A description of an RTP stream (RFC 8866) for players that want a file.
fn sdp(destination: &str) -> Option<String> {
    let (address, port) = destination.strip_prefix("rtp://")?.rsplit_once(':')?;
    Some(format!(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=LILO\nc=IN IP4 {address}\nt=0 0\nm=video {port} RTP/AVP 33\n\
         a=rtpmap:33 MP2T/90000\n"
    ))
}

fn state(channel: &Channel) -> Markup {
    html! {
        span.state id={ "channel-" (channel.id) "-state" } role="status" data-state=(channel.state) {
            (channel.state)
        }
    }
}

/// A button that cannot be used stays where it is, so that the keyboard does not lose it.
fn actions(channel: &Channel) -> Markup {
    let can = |states: &[&str]| (!states.contains(&channel.state.as_str())).then_some("true");
    let button = |name: &str, path: &str, off: Option<&str>| {
        let address = format!("/{path}/{}", channel.id);
        html! {
            button type="button" id={ (path) "-" (channel.id) } data-post=(address) aria-disabled=[off] {
                (name) span.unseen { " " (channel.name) }
            }
        }
    };
    html! {
        span.actions id={ "channel-" (channel.id) "-actions" } {
            (button("Start", "start", can(&["IDLE"])))
            (button("Stop", "stop", can(&["RUNNING", "RECOVERING", "STARTING"])))
        }
    }
}

fn alerts(channel: &Channel) -> Markup {
    html! {
        div.alerts id={ "channel-" (channel.id) "-alerts" } role="alert" {
            @for alert in &channel.alerts {
                p { strong { (alert.kind) } " (pipeline " (alert.pipeline) "): " (alert.message) }
            }
        }
    }
}

fn facts(channel: &Channel, now: Timestamp) -> Markup {
    let rates: Vec<_> = channel.pipelines.iter().filter_map(|it| it.bitrate).collect();
    let rates: Vec<_> = rates.iter().map(|rate| megabits(*rate)).collect();
    let passes: Vec<_> = channel.pipelines.iter().filter_map(|it| it.passes).collect();
    let passes: Vec<_> = passes.iter().map(ToString::to_string).collect();
    let fact = |name: &str, text: String| html! { div { dt { (name) } dd { (text) } } };
    html! {
        dl.facts id={ "channel-" (channel.id) "-facts" } {
            (fact("Channel", channel.id.clone()))
            @if let Some(since) = channel.running_since {
                (fact("Running", format!("{}, since {}", length(now.duration_since(since)), clock(since))))
            }
            @if let Some(stops) = channel.stops_at {
                (fact("Stops", format!("at {}, in {}", clock(stops), length(stops.duration_since(now)))))
            }
            @if !rates.is_empty() { (fact("Sends", rates.join(" and "))) }
            @if !passes.is_empty() { (fact("Passes played", passes.join(" and "))) }
            (fact("Cost", channel.cost.clone()))
        }
    }
}

/// A bar whose parts are as long as the states, and the same in words.
fn history(channel: &Channel, now: Timestamp) -> Markup {
    let ends = channel.history.iter().skip(1).map(|(at, _)| *at).chain([now]);
    let states = channel.history.iter().zip(ends);
    let states: Vec<_> =
        states.map(|((at, name), end)| (*at, name, end.duration_since(*at))).collect();
    let seconds = |time: &jiff::SignedDuration| time.as_secs_f64().max(0.1);
    let whole: f64 = states.iter().map(|(_, _, time)| seconds(time)).sum();
    let mut left = 0.;
    let bars = states.iter().map(|(_, name, time)| {
        let width = seconds(time) / whole * 1000.;
        let x = left;
        left += width;
        (x, width, *name)
    });
    let bars: Vec<_> = bars.collect();
    html! {
        div.history id={ "channel-" (channel.id) "-history" } {
            svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true" {
                @for (x, width, name) in bars {
                    rect x={ (format!("{x:.1}")) } y="0" width={ (format!("{width:.1}")) } height="20" data-state=(name) {}
                }
            }
            ol aria-label="States so far" {
                @for (at, name, time) in &states {
                    li { (clock(*at)) " " strong data-state=(name) { (name) } " " (length(*time)) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rtp_stream_has_a_description_that_players_read() {
        let text = sdp("rtp://239.1.1.1:5000").unwrap();
        assert!(
            text.contains("c=IN IP4 239.1.1.1\n") && text.contains("m=video 5000 RTP/AVP 33\n")
        );
        assert_eq!(sdp("udp://127.0.0.1:5000"), None);
    }

    #[test]
    fn names_from_outside_are_text_and_no_html() {
        let name = "<script>alert(1)</script>".to_owned();
        let channel = Channel { id: "1".into(), name, ..Channel::default() };
        let html: String =
            fragments(&channel, Timestamp::UNIX_EPOCH).into_iter().map(|it| it.html).collect();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
    }
    #[test]
    fn a_picture_that_is_off_says_why_and_is_not_asked_for() {
        let pipeline = Pipeline {
            source: String::new(),
            destination: String::new(),
            picture: Picture::Off("Thumbnails are off.".to_owned()),
            bitrate: None,
            passes: None,
        };
        let html = picture("1", 0, &pipeline, false).into_string();
        assert!(html.contains("Thumbnails are off."), "{html}");
        assert!(!html.contains("data-still") && !html.contains("data-stream"), "{html}");
    }
}
