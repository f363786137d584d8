//! What cannot be done: it says why and the way out, and nothing changed.

use std::fs;

use serde_json::json;

use lilo_tests::programs::proxy::AnswerFault;

use crate::account::{Account, BUCKET, Done, OWNER, RECEIVER};

/// Fails, and says these words.
#[track_caller]
pub(crate) fn refused(account: &Account, arguments: &[&str], words: &[&str]) {
    let error = account.lilo(arguments).failure();
    for word in words {
        assert!(error.contains(word), "{word:?} is not in {error:?}");
    }
}

/// Whatever is tried, the account stays as it is.
#[track_caller]
pub(crate) fn nothing_changes(account: &Account, try_it: impl FnOnce()) {
    let before = account.everything();
    try_it();
    assert_eq!(account.everything(), before);
}

#[test]
fn without_credentials_or_region_it_says_how_to_get_some() {
    let account = Account::new();
    let run = |without: &[&str], arguments: &[&str]| {
        let mut command = account.command(arguments);
        for name in without {
            command.env_remove(name);
        }
        Done::of(command.output().unwrap()).failure()
    };

    let nobody = run(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], &["list"]);
    assert!(
        nobody.contains("no AWS credentials were found\n  to do   sign in with `aws login`"),
        "{nobody}"
    );
    let nowhere = run(&["AWS_REGION", "AWS_DEFAULT_REGION"], &["list"]);
    assert!(
        nowhere.contains("no AWS Region is set\n  to do   give one with --region"),
        "{nowhere}"
    );
    // The credentials in the environment are not those of the profile.
    let profile = run(&[], &["list", "--profile", "nobodys"]);
    assert!(profile.contains("nobodys"), "{profile}");
}

#[test]
fn wrong_credentials_and_missing_rights_are_told_apart() {
    let mut account = Account::strict();
    let before = account.everything();

    account.key = ("AKIANOBODYATALL00000".into(), "wrong".into());
    let error = account.deploy(&[]).failure();
    assert!(
        error.contains("AWS does not accept the credentials\n  why     InvalidClientTokenId"),
        "{error}"
    );

    account.sign_in_as_new_user("reader");
    let error = account.deploy(&[]).failure();
    assert!(error.contains("not allowed to list the stacks"), "{error}");
    assert!(error.contains("cloudformation:DescribeStacks"), "{error}");

    // One right more at a time, until the first that changes something.
    for (rights, denied) in [
        (r#"["cloudformation:DescribeStacks"]"#, "cloudformation:CreateChangeSet"),
        (r#"["cloudformation:*"]"#, "not allowed to make the bucket"),
        (
            r#"["cloudformation:*","s3:CreateBucket","s3:DeleteBucket"]"#,
            "not allowed to close the bucket",
        ),
    ] {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{rights},"Resource":"*"}}]}}"#
        );
        let put = ["iam", "put-user-policy", "--user-name", "reader", "--policy-name", "it"];
        account.aws(&[&put[..], &["--policy-document", &policy]].concat());
        let error = account.deploy(&[]).failure();
        assert!(error.contains(denied), "{rights}: {error}");
        assert_eq!(account.everything(), before, "{rights}");
    }
}

#[test]
fn late_access_denied_leaves_no_empty_bucket_and_no_stack() {
    let account = Account::new();
    let deploy = |denied: fn(&str) -> bool| {
        let deny = move |call: &str| {
            if denied(call) { Some(AnswerFault::Status(403, "AccessDenied")) } else { None }
        };
        let usual = ["deploy", "--source", "clip.mp4", "--destination", RECEIVER, "--zips", "zips"];
        Done::of(account.command_past(deny, &usual).output().unwrap()).failure()
    };

    let error = deploy(|call| call.starts_with("PUT ") && call.contains("/code/"));
    assert!(error.contains("not allowed to upload s3://"), "{error}");
    assert_eq!(account.everything(), [""; 0]);

    let error = deploy(|call| call.starts_with("Action=ExecuteChangeSet&"));
    assert!(error.contains("not allowed to create the stack lilo-bootstrap"), "{error}");
    // What was uploaded is there for the next time; no stack is.
    assert_eq!(account.stacks_and_buckets(), [format!("bucket {BUCKET}")]);
}

#[test]
fn a_source_that_medialive_would_not_find_is_refused() {
    let account = Account::new();
    account.make_bucket("films", "eu-west-1");
    account.make_bucket("films-frankfurt", "eu-central-1");
    let deploy = |source: &str, words: &[&str]| {
        let usual = ["deploy", "--destination", RECEIVER, "--zips", "zips", "--source", source];
        refused(&account, &usual, words);
    };

    fs::write(account.file("text.mp4"), "no clip").unwrap();
    let elsewhere = ["films-frankfurt is in eu-central-1", "in eu-west-1", "--region eu-central-1"];

    nothing_changes(&account, || {
        deploy("s3ssl://no-such-films/a.mp4", &["there is no bucket no-such-films"]);
        deploy("s3://films/a.mp4", &["there is no file a.mp4 in the bucket films"]);
        deploy("s3ssl://films-frankfurt/a.mp4", &elsewhere);
        deploy("ftp://films/a.mp4", &["is no source"]);
        deploy("no-such.mp4", &["cannot read no-such.mp4"]);
        deploy("text.mp4", &["text.mp4 is not an MP4 file"]);
    });
}

#[test]
fn a_second_source_is_looked_at_too_and_its_bucket_is_listed() {
    let account = Account::new();
    account.make_bucket("films", "eu-west-1");
    let two = ["--param", "ChannelClass=STANDARD", "--param", "DestinationIp2=203.0.113.11"];
    let second = ["--param", "DestinationPort2=5000", "--param", "Source2=s3ssl://films/b.mp4"];
    let options = [&two[..], &second].concat();

    nothing_changes(&account, || {
        let error = account.deploy(&options).failure();
        assert!(error.contains("there is no file b.mp4 in the bucket films"), "{error}");
    });

    account.aws(&["s3api", "put-object", "--bucket", "films", "--key", "b.mp4"]);
    account.deploy(&options).well();
    let listed = || account.parameter("lilo-bootstrap", "SourceBuckets");
    assert_eq!(listed(), format!("films,{BUCKET}"));

    // Somebody takes one from the list that the loop still needs.
    let status = account.update_stack("lilo-bootstrap", None, &[("SourceBuckets", "films")]);
    assert_eq!(status, "UPDATE_COMPLETE");
    account.lilo(&["deploy", "--param", "RateControl=QVBR"]).well();
    assert_eq!(listed(), format!("films,{BUCKET}"));
}

#[test]
fn a_bucket_that_is_not_lilos_is_never_used() {
    let mut account = Account::new();
    account.make_bucket("lilo-frankfurt", "eu-central-1");
    account.make_bucket("mine", "eu-west-1");
    let deploy = |account: &Account, bucket: &str, words: &[&str]| {
        let usual = ["deploy", "--source", "clip.mp4", "--destination", RECEIVER];
        refused(account, &[&usual[..], &["--zips", "zips", "--bucket", bucket]].concat(), words);
    };

    let before = account.everything();
    deploy(&account, "lilo-frankfurt", &["is in eu-central-1, and LILO's has to be in eu-west-1"]);
    deploy(&account, "mine", &["was not made by `lilo deploy`", "--bucket", "rb s3://mine"]);
    account.key.0 = "111122223333".into();
    deploy(&account, "mine", &["does not belong to the account 111122223333", "--bucket"]);
    assert_eq!(account.everything(), before);
}

#[test]
fn what_was_typed_is_checked_before_anything_is_asked() {
    let account = Account::new();
    let usual = ["deploy", "--zips", "zips", "--source", "clip.mp4"];
    let deploy = |more: &[&str], words: &[&str]| {
        refused(&account, &[&usual[..], more].concat(), words);
    };

    let to = ["--destination", RECEIVER];
    let none = ["deploy", "--source", "clip.mp4", "--destination", RECEIVER, "--zips", "none"];

    nothing_changes(&account, || {
        deploy(&["--destination", "127.0.0.1"], &["127.0.0.1 is this machine", "lilo up"]);
        deploy(&[], &["a new loop needs --destination"]);
        refused(&account, &["deploy", "--zips", "zips"], &["a new loop needs --source"]);
        deploy(&[&to[..], &["--param", "Colour=red"]].concat(), &["Colour", "not declared"]);
        deploy(&[&to[..], &["--param", "ChannelClass=STANDARD"]].concat(), &["two pipelines"]);
        refused(&account, &none, &["cannot read none/architecture", "make package"]);
        refused(&account, &none[..5], &["no zips of the functions", "make package", "--zips"]);
    });
}

#[test]
fn a_private_destination_is_warned_of() {
    let account = Account::new();
    let deploy = ["deploy", "--source", "clip.mp4", "--destination", "10.0.0.1", "--zips", "zips"];

    let done = account.lilo(&[&deploy[..], &["--dry-run"]].concat());

    assert!(done.err.contains("warning: 10.0.0.1 is a private address"), "{done:#?}");
    done.well();
}

#[test]
fn a_name_that_others_have_is_refused() {
    let account = Account::new();
    let other = account.file("other.yaml");
    fs::write(&other, "Resources:\n  Q: { Type: AWS::SQS::Queue }\n").unwrap();
    account.create_stack("queue", &other, &[], OWNER);
    assert_eq!(account.settle("queue"), "CREATE_COMPLETE");

    let usual = ["deploy", "queue", "--source", "clip.mp4", "--destination", RECEIVER];
    nothing_changes(&account, || {
        refused(&account, &usual, &["the stack queue exists and is no loop of LILO's"]);
        refused(&account, &["status", "queue"], &["there is no loop queue in eu-west-1"]);
    });
}

#[test]
fn failed_loop_reports_why_and_must_be_destroyed_before_retry() {
    let account = Account::new();
    let source = ["--source", "https://example.com/a.mp4"];
    let usual = ["deploy", "--destination", RECEIVER, "--zips", "zips"];
    account.lilo(&["deploy", "--bootstrap-only", "--zips", "zips"]).well();
    account.inject(&json!({ "fault": "status", "operation": "CreateChannel", "status": 422 }));

    let error = account.lilo(&[&usual[..], &source].concat()).failure();
    assert!(
        error.contains("the stack lilo-loop came to ROLLBACK_COMPLETE\n  why     Channel: "),
        "{error}"
    );
    assert!(error.contains("run `lilo destroy lilo-loop` before you try again"), "{error}");

    let words = ["lilo-loop is in ROLLBACK_COMPLETE", "run `lilo destroy lilo-loop`"];
    nothing_changes(&account, || refused(&account, &[&usual[..], &source].concat(), &words));
    account.lilo(&["destroy", "--yes"]).well();
    assert_eq!(account.in_medialive(), [""; 0]);
}
