//! Tags, under an ARN that is percent-encoded in the path.

use serde_json::json;

use crate::client::Client;

const CHANNEL: &str =
    "/prod/tags/arn%3Aaws%3Amedialive%3Aus-east-1%3A000000000000%3Achannel%3A1000002";
const INPUT: &str = "/prod/tags/arn%3Aaws%3Amedialive%3Aus-east-1%3A000000000000%3Ainput%3A1000001";

#[tokio::test(start_paused = true)]
async fn tags_are_added_replaced_and_shown() {
    let client = Client::new();
    client.idle().await;

    let new = json!({ "tags": { "StackName": "Prod", "lilo:auto-start": "true" } });
    let created = client.call("POST", CHANNEL, new.clone()).await;
    let listed = client.get(CHANNEL).await;
    let described = client.get("/prod/channels/1000002").await;

    assert_eq!(created.status, 204);
    assert_eq!(listed.status, 200);
    assert_eq!(listed.body, new);
    assert_eq!(described.body["tags"], new["tags"]);
}

#[tokio::test(start_paused = true)]
async fn tags_are_deleted_by_key_several_at_once() {
    let client = Client::new();
    client.idle().await;
    client.call("POST", INPUT, json!({ "tags": { "a": "1", "b": "2", "lilo:c": "3" } })).await;

    let deleted =
        client.delete(&format!("{INPUT}?tagKeys=a&tagKeys=lilo%3Ac&tagKeys=absent")).await;

    assert_eq!(deleted.status, 204);
    assert_eq!(client.get(INPUT).await.body, json!({ "tags": { "b": "2" } }));
}

#[tokio::test(start_paused = true)]
async fn an_arn_may_also_come_with_its_colons() {
    let client = Client::new();
    client.idle().await;

    let listed = client.get(&CHANNEL.replace("%3A", ":")).await;

    assert_eq!(listed.body, json!({ "tags": { "StackName": "Dev" } }));
}

#[tokio::test(start_paused = true)]
async fn tags_of_an_arn_that_never_was_are_not_found() {
    let client = Client::new();
    client.idle().await;
    let elsewhere = CHANNEL.replace("us-east-1", "eu-west-1");

    for path in [elsewhere, CHANNEL.replace("1000002", "9999999")] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = client.call(method, &path, json!({ "tags": {} })).await;
            assert_eq!(answer.status, 404);
            assert_eq!(answer.headers["x-amzn-errortype"], "NotFoundException");
            assert_eq!(answer.body["message"], "The arn was not found.");
        }
    }
}
