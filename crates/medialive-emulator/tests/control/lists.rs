//! Lists, page by page.

use serde_json::{Value, json};

use crate::client::Client;

fn ids(page: &Value) -> Vec<&str> {
    page["inputs"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_list_comes_in_pages_of_the_size_asked_for() {
    let client = Client::new();
    for _ in 0..5 {
        client.input().await;
    }

    let first = client.get("/prod/inputs?maxResults=2").await.body;
    let token = first["nextToken"].as_str().unwrap();
    let second = client.get(&format!("/prod/inputs?maxResults=2&nextToken={token}")).await.body;
    let token = second["nextToken"].as_str().unwrap();
    let third = client.get(&format!("/prod/inputs?maxResults=2&nextToken={token}")).await.body;
    let all = client.get("/prod/inputs").await.body;

    let pages = [ids(&first), ids(&second), ids(&third)];
    let expected = [vec!["1000001", "1000002"], vec!["1000003", "1000004"], vec!["1000005"]];
    assert_eq!(pages, expected);
    assert_eq!(third.get("nextToken"), None);
    assert_eq!((ids(&all).len(), all.get("nextToken")), (5, None));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_full_with_nothing_behind_it_is_the_last() {
    let client = Client::new();
    client.input().await;

    let page = client.get("/prod/inputs?maxResults=1").await.body;

    assert_eq!((ids(&page).len(), page.get("nextToken")), (1, None));
}

#[tokio::test(start_paused = true)]
async fn a_size_or_token_that_makes_no_sense_is_a_bad_request() {
    let client = Client::new();
    client.idle().await;

    for query in ["maxResults=0", "maxResults=some", "nextToken=9999999"] {
        for list in ["inputs", "channels", "channels/1000002/alerts"] {
            let answer = client.get(&format!("/prod/{list}?{query}")).await;
            assert_eq!(answer.status, 400, "{list} {query}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_alerts_of_a_channel_that_never_was_are_not_found() {
    let answer = Client::new().get("/prod/channels/9999999/alerts").await;

    let message = json!({ "message": "The specified channel doesn't exist." });
    assert_eq!((answer.status.as_u16(), answer.body), (404, message));
}
