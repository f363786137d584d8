//! Lambda: invocations, retries, deadlines, processes and what they see.

use std::{process::Stdio, time::Duration};

use lilo_local_cloud::{
    Error,
    lambda::{Function, Lambda, LogSource},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    process::Command,
};

use crate::support::{ACCOUNT, REGION, example, function, lambda, lambda_with_retries, line_with};

async fn answer(lambda: &Lambda, name: &str, payload: Value) -> Value {
    let body = lambda.invoke(name, &payload).await.unwrap().unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn a_function_answers_by_name_and_by_arn_and_its_log_arrives() {
    let (lambda, mut lines) = lambda().await;
    lambda.register(function("echo")).unwrap();
    let event = json!({ "action": "echo", "n": 1 });

    assert_eq!(answer(&lambda, "echo", event.clone()).await, event);
    assert_eq!(answer(&lambda, &lambda.arn("echo"), event.clone()).await, event);

    let line = line_with(&mut lines, "handling").await;
    assert_eq!((line.function.as_str(), line.source), ("echo", LogSource::Stdout));
    lambda.shutdown().await;
}

#[tokio::test]
async fn an_unknown_function_and_a_second_one_of_a_name_are_refused() {
    let (lambda, _lines) = lambda().await;
    lambda.register(function("one")).unwrap();

    let unknown = lambda.invoke_async("two", &Value::Null);
    let foreign = format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:one");

    assert!(matches!(unknown, Err(Error::UnknownFunction { name }) if name == "two"));
    assert!(lambda.invoke_async(&foreign, &Value::Null).is_err());
    assert!(matches!(lambda.register(function("one")), Err(Error::FunctionExists { .. })));
}

#[tokio::test]
async fn the_context_names_the_deadline_the_function_and_a_trace() {
    let (lambda, _lines) = lambda().await;
    lambda.register(function("context")).unwrap();
    let before = jiff::Timestamp::now().as_millisecond();

    let context = answer(&lambda, "context", json!({ "action": "context" })).await;

    let left = context["deadline"].as_i64().unwrap() - before;
    assert!((60_000..70_000).contains(&left), "{left}");
    assert_eq!(context["arn"], format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:context"));
    assert!(context["trace"].as_str().unwrap().starts_with("Root=1-"));
    lambda.shutdown().await;
}

#[tokio::test]
async fn a_process_sees_its_own_settings_and_nothing_of_this_machines() {
    let (lambda, _lines) = lambda().await;
    let mut environment = function("environment");
    environment
        .environment
        .insert("AWS_ENDPOINT_URL_MEDIALIVE".into(), "http://127.0.0.1:1".into());
    environment.environment.insert("AWS_ACCESS_KEY_ID".into(), "a developer's".into());
    lambda.register(environment).unwrap();

    let seen = answer(&lambda, "environment", json!({ "action": "environment" })).await;

    let names: Vec<_> = seen.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(seen["AWS_ACCESS_KEY_ID"], "environment");
    assert_eq!(seen["AWS_REGION"], REGION);
    assert_eq!(seen["AWS_ENDPOINT_URL_MEDIALIVE"], "http://127.0.0.1:1");
    assert_eq!(seen["AWS_CONFIG_FILE"], "/dev/null");
    // Or nothing would be proved.
    assert!(std::env::vars().any(|(name, _)| !names.contains(&name.as_str())));
    for name in names {
        let expected = name.starts_with("AWS_") || name.starts_with("SSL_");
        assert!(
            expected || ["PATH", "TZ", "_HANDLER", "_X_AMZN_TRACE_ID"].contains(&name),
            "{name}"
        );
    }
    lambda.shutdown().await;
}

#[tokio::test]
async fn an_idle_process_is_used_again() {
    let (lambda, _lines) = lambda().await;
    lambda.register(function("pid")).unwrap();

    let first = answer(&lambda, "pid", json!({ "action": "pid" })).await;
    let failure = lambda.invoke("pid", &json!({ "action": "error" })).await.unwrap().unwrap_err();
    let second = answer(&lambda, "pid", json!({ "action": "pid" })).await;

    assert_eq!(first, second);
    assert!(failure.error_message.contains("as ordered"), "{failure}");
    assert_eq!(lambda.processes().len(), 1);
    lambda.shutdown().await;
    assert_eq!(lambda.processes().len(), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_gets_no_signal_of_the_terminal() {
    let (lambda, _lines) = lambda().await;
    lambda.register(function("pid")).unwrap();

    let pid = answer(&lambda, "pid", json!({ "action": "pid" })).await;

    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let group = fields.split(' ').nth(2).unwrap();
    assert_eq!(group, pid.to_string());
    lambda.shutdown().await;
}

#[tokio::test]
async fn a_busy_function_gets_a_second_process() {
    let (lambda, _lines) = lambda().await;
    lambda.register(function("busy")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let event = json!({ "action": "wait", "address": listener.local_addr().unwrap().to_string() });

    let test = async {
        let (mut first, _) = listener.accept().await.unwrap();
        let (mut second, _) = listener.accept().await.unwrap();
        let live = lambda.processes().len();
        for stream in [&mut first, &mut second] {
            stream.read_u8().await.unwrap();
            stream.write_all(b"go").await.unwrap();
        }
        drop((first, second));
        live
    };
    let (one, two, live) = tokio::join!(
        answer(&lambda, "busy", event.clone()),
        answer(&lambda, "busy", event.clone()),
        test
    );

    assert_eq!((one, two, live), (json!("go"), json!("go"), 2));
    lambda.shutdown().await;
}

#[tokio::test]
async fn a_crash_is_tried_twice_again_and_then_given_up() {
    let (lambda, mut lines) = lambda().await;
    lambda.register(function("crash")).unwrap();

    let id = lambda.invoke_async("crash", &json!({ "action": "crash" })).unwrap();

    let mut tries = 0;
    let last = loop {
        let line = lines.recv().await.unwrap();
        tries += usize::from(line.text == format!("handling {id}"));
        if line.text.contains("given up") {
            break line.text;
        }
    };
    assert!(last.contains("attempt 3 of 3") && last.contains("exit status: 3"), "{last}");
    // Output and failures come by different ways: what is still on its way is read to the end.
    lambda.shutdown().await;
    drop(lambda);
    while let Some(line) = lines.recv().await {
        tries += usize::from(line.text == format!("handling {id}"));
    }
    assert_eq!(tries, 3);
}

#[tokio::test]
async fn a_function_error_is_tried_again_in_the_same_process() {
    let (lambda, mut lines) = lambda().await;
    lambda.register(function("error")).unwrap();

    lambda.invoke_async("error", &json!({ "action": "error" })).unwrap();
    line_with(&mut lines, "attempt 3 of 3 failed, given up").await;

    assert_eq!(lambda.processes().len(), 1);
    lambda.shutdown().await;
}

#[tokio::test]
async fn in_a_hurry_a_failed_invocation_is_tried_again_at_once() {
    let (lambda, mut lines) = lambda_with_retries(&[3_600_000; 2]).await;
    lambda.register(function("crash")).unwrap();
    lambda.invoke_async("crash", &json!({ "action": "crash" })).unwrap();
    line_with(&mut lines, "attempt 1 of 3 failed, again in 3600s").await;

    lambda.hurry();

    line_with(&mut lines, "attempt 3 of 3 failed, given up").await;
    lambda.shutdown().await;
}

#[tokio::test]
async fn timed_out_process_is_killed_and_replaced() {
    let (lambda, _lines) = lambda().await;
    lambda.register(Function { timeout: Duration::from_millis(300), ..function("slow") }).unwrap();
    let pid = json!({ "action": "pid" });
    let first = answer(&lambda, "slow", pid.clone()).await;

    let failure = lambda.invoke("slow", &json!({ "action": "hang" })).await.unwrap().unwrap_err();

    assert_eq!(failure.error_type, "Sandbox.Timedout");
    assert_eq!(failure.error_message, "Task timed out after 0.30 seconds");
    assert_eq!(lambda.processes().len(), 0);
    assert_ne!(answer(&lambda, "slow", pid).await, first);
    lambda.shutdown().await;
}

#[tokio::test]
async fn a_process_that_cannot_start_fails_its_invocation() {
    let (lambda, _lines) = lambda().await;
    let missing = Function { program: "/does/not/exist".into(), ..function("missing") };
    lambda.register(missing).unwrap();
    let mut broken = function("broken");
    broken.environment.insert("FAIL_INIT".into(), "1".into());
    lambda.register(broken).unwrap();

    let missing = lambda.invoke("missing", &Value::Null).await.unwrap().unwrap_err();
    let broken = lambda.invoke("broken", &Value::Null).await.unwrap().unwrap_err();

    assert_eq!(missing.error_type, "Runtime.InvalidEntrypoint");
    assert!(broken.error_message.contains("exit status: 7"), "{broken}");
    assert_eq!(lambda.processes().len(), 0);
}

#[tokio::test]
async fn shutting_down_ends_a_process_in_mid_work() {
    let (lambda, mut lines) = lambda().await;
    lambda.register(function("hang")).unwrap();
    lambda.invoke_async("hang", &json!({ "action": "hang" })).unwrap();
    line_with(&mut lines, "handling").await;

    lambda.shutdown().await;

    assert_eq!(lambda.processes().len(), 0);
    let after = lambda.invoke("hang", &Value::Null).await.unwrap().unwrap_err();
    assert_eq!(after.error_type, "Local.ShutDown");
}

#[tokio::test]
async fn functions_end_when_the_platform_is_killed() {
    let watch = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut platform = Command::new(example("platform"))
        .arg(example("function"))
        .arg(watch.local_addr().unwrap().to_string())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (mut function, _) = watch.accept().await.unwrap();
    let mut log = BufReader::new(platform.stdout.take().unwrap()).lines();
    let line = log.next_line().await.unwrap().unwrap();
    assert!(line.starts_with("handling"), "{line}");

    platform.kill().await.unwrap();

    // The connection ends with the process: a function left behind would hang this read.
    let rest = function.read_to_end(&mut Vec::new()).await;
    assert!(matches!(rest, Ok(0) | Err(_)), "{rest:?}");
}
