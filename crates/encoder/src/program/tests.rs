use super::*;

#[tokio::test]
async fn without_ffmpeg_the_error_says_what_to_install() {
    let programs = Programs::from_ffmpeg(Some("/nowhere/ffmpeg".into()));
    let error = programs.check().await.expect_err("there is none");
    assert!(matches!(error, Error::Missing { .. }));
    let help = miette::Diagnostic::help(&error).expect("it says what to do").to_string();
    assert!(help.contains("apt-get install ffmpeg"), "{help}");
}

#[tokio::test]
async fn a_program_that_is_not_ffmpeg_is_unfit() {
    let programs = Programs::from_ffmpeg(Some("/bin/true".into()));
    let error = programs.check().await.expect_err("it has no version");
    assert!(matches!(error, Error::Unfit { .. }), "{error}");
}

#[test]
fn every_builds_version_is_read() {
    for (said, expected) in [
        ("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026", "5.1.9-0+deb12u1"),
        (
            "ffmpeg version n9.0.2-17-g2a571b6068-20260930 Copyright",
            "n9.0.2-17-g2a571b6068-20260930",
        ),
        ("", "unknown"),
    ] {
        assert_eq!(version(said).to_string(), expected);
    }
    let libraries =
        "libavcodec     59. 37.100 / 59. 37.100\nlibavformat    59. 27.100 / 59. 27.100\n";
    assert_eq!(libavformat(libraries), Some(59));
    assert_eq!(libavformat("libavcodec 59. 37.100"), None);
}

#[test]
fn loopback_is_read_without_a_proxy() {
    let programs = Programs::from_ffmpeg(None);
    for command in [programs.ffmpeg(), programs.ffprobe()] {
        let set = command.as_std().get_envs().find(|(name, _)| *name == "no_proxy");
        let value = set.and_then(|(_, value)| value?.to_str()).unwrap_or_default();
        assert!(value.ends_with("127.0.0.1,localhost,::1"), "{value}");
    }
    assert_eq!(no_proxy(None), "127.0.0.1,localhost,::1");
    assert_eq!(no_proxy(Some("example.com")), "example.com,127.0.0.1,localhost,::1");
}
