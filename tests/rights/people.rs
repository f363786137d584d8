//! The policy for people who make loops and nothing else.

use crate::asked::medialive;
use crate::bootstrap::{ACCOUNT, Bootstrap, REGION, by_nobody};
use crate::judge::{Call, Trial, judged_otherwise};

const OURS: &str = "aws:ResourceTag/lilo:stack-id";

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}

/// These calls by somebody who has the policy.
fn by_a_loop_maker(bootstrap: &Bootstrap, calls: Vec<Call>) -> Trial {
    let policy = bootstrap.resource("LoopMakers").properties["PolicyDocument"].clone();
    Trial { identity_policies: vec![policy], ..by_nobody(calls) }
}

#[test]
fn a_loop_maker_may_make_change_watch_switch_and_delete_loops() {
    let bootstrap = Bootstrap::evaluate();
    let stack = arn("cloudformation", "stack/lilo-loop-news/1");
    let of_stack = |action: &str| Call::new(&format!("cloudformation:{action}"), &stack);
    let alarm = arn("cloudwatch", "alarm:lilo-loop-news-AlertsAlarm-1ABC");
    let ours = arn("cloudformation", "stack/lilo-loop-news/1");
    let switch = |action| Call::new(action, medialive("channel", "1")).with(OURS, &ours);
    let bucket = format!("arn:aws:s3:::lilo-{ACCOUNT}-{REGION}");
    let by_cloudformation = |function| {
        let call = Call::new("lambda:InvokeFunction", bootstrap.arn(function));
        call.with("aws:CalledVia", "cloudformation.amazonaws.com")
    };
    let calls = vec![
        of_stack("CreateStack"),
        of_stack("UpdateStack"),
        of_stack("DeleteStack"),
        of_stack("CreateChangeSet"),
        of_stack("ListChangeSets"),
        of_stack("ExecuteChangeSet"),
        of_stack("DescribeStacks"),
        of_stack("DescribeStackEvents"),
        Call::new("cloudformation:ListExports", "*"),
        by_cloudformation("InputFunction"),
        by_cloudformation("ChannelFunction"),
        Call::new("cloudwatch:PutMetricAlarm", &alarm),
        Call::new("cloudwatch:TagResource", &alarm),
        Call::new("cloudwatch:DeleteAlarms", alarm),
        Call::new("s3:ListBucket", bucket.as_str()),
        Call::new("s3:PutObject", format!("{bucket}/sources/0123abcd/clip.mp4")),
        Call::new("s3:GetObject", format!("{bucket}/templates/0123abcd.yaml")),
        Call::new("medialive:ListChannels", "*"),
        Call::new("medialive:DescribeChannel", medialive("channel", "1")),
        Call::new("medialive:DescribeThumbnails", medialive("channel", "1")),
        Call::new("medialive:ListAlerts", "*"),
        switch("medialive:StartChannel"),
        switch("medialive:StopChannel"),
    ];

    assert_eq!(judged_otherwise(&by_a_loop_maker(&bootstrap, calls), true), []);
}

#[test]
fn loop_maker_cannot_access_bootstrap_other_channels_or_iam() {
    let bootstrap = Bootstrap::evaluate();
    let of_bootstrap =
        |action: &str| Call::new(&format!("cloudformation:{action}"), bootstrap.id());
    let foreign = |action| Call::new(action, medialive("channel", "1"));
    let ours = arn("cloudformation", "stack/lilo-loop-news/1");
    let own = |action| foreign(action).with(OURS, &ours);
    let policy = &bootstrap.resource("LoopMakers").physical_id;
    let access_role = bootstrap.arn("MediaLiveAccessRole");
    let bucket = format!("arn:aws:s3:::lilo-{ACCOUNT}-{REGION}");
    let calls = vec![
        of_bootstrap("UpdateStack"),
        of_bootstrap("DeleteStack"),
        of_bootstrap("CreateChangeSet"),
        of_bootstrap("ExecuteChangeSet"),
        of_bootstrap("DeleteChangeSet"),
        of_bootstrap("CancelUpdateStack"),
        of_bootstrap("ContinueUpdateRollback"),
        of_bootstrap("TagResource"),
        Call::new("cloudformation:UpdateStack", arn("cloudformation", "stack/theirs/1")),
        Call::new("lambda:InvokeFunction", bootstrap.arn("InputFunction")),
        Call::new("lambda:InvokeFunction", bootstrap.arn("ChannelFunction")),
        Call::new("lambda:InvokeFunction", bootstrap.arn("ChannelFunction"))
            .with("aws:CalledVia", "athena.amazonaws.com"),
        Call::new("lambda:InvokeFunction", bootstrap.arn("StarterFunction")),
        Call::new("lambda:InvokeFunction", arn("lambda", "function:theirs")),
        Call::new("lambda:UpdateFunctionCode", bootstrap.arn("InputFunction")),
        foreign("medialive:StartChannel"),
        foreign("medialive:StopChannel"),
        own("medialive:DeleteChannel"),
        own("medialive:UpdateChannel"),
        own("medialive:CreateTags").with("aws:RequestTag/Owner", "them"),
        Call::new("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:lilo-InputErrorsAlarm-1")),
        Call::new("events:PutEvents", bootstrap.arn("Bus")).with("events:source", "lilo"),
        Call::new("sqs:ReceiveMessage", bootstrap.arn("DeadLetters")),
        Call::new("s3:GetObject", "arn:aws:s3:::films/a.mp4"),
        // Others deploy what lies there.
        Call::new("s3:PutObject", format!("{bucket}/code/0123abcd/lilo-channel.zip")),
        Call::new("s3:PutObject", format!("{bucket}/templates/0123abcd.yaml")),
        Call::new("s3:PutObject", format!("arn:aws:s3:::cf-templates-1abc-{REGION}/any.yaml")),
        Call::new("s3:DeleteObject", format!("{bucket}/sources/0123abcd/clip.mp4")),
        Call::new("iam:PassRole", access_role)
            .with("iam:PassedToService", "medialive.amazonaws.com"),
        Call::new("iam:PutRolePolicy", access_role),
        Call::new("iam:CreateRole", format!("arn:aws:iam::{ACCOUNT}:role/theirs")),
        Call::new("iam:CreatePolicyVersion", policy),
        Call::new("iam:AttachUserPolicy", format!("arn:aws:iam::{ACCOUNT}:user/somebody")),
    ];

    assert_eq!(judged_otherwise(&by_a_loop_maker(&bootstrap, calls), false), []);
}
