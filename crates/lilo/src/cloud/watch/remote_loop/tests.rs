//! Against a stub of AWS over HTTP, on a paused clock.

use std::collections::BTreeMap;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cloudformation::types::StackStatus;
use aws_smithy_async::rt::sleep::TokioSleep;
use axum::Router;
use axum::http::{Method, Uri};
use lilo_tests::programs::http::serve;
use tokio::time::advance;

use super::*;

/// How often each call was made.
type Counts = Arc<Mutex<BTreeMap<&'static str, usize>>>;

const RUNNING: &str = r#"{"id":"1","state":"RUNNING","destinations":
    [{"settings":[{"url":"rtp://203.0.113.10:5000"},{"url":"rtp://203.0.113.11:5000"}]}]}"#;
const STACK: &str = "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
    <StackId>arn:1</StackId><StackName>news</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
    <Parameters><member><ParameterKey>Thumbnails</ParameterKey>
    <ParameterValue>AUTO</ParameterValue></member></Parameters>
    <Outputs><member><OutputKey>ChannelId</OutputKey><OutputValue>1</OutputValue></member></Outputs>
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>";
const NO_EVENTS: &str = "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents/>
    </DescribeStackEventsResult></DescribeStackEventsResponse>";
/// The body is "picture" in base64.
const THUMBNAIL: &str = r#"{"thumbnailDetails":[{"pipelineId":"0","thumbnails":
    [{"body":"cGljdHVyZQ==","contentType":"image/jpeg","thumbnailType":"CURRENT_ACTIVE"}]}]}"#;

/// An AWS with one loop, whose channel runs with two pipelines.
fn aws() -> (Aws, Counts) {
    let counts = Counts::default();
    let counted = counts.clone();
    let answer = move |method: Method, uri: Uri, body: String| async move {
        let call = format!("{method} {} {body}", uri.path());
        let (name, text) = match call.as_str() {
            call if call.contains("Action=DescribeStacks&") => ("DescribeStacks", STACK),
            call if call.contains("Action=DescribeStackEvents&") => {
                ("DescribeStackEvents", NO_EVENTS)
            }
            call if call.contains("/alerts") => ("ListAlerts", r#"{"alerts":[]}"#),
            call if call.contains("/thumbnails") => ("DescribeThumbnails", THUMBNAIL),
            "GET /prod/channels/1 " => ("DescribeChannel", RUNNING),
            other => panic!("{other} is not expected"),
        };
        *counted.lock().unwrap().entry(name).or_default() += 1;
        // A connection that stays open would need a timer.
        ([("connection", "close")], text)
    };
    let key = Credentials::new("person", "local", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(serve(Router::new().fallback(answer)))
        .credentials_provider(SharedCredentialsProvider::new(key))
        .http_client(crate::aws::http().unwrap())
        .sleep_impl(TokioSleep::new())
        // A paused clock jumps to the next timer while the answer is on its way.
        .timeout_config(TimeoutConfig::disabled())
        .build();
    (Aws::new(&config, "eu-west-1".into(), None), counts)
}

fn remote_loop(aws: Aws) -> RemoteLoop {
    let stack = Stack {
        id: "arn:1".into(),
        name: "news".into(),
        status: StackStatus::CreateComplete,
        parameters: BTreeMap::new(),
        outputs: BTreeMap::new(),
        tags: BTreeMap::new(),
    };
    RemoteLoop::new(aws, stack, None)
}

/// A page that shows the loop, as its updates ask.
async fn look(at: &RemoteLoop) -> View {
    at.view().await;
    let look = lock(&at.seen).running_look.take();
    if let Some(look) = look {
        look.await.unwrap();
    }
    at.view().await
}

#[tokio::test(start_paused = true)]
async fn two_open_pages_make_48_calls_and_60_for_thumbnails_a_minute() {
    let (aws, counts) = aws();
    let news = remote_loop(aws);

    for half_second in 0..120 {
        for _page in 0..2 {
            let view = look(&news).await;
            assert_eq!(view.channels[0].state, "RUNNING");
            if half_second % 4 == 0 {
                for pipeline in 0..2 {
                    let still = news.still("1", pipeline).await;
                    assert_eq!(still.as_deref(), Some(&b"picture"[..]));
                }
            }
        }
        advance(Duration::from_millis(500)).await;
    }

    let looks = ["DescribeChannel", "DescribeStackEvents", "DescribeStacks", "ListAlerts"];
    let mut expected = BTreeMap::from(looks.map(|name| (name, 12)));
    expected.insert("DescribeThumbnails", 60);
    assert_eq!(*counts.lock().unwrap(), expected);
    // Nobody looks.
    advance(Duration::from_hours(1)).await;
    assert_eq!(*counts.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn only_pipelines_of_the_own_channel_have_pictures() {
    let (aws, counts) = aws();
    let news = remote_loop(aws);
    assert_eq!(news.still("1", 0).await, None, "nothing is known yet");
    look(&news).await;

    for (channel, pipeline) in [("2", 0), ("1", 2), ("../1", 0)] {
        assert_eq!(news.still(channel, pipeline).await, None, "{channel} {pipeline}");
    }

    assert_eq!(counts.lock().unwrap().get("DescribeThumbnails"), None);
}
