//! What is refused whatever the state.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::client::{Client, channel, input, just_past};

#[tokio::test(start_paused = true)]
async fn ids_that_never_were_are_not_found() {
    let client = Client::new();
    let input = client.input().await;
    let describe = "The channel you're requesting to describe does not exist.";
    let cases = [
        ("GET", "/prod/inputs/9999999".to_owned(), "Input not found"),
        ("DELETE", "/prod/inputs/9999999".to_owned(), "Input not found"),
        ("GET", "/prod/channels/9999999".to_owned(), describe),
        ("GET", format!("/prod/channels/{input}"), describe),
        (
            "DELETE",
            "/prod/channels/9999999".to_owned(),
            "The channel you're requesting to delete does not exist.",
        ),
        (
            "POST",
            "/prod/channels/9999999/start".to_owned(),
            "The channel you're requesting to start does not exist.",
        ),
        (
            "POST",
            "/prod/channels/9999999/stop".to_owned(),
            "The channel you're requesting to stop does not exist.",
        ),
        ("PUT", "/prod/inputs/9999999".to_owned(), "The input was not found."),
        (
            "PUT",
            "/prod/channels/9999999".to_owned(),
            "The channel you're requesting to update does not exist.",
        ),
        (
            "PUT",
            "/prod/channels/9999999/channelClass".to_owned(),
            "The channel you're trying to update the class on does not exist.",
        ),
    ];

    for (method, path, message) in cases {
        let answer = client.call(method, &path, Value::Null).await;
        assert_eq!(answer.status, 404, "{method} {path}");
        assert_eq!(answer.headers["x-amzn-errortype"], "NotFoundException");
        assert_eq!(answer.body, json!({ "message": message }));
    }
}

#[tokio::test(start_paused = true)]
async fn operations_that_are_not_emulated_say_so() {
    let client = Client::new();
    let cases = [
        ("PUT", "/prod/channels/1000001/schedule"),
        ("POST", "/prod/multiplexes"),
        ("POST", "/prod/clusters"),
        ("GET", "/prod/clusters/1000001/nodes"),
        ("GET", "/prod/clusters/1000001/channelplacementgroups/1000002"),
        ("PATCH", "/prod/signal-maps/1000001"),
    ];

    for (method, path) in cases {
        let answer = client.call(method, path, json!({})).await;
        assert_eq!(answer.status, 501);
        assert_eq!(answer.headers["x-amzn-errortype"], "NotImplementedException");
        assert_eq!(answer.body["message"], format!("{method} {path} is not emulated"));
    }
}

#[tokio::test(start_paused = true)]
async fn every_answer_has_a_request_id_of_its_own() {
    let client = Client::new();

    let first = client.get("/prod/channels").await;
    let second = client.get("/prod/channels/9999999").await;

    assert_ne!(first.headers["x-amzn-requestid"], second.headers["x-amzn-requestid"]);
    assert_eq!(first.headers["content-type"], "application/json");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_cannot_be_read_is_a_bad_request() {
    let client = Client::new();

    for body in ["{", "[]", r#"{"tags": 1}"#, r#"{"sources": "http://127.0.0.1/a.mp4"}"#] {
        let request = Request::post("/prod/inputs").body(Body::from(body)).unwrap();
        let answer = client.send(request).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.headers["x-amzn-errortype"], "BadRequestException");
    }
    assert!(client.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_class_or_a_type_that_never_was_is_a_bad_request() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    request["channelClass"] = json!("DOUBLE");
    let mut other = input();
    other["type"] = json!("MP3_FILE");

    let class = client.call("POST", "/prod/channels", request).await;
    let kind = client.call("POST", "/prod/inputs", other).await;

    assert_eq!([class.status, kind.status], [400, 400]);
    let said = [class, kind].map(|it| it.body["message"].as_str().unwrap().to_owned());
    assert!(said[0].starts_with("channelClass: unknown variant `DOUBLE`"), "{said:?}");
    assert!(said[1].starts_with("type: MP3_FILE is not one of UDP_PUSH, "), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_no_url_is_a_bad_request() {
    let client = Client::new();
    let mut request = input();
    request["sources"] = json!([{ "url": "" }]);

    let answer = client.call("POST", "/prod/inputs", request).await;

    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["message"], "Invalid URL () specified for inputSource");
}

#[tokio::test(start_paused = true)]
async fn the_number_of_destination_settings_fits_the_class() {
    let client = Client::new();
    let request = channel(&client.input_of(2).await);

    for (class, settings, expected) in [
        (json!("SINGLE_PIPELINE"), 2, Some("Exactly 1 destinations settings required")),
        (json!("STANDARD"), 1, Some("Exactly 2 destinations settings required")),
        (json!(null), 1, Some("Exactly 2 destinations settings required")),
        (json!("STANDARD"), 2, None),
    ] {
        let mut request = request.clone();
        request["channelClass"] = class;
        let url = json!({ "url": "rtp://127.0.0.1:5000" });
        request["destinations"][0]["settings"] = json!(vec![url; settings]);

        let answer = client.call("POST", "/prod/channels", request).await;

        let Some(message) = expected else {
            assert_eq!(answer.status, 201);
            continue;
        };
        assert_eq!(answer.status, 422);
        assert_eq!(answer.headers["x-amzn-errortype"], "UnprocessableEntityException");
        let violation =
            json!({ "elementPath": "destinations[0].settings", "errorMessage": message });
        assert_eq!(answer.body["validationErrors"], json!([violation]));
        assert_eq!(answer.body["message"], format!("destinations[0].settings {message}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_needs_inputs_that_exist() {
    let client = Client::new();
    let deleted = client.input().await;
    client.delete(&format!("/prod/inputs/{deleted}")).await;
    just_past(client.pace.input_delete).await;

    for id in ["9999999", deleted.as_str()] {
        let answer = client.call("POST", "/prod/channels", channel(id)).await;

        assert_eq!(answer.status, 422);
        let violation = json!({
            "elementPath": "inputAttachments[0].inputId",
            "errorMessage": format!("Input \"{id}\" does not exist"),
        });
        assert_eq!(answer.body["validationErrors"], json!([violation]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_with_two_pipelines_needs_an_input_with_two_sources() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    request["channelClass"] = json!("STANDARD");
    let settings = json!([{ "url": "rtp://127.0.0.1:5000" }, { "url": "rtp://127.0.0.1:5010" }]);
    request["destinations"][0]["settings"] = settings;

    let answer = client.call("POST", "/prod/channels", request).await;

    assert_eq!(answer.status, 422);
    let violation = json!({
        "elementPath": "inputAttachments[0].inputId",
        "errorMessage":
            "A channel of class STANDARD needs an input of class STANDARD: \"1000001\" has one source",
    });
    assert_eq!(answer.body["validationErrors"], json!([violation]));
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_is_referred_to_is_defined() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    request["destinations"][0]["id"] = json!("elsewhere");

    let answer = client.call("POST", "/prod/channels", request).await;

    assert_eq!(answer.status, 422);
    let output = "outputGroups[0].outputs[0].outputSettings";
    let violation = json!({
        "elementPath": format!("{output}.destination.destinationRefId"),
        "errorMessage": "Object references undefined destination \"out\"",
    });
    assert_eq!(answer.body["validationErrors"], json!([violation]));
}

#[tokio::test(start_paused = true)]
async fn oversized_or_non_utf8_request_is_refused_and_recorded() {
    let client = Client::new();
    let long = Body::from(vec![b' '; 3 << 20]);
    let requests = [
        Request::post("/prod/inputs").body(long).unwrap(),
        Request::get("/prod/inputs/%ff").body(Body::empty()).unwrap(),
    ];

    for request in requests {
        let answer = client.send(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.headers["x-amzn-errortype"], "BadRequestException");
        assert!(answer.body["message"].is_string());
    }
    let calls = client.emulator.calls();
    let written = calls.iter().map(|call| (call.operation.as_str(), call.status));
    assert_eq!(written.collect::<Vec<_>>(), [("CreateInput", 400), ("DescribeInput", 400)]);
}
