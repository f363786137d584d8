//! Push inputs and the security groups that they name. Nothing can be pushed to them.

use http::StatusCode;
use lilo_medialive_emulator::{Config, EncoderChoice};
use serde_json::{Value, json};

use crate::client::{Answer, Client, EPOCH, just_past};

const GROUPS: &str = "/prod/inputSecurityGroups";
const GROUP: &str = "/prod/inputSecurityGroups/1000001";

fn rules(cidr: &str) -> Value {
    json!({ "whitelistRules": [{ "cidr": cidr }], "tags": { "Owner": "me" } })
}

/// An input of this type that names the group 1000001.
fn push_input(kind: &str, destinations: &Value) -> Value {
    let groups = json!(["1000001"]);
    json!({ "name": "push", "type": kind, "inputSecurityGroups": groups, "destinations": destinations })
}

async fn create(client: &Client, kind: &str, destinations: &Value) -> Value {
    let created = client.call("POST", "/prod/inputs", push_input(kind, destinations)).await;
    assert_eq!(created.status, 201, "{}", created.body);
    just_past(client.pace.input_create).await;
    let id = created.body["input"]["id"].as_str().unwrap();
    client.get(&format!("/prod/inputs/{id}")).await.body
}

fn assert_refused(answer: &Answer, status: StatusCode, message: &str) {
    assert_eq!((answer.status, &answer.body["message"]), (status, &json!(message)));
}

#[tokio::test(start_paused = true)]
async fn a_security_group_is_in_use_while_an_input_names_it() {
    let client = Client::new();

    let created = client.call("POST", GROUPS, rules("10.0.0.0/16")).await;
    let input = create(&client, "RTP_PUSH", &json!([])).await;
    let used = client.get(GROUP).await.body;
    let refused = client.delete(GROUP).await;
    client.delete("/prod/inputs/1000002").await;
    just_past(client.pace.input_delete).await;
    let free = client.get(GROUP).await.body["state"].take();
    let [deleted, again] = [client.delete(GROUP).await, client.delete(GROUP).await];

    let mut expected = json!({
        "arn": "arn:aws:medialive:us-east-1:000000000000:inputSecurityGroup:1000001",
        "channels": [],
        "id": "1000001",
        "inputs": [],
        "state": "IDLE",
        "tags": { "Owner": "me" },
        "whitelistRules": [{ "cidr": "10.0.0.0/16" }],
    });
    assert_eq!(
        (created.status.as_u16(), created.body),
        (200, json!({ "securityGroup": expected }))
    );
    assert_eq!(input["securityGroups"], json!(["1000001"]));
    expected["state"] = json!("IN_USE");
    expected["inputs"] = json!(["1000002"]);
    assert_eq!(used, expected);
    let in_use =
        "Input Security Group 1000001 cannot be deleted because it is still being used by inputs.";
    assert_refused(&refused, StatusCode::BAD_REQUEST, in_use);
    assert_eq!(free, "IDLE");
    assert_eq!([deleted.status, again.status], [200, 200]);
    let listed = client.get(GROUPS).await.body;
    assert_eq!(listed["inputSecurityGroups"][0]["state"], "DELETED");
}

#[tokio::test(start_paused = true)]
async fn a_security_group_has_a_rule_and_can_be_updated() {
    let client = Client::new();
    client.call("POST", GROUPS, rules("10.0.0.0/16")).await;

    for without in [json!({}), json!({ "whitelistRules": [] })] {
        let refused = client.call("POST", GROUPS, without).await;
        assert_refused(&refused, StatusCode::BAD_REQUEST, "Must specify at least one whitelist");
    }
    let emptied = client.call("PUT", GROUP, json!({ "whitelistRules": [] })).await;
    let retagged = client.call("PUT", GROUP, json!({ "tags": {} })).await;
    let updated =
        client.call("PUT", GROUP, json!({ "whitelistRules": [{ "cidr": "0.0.0.0/0" }] })).await;
    client.delete(GROUP).await;
    let late = client.call("PUT", GROUP, rules("10.0.0.0/16")).await;

    assert_eq!(emptied.status, 400);
    let group = &retagged.body["securityGroup"];
    assert_eq!(
        (&group["tags"], &group["whitelistRules"][0]["cidr"]),
        (&json!({}), &json!("10.0.0.0/16"))
    );
    assert_eq!(updated.body["securityGroup"]["whitelistRules"], json!([{ "cidr": "0.0.0.0/0" }]));
    assert_eq!(late.status, 409);
}

#[tokio::test(start_paused = true)]
async fn security_groups_have_tags_pages_and_a_record() {
    let client = Client::new();
    for cidr in ["10.0.0.0/16", "10.1.0.0/16"] {
        client.call("POST", GROUPS, rules(cidr)).await;
    }
    let arn = "arn%3Aaws%3Amedialive%3Aus-east-1%3A000000000000%3AinputSecurityGroup%3A1000002";

    let page = client.get(&format!("{GROUPS}?maxResults=1")).await.body;
    client.call("POST", &format!("/prod/tags/{arn}"), json!({ "tags": { "a": "1" } })).await;
    let tags = client.get(&format!("/prod/tags/{arn}")).await.body;

    assert_eq!(
        (&page["inputSecurityGroups"][0]["id"], &page["nextToken"]),
        (&json!("1000001"), &json!("1000001"))
    );
    assert_eq!(tags, json!({ "tags": { "Owner": "me", "a": "1" } }));
    let call = &client.emulator.calls()[0];
    assert_eq!(call.operation, "CreateInputSecurityGroup");
    assert_eq!(
        (call.resource.as_deref(), call.request_tags["Owner"].as_str()),
        (Some("1000001"), "me")
    );
    for (method, message) in [
        ("GET", "Input Security Group not found"),
        ("DELETE", "Input Security Group not found"),
        ("PUT", "The Input Security Group was not found."),
    ] {
        let missing = client.call(method, "/prod/inputSecurityGroups/9999999", json!({})).await;
        assert_refused(&missing, StatusCode::NOT_FOUND, message);
    }
}

#[tokio::test(start_paused = true)]
async fn a_push_input_has_an_address_for_each_pipeline() {
    let client = Client::new();
    client.call("POST", GROUPS, rules("10.0.0.0/16")).await;
    let names = json!([{ "streamName": "live/primary" }, { "streamName": "live/secondary" }]);

    let two = create(&client, "RTMP_PUSH", &names).await;
    let one = create(&client, "RTMP_PUSH", &json!([names[0]])).await;
    let unnamed = create(&client, "RTP_PUSH", &json!(null)).await;

    let urls = |input: &Value| {
        let destinations = input["destinations"].as_array().unwrap().clone();
        destinations.iter().map(|it| it["url"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected = json!({ "ip": "198.51.100.5", "port": "1935", "url": "rtmp://198.51.100.5:1935/live/primary" });
    assert_eq!((&two["destinations"][0], &two["inputClass"]), (&expected, &json!("STANDARD")));
    assert_eq!(urls(&two)[1], "rtmp://203.0.113.5:1935/live/secondary");
    assert_eq!((urls(&one).len(), &one["inputClass"]), (1, &json!("SINGLE_PIPELINE")));
    assert_eq!(urls(&unnamed), ["rtp://198.51.100.7:5000", "rtp://203.0.113.7:5000"]);
    assert_eq!(
        (&unnamed["inputClass"], &unnamed["state"]),
        (&json!("STANDARD"), &json!("DETACHED"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_push_input_keeps_its_class_and_names_existing_groups() {
    let client = Client::new();
    client.call("POST", GROUPS, rules("10.0.0.0/16")).await;
    let input = create(&client, "RTMP_PUSH", &json!([{ "streamName": "a" }])).await;
    let path = "/prod/inputs/1000002";

    let renamed = json!({ "destinations": [{ "streamName": "b" }] });
    let renamed = client.call("PUT", path, renamed).await.body["input"].take();
    let more = json!({ "destinations": [{ "streamName": "a" }, { "streamName": "b" }] });
    let more = client.call("PUT", path, more).await;
    let mut other = push_input("RTP_PUSH", &json!([]));
    other["inputSecurityGroups"] = json!(["1000001", "7654321"]);
    let other = client.call("POST", "/prod/inputs", other).await;
    let moved = client.call("PUT", path, json!({ "inputSecurityGroups": ["7654321"] })).await;

    assert_eq!(renamed["destinations"][0]["ip"], input["destinations"][0]["ip"]);
    assert!(renamed["destinations"][0]["url"].as_str().unwrap().ends_with(":1935/b"));
    let missing = "inputSecurityGroups: 7654321 does not exist; create it first";
    assert_eq!(more.status, 400);
    let text = more.body["message"].as_str().unwrap();
    assert!(text.starts_with("destinations: their number must stay the same"), "{text}");
    assert_refused(&other, StatusCode::BAD_REQUEST, missing);
    assert_refused(&moved, StatusCode::BAD_REQUEST, missing);
    assert_eq!(client.get(path).await.body, renamed);
}

#[tokio::test(start_paused = true)]
async fn a_channel_with_a_push_input_says_so_in_an_alert() {
    let epoch = Some(EPOCH.parse().unwrap());
    let client =
        Client::with(Config { encoder: EncoderChoice::Ffmpeg, epoch, ..Config::default() });
    client.call("POST", GROUPS, rules("10.0.0.0/16")).await;
    create(&client, "RTMP_PUSH", &json!([{ "streamName": "a" }])).await;
    let id = client.channel("1000002").await;

    client.post(&format!("/prod/channels/{id}/start")).await;
    just_past(client.pace.channel_start).await;
    let running = client.state(&format!("channels/{id}")).await;
    let alerts = client.get(&format!("/prod/channels/{id}/alerts")).await.body["alerts"].take();
    client.post(&format!("/prod/channels/{id}/stop")).await;
    let cleared = client.get(&format!("/prod/channels/{id}/alerts?stateFilter=SET")).await.body;

    assert_eq!((running.as_str(), alerts.as_array().unwrap().len()), ("RUNNING", 1));
    assert_eq!(alerts[0]["alertType"], "Input Not Emulated");
    let message =
        "The pipeline sends nothing: the emulator does not receive inputs of type RTMP_PUSH";
    assert_eq!(alerts[0]["message"], message);
    assert_eq!(cleared, json!({ "alerts": [] }));
    let used = client.get("/prod/inputs/1000002").await.body;
    assert_eq!((&used["state"], &used["attachedChannels"]), (&json!("ATTACHED"), &json!([id])));
}
