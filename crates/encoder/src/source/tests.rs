use serde_json::{Value, json};

use super::*;

fn choose(streams: &Value) -> Option<Source> {
    let found = json!({ "streams": streams });
    serde_json::from_value::<ProbeOutput>(found).unwrap().choose()
}

fn stream(index: usize, kind: &str, attached_pic: u8) -> Value {
    json!({ "index": index, "codec_type": kind, "height": 1080, "disposition": { "attached_pic": attached_pic } })
}

#[test]
fn the_first_real_streams_are_played() {
    let source = choose(&json!([
        stream(0, "data", 0),
        stream(1, "audio", 0),
        stream(2, "video", 1),
        stream(3, "video", 0),
        stream(4, "audio", 0),
    ]));
    let source = source.unwrap();
    assert_eq!((source.video, source.audio), (3, Some(1)));
}

#[test]
fn a_source_may_be_silent_but_not_blind() {
    assert_eq!(choose(&json!([stream(0, "video", 0)])).unwrap().audio, None);
    assert_eq!(choose(&json!([stream(0, "audio", 0), stream(1, "video", 1)])), None);
}

#[test]
fn untagged_colours_are_those_usual_for_the_size() {
    let cases = [
        (json!("bt470bg"), 1080, "auto"),
        (json!(null), 1080, "bt709"),
        (json!("unknown"), 720, "bt709"),
        (json!(null), 576, "bt601"),
    ];
    for (tag, height, expected) in cases {
        let mut video = stream(0, "video", 0);
        video["color_space"] = tag;
        video["height"] = json!(height);
        assert_eq!(choose(&json!([video])).unwrap().matrix, expected);
    }
}

#[test]
fn only_http_addresses_are_sources() {
    for source in ["http://127.0.0.1/a b.mp4", "https://example.com/a%20'b'.mp4?x=1"] {
        assert!(parse_address(source).is_ok(), "{source}");
    }
    for source in ["file:///etc/passwd", "concat:a|b", "a.mp4", "-i", "", "s3ssl://bucket/a.mp4"] {
        assert!(matches!(parse_address(source), Err(Error::Address { .. })), "{source}");
    }
}

#[test]
fn an_address_is_shown_without_what_would_let_its_reader_in() {
    let url = Url::parse("https://me:secret@example.com/a.mp4?X-Amz-Signature=secret#t").unwrap();
    assert_eq!(without_secrets(&url), "https://example.com/a.mp4");
}
