//! Against a stub of S3 over HTTP, on a paused clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::config::StalledStreamProtectionConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_smithy_async::rt::sleep::TokioSleep;
use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use lilo_tests::programs::http::serve;
use tokio::time::Instant;

use super::*;

/// The calls that make a bucket, and the one that takes it back.
const CALLS: [&str; 7] = [
    "PUT /own",
    "PUT /own?publicAccessBlock",
    "PUT /own?encryption",
    "PUT /own?policy",
    "PUT /own?lifecycle",
    "PUT /own?tagging",
    "DELETE /own",
];

/// How often each call was made.
type Counts = Arc<Mutex<BTreeMap<String, usize>>>;

/// An S3 that answers calls with a code as often as `refuse` says.
fn s3(refuse: fn(&str) -> (usize, &'static str)) -> (Aws, Counts) {
    let counts = Counts::default();
    let counted = counts.clone();
    let answer = move |method: Method, uri: Uri| async move {
        let query = uri.query().unwrap_or_default();
        let query = query.split('&').find(|it| !it.starts_with("x-id=")).unwrap_or_default();
        let query = query.trim_end_matches('=');
        let path = uri.path().trim_end_matches('/');
        let call = format!("{method} {path}?{query}").trim_end_matches('?').to_owned();
        let (times, code) = refuse(&call);
        let mut counted = counted.lock().unwrap();
        let count = counted.entry(call).or_default();
        *count += 1;
        // A connection that stays open would need a timer.
        let close = [("connection", "close")];
        if *count <= times {
            let status = if code == "NoSuchBucket" { 404 } else { 409 };
            let text = format!("<Error><Code>{code}</Code><Message>wait</Message></Error>");
            return (StatusCode::from_u16(status).unwrap(), close, text);
        }
        (StatusCode::OK, close, String::new())
    };
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(serve(Router::new().fallback(answer)))
        .force_path_style(true)
        .allow_no_auth()
        .http_client(crate::aws::http().unwrap())
        .sleep_impl(TokioSleep::new())
        // A paused clock jumps to the next timer while the answer is on its way.
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    let none = aws_config::SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build();
    let aws = Aws {
        cloudformation: aws_sdk_cloudformation::Client::new(&none),
        iam: aws_sdk_iam::Client::new(&none),
        lambda: aws_sdk_lambda::Client::new(&none),
        medialive: aws_sdk_medialive::Client::new(&none),
        sqs: aws_sdk_sqs::Client::new(&none),
        sts: aws_sdk_sts::Client::new(&none),
        s3: aws_sdk_s3::Client::from_conf(config.build()),
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        partition: "aws".into(),
    };
    (aws, counts)
}

/// Repeated after 0.5, 1, 2, 4 and then every 8 s, a call is made so often in a minute.
const MINUTE: usize = 11;

#[tokio::test(start_paused = true)]
async fn every_call_about_a_new_bucket_waits_a_minute_for_s3() {
    for code in ["OperationAborted", "NoSuchBucket"] {
        let refuse = match code {
            "OperationAborted" => |_: &str| (MINUTE, "OperationAborted"),
            // CreateBucket never answers that.
            _ => |call: &str| (if call == "PUT /own" { 0 } else { MINUTE }, "NoSuchBucket"),
        };
        let (aws, counts) = s3(refuse);
        let cleanup = Cleanup::default();
        let begun = Instant::now();

        aws.create_bucket("own", &cleanup).await.unwrap();

        assert!(begun.elapsed() > Duration::from_secs(5 * 60), "{:?}", begun.elapsed());
        assert!(matches!(cleanup.take()[..], [Unfinished::Bucket { created: true, .. }]));
        let begun = Instant::now();
        aws.delete_empty_bucket("own", true).await.unwrap();
        assert!(begun.elapsed() > Duration::from_secs(60), "{:?}", begun.elapsed());
        let counts = counts.lock().unwrap().clone();
        for call in CALLS {
            let once = code == "NoSuchBucket" && call == "PUT /own";
            assert_eq!(counts.get(call), Some(&if once { 1 } else { MINUTE + 1 }), "{counts:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_s3_does_not_free_is_told_after_two_minutes() {
    let (aws, _) = s3(|_| (usize::MAX, "OperationAborted"));
    let cleanup = Cleanup::default();
    let begun = Instant::now();

    let error = aws.create_bucket("own", &cleanup).await.unwrap_err();

    let waited = begun.elapsed().as_secs();
    assert!((120..=130).contains(&waited), "{waited} s");
    assert!(matches!(&error, Error::BucketNameBusy(name) if name == "own"), "{error}");
    assert!(error.line().contains("--bucket"), "{error}");
    assert!(cleanup.take().is_empty(), "nothing was made");
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_stays_unknown_is_given_up_after_two_minutes() {
    let (aws, _) = s3(|call| (if call == "PUT /own" { 0 } else { usize::MAX }, "NoSuchBucket"));
    let cleanup = Cleanup::default();
    let begun = Instant::now();

    let error = aws.create_bucket("own", &cleanup).await.unwrap_err();

    let waited = begun.elapsed().as_secs();
    assert!((120..=130).contains(&waited), "{waited} s");
    assert!(error.to_string().contains("close the bucket own"), "{error}");
    assert!(matches!(cleanup.take()[..], [Unfinished::Bucket { created: true, .. }]));
    // It was interrupted before S3 had answered: nothing may have been made.
    let begun = Instant::now();
    aws.delete_empty_bucket("own", false).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 0);
}
