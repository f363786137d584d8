//! What becomes of a loop.

use std::fs;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::{Account, BUCKET, OWNER, RECEIVER, infra, package, wait_until};

const SOURCE: &str = "sources/";

/// The objects in LILO's own bucket below a folder.
fn objects(account: &Account, folder: &str) -> Vec<String> {
    let list = ["s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", folder];
    let listed = account.aws(&list)["Contents"].clone();
    let keys = listed.as_array().into_iter().flatten().map(|it| it["Key"].as_str().unwrap());
    keys.map(str::to_owned).collect()
}

/// The last of the lines that `--output json` printed.
fn last(out: &str) -> Value {
    serde_json::from_str(out.lines().last().unwrap()).unwrap()
}

#[test]
fn deploy_makes_a_loop_from_a_file_and_destroy_all_removes_it() {
    let account = Account::new();

    let told = account.deploy(&[]).well();

    assert!(told.contains(&format!("it will play at rtp://{RECEIVER}:5000")), "{told}");
    assert!(
        told.contains("Channel        CREATE_COMPLETE      Custom::MediaLiveChannel"),
        "{told}"
    );
    assert_eq!(account.stack("lilo-loop")["StackStatus"], "CREATE_COMPLETE");
    let source = account.parameter("lilo-loop", "Source");
    assert_eq!(objects(&account, SOURCE).len(), 1, "{source}");
    assert!(source.ends_with(&objects(&account, SOURCE)[0]), "{source}");
    assert_eq!(account.parameter("lilo-bootstrap", "SourceBuckets"), BUCKET);
    assert_eq!(account.in_medialive(), ["\"IDLE\"", "\"ATTACHED\""]);

    let deleted = account.lilo(&["destroy", "--all", "--yes"]).well();

    for line in ["stack lilo-loop", "stack lilo-bootstrap", BUCKET] {
        assert!(deleted.contains(line), "{deleted}");
    }
    assert_eq!(account.everything(), [""; 0]);
    assert_eq!(account.in_medialive(), [""; 0]);
    account.lilo(&["destroy", "--all", "--yes"]).well();
}

#[test]
fn the_bucket_is_encrypted_closed_tls_only_and_tagged() {
    let account = Account::new();
    account.deploy(&["--console"]).well();
    let ask = |what: &str| account.aws(&["s3api", what, "--bucket", BUCKET]);

    let encryption = ask("get-bucket-encryption");
    let rule = &encryption["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
    let closed = ask("get-public-access-block");
    let closed = closed["PublicAccessBlockConfiguration"].as_object().unwrap().clone();
    assert!(closed.len() == 4 && closed.values().all(|it| it == true), "{closed:?}");
    let policy = ask("get-bucket-policy")["Policy"].as_str().unwrap().to_owned();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Effect"], "Deny");
    assert_eq!(statement["Condition"], json!({ "Bool": { "aws:SecureTransport": "false" } }));
    let arn = format!("arn:aws:s3:::{BUCKET}");
    assert_eq!(statement["Resource"], json!([arn, format!("{arn}/*")]));
    let tags = ask("get-bucket-tagging")["TagSet"].clone();
    assert_eq!(tags, json!([{ "Key": "lilo:made-by", "Value": "lilo-deploy" }]));
    let place = ask("get-bucket-location")["LocationConstraint"].clone();
    assert_eq!(place, "eu-west-1");
}

#[test]
fn a_second_deployment_changes_only_what_is_new() {
    let account = Account::new();
    account.deploy(&[]).well();
    let before = account.stack("lilo-loop");
    let code = account.parameter("lilo-bootstrap", "CodePrefix");
    assert_eq!(
        objects(&account, "templates/").len(),
        1,
        "the loop's, for those who may not write it"
    );

    // The same again.
    let same = account.deploy(&["--output", "json"]);
    assert!(same.err.contains("nothing was changed"), "{same:#?}");
    assert!(same.err.contains("is there already"), "{same:#?}");
    assert!(!same.out.contains("upload"), "{same:#?}");
    assert_eq!(last(&same.well())["type"], "deployed");
    assert_eq!(account.stack("lilo-loop")["LastUpdatedTime"], before["LastUpdatedTime"]);

    // One setting; what is left out stays.
    account.lilo(&["deploy", "--param", "RateControl=QVBR", "--zips", "zips"]).well();
    assert_eq!(account.parameter("lilo-loop", "RateControl"), "QVBR");
    assert_eq!(account.parameter("lilo-loop", "AutoStart"), "false");
    assert_eq!(account.parameter("lilo-loop", "DestinationIp"), RECEIVER);
    assert_eq!(account.parameter("lilo-bootstrap", "CodePrefix"), code);

    // Another clip under the same name.
    fs::write(account.file("clip.mp4"), b"\0\0\0\x18ftypmp42-and-more").unwrap();
    account.deploy(&[]).well();
    assert_eq!(objects(&account, SOURCE).len(), 2);
    assert_ne!(account.parameter("lilo-loop", "Source"), parameter(&before, "Source"));

    // New code, once it is named.
    package(&account.file("target/package"), "another version");
    let passed_over = account.lilo(&["deploy"]);
    let remark = "the functions stay as they are, and are not those in target/package";
    assert!(passed_over.err.contains(remark), "{passed_over:#?}");
    passed_over.well();
    assert_eq!(account.parameter("lilo-bootstrap", "CodePrefix"), code);
    account.lilo(&["deploy", "--zips", "target/package"]).well();
    assert_ne!(account.parameter("lilo-bootstrap", "CodePrefix"), code);
    assert_eq!(objects(&account, "code/").len(), 6);
}

fn parameter(stack: &Value, name: &str) -> String {
    let mut all = stack["Parameters"].as_array().unwrap().iter();
    let found = all.find(|it| it["ParameterKey"] == name).unwrap();
    found["ParameterValue"].as_str().unwrap().to_owned()
}

#[test]
fn foreign_bootstrap_gains_the_bucket_and_keeps_its_parameters() {
    let account = Account::new();
    account.make_bucket("films", "eu-west-1");
    account.upload_zips(&account.file("zips"), "films", "v1/");
    let parameters = [
        ("CodeBucket", "films"),
        ("CodePrefix", "v1/"),
        ("Architecture", "x86_64"),
        ("SourceBuckets", "films"),
        ("LogRetentionDays", "7"),
    ];
    account.create_stack("theirs", &infra("bootstrap.yaml"), &parameters, OWNER);
    assert_eq!(account.settle("theirs"), "CREATE_COMPLETE");

    // Without zips of its own.
    let quiet = ["--param", "AutoStart=false"];
    let usual = ["deploy", "--source", "clip.mp4", "--destination", RECEIVER];
    account.lilo(&[&usual[..], &quiet].concat()).well();

    assert_eq!(account.parameter("theirs", "SourceBuckets"), format!("films,{BUCKET}"));
    for (name, value) in [("CodeBucket", "films"), ("CodePrefix", "v1/"), ("LogRetentionDays", "7")]
    {
        assert_eq!(account.parameter("theirs", name), value);
    }
    let tags = json!([{ "Key": "Owner", "Value": "somebody" }]);
    assert_eq!(account.stack("theirs")["Tags"], tags, "it is still theirs");
    assert_eq!(account.stacks_and_buckets().len(), 4, "{:?}", account.everything());

    // It refers to the bucket, which stays with it.
    let before = account.everything();
    let destroyed = account.lilo(&["destroy", "--all", "--yes"]);
    let bucket = format!("kept: the bucket {BUCKET} is named by the stack theirs");
    for kept in ["kept: the stack theirs was not made by `lilo deploy`", &bucket] {
        assert!(destroyed.err.contains(kept), "{destroyed:#?}");
    }
    destroyed.well();
    let left = before.into_iter().filter(|line| !line.starts_with("stack lilo-loop "));
    assert_eq!(account.everything(), left.collect::<Vec<_>>());
}

#[test]
fn a_loop_is_started_shown_listed_and_stopped() {
    let account = Account::new();
    account.deploy(&["news", "--port", "6000"]).well();
    assert!(account.lilo(&["status", "news"]).well().contains("channel  IDLE"));

    account.lilo(&["start", "news"]).well();
    account.lilo(&["start", "news"]).well();

    let seen = last(&account.lilo(&["status", "news", "--output", "json"]).well());
    assert_eq!(seen["data"]["state"], "RUNNING");
    assert_eq!(seen["data"]["destinations"], json!([format!("rtp://{RECEIVER}:6000")]));
    assert_eq!(seen["data"]["egress"].as_array().unwrap().len(), 1);
    let list = account.lilo(&["list"]).well();
    assert!(list.starts_with("news") && list.contains("RUNNING"), "{list}");
    // No StopAfterHours is set: it may run for ever, and so has a price.
    let priced = ["status", "news", "--price", "3600", "--output", "json"];
    let seen = || last(&account.lilo(&priced).well())["data"].clone();
    wait_until("it is known since when it runs", || seen()["runningSince"].is_string());
    let seen = seen();
    assert!(seen["cost"].as_f64().unwrap() > 0. && seen["stopAt"].is_null(), "{seen}");

    account.lilo(&["stop", "news"]).well();
    assert_eq!(account.in_medialive()[0], "\"IDLE\"");
    let told = account.lilo(&["status", "news", "--price", "1"]).well();
    assert!(!told.contains("running") && !told.contains("cost"), "{told}");
}

#[test]
fn a_loop_that_starts_by_itself_is_waited_for_until_it_runs() {
    let account = Account::new();

    let usual = ["deploy", "--source", "clip.mp4", "--destination", RECEIVER, "--zips", "zips"];
    let told = account.lilo(&[&usual[..], &["--stop-after", "8"]].concat()).well();

    assert!(told.contains(&format!("The loop plays at rtp://{RECEIVER}:5000.")), "{told}");
    assert!(told.contains("let these through the receiver's firewall"), "{told}");
    assert_eq!(account.in_medialive()[0], "\"RUNNING\"");

    let priced = ["status", "--price", "3600", "--output", "json"];
    let seen = || last(&account.lilo(&priced).well())["data"].clone();
    wait_until("the cost guard has set its clock", || seen()["stopAt"].is_string());
    let seen = seen();
    let at = |name: &str| seen[name].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert_eq!(at("stopAt").duration_since(at("runningSince")).as_hours(), 8);
    // An hour costs 3600: a second costs one.
    let seconds = Timestamp::now().duration_since(at("runningSince")).as_secs_f64();
    let cost = seen["cost"].as_f64().unwrap();
    assert!(cost > 0. && cost <= seconds, "{cost} after {seconds} s");
    let told = account.lilo(&["status"]).well();
    assert!(told.contains("running  since ") && told.contains("(in 7 h 59 min)"), "{told}");

    // A loop that a person has stopped stays stopped, and is not waited for.
    account.lilo(&["stop"]).well();
    let told = account.lilo(&["deploy", "--param", "RateControl=QVBR"]).well();
    assert!(told.contains("waits to be started"), "{told}");
}

#[test]
fn a_dry_run_shows_plan_and_changes_and_leaves_nothing() {
    let account = Account::new();

    let first = account.deploy(&["--dry-run"]).well();

    for line in
        ["create   bucket", "upload   clip.mp4", "create   stack lilo-loop", "Add      lilo-boot"]
    {
        assert!(first.contains(line), "{first}");
    }
    for parameter in
        ["lilo-bootstrap CodeBucket    (none) -> lilo-", "DestinationIp (none) -> 203."]
    {
        assert!(first.contains(parameter), "{first}");
    }
    assert_eq!(account.everything(), [""; 0]);

    account.deploy(&[]).well();
    let before = (account.everything(), account.stack("lilo-loop"));
    let update = ["deploy", "--dry-run", "--param", "RateControl=QVBR", "--output"];
    let later = account.lilo(&[&update[..], &["text"]].concat());
    let json = account.lilo(&[&update[..], &["json"]].concat()).well();

    assert!(later.out.contains("Modify   lilo-loop Channel"), "{later:#?}");
    assert!(later.out.contains("\n  lilo-loop RateControl CBR -> QVBR\n"), "{later:#?}");
    let kept = " other parameters of the stack lilo-loop keep their values";
    assert!(later.err.contains(kept) && !later.out.contains("DestinationIp"), "{later:#?}");
    later.well();
    let mut lines = json.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let parameter = lines.find(|line| line["type"] == "parameter").unwrap();
    let expected = json!({
        "StackName": "lilo-loop", "ParameterKey": "RateControl", "OldValue": "CBR", "NewValue": "QVBR",
    });
    assert_eq!(parameter["data"], expected);
    assert_eq!((account.everything(), account.stack("lilo-loop")), before);
    let sets = ["cloudformation", "list-change-sets", "--stack-name", "lilo-loop"];
    let left = account.aws(&sets)["Summaries"].clone();
    let left = left.as_array().unwrap().iter();
    assert_eq!(left.filter(|set| set["ExecutionStatus"] == "AVAILABLE").count(), 0);
}

#[test]
fn console_links_contain_the_options_and_uploaded_templates() {
    let account = Account::new();

    let links = account.deploy(&["news", "--console"]).well();

    let links: Vec<_> = links.lines().filter(|line| line.starts_with("https://")).collect();
    let [bootstrap, of_loop] = links[..] else { panic!("{links:?}") };
    assert!(bootstrap.contains("stackName=lilo-bootstrap&param_Architecture="), "{bootstrap}");
    assert!(of_loop.contains(&format!("&param_DestinationIp={RECEIVER}&")), "{of_loop}");
    assert_eq!(objects(&account, "templates/").len(), 2);
    for key in objects(&account, "templates/") {
        assert!(links.iter().any(|link| link.contains(&key.replace('/', "%2F"))), "{key}");
    }
    assert_eq!(objects(&account, "code/").len(), 3);
    assert_eq!(account.stacks_and_buckets(), [format!("bucket {BUCKET}")]);
}

#[test]
fn a_big_file_goes_up_in_parts_and_comes_out_whole() {
    let account = Account::new();
    let mut big = b"\0\0\0\x18ftypisom".to_vec();
    big.extend((0..40 * 1024 * 1024_u32).map(|at| (at / 7 % 251) as u8));
    fs::write(account.file("clip.mp4"), &big).unwrap();

    account.deploy(&["--console"]).well();

    let [key] = &objects(&account, SOURCE)[..] else { panic!("one source") };
    let copy = account.file("copy.mp4");
    let get = ["s3api", "get-object", "--bucket", BUCKET, "--key", key, copy.to_str().unwrap()];
    let got = account.aws(&get);
    assert!(fs::read(&copy).unwrap() == big);
    assert!(got["ETag"].as_str().unwrap().ends_with("-3\""), "in three parts: {got}");
}
