use serde_json::{Value, json};

use super::*;

fn chosen(probed: Value) -> Result<Source, &'static str> {
    serde_json::from_value::<Probed>(probed).unwrap().choose()
}

fn stream(index: usize, kind: &str, attached_pic: u8) -> Value {
    json!({
        "index": index, "codec_type": kind, "width": 1920, "height": 1080, "field_order": "progressive",
        "avg_frame_rate": "30000/1001", "start_time": "1.500000", "duration": "4.000000", "nb_frames": "120",
        "disposition": { "attached_pic": attached_pic, "default": 1 },
    })
}

fn streams(streams: impl Into<Value>) -> Value {
    let streams: Value = streams.into();
    json!({ "streams": streams, "format": { "start_time": "1.000000", "size": "7" } })
}

#[test]
fn the_first_picture_that_is_no_cover_is_played() {
    let source = chosen(streams(json!([
        stream(0, "data", 0),
        stream(1, "audio", 0),
        stream(2, "video", 1),
        stream(3, "video", 0),
        stream(4, "audio", 0),
    ])));
    let source = source.unwrap();
    assert_eq!((source.video, source.audio[0].stream, source.audio[1].stream), (3, 1, 4));
}

#[test]
fn ends_count_from_the_files_first_timestamp() {
    let source = chosen(streams(json!([stream(0, "video", 0), stream(1, "audio", 0)]))).unwrap();
    assert_eq!((source.video_end, source.audio[0].end), (Some(4_500_000_000), Some(4_500_000_000)));
    assert_eq!(source.end(None), Some(4_500_000_000));
}

#[test]
fn the_length_that_a_fragmented_file_promises_is_not_believed() {
    let mut video = stream(0, "video", 0);
    video.as_object_mut().unwrap().remove("nb_frames");
    assert_eq!(chosen(streams(json!([video]))).unwrap().video_end, None);
}

#[test]
fn a_source_may_be_silent_but_not_blind() {
    assert!(chosen(streams(json!([stream(0, "video", 0)]))).unwrap().audio.is_empty());
    let blind = chosen(streams(json!([stream(0, "audio", 0), stream(1, "video", 1)])));
    assert_eq!(blind, Err("it has no video stream"));
}

#[test]
fn an_encrypted_picture_is_refused_and_encrypted_sound_marked() {
    let mut probed = streams(json!([stream(0, "video", 0), stream(1, "audio", 0)]));
    let packet = |stream: usize| json!({ "stream_index": stream, "side_data_list": [{ "side_data_type": "Encryption info" }] });
    probed["packets"] = json!([packet(1)]);
    assert!(chosen(probed.clone()).unwrap().audio[0].encrypted);
    probed["packets"] = json!([packet(1), packet(0)]);
    assert!(chosen(probed).unwrap_err().contains("encrypted"));
}

#[test]
fn a_rotated_picture_has_its_sides_changed() {
    for (rotation, expected) in
        [(-90, (1080, 1920)), (90, (1080, 1920)), (180, (1920, 1080)), (0, (1920, 1080))]
    {
        let mut video = stream(0, "video", 0);
        video["side_data_list"] = json!([{ "rotation": rotation }]);
        assert_eq!(chosen(streams(json!([video]))).unwrap().size, expected, "{rotation}");
    }
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
        assert_eq!(chosen(streams(json!([video]))).unwrap().matrix, expected);
    }
}

#[test]
fn a_rate_or_a_scan_that_is_unknown_is_not_guessed() {
    let mut video = stream(0, "video", 0);
    let known = chosen(streams(json!([video]))).unwrap();
    assert!(!known.interlaced && (known.frame_rate.unwrap() - 29.97).abs() < 0.001);
    (video["avg_frame_rate"], video["field_order"]) = (json!("0/0"), json!("unknown"));
    let unknown = chosen(streams(json!([video]))).unwrap();
    assert!(unknown.interlaced && unknown.frame_rate.is_none());
}
