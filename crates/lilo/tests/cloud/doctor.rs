//! `lilo doctor` on an account: a healthy one, and each fault by itself.

use std::fs;

use lilo_tests::programs::proxy::{AnswerFault, between};
use serde_json::{Value, json};

use crate::account::{Account, BUCKET, Done, OWNER, infra};
use crate::bootstraps::{BROKEN, replace_bootstrap};

const DOCTOR: [&str; 5] = ["doctor", "--only", "account", "--output", "json"];

/// What the doctor found (the check, the verdict, and the text with the items), and how it ended.
struct Findings {
    all: Vec<(String, String, String)>,
    done: Done,
}

impl Findings {
    fn of(done: Done) -> Self {
        let lines = done.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let all = lines.map(|line| {
            assert_eq!(line["type"], "check", "{line}");
            let text = |name: &str| line["data"][name].as_str().unwrap().to_owned();
            let items = line["data"]["items"].to_string();
            (text("check"), text("verdict"), text("text") + &items)
        });
        Self { all: all.collect(), done }
    }

    /// The account has this finding and nothing else to do.
    #[track_caller]
    fn only_to_do(&self, check: &str, words: &[&str]) {
        let to_do: Vec<_> = self.all.iter().filter(|(_, verdict, _)| verdict == "to-do").collect();
        assert!(to_do.iter().all(|(name, ..)| name == check), "{:#?}", self.done);
        self.has(check, "to-do", words);
        assert_eq!(self.done.status.code(), Some(1));
        let told = format!("lilo: something has to be done about {check}");
        assert!(self.done.err.lines().any(|line| line == told), "{:#?}", self.done);
    }

    #[track_caller]
    fn has(&self, check: &str, verdict: &str, words: &[&str]) {
        let found = self.all.iter().any(|(name, seen, text)| {
            name == check && seen == verdict && words.iter().all(|word| text.contains(word))
        });
        assert!(found, "{check} {verdict} {words:?}: {:#?}", self.done);
    }

    fn checks(&self) -> Vec<&str> {
        self.all.iter().map(|(check, ..)| &**check).collect()
    }
}

fn doctor(account: &Account) -> Findings {
    Findings::of(account.lilo(&DOCTOR))
}

/// Every check of an account with a bootstrap stack, in the order of its lines.
const CHECKS: [&str; 12] = [
    "credentials",
    "region",
    "MediaLive",
    "quota",
    "rights: loops",
    "rights: bootstrap",
    "bucket",
    "stacks",
    "bootstrap",
    "functions",
    "dead letters",
    "loops",
];

#[test]
fn doctor_finds_a_healthy_account_ok_and_changes_nothing() {
    let account = Account::new();
    account.deploy(&[]).well();
    let before = (account.everything(), account.medialive.calls().len());

    let found = doctor(&account);

    assert_eq!(found.checks(), CHECKS);
    for check in CHECKS {
        found.has(check, "ok", &[]);
    }
    found.has("credentials", "ok", &["arn:aws:iam::000000000000:root"]);
    found.has("region", "ok", &["eu-west-1"]);
    found.has("quota", "ok", &["channels: 1; the default quota is 5"]);
    found.has("bucket", "ok", &[BUCKET]);
    found.has("bootstrap", "ok", &[env!("CARGO_PKG_VERSION")]);
    assert_eq!(found.done.status.code(), Some(0), "{:#?}", found.done);
    assert_eq!(account.everything(), before.0);
    let calls = &account.medialive.calls()[before.1..];
    let reads = |call: &Value| call["operation"].as_str().unwrap().starts_with("List");
    assert!(!calls.is_empty() && calls.iter().all(reads), "{calls:?}");
}

#[test]
fn doctor_on_an_empty_account_says_what_deploy_creates() {
    let found = doctor(&Account::new());

    found.only_to_do("bootstrap", &["there is no bootstrap stack", "`lilo deploy` creates it"]);
    found.has("functions", "not-checked", &["with the bootstrap stack"]);
    found.has("dead letters", "not-checked", &[]);
    found.has("bucket", "ok", &["`lilo deploy` creates it"]);
    assert_eq!(found.checks(), CHECKS);
}

#[test]
fn doctor_names_dead_letters_and_a_lost_bucket() {
    let account = Account::new();
    account.deploy(&[]).well();

    let bootstrap = account.stack("lilo-bootstrap")["Outputs"].clone();
    let mut outputs = bootstrap.as_array().unwrap().iter();
    let url = outputs.find(|it| it["OutputKey"] == "DeadLettersUrl").unwrap();
    let url = url["OutputValue"].as_str().unwrap();
    let send = ["sqs", "send-message", "--queue-url", url, "--message-body", "{}"];
    account.aws(&[&send[..], &["--endpoint-url", &account.url]].concat());
    doctor(&account).only_to_do("dead letters", &["1 in the queue", "purge the queue"]);
    let purge = ["sqs", "purge-queue", "--queue-url", url, "--endpoint-url", &account.url];
    account.aws(&purge);

    account.aws(&["s3", "rb", "--force", &format!("s3://{BUCKET}")]);
    doctor(&account).only_to_do("bucket", &[BUCKET, "is gone", "makes it again"]);
}

#[test]
fn doctor_names_an_old_bootstrap_and_a_missing_function() {
    let account = Account::new();
    account.deploy(&[]).well();

    let text = fs::read_to_string(infra("bootstrap.yaml")).unwrap();
    let ours = format!("Value: {}", env!("CARGO_PKG_VERSION"));
    replace_bootstrap(&account, &text.replace(&ours, "Value: 0.0.1"));
    let found = doctor(&account);
    found.only_to_do("bootstrap", &["of version 0.0.1, too old", "make package"]);

    account.aws(&["lambda", "delete-function", "--function-name", "lilo-starter"]);
    doctor(&account).has("functions", "to-do", &["there is no function lilo-starter"]);
}

#[test]
fn doctor_names_a_stack_that_failed() {
    let account = Account::new();
    account.deploy(&[]).well();

    account.create_stack("a-second", &infra("bootstrap.yaml"), &BROKEN, OWNER);
    assert_eq!(account.settle("a-second"), "ROLLBACK_COMPLETE");
    doctor(&account).only_to_do("stacks", &["a-second is in ROLLBACK_COMPLETE", "lilo destroy"]);
}

#[test]
fn doctor_names_a_loop_that_disagrees_or_lost_its_channel() {
    let account = Account::new();
    account.deploy(&[]).well();

    let channel = account.physical_id("lilo-loop", "Channel");
    let listed = account.aws(&["medialive", "list-channels"])["Channels"][0].take();
    let arn = listed["Arn"].as_str().unwrap();
    let tag = |tags: &str| {
        account.aws(&["medialive", "create-tags", "--resource-arn", arn, "--tags", tags]);
    };
    tag("lilo:running-since=2026-11-30T11:00:00Z");
    let words = [&*channel, "IDLE, but its tags say that it runs", "within five minutes"];
    doctor(&account).only_to_do("loops", &words);
    tag("lilo:stack-id=arn:aws:cloudformation:eu-west-1:000000000000:stack/gone/1");
    let found = doctor(&account);
    found.only_to_do("loops", &[&channel, "costs money, but its stack", "stack/gone/1 is gone"]);
    found.has("loops", "to-do", &[&channel, "lacks its tag lilo:stack-id"]);
    account.aws(&["medialive", "delete-channel", "--channel-id", &channel]);
    let words = [&*channel, "no longer exists", "lilo destroy"];
    doctor(&account).only_to_do("loops", &words);
}

#[test]
fn doctor_checks_the_rest_when_medialive_fails() {
    let account = Account::new();
    account.deploy(&[]).well();

    let mut command = account.command(&DOCTOR);
    command.env("AWS_ENDPOINT_URL_MEDIALIVE", "http://127.0.0.1:1");
    let found = Findings::of(Done::of(command.output().unwrap()));
    found.only_to_do(
        "MediaLive",
        &["does not answer in", "eu-west-1, eu-west-2", "could not be reached"],
    );
    found.has("loops", "not-checked", &["the channels could not be listed"]);
    found.has("functions", "ok", &[]);

    let denied = json!({ "fault": "status", "operation": "ListChannels", "status": 403 });
    account.inject(&denied);
    doctor(&account).only_to_do("MediaLive", &["not allowed to list the channels"]);

    let held = json!({ "fault": "stall", "operation": "ListChannels", "seconds": 60 });
    account.inject(&held);
    let found = Findings::of(account.lilo(&[&DOCTOR[..], &["--timeout", "3"]].concat()));
    // On a slow machine others may end without an answer too.
    found.has("MediaLive", "to-do", &["no answer within 3s", "--timeout"]);
    assert_eq!(found.checks(), CHECKS);
}

#[test]
fn doctor_checks_the_rest_when_the_stacks_cannot_be_listed() {
    let account = Account::new();
    account.deploy(&[]).well();
    let deny = |call: &str| {
        let lists = call.starts_with("Action=DescribeStacks&");
        lists.then_some(AnswerFault::Status(403, "AccessDenied"))
    };

    let found = Findings::of(Done::of(account.command_past(deny, &DOCTOR).output().unwrap()));

    found.only_to_do("stacks", &["not allowed to list the stacks"]);
    found.has("functions", "ok", &[]);
    for check in ["bucket", "bootstrap", "dead letters", "loops"] {
        found.has(check, "not-checked", &["the stacks could not be listed"]);
    }
}

/// Lets a user do these things.
fn allow(account: &Account, user: &str, rights: &str) {
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{rights},"Resource":"*"}}]}}"#
    );
    let put = ["iam", "put-user-policy", "--user-name", user, "--policy-name", "it"];
    account.aws(&[&put[..], &["--policy-document", &policy]].concat());
}

#[test]
fn doctor_tells_missing_rights_from_rights_it_cannot_see() {
    let mut account = Account::strict();
    account.sign_in_as_new_user("reader");

    let found = doctor(&account);
    found.has("stacks", "to-do", &["not allowed to list the stacks"]);
    for check in ["rights: loops", "rights: bootstrap"] {
        found.has(check, "not-checked", &["not allowed to simulate your rights"]);
    }
    found.has("functions", "not-checked", &["not allowed to look at the function"]);

    allow(
        &account,
        "reader",
        r#"["cloudformation:*","iam:SimulatePrincipalPolicy","lambda:Get*","medialive:*"]"#,
    );
    let found = doctor(&account);
    found.has("credentials", "ok", &["user/reader"]);
    found.has("rights: loops", "to-do", &["lambda:InvokeFunction", "s3:PutObject"]);
    found.has("rights: bootstrap", "to-do", &["iam:CreateRole", "--bootstrap-only", "more ("]);

    allow(&account, "reader", r#""*""#);
    let found = doctor(&account);
    found.has("rights: loops", "ok", &["actions are allowed"]);
    found.has("rights: bootstrap", "ok", &["actions are allowed"]);
}

/// ministack's simulator reads no condition keys. IAM finds the condition true if the request gives
/// the key that it asks for.
fn with_condition_keys(call: &str) -> Option<AnswerFault> {
    let fits = |action: &str, key: &str| call.contains(action) && call.contains(key);
    let given = fits("lambda%3AInvokeFunction", "aws%3ACalledVia")
        || fits("medialive%3AStartChannel", "aws%3AResourceTag%2Flilo%3Astack-id");
    (given && call.starts_with("Action=SimulatePrincipalPolicy&"))
        .then(|| AnswerFault::Changed(Box::new(|answer| answer.replace("implicitDeny", "allowed"))))
}

#[test]
fn doctor_reads_a_loop_makers_policy_as_enough_for_loops() {
    let mut account = Account::strict();
    account.deploy(&[]).well();
    let prefix = [("LoopMakersPrefix", "team-")];
    assert_eq!(account.update_stack("lilo-bootstrap", None, &prefix), "UPDATE_COMPLETE");
    account.sign_in_as_new_user("maker");
    let policy = account.physical_id("lilo-bootstrap", "LoopMakers");
    let attach = ["iam", "attach-user-policy", "--user-name", "maker", "--policy-arn", &policy];
    account.aws(&attach);
    allow(&account, "maker", r#""iam:SimulatePrincipalPolicy""#);
    // The bucket is closed to HTTP, which ministack speaks.
    account.aws(&["s3api", "delete-bucket-policy", "--bucket", BUCKET]);

    let done = account.command_past(with_condition_keys, &DOCTOR).output();
    let found = Findings::of(Done::of(done.unwrap()));

    found.has("rights: loops", "ok", &["actions are allowed"]);
    found.has("rights: bootstrap", "ok", &["not needed now", "iam:CreateRole"]);
    assert_eq!(found.done.status.code(), Some(0), "{:#?}", found.done);
}

#[test]
fn doctor_finds_the_policies_of_a_role_with_a_path() {
    let mut account = Account::strict();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;
    let create = ["iam", "create-role", "--role-name", "worker", "--path", "/aws-reserved/"];
    let role = account.aws(&[&create[..], &["--assume-role-policy-document", trust]].concat());
    let all =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let put = ["iam", "put-role-policy", "--role-name", "worker", "--policy-name", "it"];
    account.aws(&[&put[..], &["--policy-document", all]].concat());
    let arn = role["Role"]["Arn"].as_str().unwrap();
    let assume = ["sts", "assume-role", "--role-arn", arn, "--role-session-name", "ann"];
    let key = account.aws(&assume)["Credentials"].take();
    let part = |name: &str| key[name].as_str().unwrap().to_owned();
    account.key = (part("AccessKeyId"), part("SecretAccessKey"));
    // AWS knows the role by its path, ministack's simulator without it.
    let url = between(&account.url, |call| {
        let (simulates, path) = ("Action=SimulatePrincipalPolicy&", "role%2Faws-reserved%2Fworker");
        match (call.starts_with(simulates), call.contains(path)) {
            (true, true) => Some(AnswerFault::Changed(Box::new(|answer| {
                answer.replace("implicitDeny", "allowed")
            }))),
            (true, false) => Some(AnswerFault::Status(404, "NoSuchEntity")),
            (false, _) => None,
        }
    });
    let mut command = account.command(&DOCTOR);
    command.env("AWS_ENDPOINT_URL", url).env("AWS_SESSION_TOKEN", part("SessionToken"));

    let found = Findings::of(Done::of(command.output().unwrap()));

    found.has("credentials", "ok", &["assumed-role/worker/ann"]);
    found.has("rights: bootstrap", "ok", &["actions are allowed"]);
}

#[test]
fn doctor_checks_the_rest_when_the_identity_is_not_known() {
    let account = Account::new();
    account.deploy(&[]).well();
    let refuse = |call: &str| {
        let asks = call.starts_with("Action=GetCallerIdentity&");
        asks.then_some(AnswerFault::Status(400, "NotToday"))
    };

    let found = Findings::of(Done::of(account.command_past(refuse, &DOCTOR).output().unwrap()));

    found.only_to_do("credentials", &["AWS refused to get your identity"]);
    found.has("rights: loops", "not-checked", &["AWS did not say whose"]);
    found.has("loops", "ok", &[]);
    assert_eq!(found.checks(), CHECKS);
}

#[test]
fn doctor_stops_at_credentials_that_aws_refuses() {
    let mut account = Account::strict();
    account.key = ("AKIANOBODYATALL00000".into(), "wrong".into());

    let found = doctor(&account);

    found.only_to_do("credentials", &["AWS does not accept the credentials"]);
    found.has("account", "not-checked", &["does not accept"]);
}

#[test]
fn doctor_without_a_region_asks_for_one() {
    let account = Account::new();
    let mut command = account.command(&DOCTOR);
    command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");

    let found = Findings::of(Done::of(command.output().unwrap()));

    found.only_to_do("region", &["no AWS Region is set; give one with --region"]);
}
