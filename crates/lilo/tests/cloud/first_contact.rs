//! What AWS does otherwise than everything local: S3 takes its time with buckets, MediaLive may not
//! pass the tags to IAM, and is not in every Region.

use std::collections::BTreeMap;

use lilo_tests::programs::proxy::{AnswerFault, between};
use lilo_tests::programs::venv;
use serde_json::{Value, json};

use crate::account::{Account, BUCKET, Done, RECEIVER};
use crate::refusals::nothing_changes;

const DEPLOY: [&str; 9] = [
    "deploy",
    "--source",
    "clip.mp4",
    "--destination",
    RECEIVER,
    "--zips",
    "zips",
    "--param",
    "AutoStart=false",
];

/// Refuses each call about the bucket itself, and not about what is in it, the first two times.
fn unsettled(verbs: &'static [&'static str]) -> impl FnMut(&str) -> Option<AnswerFault> + Send {
    let mut counts = BTreeMap::<String, usize>::new();
    move |call| {
        let (verb, rest) = call.split_once(' ')?;
        let about = rest.strip_prefix(&format!("/{BUCKET}"))?.trim_start_matches('/');
        if !verbs.contains(&verb) || !(about.is_empty() || about.starts_with('?')) {
            return None;
        }
        let count = counts.entry(call.to_owned()).or_default();
        *count += 1;
        (*count <= 2).then_some(AnswerFault::S3(409, "OperationAborted"))
    }
}

fn run(
    account: &Account,
    fault: impl FnMut(&str) -> Option<AnswerFault> + Send + 'static,
    arguments: &[&str],
) -> Done {
    Done::of(account.command_past(fault, arguments).output().unwrap())
}

#[test]
fn deploy_waits_until_s3_has_settled_a_new_bucket() {
    let account = Account::new();

    run(&account, unsettled(&["PUT"]), &DEPLOY).well();

    let tags = account.aws(&["s3api", "get-bucket-tagging", "--bucket", BUCKET]);
    assert_eq!(tags["TagSet"][0]["Key"], "lilo:made-by", "the last call about the bucket");
    assert_eq!(account.stack("lilo-loop")["StackStatus"], "CREATE_COMPLETE");
}

#[test]
fn deploy_works_right_after_destroy_all() {
    let account = Account::new();
    account.lilo(&DEPLOY).well();
    run(&account, unsettled(&["DELETE"]), &["destroy", "--all", "--yes"]).well();
    assert_eq!(account.everything(), [""; 0]);

    // For a while S3 shows the bucket that is gone, and keeps its name.
    let mut of_creation = unsettled(&["PUT"]);
    let mut made = false;
    let freeing = move |call: &str| {
        made |= call.starts_with(&format!("PUT /{BUCKET}"));
        match call {
            _ if made => of_creation(call),
            _ if call.starts_with("HEAD ") => Some(AnswerFault::S3(200, "")),
            _ if call.contains("?tagging") => Some(AnswerFault::S3(404, "NoSuchBucket")),
            _ => None,
        }
    };
    let told = run(&account, freeing, &DEPLOY).well();

    assert!(told.contains(&format!("bucket {BUCKET}")), "{told}");
    assert_eq!(account.stack("lilo-loop")["StackStatus"], "CREATE_COMPLETE");
}

#[test]
fn an_empty_bucket_is_taken_back_once_s3_knows_it() {
    let account = Account::new();
    let mut deleting = unsettled(&["DELETE"]);
    let deny = move |call: &str| {
        if call.contains("?policy") {
            Some(AnswerFault::S3(403, "AccessDenied"))
        } else {
            deleting(call)
        }
    };

    let error = run(&account, deny, &DEPLOY).failure();

    assert!(error.contains("not allowed to set the policy of the bucket"), "{error}");
    assert_eq!(account.everything(), [""; 0]);
}

/// The loop's functions have half a minute, of which they use a part: nothing waits for two minutes
/// here (tests/functions/denied.rs does, on a paused clock).
fn in_a_hurry(call: &str) -> Option<AnswerFault> {
    (call.starts_with("Action=CreateChangeSet&") && call.contains("lilo-loop&")).then(|| {
        AnswerFault::Sent(Box::new(|body| {
            let hurried = body.replace("ServiceTimeout%3A%201800", "ServiceTimeout%3A%2030");
            assert_ne!(hurried, body);
            hurried
        }))
    })
}

/// The policy of the function's role, as IAM has it.
fn rights(account: &Account, role: &str, policy: &str) -> String {
    let name = account.physical_id("lilo-bootstrap", role);
    let get = ["iam", "get-role-policy", "--role-name", &name, "--policy-name", policy];
    account.aws(&get)["PolicyDocument"].to_string()
}

#[test]
fn a_denied_tag_condition_is_told_and_dropped_with_one_option() {
    let account = Account::new();
    let denied = json!({
        "fault": "status", "operation": "CreateInput", "status": 403, "times": 1000,
        "message": "is not authorized to perform: medialive:CreateInput because no identity-based policy allows it",
    });
    account.inject(&denied);

    let error = run(&account, in_a_hurry, &DEPLOY).failure();

    let reason = "MediaLive refused CreateInput of input lilo-loop (403 ForbiddenException): is not authorized";
    assert!(error.contains(reason), "{error}");
    let perhaps =
        "perhaps MediaLive does not pass to IAM the tags that the function's right asks for";
    assert!(error.contains(perhaps), "{error}");
    let way_out =
        "run `lilo destroy lilo-loop` before you try again; deploy again with --tag-conditions off";
    assert!(error.ends_with(way_out), "{error}");
    assert!(
        account.reasons("lilo-loop").contains("lilo deploy --bootstrap-only --tag-conditions off")
    );
    assert!(rights(&account, "InputRole", "lilo-input").contains("aws:RequestTag"));

    // Without its condition the right holds, whatever MediaLive tells.
    account.lilo(&["destroy", "--yes"]).well();
    account.medialive.clear_faults();
    let told = account.deploy(&["--tag-conditions", "off"]).well();
    assert!(told.contains("the conditions on tags become off"), "{told}");
    assert_eq!(account.in_medialive(), ["\"IDLE\"", "\"ATTACHED\""]);
    for (role, policy) in [
        ("InputRole", "lilo-input"),
        ("ChannelRole", "lilo-channel"),
        ("StarterRole", "lilo-starter"),
    ] {
        let rights = rights(&account, role, policy);
        assert!(!rights.contains("Tag/") && !rights.contains("TagKeys"), "{rights}");
    }

    // It stays so, until it is asked for again.
    account.lilo(&["deploy", "--param", "RateControl=QVBR"]).well();
    assert_eq!(account.parameter("lilo-bootstrap", "TagConditions"), "off");
    let back = ["deploy", "--bootstrap-only", "--tag-conditions", "enforced"];
    account.lilo(&back).well();
    assert!(rights(&account, "InputRole", "lilo-input").contains("aws:RequestTag"));
}

#[test]
fn thumbnails_of_a_loop_bring_the_rights_that_they_take() {
    let account = Account::new();
    account.deploy(&[]).well();
    let role = account.physical_id("lilo-bootstrap", "MediaLiveAccessRole");
    let policies =
        || account.aws(&["iam", "list-role-policies", "--role-name", &role])["PolicyNames"].take();
    assert!(!policies().as_array().unwrap().contains(&json!("thumbnails")));

    account.lilo(&["deploy", "--param", "Thumbnails=AUTO"]).well();

    assert_eq!(account.parameter("lilo-bootstrap", "Thumbnails"), "AUTO");
    assert!(policies().as_array().unwrap().contains(&json!("thumbnails")));
    let channel = account.physical_id("lilo-loop", "Channel");
    let channel = account.aws(&["medialive", "describe-channel", "--channel-id", &channel]);
    assert_eq!(channel["EncoderSettings"]["ThumbnailConfiguration"]["State"], "AUTO");
}

#[test]
fn more_source_buckets_than_iam_takes_are_refused_early() {
    let account = Account::new();
    account.lilo(&["deploy", "--bootstrap-only", "--zips", "zips"]).well();
    let buckets: Vec<_> = (0..150).map(|number| format!("films-{number:03}")).collect();
    let full = [("SourceBuckets", buckets.join(","))];
    let full: Vec<_> = full.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(account.update_stack("lilo-bootstrap", None, &full), "UPDATE_COMPLETE");

    nothing_changes(&account, || {
        let error = account.deploy(&[]).failure();
        assert!(error.contains("SourceBuckets") && error.contains("at most 150 names"), "{error}");
    });
}

/// The Regions that the botocore of `make clients` knows for MediaLive.
fn regions_of_botocore() -> String {
    let script = "import boto3\nprint(', '.join(sorted(boto3.Session().get_available_regions('medialive'))))";
    let python = std::process::Command::new(venv("bin/python")).args(["-c", script]).output();
    Done::of(python.unwrap()).well().trim().to_owned()
}

#[test]
fn a_region_without_medialive_is_told_before_anything_is_made() {
    let account = Account::new();

    nothing_changes(&account, || {
        let mut command = account.command(&DEPLOY);
        // No host has this name.
        command.env("AWS_ENDPOINT_URL_MEDIALIVE", "http://medialive.eu-west-1.invalid");

        let error = Done::of(command.output().unwrap()).failure();

        let regions = regions_of_botocore();
        assert!(error.starts_with("MediaLive does not answer in eu-west-1\n  why     "), "{error}");
        assert!(error.ends_with(&format!("these had, {regions}")), "{error}\n{regions}");
    });
}

#[test]
fn a_full_quota_of_channels_is_warned_of_for_a_new_loop() {
    let account = Account::new();
    for (states, warned) in
        [(["IDLE"; 5], true), (["IDLE", "IDLE", "IDLE", "RUNNING", "DELETED"], false)]
    {
        let channels =
            json!({ "channels": states.map(|state| json!({ "id": "1", "state": state })) });
        let listed = move |call: &str| {
            let channels: Value = channels.clone();
            call.starts_with("GET /prod/channels")
                .then(|| AnswerFault::Changed(Box::new(move |_| channels.to_string())))
        };
        let mut command = account.command(&[&DEPLOY[..], &["--dry-run"]].concat());
        command.env("AWS_ENDPOINT_URL_MEDIALIVE", between(&account.medialive.url, listed));

        let done = Done::of(command.output().unwrap());

        let warning =
            "warning: there are 5 channels or more in eu-west-1, which is MediaLive's quota";
        assert_eq!(done.err.contains(warning), warned, "{done:#?}");
        done.well();
    }
}

#[test]
fn warnings_of_the_sdk_show_only_when_asked_for() {
    let account = Account::new();
    let nowhere = |options: &[&str]| {
        let mut command = account.command(&[&["list"], options].concat());
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED"] {
            command.env_remove(name);
        }
        // The SDK asks the machine that it would be on AWS for a Region, and logs that none answers.
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9");
        Done::of(command.output().unwrap())
    };

    let quiet = nowhere(&[]);
    assert_eq!(quiet.err.lines().count(), 2, "{quiet:#?}");
    assert!(quiet.failure().contains("no AWS Region is set"));
    let verbose = nowhere(&["--verbose"]);
    assert!(verbose.err.lines().count() > 2 && verbose.err.contains("WARN"), "{verbose:#?}");
    assert!(verbose.failure().contains("no AWS Region is set"));
}
