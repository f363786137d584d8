//! What can be changed of a channel and an input, and when.

use http::StatusCode;
use lilo_medialive_emulator::{Choices, Config};
use serde_json::{Value, json};

use crate::client::{Answer, Client, channel, just_past};

const CHANNEL: &str = "/prod/channels/1000002";
const CLASS: &str = "/prod/channels/1000002/channelClass";
const INPUT: &str = "/prod/inputs/1000001";

const UNABLE: &str = "The channel is unable to update due to an issue with channel resources.";
const CLASS_UNABLE: &str =
    "The channel class cannot be updated due to an issue with channel resources.";
const INPUT_UNABLE: &str =
    "The input was unable to be updated at this time due to an issue with input resources.";

fn assert_refused(answer: &Answer, status: StatusCode, message: &str) {
    assert_eq!((answer.status, &answer.body["message"]), (status, &json!(message)));
}

/// The destinations of a channel with this many pipelines.
fn destinations(pipelines: usize) -> Value {
    json!([{ "id": "out", "settings": vec![json!({ "url": "rtp://127.0.0.1:5000" }); pipelines] }])
}

#[tokio::test(start_paused = true)]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let client = Client::new();
    client.idle().await;
    let mut expected = client.get(CHANNEL).await.body;
    let change = json!({
        "name": "other",
        "logLevel": "ERROR",
        "roleArn": "arn:aws:iam::000000000000:role/other",
        "channelClass": "STANDARD",
        "tags": { "StackName": "Other" },
    });

    let updated = client.call("PUT", CHANNEL, change).await;

    expected["name"] = json!("other");
    expected["logLevel"] = json!("ERROR");
    expected["roleArn"] = json!("arn:aws:iam::000000000000:role/other");
    assert_eq!(updated.status, 200);
    assert_eq!(updated.body, json!({ "channel": expected }));
    assert_eq!(client.get(CHANNEL).await.body, expected);
}

#[tokio::test(start_paused = true)]
async fn an_update_without_a_role_removes_it() {
    let client = Client::new();
    client.idle().await;

    client.call("PUT", CHANNEL, json!({ "name": "other" })).await;

    let shown = client.get(CHANNEL).await.body;
    assert_eq!((&shown["name"], shown.get("roleArn")), (&json!("other"), None));
}

#[tokio::test(start_paused = true)]
async fn a_channel_stays_idle_through_an_update_unless_told_otherwise() {
    let choices = Choices { update_is_shown: true, ..Choices::default() };
    for (config, shown) in
        [(Config::default(), "IDLE"), (Config { choices, ..Config::default() }, "UPDATING")]
    {
        let client = Client::with(config);
        client.idle().await;

        let updated = client.call("PUT", CHANNEL, json!({ "name": "other" })).await;

        assert_eq!(updated.body["channel"]["state"], shown);
        just_past(client.pace.channel_update).await;
        assert_eq!(client.state("channels/1000002").await, "IDLE");
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_updated_only_when_it_is_idle() {
    let client = Client::new();
    let input = client.input().await;
    let pace = client.pace.clone();
    let body = channel(&input);
    let steps = [
        ("POST", "/prod/channels".to_owned(), body, "CREATING", pace.channel_create),
        ("POST", format!("{CHANNEL}/start"), json!(null), "STARTING", pace.channel_start),
        ("GET", CHANNEL.to_owned(), json!(null), "RUNNING", pace.channel_create),
        ("POST", format!("{CHANNEL}/stop"), json!(null), "STOPPING", pace.channel_stop),
        ("DELETE", CHANNEL.to_owned(), json!(null), "DELETING", pace.channel_delete),
        ("GET", CHANNEL.to_owned(), json!(null), "DELETED", pace.channel_delete),
    ];

    for (method, path, body, state, pause) in steps {
        client.call(method, &path, body).await;
        assert_eq!(client.state("channels/1000002").await, state);
        let updated = client.call("PUT", CHANNEL, json!({ "name": "other" })).await;
        let class = json!({ "channelClass": "SINGLE_PIPELINE" });
        let reclassed = client.call("PUT", CLASS, class).await;
        assert_refused(&updated, StatusCode::CONFLICT, UNABLE);
        assert_refused(&reclassed, StatusCode::CONFLICT, CLASS_UNABLE);
        just_past(pause).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_attaches_and_releases_inputs() {
    let client = Client::new();
    client.idle().await;
    let other = client.input().await;

    let attachments = channel(&other)["inputAttachments"].clone();
    client.call("PUT", CHANNEL, json!({ "inputAttachments": attachments })).await;

    let (old, new) = (client.get(INPUT).await, client.get(&format!("/prod/inputs/{other}")).await);
    assert_eq!(
        (&old.body["state"], &old.body["attachedChannels"]),
        (&json!("DETACHED"), &json!([]))
    );
    let holder = json!(["1000002"]);
    assert_eq!((&new.body["state"], &new.body["attachedChannels"]), (&json!("ATTACHED"), &holder));
}

#[tokio::test(start_paused = true)]
async fn a_refused_update_changes_nothing() {
    let client = Client::new();
    client.idle().await;
    let taken = client.input().await;
    client.channel(&taken).await;
    let before = client.get(CHANNEL).await.body;

    let attachments = channel(&taken)["inputAttachments"].clone();
    let attached = client.call("PUT", CHANNEL, json!({ "inputAttachments": attachments })).await;
    let invalid = client.call("PUT", CHANNEL, json!({ "destinations": destinations(2) })).await;

    let message = format!("inputId={taken} is already attached");
    assert_refused(&attached, StatusCode::CONFLICT, &message);
    assert_eq!(invalid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.get(CHANNEL).await.body, before);
    assert_eq!(client.state("inputs/1000001").await, "ATTACHED");
}

#[tokio::test(start_paused = true)]
async fn class_change_needs_matching_destinations_and_takes_time() {
    let client = Client::new();
    client.channel(&client.input_of(2).await).await;
    let change = |destinations| json!({ "channelClass": "STANDARD", "destinations": destinations });

    let too_few = client.call("PUT", CLASS, change(destinations(1))).await;
    let updated = client.call("PUT", CLASS, change(destinations(2))).await;

    assert_eq!(too_few.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(updated.status, StatusCode::OK);
    let shown = &updated.body["channel"];
    assert_eq!((&shown["state"], &shown["channelClass"]), (&json!("UPDATING"), &json!("STANDARD")));
    just_past(client.pace.channel_update).await;
    let shown = client.get(CHANNEL).await.body;
    assert_eq!((&shown["state"], &shown["channelClass"]), (&json!("IDLE"), &json!("STANDARD")));
    let urls = destinations(2)[0]["settings"].take();
    assert_eq!(shown["destinations"][0]["settings"], urls);
}

#[tokio::test(start_paused = true)]
async fn another_class_has_to_be_named_and_to_suit_the_input() {
    let client = Client::new();
    client.idle().await;

    let unnamed = client.call("PUT", CLASS, json!({ "destinations": destinations(2) })).await;
    let change = json!({ "channelClass": "STANDARD", "destinations": destinations(2) });
    let unsuited = client.call("PUT", CLASS, change).await;

    assert_eq!(unnamed.status, StatusCode::BAD_REQUEST);
    assert_eq!(unsuited.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.get(CHANNEL).await.body["channelClass"], "SINGLE_PIPELINE");
}

#[tokio::test(start_paused = true)]
async fn input_update_requires_a_detached_input_or_an_idle_channel() {
    let client = Client::new();
    let input = client.input().await;
    let change = |name| json!({ "name": name, "sources": [{ "url": format!("http://a/{name}") }] });

    let detached = client.call("PUT", INPUT, change("first")).await;
    client.channel(&input).await;
    let idle = client.call("PUT", INPUT, change("second")).await;
    client.post(&format!("{CHANNEL}/start")).await;
    let starting = client.call("PUT", INPUT, change("third")).await;

    assert_eq!((detached.status, idle.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(detached.body["input"]["name"], "first");
    assert_refused(&starting, StatusCode::CONFLICT, INPUT_UNABLE);
    let shown = client.get(INPUT).await.body;
    assert_eq!(shown["sources"], json!([{ "url": "http://a/second" }]));
    assert_eq!(shown["roleArn"], "arn:aws:iam::000000000000:role/access");
    assert_eq!((&shown["name"], &shown["state"]), (&json!("second"), &json!("ATTACHED")));
}

#[tokio::test(start_paused = true)]
async fn an_input_is_not_updated_to_what_its_channel_cannot_use() {
    let client = Client::new();
    let input = client.input_of(2).await;
    let mut request = channel(&input);
    request["channelClass"] = json!("STANDARD");
    request["destinations"] = destinations(2);
    client.call("POST", "/prod/channels", request).await;
    just_past(client.pace.channel_create).await;

    let one = client.call("PUT", INPUT, json!({ "sources": [{ "url": "http://a/b" }] })).await;
    let dynamic = json!([{ "url": "http://a/$urlPath$" }, { "url": "http://a/$urlPath$" }]);
    let dynamic = client.call("PUT", INPUT, json!({ "sources": dynamic })).await;
    let invalid = client.call("PUT", INPUT, json!({ "sources": [{ "url": "" }] })).await;

    let class = "sources: their number must stay the same, because the class of input 1000001 cannot change";
    assert_refused(&one, StatusCode::BAD_REQUEST, class);
    let first = "The first input attached to a channel cannot be a dynamic input";
    assert_refused(&dynamic, StatusCode::BAD_REQUEST, first);
    let no_url = "Invalid URL () specified for inputSource";
    assert_refused(&invalid, StatusCode::BAD_REQUEST, no_url);
    assert_eq!(client.get(INPUT).await.body["inputClass"], "STANDARD");
}
