//! Pipelines that are started again on request.

use std::time::Duration;

use serde_json::json;

use crate::client::{Client, just_past};

const RESTART: &str = "/prod/channels/1000002/restartChannelPipelines";

#[tokio::test(start_paused = true)]
async fn a_pipeline_that_is_restarted_is_soon_back() {
    let client = Client::new();
    client.running().await;

    let restarted = client.call("POST", RESTART, json!({ "pipelineIds": ["PIPELINE_0"] })).await;
    just_past(Duration::ZERO).await;
    let meanwhile = client.state("channels/1000002").await;
    just_past(Duration::from_secs(2)).await;

    assert_eq!((restarted.status.as_u16(), &restarted.body["id"]), (200, &json!("1000002")));
    assert_eq!(meanwhile, "RECOVERING");
    assert_eq!(client.state("channels/1000002").await, "RUNNING");
}

#[tokio::test(start_paused = true)]
async fn only_existing_pipelines_of_a_running_channel_can_restart() {
    let client = Client::new();
    let first = json!({ "pipelineIds": ["PIPELINE_0"] });
    client.idle().await;

    let nowhere = client.call("POST", &RESTART.replace("1000002", "9999999"), first.clone()).await;
    let second = client.call("POST", RESTART, json!({ "pipelineIds": ["PIPELINE_1"] })).await;
    let third = client.call("POST", RESTART, json!({ "pipelineIds": ["PIPELINE_2"] })).await;
    let idle = client.call("POST", RESTART, first).await;

    let missing = "The channel or pipeline you specified doesn't exist.";
    assert_eq!((nowhere.status.as_u16(), &nowhere.body["message"]), (404, &json!(missing)));
    assert_eq!((second.status.as_u16(), &second.body["message"]), (404, &json!(missing)));
    assert_eq!((third.status.as_u16(), idle.status.as_u16()), (400, 409));
    assert_eq!(idle.headers["x-amzn-errortype"], "ConflictException");
}
