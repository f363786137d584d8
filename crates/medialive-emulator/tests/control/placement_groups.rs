//! Clusters, their nodes and their channel placement groups, as far as somebody waits for them.

use serde_json::{Value, json};

use crate::client::{Client, just_past};

const CLUSTER: &str = "/prod/clusters/1000001";
const GROUPS: &str = "/prod/clusters/1000001/channelplacementgroups";
const GROUP: &str = "/prod/clusters/1000001/channelplacementgroups/1000002";

async fn with_cluster() -> Client {
    let client = Client::new();
    client
        .call("POST", "/prod/clusters", json!({ "clusterType": "ON_PREMISES", "name": "home" }))
        .await;
    just_past(client.pace.channel_create).await;
    client
}

async fn state(client: &Client) -> Value {
    client.get(GROUP).await.body["state"].take()
}

#[tokio::test(start_paused = true)]
async fn a_placement_group_with_a_node_is_assigned_and_without_one_unassigned() {
    let client = with_cluster().await;
    let request = json!({ "name": "group", "nodes": ["7"], "requestId": "once" });

    let created = client.call("POST", GROUPS, request.clone()).await;
    let again = client.call("POST", GROUPS, request).await;
    let expected = json!({
        "arn": "arn:aws:medialive:us-east-1:000000000000:channelPlacementGroup:1000001/1000002",
        "channels": [],
        "clusterId": "1000001",
        "id": "1000002",
        "name": "group",
        "nodes": ["7"],
        "state": "ASSIGNING",
    });
    assert_eq!((created.status.as_u16(), &created.body), (201, &expected));
    assert_eq!(again.body, expected);
    just_past(client.pace.channel_update).await;
    assert_eq!(state(&client).await, "ASSIGNED");

    let updated = client.call("PUT", GROUP, json!({ "nodes": [] })).await;
    assert_eq!(
        (&updated.body["state"], &updated.body["nodes"]),
        (&json!("UNASSIGNING"), &json!([]))
    );
    just_past(client.pace.channel_update).await;
    assert_eq!(state(&client).await, "UNASSIGNED");

    let deleted = client.delete(GROUP).await;
    assert_eq!((deleted.status.as_u16(), &deleted.body["state"]), (200, &json!("DELETING")));
    just_past(client.pace.channel_delete).await;
    assert_eq!(state(&client).await, "DELETED");
    let listed = client.get(GROUPS).await.body;
    assert_eq!(listed["channelPlacementGroups"][0]["id"], "1000002");
}

#[tokio::test(start_paused = true)]
async fn a_placement_group_is_found_in_its_own_cluster_alone() {
    let client = with_cluster().await;
    client.call("POST", GROUPS, json!({ "name": "group" })).await;

    let elsewhere = client.get("/prod/clusters/9/channelplacementgroups/1000002").await;
    let unmade = client.call("POST", "/prod/clusters/9/channelplacementgroups", json!({})).await;
    let untouched =
        client.call("PUT", "/prod/clusters/9/channelplacementgroups/1000002", json!({})).await;

    assert_eq!([elsewhere.status, unmade.status, untouched.status], [404, 422, 404]);
    let text = "The channel placement group that you are trying to describe does not exist. Check the ID and try again.";
    assert_eq!(elsewhere.body["message"], text);
    assert_eq!(state(&client).await, "UNASSIGNED");
}

#[tokio::test(start_paused = true)]
async fn a_placement_group_that_changes_is_not_deleted_nor_changed() {
    let client = with_cluster().await;
    client.call("POST", GROUPS, json!({ "nodes": ["7"] })).await;

    let deleted = client.delete(GROUP).await;
    let updated = client.call("PUT", GROUP, json!({ "nodes": [] })).await;

    assert_eq!([deleted.status, updated.status], [409, 409]);
    assert_eq!(client.get(GROUP).await.body["nodes"], json!(["7"]));
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_active_until_it_is_deleted_which_its_groups_prevent() {
    let client = with_cluster().await;
    client.call("POST", GROUPS, json!({})).await;
    assert_eq!(client.state("clusters/1000001").await, "ACTIVE");

    let held = client.delete(CLUSTER).await;
    client.delete(GROUP).await;
    just_past(client.pace.channel_delete).await;
    let deleted = client.delete(CLUSTER).await;
    just_past(client.pace.channel_delete).await;

    assert_eq!(held.status, 409);
    assert_eq!((deleted.status.as_u16(), &deleted.body["state"]), (202, &json!("DELETING")));
    assert_eq!(client.state("clusters/1000001").await, "DELETED");
}

#[tokio::test(start_paused = true)]
async fn a_node_registers_by_itself_and_is_deregistered_when_it_is_deleted() {
    let client = with_cluster().await;
    let nodes = "/prod/clusters/1000001/nodes";
    let node = "/prod/clusters/1000001/nodes/1000002";

    let created = client.call("POST", nodes, json!({ "name": "node", "role": "ACTIVE" })).await;
    let expected = json!({
        "arn": "arn:aws:medialive:us-east-1:000000000000:node:1000001/1000002",
        "channelPlacementGroups": [],
        "clusterId": "1000001",
        "connectionState": "DISCONNECTED",
        "id": "1000002",
        "name": "node",
        "role": "ACTIVE",
        "state": "REGISTERING",
    });
    assert_eq!((created.status.as_u16(), created.body), (201, expected));
    just_past(client.pace.channel_create).await;
    let listed = client.get(nodes).await.body;
    assert_eq!(listed["nodes"][0]["state"], "ACTIVE");
    assert_eq!(client.delete(CLUSTER).await.status, 409);

    let deleted = client.delete(node).await;
    assert_eq!((deleted.status.as_u16(), &deleted.body["state"]), (202, &json!("DEREGISTERING")));
    just_past(client.pace.channel_delete).await;
    assert_eq!(client.get(node).await.body["state"], "DEREGISTERED");
    assert_eq!(client.get("/prod/clusters/9/nodes/1000002").await.status, 404);
    assert_eq!(client.delete(CLUSTER).await.status, 202);
}
