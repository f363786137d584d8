//! Signal maps and their monitors, as far as somebody waits for them.

use serde_json::{Value, json};

use crate::client::{Client, just_past};

const MAP: &str = "/prod/signal-maps/1000001";
const MONITOR: &str = "/prod/signal-maps/1000001/monitor-deployment";

async fn with_map() -> Client {
    let client = Client::new();
    let request = json!({ "name": "map", "discoveryEntryPointArn": "arn:aws:medialive:x", "requestId": "once" });
    let created = client.call("POST", "/prod/signal-maps", request.clone()).await;
    let again = client.call("POST", "/prod/signal-maps", request).await;
    let expected = json!({
        "arn": "arn:aws:medialive:us-east-1:000000000000:signal-map:1000001",
        "discoveryEntryPointArn": "arn:aws:medialive:x",
        "id": "1000001",
        "monitorDeployment": { "status": "NOT_DEPLOYED" },
        "name": "map",
        "status": "CREATE_IN_PROGRESS",
        "tags": {},
    });
    assert_eq!((created.status.as_u16(), created.body), (201, expected.clone()));
    assert_eq!(again.body, expected);
    just_past(client.pace.channel_create).await;
    client
}

/// What the map and its monitor are now, and once what has begun is over.
async fn statuses(client: &Client) -> [String; 2] {
    let mut seen = Vec::new();
    for pause in [None, Some(client.pace.channel_update)] {
        if let Some(pause) = pause {
            just_past(pause).await;
        }
        let map = client.get(MAP).await.body;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        seen.push(format!(
            "{} {}",
            text(&map["status"]),
            text(&map["monitorDeployment"]["status"])
        ));
    }
    seen.try_into().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_signal_map_is_created_updated_and_gone_when_it_is_deleted() {
    let client = with_map().await;

    let updated = client.call("PATCH", MAP, json!({ "name": "other" })).await;
    assert_eq!((updated.status.as_u16(), &updated.body["name"]), (202, &json!("other")));
    let expected = ["UPDATE_IN_PROGRESS NOT_DEPLOYED", "UPDATE_COMPLETE NOT_DEPLOYED"];
    assert_eq!(statuses(&client).await, expected);

    assert_eq!(client.delete(MAP).await.status, 204);
    assert_eq!(client.get(MAP).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_monitor_is_deployed_really_or_for_a_trial_and_deleted() {
    let client = with_map().await;
    let map = "CREATE_COMPLETE";

    client.call("POST", MONITOR, json!({ "dryRun": true })).await;
    let trial = ["DRY_RUN_DEPLOYMENT_IN_PROGRESS", "DRY_RUN_DEPLOYMENT_COMPLETE"];
    assert_eq!(statuses(&client).await, trial.map(|it| format!("{map} {it}")));

    let deployed = client.post(MONITOR).await;
    assert_eq!(deployed.status, 202);
    let real = ["DEPLOYMENT_IN_PROGRESS", "DEPLOYMENT_COMPLETE"];
    assert_eq!(statuses(&client).await, real.map(|it| format!("{map} {it}")));

    client.delete(MONITOR).await;
    let gone = ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"];
    assert_eq!(statuses(&client).await, gone.map(|it| format!("{map} {it}")));
}

#[tokio::test(start_paused = true)]
async fn one_thing_at_a_time_happens_to_a_signal_map() {
    let client = with_map().await;
    client.post(MONITOR).await;

    let updated = client.call("PATCH", MAP, json!({ "name": "other" })).await;
    let deployed = client.post(MONITOR).await;
    let deleted = client.delete(MAP).await;
    let nameless = client.call("POST", "/prod/signal-maps", json!({})).await;

    assert_eq!(
        [updated.status, deployed.status, deleted.status, nameless.status],
        [409, 409, 409, 400]
    );
    assert_eq!(client.get(MAP).await.body["name"], "map");
}
