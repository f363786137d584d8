"""ministack, with MediaLive's events, and as strict as AWS where LILO's templates and functions would notice.

ministack stands for CloudFormation, Lambda, EventBridge, IAM, S3 and SQS. It has no MediaLive; an emulated one tells what
happened at MEDIALIVE/_emulator/events, and that is put on the default event bus here, as AWS does it. Each of the other
functions below says in what AWS differs from ministack 1.5.33. It reaches into that version's inside: a newer one has to
be tried.
"""

import contextvars
import json
import logging
import os
import threading
import time
import urllib.request

from ministack.app import main
from ministack.services import eventbridge, lambda_svc
from ministack.services.cloudformation import custom_resource

log = logging.getLogger("engine")


def tell_events_of(medialive):
    """Puts every event of MediaLive on the default bus. Only AWS itself may put events whose source begins with `aws.`."""
    told = 0
    while True:
        with urllib.request.urlopen(f"{medialive}/_emulator/events") as answer:
            events = [json.loads(line) for line in answer.read().splitlines()]
        for event in events[told:]:
            entry = {
                "Source": event["source"],
                "DetailType": event["detail-type"],
                "Detail": json.dumps(event["detail"]),
                "Resources": event["resources"],
            }
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
        told = len(events)
        time.sleep(0.1)


# --- CloudFormation's custom resources. ---

replies = {}  # what was PUT to a ResponseURL, by the URL's token
asked = threading.local()  # the token of this thread's last request
requesting = contextvars.ContextVar("requesting", default=None)  # the properties of the resource that is asked for

request = custom_resource.invoke_custom_resource
execute = lambda_svc._execute_function_with_config_scope
register_token = custom_resource.register_token
deliver_response = custom_resource.deliver_response


def request_and_clean_up(request_type, logical_id, props, stack_name, *rest, **named):
    """A failed Create is followed by a Delete, of the id that was answered, or of one that CloudFormation makes up."""
    token = requesting.set(props)
    try:
        return request(request_type, logical_id, props, stack_name, *rest, **named)
    except Exception:
        if request_type == "Create":
            made = replies.get(asked.token, {}).get("PhysicalResourceId")
            made = made or f"{stack_name}-{logical_id}-1A2B3C4D5E6F"
            request("Delete", logical_id, props, stack_name, *rest, **named | {"physical_id": made})
        raise
    finally:
        requesting.reset(token)


def register_and_remember(token):
    asked.token = token
    return register_token(token)


def deliver_and_remember(token, response):
    replies[token] = response
    return deliver_response(token, response)


def execute_or_invoke(function, event):
    """CloudFormation invokes asynchronously: Lambda tries again when the function crashes. ServiceTimeout is told at the
    top level too."""
    props = requesting.get()
    if props is None:
        return execute(function, event)
    if "ServiceTimeout" in props:
        event = event | {"ServiceTimeout": str(props["ServiceTimeout"])}
    return lambda_svc.invoke_async_with_retry(function, event)


# --- EventBridge's targets. ---

invoke_target = eventbridge._invoke_target


def invoke_permitted_target(target, event, rule, view=None):
    """A function is invoked only if its policy lets this rule do so (AWS::Lambda::Permission)."""
    if ":lambda:" in target["Arn"] and not permitted(target["Arn"], rule["Arn"]):
        log.error("rule %s may not invoke %s", rule["Arn"], target["Arn"])
        return
    invoke_target(target, event, rule, view)


def permitted(function, rule):
    record, _, _ = lambda_svc._get_func_record_for_ref(function)
    statements = record["policy"]["Statement"] if record else []
    return any(
        statement["Effect"] == "Allow"
        and statement["Principal"] == {"Service": "events.amazonaws.com"}
        and rule in json.dumps(statement.get("Condition", {}))
        for statement in statements
    )


def invoke_asynchronously(function, payload):
    """Lambda tries a function again that fails on an event, and hands the event to its OnFailure destination at last."""
    record, config, _ = lambda_svc._get_func_record_for_ref(function)
    if record is None:
        log.error("there is no function %s", function)
        return
    record = lambda_svc._execution_record_for_config(record, config)
    lambda_svc.invoke_async_with_retry(record, json.loads(payload))


if __name__ == "__main__":
    custom_resource.invoke_custom_resource = request_and_clean_up
    custom_resource.register_token = register_and_remember
    custom_resource.deliver_response = deliver_and_remember
    lambda_svc._execute_function_with_config_scope = execute_or_invoke
    eventbridge._invoke_target = invoke_permitted_target
    eventbridge._dispatch_to_lambda = invoke_asynchronously
    medialive = os.environ["AWS_ENDPOINT_URL_MEDIALIVE"]
    threading.Thread(target=tell_events_of, args=[medialive], daemon=True).start()
    main()
