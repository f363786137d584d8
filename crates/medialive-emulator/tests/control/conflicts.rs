//! What MediaLive refuses because of the state something is in.

use http::StatusCode;
use lilo_medialive_emulator::{CallFault, Choices, Config, Fault};
use serde_json::json;

use crate::client::{Answer, Client, channel, input, just_past};

fn assert_conflict(answer: &Answer, message: &str) {
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.headers["x-amzn-errortype"], "ConflictException");
    assert_eq!(answer.body["message"], message);
}

const UNABLE_TO_START: &str =
    "The channel is unable to start due to an issue with channel resources.";
const UNABLE_TO_STOP: &str =
    "The channel is unable to stop due to an issue with channel resources.";
const UNABLE_TO_DELETE: &str =
    "The channel is unable to delete due to an issue with channel resources.";
const NOT_STOPPED: &str =
    "Cannot delete a channel that has not been stopped yet. Please stop the channel";

#[tokio::test(start_paused = true)]
async fn creating_channel_refuses_start_stop_and_delete() {
    let client = Client::new();
    let input = client.input().await;
    client.call("POST", "/prod/channels", channel(&input)).await;

    assert_conflict(&client.post("/prod/channels/1000002/start").await, UNABLE_TO_START);
    assert_conflict(&client.post("/prod/channels/1000002/stop").await, UNABLE_TO_STOP);
    assert_conflict(&client.delete("/prod/channels/1000002").await, UNABLE_TO_DELETE);
}

#[tokio::test(start_paused = true)]
async fn an_idle_channel_cannot_be_stopped() {
    let client = Client::new();
    let id = client.idle().await;

    assert_conflict(&client.post(&format!("/prod/channels/{id}/stop")).await, UNABLE_TO_STOP);
}

#[tokio::test(start_paused = true)]
async fn starting_or_running_channel_refuses_start_and_delete() {
    let client = Client::new();
    let id = client.idle().await;
    client.post(&format!("/prod/channels/{id}/start")).await;

    for state in ["STARTING", "RUNNING"] {
        assert_eq!(client.state(&format!("channels/{id}")).await, state);
        assert_conflict(&client.post(&format!("/prod/channels/{id}/start")).await, UNABLE_TO_START);
        assert_conflict(&client.delete(&format!("/prod/channels/{id}")).await, NOT_STOPPED);
        just_past(client.pace.channel_start).await;
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_channel_refuses_start_stop_and_delete() {
    let client = Client::new();
    let id = client.running().await;
    client.post(&format!("/prod/channels/{id}/stop")).await;

    assert_conflict(&client.post(&format!("/prod/channels/{id}/start")).await, UNABLE_TO_START);
    assert_conflict(&client.post(&format!("/prod/channels/{id}/stop")).await, UNABLE_TO_STOP);
    assert_conflict(&client.delete(&format!("/prod/channels/{id}")).await, NOT_STOPPED);
}

#[tokio::test(start_paused = true)]
async fn deleting_channel_refuses_start_stop_and_delete() {
    let client = Client::new();
    let id = client.idle().await;
    client.delete(&format!("/prod/channels/{id}")).await;

    assert_conflict(&client.post(&format!("/prod/channels/{id}/start")).await, UNABLE_TO_START);
    assert_conflict(&client.post(&format!("/prod/channels/{id}/stop")).await, UNABLE_TO_STOP);
    assert_conflict(&client.delete(&format!("/prod/channels/{id}")).await, UNABLE_TO_DELETE);
}

#[tokio::test(start_paused = true)]
async fn attached_input_refuses_a_second_channel_and_delete() {
    let client = Client::new();
    let input = client.input().await;
    client.channel(&input).await;

    let second = client.call("POST", "/prod/channels", channel(&input)).await;
    let deleted = client.delete(&format!("/prod/inputs/{input}")).await;

    assert_conflict(&second, &format!("inputId={input} is already attached"));
    assert_conflict(&deleted, &format!("Input {input} is busy, it cannot be deleted"));
    let channels = client.get("/prod/channels").await.body;
    assert_eq!(channels["channels"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_refused_channel_attaches_none_of_its_inputs() {
    let client = Client::new();
    let (taken, free) = (client.input().await, client.input().await);
    client.channel(&taken).await;
    let mut request = channel(&free);
    let second = channel(&taken)["inputAttachments"][0].clone();
    request["inputAttachments"].as_array_mut().unwrap().push(second);

    let refused = client.call("POST", "/prod/channels", request).await;

    assert_conflict(&refused, &format!("inputId={taken} is already attached"));
    assert_eq!(client.state(&format!("inputs/{free}")).await, "DETACHED");
}

#[tokio::test(start_paused = true)]
async fn a_channel_can_be_created_right_after_its_input() {
    let client = Client::new();
    client.call("POST", "/prod/inputs", input()).await;

    let created = client.call("POST", "/prod/channels", channel("1000001")).await;
    let second = client.call("POST", "/prod/channels", channel("1000001")).await;
    let deleted = client.delete("/prod/inputs/1000001").await;
    let held = client.get("/prod/inputs/1000001").await.body;
    just_past(client.pace.input_create).await;
    let attached = client.state("inputs/1000001").await;

    assert_eq!(created.status, StatusCode::CREATED);
    assert_conflict(&second, "inputId=1000001 is already attached");
    assert_conflict(&deleted, "Input 1000001 is busy, it cannot be deleted");
    assert_eq!(
        (&held["state"], &held["attachedChannels"]),
        (&json!("CREATING"), &json!(["1000002"]))
    );
    assert_eq!(attached, "ATTACHED");
}

#[tokio::test(start_paused = true)]
async fn an_input_released_before_it_exists_becomes_detached() {
    let client = Client::new();
    let slow = CallFault::Stuck(Some(client.pace.channel_create * 2));
    client.emulator.inject(Fault::call("CreateInput", slow)).unwrap();
    client.call("POST", "/prod/inputs", input()).await;
    client.channel("1000001").await;

    client.call("PUT", "/prod/channels/1000002", json!({ "inputAttachments": [] })).await;
    let released = client.get("/prod/inputs/1000001").await.body;
    just_past(client.pace.channel_create).await;

    assert_eq!(
        (&released["state"], &released["attachedChannels"]),
        (&json!("CREATING"), &json!([]))
    );
    assert_eq!(client.state("inputs/1000001").await, "DETACHED");
}

#[tokio::test(start_paused = true)]
async fn an_input_that_goes_cannot_be_attached() {
    let client = Client::new();
    let id = client.input().await;
    client.delete(&format!("/prod/inputs/{id}")).await;

    let attached = client.call("POST", "/prod/channels", channel(&id)).await;

    let unable = "The channel is unable to create due to an issue with channel resources.";
    assert_conflict(&attached, unable);
}

#[tokio::test(start_paused = true)]
async fn a_channel_deleted_while_stopping_goes_once_it_has_stopped() {
    let choices = Choices { stopping_channels_may_be_deleted: true, ..Choices::default() };
    let client = Client::with(Config { choices, ..Config::default() });
    let id = client.running().await;
    let channel = format!("channels/{id}");
    let mut states = Vec::new();

    client.post(&format!("/prod/{channel}/stop")).await;
    let deleted = client.delete(&format!("/prod/{channel}")).await;
    for pause in [client.pace.channel_stop, client.pace.channel_delete] {
        states.push(client.state(&channel).await);
        just_past(pause).await;
    }
    states.push(client.state(&channel).await);

    assert_eq!((deleted.status, &deleted.body["state"]), (StatusCode::OK, &json!("STOPPING")));
    assert_eq!(states, ["STOPPING", "DELETING", "DELETED"]);
    let events = client.lines("/_emulator/events").await;
    let told = events.iter().map(|it| it["detail"]["state"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(told, ["CREATED", "RUNNING", "STOPPING", "STOPPED", "DELETED"]);
}

#[tokio::test(start_paused = true)]
async fn what_sources_disagree_on_can_be_had_the_other_way() {
    let choices = Choices {
        busy_input_is_a_bad_request: true,
        idle_channels_may_be_stopped: true,
        ..Choices::default()
    };
    let client = Client::with(Config { choices, ..Config::default() });
    let id = client.idle().await;

    let busy = client.delete("/prod/inputs/1000001").await;
    let stopped = client.post(&format!("/prod/channels/{id}/stop")).await;

    assert_eq!(busy.status, StatusCode::BAD_REQUEST);
    assert_eq!(busy.headers["x-amzn-errortype"], "BadRequestException");
    assert_eq!(busy.body["message"], "Input 1000001 is busy, it cannot be deleted");
    assert_eq!((stopped.status, &stopped.body["state"]), (StatusCode::OK, &"IDLE".into()));
}
