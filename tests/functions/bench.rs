//! What `benches` answers is what the emulator answers. `LILO_REFRESH=1` writes it anew.

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use lilo_tests::programs::root;
use lilo_tests::{Cloud, Function, samples};
use serde_json::Value;
use tower::ServiceExt;

#[tokio::test(start_paused = true)]
async fn the_bench_describes_the_emulators_channel() {
    fastrand::seed(1);
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let properties = samples::channel(input.physical_id());
    let channel = cloud.create(Function::Channel, &properties).await;

    let path = format!("/prod/channels/{}", channel.physical_id());
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = cloud.router().oneshot(request).await.unwrap();
    let answer = answer.into_body().collect().await.unwrap().to_bytes();
    let shown: Value = serde_json::from_slice(&answer).unwrap();
    let shown = format!("{shown:#}\n");

    let file = root().join("benches/channel.json");
    if std::env::var_os("LILO_REFRESH").is_some() {
        std::fs::write(&file, &shown).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap();
    assert!(found == shown, "{} differs: LILO_REFRESH=1 writes it anew", file.display());
}
