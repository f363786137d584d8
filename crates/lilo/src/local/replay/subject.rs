//! Replaces the channel and input in a sample event by the newest ones.

use lilo_lifecycle::tags::{LOGICAL_ID, STACK_ID};
use serde_json::Value;

use crate::Error;

/// The newest channel and input in MediaLive that are not DELETED.
#[derive(Debug)]
pub(super) struct Newest {
    channel: Option<Value>,
    input: Option<Value>,
}

impl Newest {
    /// Queries the emulated MediaLive at `url` in a region.
    pub(super) async fn at(url: &str, region: &str) -> Result<Self, Error> {
        let of = async |kind: &str| {
            let mut list = get(format!("{url}/prod/{kind}"), region).await?;
            Ok::<_, Error>(newest(list[kind].take()))
        };
        Ok(Self { channel: of("channels").await?, input: of("inputs").await? })
    }

    /// Writes them into an event, where the event names a channel or an input.
    pub(super) fn apply_to(&self, event: &mut Value) {
        let mut put = |place: &str, found: Option<&Value>, field: &str| {
            if let Some((place, found)) = event.pointer_mut(place).zip(found) {
                *place = found[field].clone();
            }
        };
        let (channel, input) = (self.channel.as_ref(), self.input.as_ref());
        put("/resources/0", channel, "arn");
        put("/detail/channel_arn", channel, "arn");
        put("/ResourceProperties/InputId", input, "id");
        put("/OldResourceProperties/InputId", input, "id");
        let of_channel = event["ResourceType"] == "Custom::MediaLiveChannel";
        let own = if of_channel { channel } else { input };
        if let (Some(own), true) = (own, event["PhysicalResourceId"].is_string()) {
            event["PhysicalResourceId"] = own["id"].clone();
            // The functions change a resource only for the stack and logical id in its tags.
            for (member, tag) in [("StackId", STACK_ID), ("LogicalResourceId", LOGICAL_ID)] {
                if own["tags"][tag].is_string() {
                    event[member] = own["tags"][tag].clone();
                }
            }
        }
    }
}

/// The item with the highest id: ids count up.
fn newest(list: Value) -> Option<Value> {
    let Value::Array(list) = list else { return None };
    let id = |item: &Value| item["id"].as_str().and_then(|id| id.parse::<u64>().ok());
    list.into_iter().filter(|item| item["state"] != "DELETED").max_by_key(id)
}

/// Fetches JSON from MediaLive. The emulator reads the region from the credential scope, and checks
/// neither key nor signature.
async fn get(url: String, region: &str) -> Result<Value, Error> {
    let target = url.clone();
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential=lilo-replay/20000101/{region}/medialive/aws4_request, Signature=0"
    );
    let answer = tokio::task::spawn_blocking(move || {
        let request = ureq::get(&target).header("authorization", scope);
        request.call().and_then(|mut answer| answer.body_mut().read_json())
    });
    let answer = answer.await.expect("a request does not panic");
    answer.map_err(|source| Error::NoMediaLive { url, source: source.into() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_comes_to_be_about_the_newest_channel_and_input() {
        let inputs =
            json!([{ "id": "9", "state": "ATTACHED" }, { "id": "12", "state": "DETACHED" }]);
        let channels = json!([
            { "id": "10", "arn": "arn:10", "state": "RUNNING" },
            { "id": "11", "arn": "arn:11", "state": "DELETED" },
        ]);
        let newest = Newest { channel: newest(channels), input: newest(inputs) };
        let about = |mut event: Value| {
            newest.apply_to(&mut event);
            event
        };

        let event = about(json!({ "resources": ["x"], "detail": { "channel_arn": "x" } }));
        assert_eq!(event["resources"], json!(["arn:10"]));
        assert_eq!(event["detail"]["channel_arn"], "arn:10");

        let kind = "Custom::MediaLiveChannel";
        let properties = json!({ "InputId": "x" });
        let create = about(json!({ "ResourceType": kind, "ResourceProperties": properties }));
        assert_eq!(create["ResourceProperties"]["InputId"], "12");
        assert_eq!(create.get("PhysicalResourceId"), None);
        let delete = about(json!({ "ResourceType": kind, "PhysicalResourceId": "x" }));
        assert_eq!(delete["PhysicalResourceId"], "10");
        let input = "Custom::MediaLiveInput";
        let delete = about(json!({ "ResourceType": input, "PhysicalResourceId": "x" }));
        assert_eq!(delete["PhysicalResourceId"], "12");

        assert_eq!(about(json!("not an event")), json!("not an event"));
    }

    #[test]
    fn without_any_an_event_stays_as_it_is() {
        let event = json!({ "PhysicalResourceId": "x", "resources": ["x"] });
        let mut about = event.clone();

        Newest { channel: newest(json!([])), input: None }.apply_to(&mut about);

        assert_eq!(about, event);
    }
}
