//! Stacks whose creation is cancelled.

use std::collections::BTreeMap;

use lilo_local_cloud::cloudformation::Status;
use tokio_util::sync::CancellationToken;

use crate::stack::{SECOND, seen, template};
use crate::support::Cloud;

#[tokio::test]
async fn cancelled_create_starts_nothing_more_and_rolls_back() {
    let mut cloud = Cloud::start(SECOND).await;
    let cancel = CancellationToken::new();
    let template = template(&[("A", "Say: a"), ("B", "Say: !Ref A")]);
    let formation = cloud.platform.cloudformation.clone();
    let none = BTreeMap::new();

    let watch = async {
        let mut history = Vec::new();
        while let Some(event) = cloud.events.recv().await {
            let status = event.resource_status;
            history.push(format!("{} {status}", event.logical_resource_id));
            if history.last().unwrap() == "A CREATE_IN_PROGRESS" {
                cancel.cancel();
            }
            if history.last().unwrap() == "demo DELETE_COMPLETE" {
                break;
            }
        }
        history
    };
    let create = async {
        let stack = formation.create("demo", template, &none, &cancel).await;
        drop(formation);
        stack
    };
    let (stack, history) = tokio::join!(create, watch);

    assert_eq!(stack.unwrap().status(), Status::DeleteComplete);
    assert_eq!(
        history,
        [
            "demo CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_COMPLETE",
            "demo DELETE_IN_PROGRESS",
            "A DELETE_IN_PROGRESS",
            "A DELETE_COMPLETE",
            "demo DELETE_COMPLETE",
        ]
    );
    // The answer was waited for: it is deleted under the id that the answer gave.
    assert_eq!(seen(&cloud.requests().await), ["Create A -", "Delete A made-A"]);
}

#[tokio::test]
async fn hurried_shutdown_does_not_wait_for_a_silent_resource() {
    let mut cloud = Cloud::start(SECOND).await;
    let (none, cancel) = (BTreeMap::new(), CancellationToken::new());
    let formation = cloud.platform.cloudformation.clone();

    let silent = template(&[("A", "Status: SILENT")]);
    let create = formation.create("demo", silent, &none, &cancel);
    let watch = async {
        while cloud.events.recv().await.unwrap().logical_resource_id != "A" {}
        cancel.cancel();
        cloud.platform.lambda.hurry();
    };
    let both = async { tokio::join!(create, watch).0.unwrap().status() };

    let quick = tokio::time::timeout(SECOND * 30, both).await;
    assert_eq!(quick.expect("its service timeout is a minute"), Status::DeleteComplete);
}

#[tokio::test]
async fn a_create_that_is_cancelled_at_once_makes_nothing() {
    let mut cloud = Cloud::start(SECOND).await;
    let (none, cancelled) = (BTreeMap::new(), CancellationToken::new());
    cancelled.cancel();

    let create = cloud.platform.cloudformation.create(
        "demo",
        template(&[("A", "Say: a")]),
        &none,
        &cancelled,
    );

    assert_eq!(create.await.unwrap().status(), Status::DeleteComplete);
    assert_eq!(
        cloud.history(),
        ["demo CREATE_IN_PROGRESS", "demo DELETE_IN_PROGRESS", "demo DELETE_COMPLETE"]
    );
}

#[tokio::test]
async fn a_failure_after_a_cancellation_still_ends_in_a_delete() {
    let mut cloud = Cloud::start(SECOND).await;
    let (none, cancel) = (BTreeMap::new(), CancellationToken::new());
    let formation = cloud.platform.cloudformation.clone();

    let failing = template(&[("A", "Status: FAILED")]);
    let create = formation.create("demo", failing, &none, &cancel);
    let watch = async {
        while cloud.events.recv().await.unwrap().logical_resource_id != "A" {}
        cancel.cancel();
    };
    let (stack, ()) = tokio::join!(create, watch);

    assert_eq!(stack.unwrap().status(), Status::DeleteComplete);
    assert_eq!(
        cloud.history(),
        [
            "A CREATE_FAILED",
            "demo DELETE_IN_PROGRESS",
            "A DELETE_IN_PROGRESS",
            "A DELETE_COMPLETE",
            "demo DELETE_COMPLETE",
        ]
    );
}
