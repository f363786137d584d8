//! From nothing to RUNNING and back to nothing, with the time each state takes.

use std::time::Duration;

use lilo_medialive_emulator::{ChannelState, InputState, Remaining};
use serde_json::{Value, json};

use crate::client::{Client, channel, input, just_past};

const MOMENT: Duration = Duration::from_millis(2);

#[tokio::test(start_paused = true)]
async fn created_input_becomes_detached_and_is_described_as_requested() {
    let client = Client::new();

    let created = client.call("POST", "/prod/inputs", input()).await;
    just_past(client.pace.input_create).await;
    let described = client.get("/prod/inputs/1000001").await;

    assert_eq!(created.status, 201);
    assert_eq!(created.body["input"]["state"], "CREATING");
    assert_eq!(described.status, 200);
    let expected = json!({
        "arn": "arn:aws:medialive:us-east-1:000000000000:input:1000001",
        "attachedChannels": [],
        "destinations": [],
        "id": "1000001",
        "inputClass": "SINGLE_PIPELINE",
        "inputDevices": [],
        "inputNetworkLocation": "AWS",
        "inputPartnerIds": [],
        "inputSourceType": "STATIC",
        "mediaConnectFlows": [],
        "name": "lilo_input",
        "roleArn": "arn:aws:iam::000000000000:role/access",
        "securityGroups": [],
        "sources": [{ "url": "http://127.0.0.1:9/loop.mp4" }],
        "state": "DETACHED",
        "tags": {},
        "type": "MP4_FILE",
    });
    assert_eq!(described.body, expected);
}

#[tokio::test(start_paused = true)]
async fn two_sources_make_an_input_of_the_standard_class() {
    let client = Client::new();
    let mut request = input();
    request["sources"] =
        json!([{ "url": "s3ssl://bucket/a.mp4" }, { "url": "s3ssl://bucket/b.mp4" }]);

    let created = client.call("POST", "/prod/inputs", request).await;

    assert_eq!(created.body["input"]["inputClass"], "STANDARD");
}

#[tokio::test(start_paused = true)]
async fn input_security_groups_are_returned_as_security_groups() {
    let client = Client::new();
    let rules = json!({ "whitelistRules": [{ "cidr": "10.0.0.0/16" }] });
    client.call("POST", "/prod/inputSecurityGroups", rules).await;
    let mut request = input();
    request["inputSecurityGroups"] = json!(["1000001"]);

    let created = client.call("POST", "/prod/inputs", request).await;

    assert_eq!(created.body["input"]["securityGroups"], json!(["1000001"]));
    assert!(created.body["input"].get("inputSecurityGroups").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_described_as_it_was_asked_for_and_with_defaults() {
    let client = Client::new();
    let input = client.input().await;

    let created = client.call("POST", "/prod/channels", channel(&input)).await;

    assert_eq!(created.status, 201);
    let mut expected = channel(&input);
    expected["arn"] = json!("arn:aws:medialive:us-east-1:000000000000:channel:1000002");
    expected["destinations"][0]["mediaPackageSettings"] = json!([]);
    expected["egressEndpoints"] = json!([{ "sourceIp": "127.0.0.1" }]);
    expected["id"] = json!("1000002");
    expected["encoderSettings"]["captionDescriptions"] = json!([]);
    expected["inputAttachments"][0]["inputSettings"]["audioSelectors"] = json!([]);
    expected["inputAttachments"][0]["inputSettings"]["captionSelectors"] = json!([]);
    expected["maintenance"] =
        json!({ "maintenanceDay": "TUESDAY", "maintenanceStartTime": "11:00" });
    expected["pipelineDetails"] = json!([]);
    expected["pipelinesRunningCount"] = json!(0);
    expected["state"] = json!("CREATING");
    assert_eq!(created.body, json!({ "channel": expected }));
    expected["state"] = json!("IDLE");
    just_past(client.pace.channel_create).await;
    assert_eq!(client.get("/prod/channels/1000002").await.body, expected);
}

#[tokio::test(start_paused = true)]
async fn a_maintenance_window_is_assigned_unless_it_is_given() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    request["maintenance"] = json!({ "maintenanceDay": "FRIDAY" });

    client.call("POST", "/prod/channels", request).await;

    let window = json!({ "maintenanceDay": "FRIDAY", "maintenanceStartTime": "11:00" });
    assert_eq!(client.get("/prod/channels/1000002").await.body["maintenance"], window);
}

#[tokio::test(start_paused = true)]
async fn every_pipeline_has_an_address_in_any_state() {
    let client = Client::new();
    let input = client.input_of(2).await;
    let mut request = channel(&input);
    request["channelClass"] = json!("STANDARD");
    let destination = request["destinations"][0]["settings"][0].clone();
    request["destinations"][0]["settings"] = json!([destination, destination]);

    client.call("POST", "/prod/channels", request).await;
    just_past(client.pace.channel_create).await;

    let shown = client.get("/prod/channels/1000002").await.body;
    let endpoint = json!({ "sourceIp": "127.0.0.1" });
    assert_eq!(
        (&shown["state"], &shown["egressEndpoints"]),
        (&json!("IDLE"), &json!([endpoint, endpoint]))
    );
}

#[tokio::test(start_paused = true)]
async fn every_state_of_a_channel_lasts_as_long_as_the_pace_says() {
    let client = Client::new();
    let (pace, input) = (client.pace.clone(), client.input().await);
    let request = channel(&input);
    let steps = [
        ("POST", "", request, "CREATING", pace.channel_create, "IDLE"),
        ("POST", "/1000002/start", json!(null), "STARTING", pace.channel_start, "RUNNING"),
        ("POST", "/1000002/stop", json!(null), "STOPPING", pace.channel_stop, "IDLE"),
        ("DELETE", "/1000002", json!(null), "DELETING", pace.channel_delete, "DELETED"),
    ];

    for (method, path, body, during, pause, after) in steps {
        client.call(method, &format!("/prod/channels{path}"), body).await;
        tokio::time::sleep(pause.saturating_sub(MOMENT)).await;
        assert_eq!(client.state("channels/1000002").await, during);
        tokio::time::sleep(MOMENT * 2).await;
        assert_eq!(client.state("channels/1000002").await, after);
    }
}

#[tokio::test(start_paused = true)]
async fn start_stop_and_delete_answer_with_the_channel_itself() {
    let client = Client::new();
    let id = client.idle().await;

    let started = client.post(&format!("/prod/channels/{id}/start")).await;
    just_past(client.pace.channel_start).await;
    let stopped = client.post(&format!("/prod/channels/{id}/stop")).await;
    just_past(client.pace.channel_stop).await;
    let deleted = client.delete(&format!("/prod/channels/{id}")).await;

    for (answer, state) in [(started, "STARTING"), (stopped, "STOPPING"), (deleted, "DELETING")] {
        assert_eq!(answer.status, 200);
        assert_eq!((&answer.body["id"], &answer.body["state"]), (&json!(id), &json!(state)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_running_channel_shows_its_pipeline() {
    let client = Client::new();
    let id = client.running().await;

    let shown = client.get(&format!("/prod/channels/{id}")).await.body;

    assert_eq!(shown["pipelinesRunningCount"], 1);
    let pipeline = json!({ "activeInputAttachmentName": "lilo_input", "pipelineId": "0" });
    assert_eq!(shown["pipelineDetails"], json!([pipeline]));
    assert_eq!(shown["egressEndpoints"], json!([{ "sourceIp": "127.0.0.1" }]));
}

#[tokio::test(start_paused = true)]
async fn channel_stopped_while_starting_can_be_started_again() {
    let client = Client::new();
    let id = client.idle().await;
    let channel = format!("channels/{id}");
    client.post(&format!("/prod/{channel}/start")).await;
    tokio::time::sleep(client.pace.channel_start / 2).await;

    let stopped = client.post(&format!("/prod/{channel}/stop")).await;

    assert_eq!(stopped.body["state"], "STOPPING");
    just_past(client.pace.channel_stop).await;
    assert_eq!(client.state(&channel).await, "IDLE");
    just_past(client.pace.channel_start).await;
    assert_eq!(client.state(&channel).await, "IDLE");
    client.post(&format!("/prod/{channel}/start")).await;
    just_past(client.pace.channel_start).await;
    assert_eq!(client.state(&channel).await, "RUNNING");
}

#[tokio::test(start_paused = true)]
async fn an_input_is_held_from_create_until_the_channel_is_deleted() {
    let client = Client::new();
    let input = client.input().await;
    let (path, shown) = (format!("inputs/{input}"), format!("/prod/inputs/{input}"));

    let created = client.call("POST", "/prod/channels", channel(&input)).await;
    let id = created.body["channel"]["id"].as_str().unwrap().to_owned();
    let held = client.get(&shown).await.body;
    just_past(client.pace.channel_create).await;
    client.delete(&format!("/prod/channels/{id}")).await;
    let while_deleting = client.state(&path).await;
    just_past(client.pace.channel_delete).await;
    let released = client.get(&shown).await.body;

    assert_eq!((&held["state"], &held["attachedChannels"]), (&json!("ATTACHED"), &json!([id])));
    assert_eq!(while_deleting, "ATTACHED");
    assert_eq!(
        (&released["state"], &released["attachedChannels"]),
        (&json!("DETACHED"), &json!([]))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_stays_and_can_be_deleted_again() {
    let client = Client::new();
    let (input, second) = (client.input().await, client.input().await);
    let id = client.channel(&second).await;
    let paths = [format!("inputs/{input}"), format!("channels/{id}")];
    for path in &paths {
        client.delete(&format!("/prod/{path}")).await;
        assert_eq!(client.state(path).await, "DELETING");
    }
    just_past(client.pace.channel_delete).await;

    for path in &paths {
        let again = client.delete(&format!("/prod/{path}")).await;
        assert_eq!(again.status, 200);
        assert_eq!(client.state(path).await, "DELETED");
    }
}

#[tokio::test(start_paused = true)]
async fn lists_return_full_inputs_and_channels_without_encoder_data() {
    let client = Client::new();
    let id = client.idle().await;

    let inputs = client.get("/prod/inputs?maxResults=20").await;
    let channels = client.get("/prod/channels").await;

    assert_eq!(inputs.body["inputs"], json!([client.get("/prod/inputs/1000001").await.body]));
    let summary = &channels.body["channels"][0];
    assert_eq!((&summary["id"], &summary["state"]), (&json!(id), &json!("IDLE")));
    assert!(summary.get("encoderSettings").is_none());
    assert!(summary.get("pipelineDetails").is_none());
}

#[tokio::test(start_paused = true)]
async fn lists_show_what_is_deleted_too() {
    let client = Client::new();
    let (first, second) = (client.idle().await, client.input().await);
    client.delete(&format!("/prod/channels/{first}")).await;
    client.delete(&format!("/prod/inputs/{second}")).await;
    just_past(client.pace.channel_delete).await;

    let inputs = client.get("/prod/inputs").await.body;
    let channels = client.get("/prod/channels").await.body;

    let states = |list: &Value| {
        let listed = list.as_array().unwrap().iter().map(|it| it["state"].clone());
        listed.collect::<Vec<_>>()
    };
    assert_eq!(states(&inputs["inputs"]), ["DETACHED", "DELETED"]);
    assert_eq!(states(&channels["channels"]), ["DELETED"]);
}

#[tokio::test(start_paused = true)]
async fn what_remains_is_what_is_not_deleted() {
    let client = Client::new();
    assert!(client.emulator.is_empty());
    let id = client.idle().await;

    let both = client.emulator.remaining();
    client.delete(&format!("/prod/channels/{id}")).await;
    just_past(client.pace.channel_delete).await;
    client.delete("/prod/inputs/1000001").await;
    just_past(client.pace.input_delete).await;

    let expected = [
        Remaining::Channel { id, state: ChannelState::Idle },
        Remaining::Input { id: "1000001".to_owned(), state: InputState::Attached },
    ];
    assert_eq!(both, expected);
    let printed = both.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(printed, ["channel 1000002 (IDLE)", "input 1000001 (ATTACHED)"]);
    assert!(client.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_state_of_a_channel_is_kept_however_short() {
    let client = Client::new();
    let id = client.running().await;

    let states = client.emulator.history(&id).into_iter().map(|(_, state)| state.to_string());

    assert_eq!(states.collect::<Vec<_>>(), ["CREATING", "IDLE", "STARTING", "RUNNING"]);
}
