//! A platform to be killed by a test: it runs one function that never answers, and prints its log.
//!
//! Arguments: the function's program, the address it connects to while it lives.

use std::{collections::BTreeMap, time::Duration};

use lilo_local_cloud::{
    Config,
    lambda::{Function, Lambda},
};
use serde_json::json;
use tokio::sync::mpsc;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let program = args.next().expect("the function's program");
    let watch = args.next().expect("the address to connect to");
    let (logs, mut lines) = mpsc::unbounded_channel();
    let config = Config::new("eu-west-1", "111122223333");
    let lambda = Lambda::start(config, logs).await.expect("a loopback port is free");
    let function = Function {
        name: "victim".into(),
        program: program.into(),
        args: Vec::new(),
        environment: BTreeMap::from([("WATCH".into(), watch)]),
        timeout: Duration::from_mins(15),
        memory_mb: 128,
    };
    lambda.register(function).expect("it is the first function");
    lambda.invoke_async("victim", &json!({ "action": "hang" })).expect("it is registered");
    while let Some(line) = lines.recv().await {
        println!("{}", line.text);
    }
}
