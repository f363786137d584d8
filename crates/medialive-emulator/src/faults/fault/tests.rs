use std::time::Duration;

use serde_json::{Value, json};

use super::{CallFault, EventFault, Fault, Turns};
use crate::model::states::ReportedState;
use crate::operations::check_fault;

/// Parses and checks like the emulator's page.
fn read(document: &Value) -> Result<Fault, String> {
    let fault = Fault::read(document.to_string().as_bytes());
    let checked = fault.and_then(|fault| check_fault(&fault).map(|()| fault));
    checked.map_err(|invalid| invalid.to_string())
}

#[test]
fn a_fault_is_the_next_one_once_unless_it_says_otherwise() {
    let plain = read(&json!({ "fault": "cut-after", "operation": "CreateChannel" }));
    assert_eq!(plain, Ok(Fault::call("CreateChannel", CallFault::CutAfter)));

    let counted = read(&json!({
        "fault": "status", "operation": "StartChannel", "role": "starter", "status": 409, "first": 2, "times": 3,
    }));
    let expected = Fault::Call {
        operation: "StartChannel".to_owned(),
        role: Some("starter".to_owned()),
        turns: Turns { first: 2, times: 3 },
        fault: CallFault::status(409),
    };
    assert_eq!(counted, Ok(expected));
}

#[test]
fn every_fault_is_shown_as_it_can_be_written() {
    let faults = [
        Fault::call("CreateInput", CallFault::status(500)),
        Fault::call(
            "CreateInput",
            CallFault::Status {
                status: 403,
                code: Some("AccessDeniedException".to_owned()),
                message: Some("no".to_owned()),
            },
        ),
        Fault::call("StopChannel", CallFault::Stall(Duration::from_millis(1500))),
        Fault::call("StopChannel", CallFault::CutBefore),
        Fault::call("StopChannel", CallFault::CutAfter),
        Fault::call("StopChannel", CallFault::Stuck(None)),
        Fault::call("StopChannel", CallFault::Stuck(Some(Duration::from_hours(1)))),
        Fault::call("CreateChannel", CallFault::Failed),
        Fault::event(ReportedState::Created, EventFault::Lost),
        Fault::Event { state: None, turns: Turns::NEXT, fault: EventFault::Repeated },
    ];
    for fault in faults {
        assert_eq!(read(&json!(fault)), Ok(fault));
    }
}

#[test]
fn what_cannot_happen_is_refused_with_what_is_wrong() {
    let call = |more: Value| {
        let mut document = json!({ "fault": "status", "operation": "StartChannel", "status": 409 });
        for (name, value) in more.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    };
    let table = [
        (json!({}), "fault: missing"),
        (json!({ "fault": "fire" }), "fault: fire is not one of status, stall,"),
        (json!({ "fault": "stall", "seconds": 1 }), "operation: missing"),
        (json!({ "fault": "stall", "operation": "StartChannel" }), "seconds: missing"),
        (
            json!({ "fault": "stall", "operation": "StartChannel", "seconds": -1 }),
            "seconds: cannot convert",
        ),
        (
            json!({ "fault": "cut-before", "operation": "BatchStart" }),
            "operation: BatchStart is not emulated",
        ),
        (
            json!({ "fault": "stuck", "operation": "ListChannels" }),
            "operation: ListChannels begins no state",
        ),
        (
            json!({ "fault": "failed", "operation": "StartChannel" }),
            "operation: StartChannel cannot fail",
        ),
        (json!({ "fault": "lost-event", "state": "IDLE" }), "state: unknown variant `IDLE`"),
        (
            json!({ "fault": "lost-event", "operation": "X" }),
            "operation: not allowed for lost-event",
        ),
        (call(json!({ "status": 418 })), "status: 418 is not one of 400, 403"),
        (call(json!({ "seconds": 1 })), "seconds: not allowed for status"),
        (call(json!({ "first": 0 })), "first and times count from 1"),
        (call(json!({ "times": 0 })), "first and times count from 1"),
        (call(json!({ "times": "many" })), "times: invalid type"),
    ];
    for (document, expected) in table {
        let said = read(&document).unwrap_err();
        assert!(said.starts_with(expected), "{document}: {said}");
    }
    assert!(Fault::read(b"[]").unwrap_err().to_string().starts_with("not a JSON object"));
}

#[test]
fn turns_are_counted_and_one_that_was_taken_is_made_up_for() {
    let mut turns = Turns { first: 2, times: 2 };
    let fired = [false, false, true, false].map(|taken| turns.count(taken));
    assert_eq!(fired, [false, true, false, true]);
    assert_eq!(turns.times, 0);
}
