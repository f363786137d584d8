//! What AWS's services may do for LILO: MediaLive under the access role, Lambda under the
//! functions' roles, EventBridge with the dead letters.

use crate::asked::FUNCTIONS;
use crate::bootstrap::{ACCOUNT, Bootstrap, REGION, by_service};
use crate::judge::{Call, judged_otherwise};
use crate::{mutants, without_effect};

const MEDIALIVE: &str = "medialive.amazonaws.com";

fn log_group(name: &str) -> String {
    format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}")
}

/// What MediaLive does with the role of a channel that plays files from S3 and writes a log (user
/// guide, "Trusted entity requirements"). The emulator does none of it.
fn of_medialive() -> Vec<Call> {
    let group = log_group("ElementalMediaLive");
    let stream = format!("{group}:log-stream:arn_aws_medialive_eu-west-1_111122223333_channel_1_0");
    vec![
        Call::new("s3:GetObject", "arn:aws:s3:::films/a/b.mp4"),
        Call::new("s3:GetObject", "arn:aws:s3:::clips/c.mp4"),
        Call::new("s3:ListBucket", "arn:aws:s3:::films"),
        Call::new("s3:ListBucket", "arn:aws:s3:::clips"),
        Call::new("logs:CreateLogGroup", &group),
        Call::new("logs:DescribeLogStreams", &group),
        Call::new("logs:PutMetricFilter", &group),
        Call::new("logs:PutRetentionPolicy", &group),
        Call::new("logs:CreateLogStream", &stream),
        Call::new("logs:PutLogEvents", stream),
        Call::new("logs:DescribeLogGroups", "*"),
    ]
}

#[test]
fn medialive_role_only_reads_source_buckets_and_writes_its_log() {
    let bootstrap = Bootstrap::evaluate();
    let role = "MediaLiveAccessRole";
    let needed = bootstrap.by_role(role, of_medialive());
    assert_eq!(judged_otherwise(&needed, true), []);
    assert_eq!(without_effect(&needed, mutants::narrower, true), [""; 0]);

    let stream = log_group("/aws/lambda/lilo-input:log-stream:1");
    let forbidden = vec![
        Call::new("s3:GetObject", "arn:aws:s3:::films-of-others/a.mp4"),
        Call::new("s3:ListBucket", "arn:aws:s3:::code"),
        Call::new("s3:PutObject", "arn:aws:s3:::films/a.mp4"),
        Call::new("logs:CreateLogGroup", log_group("/aws/lambda/theirs")),
        Call::new("logs:CreateLogStream", &stream),
        Call::new("logs:PutLogEvents", stream),
        Call::new("iam:PassRole", bootstrap.arn(role)),
    ];
    let forbidden = bootstrap.by_role(role, forbidden);
    assert_eq!(judged_otherwise(&forbidden, false), []);
    assert_eq!(without_effect(&forbidden, mutants::wider, false), [""; 0]);
}

#[test]
fn access_role_reaches_only_foreign_buckets_for_thumbnails() {
    let role = "MediaLiveAccessRole";
    let actions = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"];
    let of = |account: &str| {
        let calls = actions.map(|action| {
            let object = if action == "s3:ListBucket" { "" } else { "/channel/1.jpg" };
            Call::new(action, format!("arn:aws:s3:::of-medialive{object}"))
                .with("aws:ResourceAccount", account)
        });
        calls.to_vec()
    };
    let auto = Bootstrap::with(&[("Thumbnails", "AUTO")]);
    let own = of_medialive().into_iter().map(|call| call.with("aws:ResourceAccount", ACCOUNT));

    let needed = own.chain(of("999999999999")).collect();
    let needed = auto.by_role(role, needed);
    assert_eq!(judged_otherwise(&needed, true), []);
    assert_eq!(without_effect(&needed, mutants::narrower, true), [""; 0]);
    assert_eq!(judged_otherwise(&auto.by_role(role, of(ACCOUNT)), false), []);
    let of_the_organization = of("999999999999").into_iter().map(|call| {
        call.with("aws:PrincipalOrgID", "o-organization")
            .with("aws:ResourceOrgID", "o-organization")
    });
    let of_the_organization = auto.by_role(role, of_the_organization.collect());
    assert_eq!(judged_otherwise(&of_the_organization, false), []);
    let without = Bootstrap::evaluate();
    assert_eq!(judged_otherwise(&without.by_role(role, of("999999999999")), false), []);
}

#[test]
fn access_role_trusts_only_medialive_in_this_account_and_region() {
    let bootstrap = Bootstrap::evaluate();
    let role = bootstrap.resource("MediaLiveAccessRole");
    let trust = &role.properties["AssumeRolePolicyDocument"];
    let by = |action: &str, account: &str, source: &str| {
        Call::new(action, bootstrap.arn("MediaLiveAccessRole"))
            .with("aws:SourceAccount", account)
            .with("aws:SourceArn", source)
    };
    let (channel, input) = (
        "arn:aws:medialive:eu-west-1:111122223333:channel:1",
        "arn:aws:medialive:eu-west-1:111122223333:input:1",
    );

    let assume = |account: &str, source: &str| by("sts:AssumeRole", account, source);
    let tag = |account: &str, source: &str| by("sts:TagSession", account, source);
    let trusted = vec![
        assume(ACCOUNT, channel),
        assume(ACCOUNT, input),
        tag(ACCOUNT, channel),
        tag(ACCOUNT, input),
    ];
    let trusted = by_service(MEDIALIVE, trust, trusted);
    assert_eq!(judged_otherwise(&trusted, true), []);

    let others = vec![
        assume("999999999999", channel),
        tag("999999999999", channel),
        assume(ACCOUNT, "arn:aws:medialive:eu-west-1:999999999999:channel:1"),
        assume(ACCOUNT, "arn:aws:medialive:us-east-1:111122223333:channel:1"),
        assume(ACCOUNT, "arn:aws:medialive:eu-west-1:111122223333:multiplex:1"),
        Call::new("sts:AssumeRole", bootstrap.arn("MediaLiveAccessRole")),
    ];
    let others = by_service(MEDIALIVE, trust, others);
    assert_eq!(judged_otherwise(&others, false), []);
    let another_service = by_service("ec2.amazonaws.com", trust, vec![assume(ACCOUNT, channel)]);
    assert_eq!(judged_otherwise(&another_service, false).len(), 0);
}

#[test]
fn the_functions_roles_are_lambdas_alone() {
    let bootstrap = Bootstrap::evaluate();
    for function in FUNCTIONS {
        let role = bootstrap.role_of(function);
        let trust = &bootstrap.resource(role).properties["AssumeRolePolicyDocument"];
        let assume = || vec![Call::new("sts:AssumeRole", bootstrap.arn(role))];

        let lambda = by_service("lambda.amazonaws.com", trust, assume());
        assert_eq!(judged_otherwise(&lambda, true), []);
        let another = by_service(MEDIALIVE, trust, assume());
        assert_eq!(judged_otherwise(&another, false), []);
    }
}

#[test]
fn dead_letters_come_from_lilos_rules_alone_and_encrypted() {
    let bootstrap = Bootstrap::evaluate();
    let policy = &bootstrap.resource("DeadLettersPolicy").properties["PolicyDocument"];
    let send = |rule: &str, encrypted: bool| {
        Call::new("sqs:SendMessage", bootstrap.arn("DeadLetters"))
            .with("aws:SourceArn", rule)
            .with("aws:SecureTransport", encrypted.to_string())
    };
    let by_eventbridge = |calls| by_service("events.amazonaws.com", policy, calls);
    let rules = ["StartRule", "SweepRule", "ResumeInputRule", "ResumeChannelRule"];
    let rules = rules.map(|rule| bootstrap.arn(rule));

    let delivered = by_eventbridge(rules.map(|rule| send(rule, true)).into());
    assert_eq!(judged_otherwise(&delivered, true), []);
    let theirs = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/theirs");
    let refused = by_eventbridge(vec![send(&theirs, true), send(rules[0], false)]);
    assert_eq!(judged_otherwise(&refused, false), []);
}

/// Lambda checks the function's right to the queue when it makes one, and IAM takes its time with a
/// new role. The template's resources stand in the order in which they are made.
#[test]
fn invoke_configs_are_made_after_every_rule() {
    let bootstrap = Bootstrap::evaluate();
    let kinds: Vec<_> = bootstrap.resources().iter().map(|it| it.resource_type.as_str()).collect();
    let last = |kind: &str| kinds.iter().rposition(|it| *it == kind).unwrap();
    let first = kinds.iter().position(|it| *it == "AWS::Lambda::EventInvokeConfig").unwrap();

    assert_eq!(kinds.iter().filter(|it| it.ends_with("EventInvokeConfig")).count(), 3);
    for kind in ["AWS::Events::Rule", "AWS::SQS::QueuePolicy", "AWS::IAM::Role"] {
        assert!(last(kind) < first, "{kinds:?}");
    }
}
