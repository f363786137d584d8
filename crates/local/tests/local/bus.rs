//! The event bus with a real function behind its rule.

use lilo_local::bus::{Bus, Rule};
use serde_json::json;

use crate::support::{function, lambda, line_with};

#[tokio::test]
async fn an_event_reaches_the_functions_of_the_rules_it_matches() {
    let (lambda, mut lines) = lambda().await;
    lambda.register(function("starter")).unwrap();
    let rule = json!({
        "EventPattern": { "source": ["aws.medialive"], "detail": { "state": ["CREATED"] } },
        "Targets": [{ "Id": "starter", "Arn": lambda.arn("starter") }]
    });
    let bus = Bus::new(vec![Rule::from_properties("Start", &rule).unwrap()], lambda.clone());

    let event = |state: &str| json!({ "source": "aws.medialive", "detail": { "state": state }, "action": "echo" });
    assert_eq!(bus.put(&event("STOPPED")).unwrap(), 0);
    assert_eq!(bus.put(&event("CREATED")).unwrap(), 1);

    let line = line_with(&mut lines, "handling").await;
    assert_eq!(line.function, "starter");
    lambda.shutdown().await;
}

#[tokio::test]
async fn a_rule_whose_function_is_not_registered_is_refused_when_it_fires() {
    let (lambda, _lines) = lambda().await;
    let rule = json!({
        "EventPattern": { "source": ["a"] },
        "Targets": [{ "Id": "nobody", "Arn": lambda.arn("nobody") }]
    });
    let bus = Bus::new(vec![Rule::from_properties("Start", &rule).unwrap()], lambda);

    assert!(bus.put(&json!({ "source": "a" })).unwrap_err().to_string().contains("nobody"));
}
