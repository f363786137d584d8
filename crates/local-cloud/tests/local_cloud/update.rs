//! Updates of stacks of custom resources made by a real process.

use std::{collections::BTreeMap, time::Duration};

use lilo_local_cloud::cloudformation::{Stack, Status};
use serde_json::json;

use crate::{
    stack::{create, seen, template},
    support::Cloud,
};

struct Updated {
    cloud: Cloud,
    stack: Stack,
    /// What happened in the update.
    history: Vec<String>,
}

/// A stack made with the first properties of its resources and updated to the second.
async fn updated(before: &[(&str, &str)], after: &[(&str, &str)]) -> Updated {
    let mut cloud = Cloud::start(Duration::from_secs(1)).await;
    let mut stack = create(&cloud, template(before)).await;
    assert_eq!(stack.status(), Status::CreateComplete);
    cloud.history();
    cloud
        .platform
        .cloudformation
        .update(&mut stack, template(after), &BTreeMap::new())
        .await
        .unwrap();
    let history = cloud.history();
    Updated { cloud, stack, history }
}

fn ids(stack: &Stack) -> Vec<&str> {
    stack.resources().iter().map(|resource| resource.physical_id.as_str()).collect()
}

#[tokio::test]
async fn only_what_changes_is_updated_and_is_told_from_what() {
    let before = [("A", "Say: a"), ("B", "Say: !GetAtt A.Echo"), ("C", "Say: c")];
    let after = [("A", "Say: new"), ("B", "Say: !GetAtt A.Echo"), ("C", "Say: c")];

    let Updated { cloud, stack, history } = updated(&before, &after).await;

    assert_eq!(
        (stack.status(), ids(&stack)),
        (Status::UpdateComplete, ["made-A", "made-B", "made-C"].into())
    );
    assert_eq!(
        history,
        [
            "demo UPDATE_IN_PROGRESS",
            "A UPDATE_IN_PROGRESS",
            "A UPDATE_COMPLETE",
            "B UPDATE_IN_PROGRESS",
            "B UPDATE_COMPLETE",
            "demo UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "demo UPDATE_COMPLETE",
        ]
    );
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests)[3..], ["Update A made-A", "Update B made-B"]);
    let update = &requests[3];
    assert_eq!(update["ResourceProperties"]["Say"], "new");
    assert_eq!(update["OldResourceProperties"]["Say"], "a");
    assert_eq!(update["OldResourceProperties"]["ServiceTimeout"], "60");
    assert_eq!(requests[4]["ResourceProperties"]["Say"], "new");
    assert_eq!(requests[0]["OldResourceProperties"], json!(null));
}

#[tokio::test]
async fn a_resource_comes_and_another_goes_with_the_update() {
    let Updated { cloud, stack, history } =
        updated(&[("A", "Say: a"), ("B", "Say: b")], &[("B", "Say: b"), ("C", "Say: c")]).await;

    assert_eq!(
        (stack.status(), ids(&stack)),
        (Status::UpdateComplete, ["made-B", "made-C"].into())
    );
    assert_eq!(
        history[4..],
        [
            "demo UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "A DELETE_IN_PROGRESS",
            "A DELETE_COMPLETE",
            "demo UPDATE_COMPLETE",
        ]
    );
    assert_eq!(seen(&cloud.requests().await)[2..], ["Create C -", "Delete A made-A"]);
}

#[tokio::test]
async fn changed_physical_id_deletes_old_resource_with_old_properties() {
    let before = [("A", "Say: old"), ("B", "Say: !Ref A")];
    let after = [("A", "Say: new, Id: other"), ("B", "Say: !Ref A")];

    let Updated { cloud, stack, .. } = updated(&before, &after).await;

    assert_eq!((stack.status(), ids(&stack)), (Status::UpdateComplete, ["other", "made-B"].into()));
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests)[2..], ["Update A made-A", "Update B made-B", "Delete A made-A"]);
    assert_eq!(requests[3]["ResourceProperties"]["Say"], "other");
    assert_eq!(requests[4]["ResourceProperties"]["Say"], "old");
}

#[tokio::test]
async fn a_failed_update_is_changed_back_and_what_it_made_is_deleted() {
    let before = [("A", "Say: a"), ("C", "Say: c"), ("D", "Say: d")];
    let after = [
        ("A", "Say: new"),
        ("B", "Say: b"),
        ("C", "Say: new, Id: other"),
        ("D", "Say: new, Status: FAILED, Reason: no room"),
    ];

    let Updated { cloud, mut stack, history } = updated(&before, &after).await;

    assert_eq!(stack.status(), Status::UpdateRollbackComplete);
    assert_eq!(ids(&stack), ["made-A", "made-C", "made-D"]);
    assert_eq!(
        history[8..],
        [
            "D UPDATE_IN_PROGRESS",
            "D UPDATE_FAILED",
            "demo UPDATE_ROLLBACK_IN_PROGRESS",
            "D UPDATE_IN_PROGRESS",
            "D UPDATE_COMPLETE",
            "A UPDATE_IN_PROGRESS",
            "A UPDATE_COMPLETE",
            "demo UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            "C DELETE_IN_PROGRESS",
            "C DELETE_COMPLETE",
            "B DELETE_IN_PROGRESS",
            "B DELETE_COMPLETE",
            "demo UPDATE_ROLLBACK_COMPLETE",
        ]
    );
    cloud.platform.cloudformation.delete(&mut stack).await;
    let requests = cloud.requests().await;
    assert_eq!(
        seen(&requests)[7..],
        [
            "Update D made-D",
            "Update A made-A",
            "Delete C other",
            "Delete B made-B",
            "Delete D made-D",
            "Delete C made-C",
            "Delete A made-A",
        ]
    );
    let back = &requests[8];
    assert_eq!(
        (&back["ResourceProperties"]["Say"], &back["OldResourceProperties"]["Say"]),
        (&json!("a"), &json!("new"))
    );
}

#[tokio::test]
async fn stack_in_update_rollback_failed_can_still_be_deleted() {
    let before = [("A", "Say: a, OnUpdate: FAILED"), ("B", "Say: b")];
    let after = [("A", "Say: new"), ("B", "Say: new, Status: FAILED")];

    let Updated { cloud, mut stack, .. } = updated(&before, &after).await;

    assert_eq!(stack.status(), Status::UpdateRollbackFailed);
    cloud.platform.cloudformation.delete(&mut stack).await;
    assert_eq!(stack.status(), Status::DeleteComplete);
    cloud.platform.lambda.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_updated_is_refused_or_fails_with_the_reason() {
    let mut cloud = Cloud::start(Duration::from_secs(1)).await;
    let mut stack = create(&cloud, template(&[("A", "Say: a")])).await;
    let none = BTreeMap::new();
    let parse =
        |text: &str| lilo_local_cloud::cloudformation::template::Template::parse(text).unwrap();

    let other_type = parse("Resources: { A: { Type: 'Custom::Other' } }");
    let refused =
        cloud.platform.cloudformation.update(&mut stack, other_type, &none).await.unwrap_err();
    assert!(refused.to_string().contains("the type of resource A cannot change"), "{refused}");
    assert_eq!(stack.status(), Status::CreateComplete);

    cloud.history();
    let other_token =
        parse("Resources: { A: { Type: 'Custom::Thing', Properties: { ServiceToken: other } } }");
    cloud.platform.cloudformation.update(&mut stack, other_token, &none).await.unwrap();
    assert_eq!(stack.status(), Status::UpdateRollbackComplete);

    cloud.platform.cloudformation.delete(&mut stack).await;
    let gone = cloud
        .platform
        .cloudformation
        .update(&mut stack, parse("Resources: {}"), &none)
        .await
        .unwrap_err();
    assert!(gone.to_string().contains("it is DELETE_COMPLETE"), "{gone}");
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests), ["Create A -", "Delete A made-A"]);
}
