//! Bad input: a clear answer, an exit code that is not 0, nothing made.

use std::fs;
use std::process::Command;

use crate::running::{Lilo, folder};

/// Options and what the last line has to say. Exit code 2 is wrong usage, 1 what shows only when it
/// is tried.
const TABLE: [(&[&str], i32, &str); 15] = [
    (&["--source", "/no/such/clip.mp4"], 1, "could not serve /no/such/clip.mp4 as a source"),
    (&["--source", "/tmp"], 1, "it is not a file"),
    (
        &["--source", "Cargo.toml"],
        1,
        "Cargo.toml is not an MP4 file\n  to do   give one, or convert it",
    ),
    (&["--s3-root", "/no/such/folder"], 1, "could not serve /no/such/folder as a source"),
    (&["--port", "0"], 2, "invalid value '0' for '--port <N>'"),
    (&["--port", "65536"], 2, "invalid value '65536' for '--port <N>'"),
    (&["--destination", "receiver"], 2, "invalid value 'receiver' for '--destination <IP>'"),
    (&["--destination", "0.0.0.0"], 1, "must be an IPv4 address from 1.0.0.0"),
    (&["--param", "Owner"], 2, "write it as Key=Value"),
    (&["--param", "Owner=a", "--param", "Owner=b"], 1, "Owner is given twice"),
    (&["--param", "Colour=red"], 1, "Colour"),
    (&["--param", "AllowInsecureSource=false"], 1, "a local file is served over http"),
    (&["--param", "ChannelClass=DOUBLE"], 1, "must be SINGLE_PIPELINE or STANDARD"),
    (&["--param", "ChannelClass=STANDARD"], 1, "the port of the second receiver (DestinationIp2"),
    (&["--medialive-listen", "0.0.0.0:4580"], 2, "give a loopback address"),
];

#[test]
fn bad_input_gets_a_clear_answer_and_makes_nothing() {
    for (options, code, message) in TABLE {
        let ended = Lilo::up("bad_input", options).ended();

        assert_eq!(ended.status.code(), Some(code), "{options:?}: {}", ended.errors);
        assert!(ended.errors.contains(message), "{options:?}: {}", ended.errors);
        // Wrong usage creates no file; what is only tried leaves an empty one.
        let log = (code != 2).then(Vec::new);
        assert_eq!(ended.calls, log, "{options:?}");
        let errors: Vec<_> = ended.errors.lines().filter(|line| !line.trim().is_empty()).collect();
        let is_part = |line: &&str| line.starts_with("  why  ") || line.starts_with("  to do  ");
        let parts = errors[0].starts_with("lilo: ") && errors[1..].iter().all(is_part);
        assert!(code == 2 || parts, "{errors:#?}");
    }
}

#[test]
fn unwritable_call_log_fails_before_anything_is_created() {
    let ended = Lilo::up("call_log", &["--call-log", "/no/such/folder/calls"]).ended();

    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.errors.contains("cannot write the call log to /no"), "{}", ended.errors);
    assert_eq!(ended.lines, [""; 0]);
}

#[test]
fn unwritable_cache_error_names_the_path_and_suggests_source() {
    let cache = folder("no_cache").join("file");
    fs::write(&cache, "in the way").unwrap();

    let ended = Lilo::with_cache("cacheless", &[], &cache).ended();

    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.errors.contains("cannot write the test clip to"), "{}", ended.errors);
    assert!(ended.errors.contains("give a file with --source"), "{}", ended.errors);
}

#[test]
fn without_ffmpeg_it_says_what_to_install() {
    let lilo = Command::new(env!("CARGO_BIN_EXE_lilo"))
        .arg("up")
        .env("LILO_FFMPEG", "/no/such/ffmpeg")
        .output()
        .unwrap();

    let errors = String::from_utf8(lilo.stderr).unwrap();
    assert_eq!((lilo.status.code(), errors.lines().count()), (Some(1), 3), "{errors}");
    assert!(errors.contains("cannot run /no/such/ffmpeg\n  why     No such file"), "{errors}");
    assert!(errors.contains("\n  to do   install ffmpeg"), "{errors}");
}

#[test]
fn a_port_that_is_taken_is_named_with_the_option_to_change() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let ended = Lilo::up("taken", &["--medialive-listen", &address]).ended();

    assert_eq!(ended.status.code(), Some(1));
    let message = format!("cannot listen on {address}\n  why     Address already in use");
    assert!(ended.errors.contains(&message), "{}", ended.errors);
    assert!(ended.errors.contains("--medialive-listen"), "{}", ended.errors);
}
