//! HTTP without a runtime of the test's own: a question, and a server.

use std::net::TcpListener;
use std::thread;

use axum::Router;
use serde_json::Value;
use tokio::runtime::Runtime;

/// The JSON that a GET of this URL answers.
pub fn get(url: &str) -> Value {
    ureq::get(url).call().unwrap().body_mut().read_json().unwrap()
}

/// Serves a router in a thread of its own, until the test ends. Says where.
pub fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        Runtime::new().unwrap().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    url
}
