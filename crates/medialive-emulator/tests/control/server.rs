//! The emulator on a socket, and its end.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::client::Client;

#[tokio::test]
async fn it_is_served_until_it_is_shut_down() {
    let client = Client::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let emulator = client.emulator.clone();
    let server = tokio::spawn(async move { emulator.serve(listener).await });

    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /prod/inputs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    client.emulator.shutdown().await;
    server.await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(r#"{"inputs":[]}"#), "{answer}");
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
