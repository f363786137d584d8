use super::*;

fn track(stream: usize, language: &str, default: bool) -> AudioTrack {
    AudioTrack { stream, language: language.to_owned(), default, end: None, encrypted: false }
}

fn source(audio: Vec<AudioTrack>) -> Source {
    Source {
        video: 0,
        size: (320, 180),
        frame_rate: None,
        interlaced: false,
        matrix: "auto",
        video_end: None,
        audio,
        bytes: None,
    }
}

#[test]
fn the_track_is_the_marked_one_or_the_one_that_is_asked_for() {
    let language = |code: &str, strict| Track::Language { code: code.to_owned(), strict };
    let audio = vec![track(1, "eng", false), track(2, "fra", true), track(3, "deu", false)];
    for (wanted, expected) in [
        (Track::First, vec![2, 1, 3]),
        (Track::Number(3), vec![3]),
        (Track::Number(4), vec![]),
        (Track::Number(0), vec![]),
        (language("eng", false), vec![1, 2, 3]),
        (language("en", true), vec![1]),
        (language("spa", true), vec![]),
        (language("spa", false), vec![2, 1, 3]),
    ] {
        let source = source(audio.clone());
        let streams: Vec<_> = source.tracks(&wanted).iter().map(|track| track.stream).collect();
        assert_eq!(streams, expected, "{wanted:?}");
    }
    let unmarked = source(vec![track(1, "eng", true), track(2, "fra", true)]);
    assert_eq!(unmarked.tracks(&Track::First)[0].stream, 1);
}

#[test]
fn a_playlist_names_the_source_and_its_options() {
    let playlist = |url: &str| playlist(&Url::parse(url).unwrap());
    let expected = "ffconcat version 1.0\nfile 'http://example.com/a.mp4?x=1&y=%27'\noption rw_timeout '10000000'\n\
                    option reconnect '1'\noption reconnect_delay_max '4'\n";
    assert_eq!(playlist("http://example.com/a.mp4?x=1&y='"), expected);
    assert!(playlist("https://example.com/a.mp4").contains("\noption tls_verify '1'\n"));
}

#[test]
fn an_address_cannot_end_its_line_or_its_quotes() {
    let url = Url::parse("http://h/it's\nfile '/etc/passwd").unwrap();
    let playlist = playlist(&url);
    assert!(playlist.contains(r"file 'http://h/it'\''sfile%20'\''/etc/passwd'"), "{playlist}");
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
