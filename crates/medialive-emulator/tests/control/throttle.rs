//! Twenty requests a second, forty at once.

use std::time::Duration;

use lilo_medialive_emulator::{Choices, Config};

use crate::client::Client;

/// How many of these requests, all at once, are answered.
async fn answered(client: &Client, requests: usize) -> usize {
    let mut answered = 0;
    for _ in 0..requests {
        answered += usize::from(client.get("/prod/inputs").await.status == 200);
    }
    answered
}

#[tokio::test(start_paused = true)]
async fn beyond_the_burst_requests_are_refused_until_time_has_passed() {
    let client = Client::new();

    assert_eq!(answered(&client, 45).await, 40);
    let refused = client.get("/prod/channels").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(answered(&client, 45).await, 20);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(answered(&client, 45).await, 40);

    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["x-amzn-errortype"], "TooManyRequestsException");
    assert_eq!(client.emulator.calls().last().unwrap().status, 429);
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_does_nothing() {
    let client = Client::new();
    answered(&client, 40).await;

    let refused = client.call("POST", "/prod/inputs", crate::client::input()).await;

    assert_eq!(refused.status, 429);
    assert!(client.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn throttle_can_be_disabled_and_skips_the_emulator_endpoints() {
    let choices = Choices { throttle: None, ..Choices::default() };
    let off = Client::with(Config { choices, ..Config::default() });
    let on = Client::new();

    assert_eq!(answered(&off, 1000).await, 1000);
    assert_eq!(answered(&on, 100).await, 40);
    assert_eq!(on.lines("/_emulator/calls").await.len(), 100);
}
