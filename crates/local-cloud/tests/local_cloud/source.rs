//! The source file over HTTP.

use std::path::Path;

use lilo_local_cloud::source::Source;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn get(url: &str, headers: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request =
        format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

#[tokio::test]
async fn a_file_is_served_whole_and_in_ranges() {
    let this_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/local_cloud/source.rs");
    let source = Source::serve(&this_file).await.unwrap();
    assert!(source.url().starts_with("http://127.0.0.1:"));
    assert_eq!(Path::new(source.url()).extension().unwrap(), "mp4");

    let whole = get(source.url(), "").await;
    let part = get(source.url(), "Range: bytes=0-5\r\n").await;

    assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("}\n"), "{whole}");
    assert!(part.starts_with("HTTP/1.1 206") && part.ends_with("\r\n\r\n//! Th"), "{part}");
}

#[tokio::test]
async fn what_is_not_a_file_is_refused() {
    for path in ["/does/not/exist.mp4", env!("CARGO_MANIFEST_DIR")] {
        let refused = Source::serve(Path::new(path)).await.unwrap_err().to_string();
        assert!(refused.contains(path), "{refused}");
    }
}
