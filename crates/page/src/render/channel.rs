//! A channel: its pictures, state, facts and buttons.

use maud::{Markup, html};

use crate::fragments::Fragment;
use crate::render::{facts, history};
use crate::view::{Channel, Picture, Pipeline};

/// The channel, then the parts of it that change while it lives.
pub(crate) fn fragments(channel: &Channel) -> Vec<Fragment> {
    let id = |part: &str| format!("channel-{}{part}", channel.id);
    let mut all = vec![
        Fragment::new(id(""), Some("channels"), frame(channel)),
        Fragment::new(id("-state"), None, state(channel)),
        Fragment::new(id("-actions"), None, actions(channel)),
        Fragment::new(id("-alerts"), None, alerts(channel)),
        Fragment::new(id("-history"), None, history::history(channel)),
    ];
    all.extend(facts::fragments(channel));
    all
}

/// Only what stays the same while the stream goes on: the picture is in it. A screen reader reads
/// what changes inside an element with a role, so the roles are here.
fn frame(channel: &Channel) -> Markup {
    let id = format!("channel-{}", channel.id);
    let several = channel.pipelines.len() > 1;
    html! {
        section.channel id=(id) aria-labelledby={ (id) "-title" } {
            div.title {
                h2 id={ (id) "-title" } { (channel.name) }
                span role="status" { span id={ (id) "-state" } {} }
                span id={ (id) "-actions" } {}
            }
            div role="alert" { div id={ (id) "-alerts" } {} }
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
                button type="button" data-copy=(text) data-name=(name) {
                    span { "Copy" } span.unseen { " " (name) }
                }
            }
        }
    }
}

/// A description of an RTP stream (RFC 8866) for players that want a file.
fn sdp(destination: &str) -> Option<String> {
    let (address, port) = destination.strip_prefix("rtp://")?.rsplit_once(':')?;
    Some(format!(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=LILO\nc=IN IP4 {address}\nt=0 0\n\
         m=video {port} RTP/AVP 33\na=rtpmap:33 MP2T/90000\n"
    ))
}

fn state(channel: &Channel) -> Markup {
    let id = format!("channel-{}-state", channel.id);
    html! { span.state id=(id) data-state=(channel.state) { (channel.state) } }
}

/// A button that cannot be used stays where it is, so that the keyboard does not lose it.
fn actions(channel: &Channel) -> Markup {
    let can = |states: &[&str]| (!states.contains(&channel.state.as_str())).then_some("true");
    let button = |name: &str, path: &str, off: Option<&str>| {
        let address = format!("/{path}/{}", channel.id);
        let id = format!("{path}-{}", channel.id);
        html! {
            button type="button" id=(id) data-post=(address) aria-disabled=[off] {
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
        div.alerts id={ "channel-" (channel.id) "-alerts" } {
            @for alert in &channel.alerts {
                p { strong { (alert.kind) } " (pipeline " (alert.pipeline) "): " (alert.message) }
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
