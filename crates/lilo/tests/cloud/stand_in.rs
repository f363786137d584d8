//! What ministack cannot show: answers of AWS that it does not give.

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use lilo_tests::programs::http::serve;

use crate::account::{Done, RECEIVER};

const CLOUDFORMATION: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/// An AWS with one loop, whose stack is in this status, and buckets that are all elsewhere.
fn aws(status: &'static str) -> String {
    let answer = move |method: Method, uri: Uri, body: String| async move {
        let mut headers = HeaderMap::new();
        if uri.path() == "/prod/channels" {
            return (StatusCode::OK, headers, "{}".to_owned());
        }
        if method == Method::HEAD && uri.path() != "/" {
            headers.insert("x-amz-bucket-region", "eu-central-1".parse().unwrap());
            return (StatusCode::MOVED_PERMANENTLY, headers, String::new());
        }
        // MediaLive has no channel, and Lambda no function.
        match (method, uri.path()) {
            (Method::GET, "/prod/channels") => (StatusCode::OK, headers, "{}".to_owned()),
            (Method::GET, path) if path.contains("/functions/") => {
                headers.insert("x-amzn-errortype", "ResourceNotFoundException".parse().unwrap());
                (StatusCode::NOT_FOUND, headers, "{}".to_owned())
            }
            _ => (StatusCode::OK, headers, answer(&body, status)),
        }
    };
    serve(Router::new().fallback(answer))
}

fn answer(request: &str, status: &str) -> String {
    let action = request.split('&').find_map(|it| it.strip_prefix("Action=")).unwrap_or_default();
    let result = match action {
        "GetCallerIdentity" => "<Account>111122223333</Account>".to_owned(),
        "DescribeStacks" => {
            let parameters = ["Source", "DestinationIp", "DestinationPort", "AutoStart"];
            let parameters = parameters.map(|name| {
                format!("<member><ParameterKey>{name}</ParameterKey><ParameterValue>1</ParameterValue></member>")
            });
            format!(
                "<Stacks><member><StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/news/1</StackId>\
                 <StackName>news</StackName><StackStatus>{status}</StackStatus>\
                 <CreationTime>2026-01-01T00:00:00Z</CreationTime>\
                 <Parameters>{}</Parameters></member></Stacks>",
                parameters.concat()
            )
        }
        "GetTemplateSummary" => "<Description>LILO loop: plays.</Description><ResourceTypes>\
             <member>Custom::MediaLiveInput</member><member>Custom::MediaLiveChannel</member>\
             </ResourceTypes>"
            .to_owned(),
        other => panic!("{other:?} changes something, or is not expected: {request}"),
    };
    format!(
        "<{action}Response xmlns=\"{CLOUDFORMATION}\"><{action}Result>{result}</{action}Result></{action}Response>"
    )
}

fn lilo(url: &str, arguments: &[&str]) -> Done {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lilo"));
    command
        .args(arguments)
        .env_clear()
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "person")
        .env("AWS_SECRET_ACCESS_KEY", "local");
    Done::of(command.output().unwrap())
}

#[test]
fn a_stack_whose_rollback_failed_is_told_how_to_go_on() {
    let url = aws("UPDATE_ROLLBACK_FAILED");

    let error = lilo(&url, &["deploy", "news", "--param", "RateControl=QVBR"]).failure();

    assert!(error.contains("the stack news is in UPDATE_ROLLBACK_FAILED"), "{error}");
    assert!(error.contains("continue-update-rollback --stack-name news"), "{error}");
}

#[test]
fn a_bucket_in_another_region_is_told_by_its_redirect() {
    let url = aws("CREATE_COMPLETE");
    let deploy = ["deploy", "--destination", RECEIVER, "--source", "s3ssl://films/a.mp4"];

    let error = lilo(&url, &deploy).failure();

    let expected = "the bucket films is in eu-central-1 and the loop in eu-west-1";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn doctor_names_each_stuck_stack_and_its_way_out() {
    for (status, way_out) in [
        ("ROLLBACK_FAILED", "run `lilo destroy news`"),
        ("DELETE_FAILED", "run `lilo destroy news`"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name news"),
    ] {
        let done = lilo(&aws(status), &["doctor", "--only", "account"]);

        let told = format!("to do        stacks           the stack news is in {status}");
        let line = done.out.lines().find(|line| line.starts_with(&told));
        assert!(line.is_some_and(|line| line.contains(way_out)), "{done:#?}");
        assert!(done.failure().contains("stacks"));
    }
}
