//! Input security groups.

use aws_sdk_medialive::types::{InputSecurityGroupState, InputType, InputWhitelistRuleCidr};
use futures_util::FutureExt;

use super::check;
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::check::Check;
use crate::fixture::{Fixture, Use};

pub(super) static CHECKS: [Check; 2] = [
    check(
        "states-of-a-security-group",
        "CreateInputSecurityGroup, then UpdateInputSecurityGroup: the state in each answer",
        "IDLE, then IDLE",
        |fixture| states(fixture).boxed_local(),
    ),
    check(
        "unknown-security-group",
        "CreateInput of type RTP_PUSH with a security group that never was",
        "400 BadRequestException: inputSecurityGroups: 7654321 does not exist; create it first",
        |fixture| unknown_group(fixture).boxed_local(),
    ),
];

async fn states(fixture: &mut Fixture<'_>) -> Answer {
    let create = fixture.client.create_input_security_group().set_tags(Some(fixture.tags()));
    let created = create.whitelist_rules(rule("192.0.2.0/24")).send().await;
    let created = created.map_err(|error| unanswered("create a security group", &error))?;
    let group = created.security_group;
    let (id, state) = group.and_then(|it| Some((it.id?, it.state))).unwrap_or_default();
    fixture.placeholders.learn(&id, "GROUP");
    let update = fixture.client.update_input_security_group().input_security_group_id(&id);
    let updated = match update.whitelist_rules(rule("198.51.100.0/24")).send().await {
        Err(error) => refusal(&error),
        Ok(updated) => in_words(updated.security_group.and_then(|it| it.state)),
    };
    let delete = fixture.client.delete_input_security_group().input_security_group_id(&id);
    delete.send().await.map_err(|error| unanswered("delete a security group", &error))?;
    Ok(format!("{}, then {}", in_words(state)?, updated?))
}

fn in_words(state: Option<InputSecurityGroupState>) -> Answer {
    let state = state.ok_or_else(|| Unanswered("the answer has no state".to_owned()))?;
    Ok(state.to_string())
}

fn rule(cidr: &str) -> InputWhitelistRuleCidr {
    InputWhitelistRuleCidr::builder().cidr(cidr).build()
}

async fn unknown_group(fixture: &mut Fixture<'_>) -> Answer {
    let name = fixture.name("group");
    let request = fixture.input_request(Use::New).request_id(&name).name(&name).set_sources(None);
    match request.r#type(InputType::RtpPush).input_security_groups("7654321").send().await {
        Err(error) => refusal(&error),
        Ok(_) => Ok("accepted".to_owned()),
    }
}
