//! Denied calls: a function's role may be new, or the conditions on tags may not work.

use std::time::Duration;

use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::tags::CONDITIONS_OFF;
use lilo_lifecycle::times::CREATE_WITHIN;
use lilo_tests::{CallFault, Calls, Cloud, FOREVER, Function, Made, samples};
use tokio::time::Instant;

const DENIED: CallFault =
    CallFault::refused(403, "ForbiddenException", "not authorized to perform this");
/// aws-samples/aws-media-services-simple-live-workflow#19.
const NO_PERMISSIONS: CallFault = CallFault::refused(
    422,
    "UnprocessableEntityException",
    "Please check your IAM User permissions the following permissions are needed for this call",
);

#[tokio::test(start_paused = true)]
async fn a_create_that_a_new_role_denies_is_waited_for() {
    for fault in [DENIED, NO_PERMISSIONS] {
        let cloud = Cloud::default();
        cloud.fail(Calls::to_any(&["CreateInput", "CreateChannel"]), 5, fault);
        let input = cloud.create(Function::Input, &samples::input()).await;
        cloud.fail(Calls::to_any(&["CreateChannel", "DescribeChannel"]), 5, fault);
        let channel = samples::channel(input.physical_id());

        let channel = cloud.create(Function::Channel, &channel).await;

        assert_eq!((input.failure(), channel.failure()), (None, None), "{fault}");
        assert_eq!(cloud.remaining().len(), 2, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_denied_create_gives_up_in_time_and_says_the_way_out() {
    // The function's first call, and one that begins so late that no two minutes are left.
    for (late, waits) in [(0, 110..=121), (100, 170..=181)] {
        let cloud = Cloud::default();
        cloud.fail(Calls::to("CreateInput"), FOREVER, DENIED);
        let (begun, asked) = (Instant::now(), cloud.signed_now());
        cloud.pass(late).await;

        let create = samples::create(Function::Input);
        let reply = cloud.deliver_as(&asked, Function::Input, &create).await;

        let reason = reply.failure().unwrap_or_default();
        assert!(reason.contains("403 ForbiddenException"), "{reason}");
        assert!(reason.contains(CONDITIONS_OFF), "{reason}");
        let waited = begun.elapsed();
        assert!(waits.contains(&waited.as_secs()), "{waited:?}");
        assert!(waited <= CREATE_WITHIN + Duration::from_secs(1), "{waited:?}");
        assert!(matches!(PhysicalId::of(reply.physical_id()), PhysicalId::Refused(_)));
        let begun = Instant::now();
        assert_eq!(cloud.delete(Function::Input, reply.physical_id()).await.failure(), None);
        assert!(begun.elapsed().as_secs() < 5, "the Delete need not search");
    }
}

#[tokio::test(start_paused = true)]
async fn a_denied_update_or_delete_fails_at_once_with_the_way_out() {
    let made = Made::running().await;
    let begun = Instant::now();
    for (operation, is_update) in [
        ("CreateTags", true),
        ("UpdateChannel", true),
        ("StopChannel", true),
        ("StopChannel", false),
    ] {
        made.cloud.fail(Calls::to(operation), FOREVER, DENIED);

        let reply = if is_update {
            made.update_channel("VideoBitrate", "5000000").await
        } else {
            made.cloud.delete(Function::Channel, &made.channel).await
        };

        let reason = reply.failure().unwrap_or_default();
        assert!(reason.contains(&format!("refused {operation} of")), "{operation}: {reason}");
        assert!(reason.contains(CONDITIONS_OFF), "{operation}: {reason}");
        made.cloud.clear_faults();
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_used_up_quota_of_channels_is_named() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let text = "Cannot create more channels";
    let refused = CallFault::refused(429, "TooManyRequestsException", text);
    cloud.fail(Calls::to("CreateChannel"), FOREVER, refused);

    let reply = cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

    let reason = reply.failure().unwrap_or_default();
    let quota = "raise the quota that it names (5 channels in a Region by default)";
    assert!(reason.contains(text) && reason.contains(quota), "{reason}");
}
