//! The place where answers can be put.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::client::Client;

#[tokio::test(start_paused = true)]
async fn stored_response_can_be_read_and_is_not_recorded_as_a_call() {
    let client = Client::new();
    let path = "/_emulator/response/channel-create";
    let before = client.get(path).await;

    for status in ["FAILED", "SUCCESS"] {
        let body = Body::from(json!({ "Status": status }).to_string());
        let request =
            Request::put(format!("{path}?X-Amz-Signature=secret")).header("content-type", "");
        assert_eq!(client.send(request.body(body).unwrap()).await.status, 200);
    }
    let after = client.get(path).await;
    let other = client.get("/_emulator/response/input-create").await;

    assert_eq!((before.status.as_u16(), other.status.as_u16()), (404, 404));
    assert_eq!((after.status.as_u16(), after.body), (200, json!({ "Status": "SUCCESS" })));
    assert_eq!((before.body, client.emulator.calls().len()), (Value::Null, 0));
}
