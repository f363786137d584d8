//! A function for the tests of this crate, on the real `lambda_runtime`: its event says what to do.
//!
//! Like LILO's own functions it ends when its standard input ends.

use std::{collections::BTreeMap, io::Read};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::main]
async fn main() -> Result<(), Error> {
    if std::env::var_os("FAIL_INIT").is_some() {
        std::process::exit(7);
    }
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    // A connection that a test watches: it ends with this process, however that ends.
    let _watched = match std::env::var("WATCH") {
        Ok(address) => Some(TcpStream::connect(address).await?),
        Err(_) => None,
    };
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    println!("handling {}", context.request_id);
    let properties = &event["ResourceProperties"];
    let action = if properties.is_object() { &properties["Action"] } else { &event["action"] };
    match action.as_str().unwrap_or_default() {
        "echo" => Ok(event),
        "pid" => Ok(json!(std::process::id())),
        "environment" => Ok(json!(std::env::vars().collect::<BTreeMap<_, _>>())),
        "context" => Ok(json!({
            "deadline": context.deadline,
            "arn": context.invoked_function_arn,
            "trace": context.xray_trace_id,
        })),
        "error" => Err("as ordered".into()),
        "crash" => std::process::exit(3),
        "hang" => std::future::pending().await,
        "wait" => wait(&event).await,
        _ if properties.is_object() => answer(&event).await,
        _ => {
            println!("event {event}");
            Ok(Value::Null)
        }
    }
}

/// Says that it runs, then waits for the test's word: two of these at once prove two processes.
async fn wait(event: &Value) -> Result<Value, Error> {
    let mut stream = TcpStream::connect(event["address"].as_str().unwrap_or_default()).await?;
    stream.write_all(b"x").await?;
    let mut word = String::new();
    stream.read_to_string(&mut word).await?;
    Ok(json!(word))
}

/// Answers as a custom resource: `Status`, `Reason` and `Data` as its properties say, wrong in the
/// way `Wrong` names, and differently on Delete (`OnDelete`) or Update (`OnUpdate`); `Id` replaces
/// the id that it has. As often as `Hops` says, the request is handed on first.
async fn answer(event: &Value) -> Result<Value, Error> {
    println!("event {event}");
    let properties = &event["ResourceProperties"];
    let hops = properties["Hops"].as_str().and_then(|hops| hops.parse::<u32>().ok());
    if let Some(left) = hops.and_then(|hops| hops.checked_sub(1)) {
        return hand_on(event, left).await;
    }
    let deleting = event["RequestType"] == "Delete";
    let text = |name: &str| properties[name].as_str().map(str::to_owned);
    let status = match event["RequestType"].as_str() {
        Some("Delete") => text("OnDelete"),
        Some("Update") => text("OnUpdate").or(text("Status")),
        _ => text("Status"),
    };
    let status = status.unwrap_or("SUCCESS".into());
    match status.as_str() {
        "SILENT" => return Ok(Value::Null),
        "CRASH" => std::process::exit(3),
        _ => {}
    }
    let made = format!("made-{}", event["LogicalResourceId"].as_str().unwrap_or_default());
    let physical = event["PhysicalResourceId"].as_str().map(str::to_owned);
    let mut body = json!({
        "Status": status,
        "Reason": text("Reason").unwrap_or("as ordered".into()),
        "RequestId": event["RequestId"],
        "StackId": event["StackId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "PhysicalResourceId": text("Id").filter(|_| !deleting).or(physical).unwrap_or(made),
        "Data": { "Arn": "arn:made", "Echo": text("Say").unwrap_or_default(), "Count": 3 },
    });
    let wrong = text("Wrong").filter(|_| !deleting).unwrap_or_default();
    let (mut method, mut headers, mut times) = ("PUT", "", 1);
    match wrong.as_str() {
        "content type" => headers = "Content-Type: application/json\r\n",
        "method" => method = "POST",
        "twice" => times = 2,
        "request id" => body["RequestId"] = json!("another"),
        "empty physical id" => body["PhysicalResourceId"] = json!(""),
        "no reason" => body["Reason"] = Value::Null,
        "too long" => body["Data"]["Padding"] = json!("x".repeat(4096)),
        "nested data" => body["Data"]["Nested"] = json!({ "a": 1 }),
        _ => {}
    }
    let url = event["ResponseURL"].as_str().unwrap_or_default();
    let mut codes = Vec::new();
    for _ in 0..times {
        let reply = send(method, url, headers, &body.to_string()).await?;
        codes.push(reply.split(' ').nth(1).unwrap_or_default().to_owned());
    }
    println!("answered {codes:?}");
    Ok(json!(codes))
}

/// Sends the request to this function's next invocation, over the event bus `own`.
async fn hand_on(event: &Value, left: u32) -> Result<Value, Error> {
    let mut event = event.clone();
    event["ResourceProperties"]["Hops"] = json!(left.to_string());
    let entry = json!({
        "EventBusName": "own", "Source": "example", "DetailType": "Resume", "Detail": event.to_string()
    });
    let url = std::env::var("AWS_ENDPOINT_URL_EVENTBRIDGE")? + "/";
    let target = "X-Amz-Target: AWSEvents.PutEvents\r\n";
    let reply = send("POST", &url, target, &json!({ "Entries": [entry] }).to_string()).await?;
    println!("handed on: {}", reply.lines().last().unwrap_or_default());
    Ok(Value::Null)
}

/// Sends an HTTP request and returns the whole reply.
async fn send(method: &str, url: &str, headers: &str, body: &str) -> Result<String, Error> {
    let (host, path) = url.trim_start_matches("http://").split_once('/').ok_or("no path")?;
    let mut stream = TcpStream::connect(host).await?;
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    Ok(reply)
}
