//! The emulator on a socket, and its end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::client::Client;

/// What the server answers to this request line and these headers.
async fn answer(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{request}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn serve(client: &Client) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let emulator = client.emulator.clone();
    (address, tokio::spawn(async move { emulator.serve(listener).await }))
}

#[tokio::test]
async fn it_is_served_until_it_is_shut_down() {
    let client = Client::new();
    let (address, server) = serve(&client).await;

    let answer = answer(address, &format!("GET /prod/inputs HTTP/1.1\r\nhost: {address}")).await;
    client.emulator.shutdown().await;
    server.await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(r#"{"inputs":[]}"#), "{answer}");
}

#[tokio::test]
async fn a_website_may_call_nothing() {
    let client = Client::new();
    let (address, _server) = serve(&client).await;
    let port = address.port();
    for request in [
        "GET /_emulator/calls",
        "GET /_emulator/events",
        "GET /_emulator/faults",
        "POST /_emulator/faults",
        "DELETE /_emulator/faults",
        "PUT /_emulator/response/x",
        "GET /_emulator/response/x",
        "POST /prod/channels/1/start",
        "GET /prod/channels",
    ] {
        for (host, header) in [
            ("127.0.0.1", "\r\norigin: http://evil.example"),
            ("127.0.0.1", "\r\norigin: null"),
            ("127.0.0.1", "\r\nsec-fetch-site: cross-site"),
            ("127.0.0.1", "\r\nsec-fetch-site: same-site"),
            ("evil.example", "\r\norigin: http://evil.example"),
            ("127.0.0.1.evil.example", ""),
            ("evil.example@127.0.0.1.evil.example", ""),
        ] {
            let request = format!("{request} HTTP/1.1\r\nhost: {host}:{port}{header}");
            let answer = answer(address, &request).await;
            assert!(answer.starts_with("HTTP/1.1 403 "), "{request}: {answer}");
        }
        for host in [format!("localhost:{port}"), format!("127.0.0.2:{port}"), "[::1]".to_owned()] {
            let own = format!("{request} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}");
            let own = answer(address, &own).await;
            assert!(!own.starts_with("HTTP/1.1 403 "), "{request}: {own}");
        }
    }
    assert_eq!(client.emulator.faults(), []);
    client.emulator.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_leaves_nothing_under_way() {
    let client = Client::new();
    let id = client.running().await;
    client.idle().await;
    client.post("/prod/channels/1000004/start").await;

    client.emulator.shutdown().await;
    tokio::time::sleep(Duration::from_hours(1)).await;

    assert_eq!(client.state(&format!("channels/{id}")).await, "RUNNING");
    assert_eq!(client.state("channels/1000004").await, "STARTING");
}
