//! Stacks in which something fails.

use std::time::Duration;

use lilo_local_cloud::cloudformation::Status;
use lilo_local_cloud::cloudformation::template::Template;

use crate::stack::{SECOND, create, seen, template};
use crate::support::Cloud;

/// The reason of the first resource that could not be created.
fn why_it_failed(cloud: &mut Cloud) -> String {
    std::iter::from_fn(|| cloud.events.try_recv().ok())
        .find(|event| event.resource_status == Status::CreateFailed)
        .and_then(|event| event.resource_status_reason)
        .unwrap()
}

#[tokio::test]
async fn a_failed_create_is_rolled_back_with_a_delete_of_what_failed() {
    let mut cloud = Cloud::start(SECOND).await;
    let template =
        template(&[("A", "Say: a"), ("B", "Status: FAILED, Reason: no room, Say: !Ref A")]);

    let stack = create(&cloud, template).await;

    assert_eq!(stack.status(), Status::RollbackComplete);
    let mut reasons = Vec::new();
    while let Ok(event) = cloud.events.try_recv() {
        reasons.extend(event.resource_status_reason.filter(|_| {
            [Status::CreateFailed, Status::RollbackInProgress].contains(&event.resource_status)
        }));
    }
    assert!(
        reasons[0].starts_with(
            "Received response status [FAILED] from custom resource. Message returned: no room \
             (RequestId: "
        ),
        "{reasons:?}"
    );
    assert_eq!(
        reasons[1],
        "The following resource(s) failed to create: [B]. Rollback requested by user."
    );
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests), ["Create A -", "Create B -", "Delete B made-B", "Delete A made-A"]);
}

#[tokio::test]
async fn response_that_breaks_the_contract_fails_and_is_recorded() {
    let cases = [
        ("content type", "Content-Type", "403"),
        ("method", "it must be PUT", "403"),
        ("request id", "RequestId was not the request's", "200"),
        ("empty physical id", "PhysicalResourceId was empty", "200"),
        ("too long", "the limit is 4096", "200"),
        ("nested data", "Data's Nested", "200"),
    ];
    for (wrong, expected, code) in cases {
        let mut cloud = Cloud::start(SECOND).await;

        let stack = create(&cloud, template(&[("A", &format!("Wrong: {wrong}"))])).await;

        assert_eq!(stack.status(), Status::RollbackComplete, "{wrong}");
        let reason = why_it_failed(&mut cloud);
        assert!(reason.contains(expected), "{wrong}");
        let violations = cloud.platform.responses.violations();
        assert_eq!(violations.len(), 1, "{wrong}");
        assert!(violations[0].what.contains(expected), "{wrong}");
        cloud.wait_for_line(&format!("answered [\"{code}\"]")).await;
        // No id counted, so one was made up; the resource must be able to take a Delete for it.
        let requests = cloud.requests().await;
        assert!(seen(&requests).last().unwrap().starts_with("Delete A demo-A-"), "{wrong}");
    }
}

#[tokio::test]
async fn only_the_first_answer_counts() {
    let mut cloud = Cloud::start(SECOND).await;

    let stack = create(&cloud, template(&[("A", "Wrong: twice")])).await;

    assert_eq!(stack.status(), Status::CreateComplete);
    cloud.wait_for_line(r#"answered ["200", "403"]"#).await;
    assert!(cloud.platform.responses.violations()[0].what.contains("already answered"));
}

#[tokio::test]
async fn resource_without_a_response_fails_after_service_timeout() {
    let mut cloud = Cloud::start(Duration::from_millis(10)).await;

    let stack = create(&cloud, template(&[("A", "Status: SILENT")])).await;

    assert_eq!(stack.status(), Status::RollbackComplete);
    let reason = why_it_failed(&mut cloud);
    assert!(reason.contains("did not receive a response"));
    assert!(seen(&cloud.requests().await)[1].starts_with("Delete A demo-A-"));
}

#[tokio::test]
async fn resource_fails_with_lambda_reason_once_retries_are_exhausted() {
    let mut cloud = Cloud::start(SECOND).await;

    let stack = create(&cloud, template(&[("A", "Status: CRASH")])).await;

    assert_eq!(stack.status(), Status::RollbackComplete);
    let reason = why_it_failed(&mut cloud);
    for part in ["did not receive a response", "Lambda gave up", "exit status: 3"] {
        assert!(reason.contains(part), "{reason}");
    }
    cloud.platform.lambda.shutdown().await;
}

#[tokio::test]
async fn a_failed_delete_keeps_what_the_resource_depends_on() {
    let mut cloud = Cloud::start(SECOND).await;
    let template =
        template(&[("A", "Say: a"), ("B", "Say: !Ref A, OnDelete: FAILED"), ("C", "Say: c")]);
    let mut stack = create(&cloud, template).await;
    cloud.history();

    cloud.platform.cloudformation.delete(&mut stack).await;

    assert_eq!(stack.status(), Status::DeleteFailed);
    let left: Vec<_> = stack.resources().iter().map(|left| left.logical_id.as_str()).collect();
    assert_eq!(left, ["A", "B"]);
    assert_eq!(
        cloud.history(),
        [
            "demo DELETE_IN_PROGRESS",
            "C DELETE_IN_PROGRESS",
            "C DELETE_COMPLETE",
            "B DELETE_IN_PROGRESS",
            "B DELETE_FAILED",
            "demo DELETE_FAILED",
        ]
    );
    cloud.platform.lambda.shutdown().await;
}

#[tokio::test]
async fn a_rollback_that_cannot_delete_ends_failed() {
    let cloud = Cloud::start(SECOND).await;
    let stack = create(&cloud, template(&[("A", "Status: FAILED, OnDelete: FAILED")])).await;
    assert_eq!(stack.status(), Status::RollbackFailed);
}

#[tokio::test]
async fn a_resource_that_was_never_sent_is_not_deleted() {
    let missing = "Resources: { A: { Type: 'Custom::A', Properties: { ServiceToken: nobody } } }";
    let too_long = "Resources: { A: { Type: 'Custom::A', Properties: { ServiceToken: resource, ServiceTimeout: 3601 } } }";
    let attribute = "
Resources:
  A: { Type: 'Custom::A', Properties: { ServiceToken: resource } }
  B: { Type: 'Custom::B', Properties: { ServiceToken: resource, X: !GetAtt A.Nothing } }";
    let cases = [
        (missing, "no such function", 0),
        (too_long, "from 1 to 3600 seconds", 0),
        (attribute, "A has no attribute Nothing", 2),
    ];
    for (template, expected, sent) in cases {
        let mut cloud = Cloud::start(SECOND).await;
        let stack = create(&cloud, Template::parse(template).unwrap()).await;

        assert_eq!(stack.status(), Status::RollbackComplete);
        let reason = why_it_failed(&mut cloud);
        assert!(reason.contains(expected), "{reason}");
        assert_eq!(cloud.requests().await.len(), sent);
    }
}
