//! What is taken away, and what is not.

use lilo_tests::programs::proxy::AnswerFault;

use crate::account::{Account, BUCKET, Done, OWNER, RECEIVER, infra};

#[test]
fn nobody_there_to_ask_means_no() {
    let account = Account::new();
    account.deploy(&[]).well();
    let before = account.everything();

    let error = account.lilo(&["destroy"]).failure();

    assert!(error.contains("--yes"), "{error}");
    assert_eq!(account.everything(), before);
}

#[test]
fn a_running_loop_is_destroyed_and_the_rest_stays() {
    let account = Account::new();
    account.deploy(&["one"]).well();
    account.deploy(&["two"]).well();
    account.lilo(&["start", "one"]).well();

    account.lilo(&["destroy", "one", "--yes"]).well();

    assert_eq!(account.stacks_and_buckets().len(), 3, "{:?}", account.everything());
    assert_eq!(account.in_medialive(), ["\"IDLE\"", "\"ATTACHED\""]);
    let error = account.lilo(&["destroy", "one", "--yes"]).failure();
    assert!(
        error.contains(
            "there is no loop one in eu-west-1\n  to do   check the name and the Region; the loops \
             there are: two"
        ),
        "{error}"
    );

    // The bootstrap stack, while the other needs it.
    let error = account.lilo(&["destroy", "lilo-bootstrap", "--yes"]).failure();
    assert!(error.contains("the loops two need the bootstrap stack"), "{error}");
    account.lilo(&["destroy", "two", "--yes"]).well();
    account.lilo(&["destroy", "lilo-bootstrap", "--yes"]).well();
    assert_eq!(account.stacks_and_buckets(), [format!("bucket {BUCKET}")]);
}

#[test]
fn nothing_is_deleted_that_it_did_not_make() {
    let account = Account::new();
    // A stack with a loop's parameters, whatever it is.
    let other = account.file("other.yaml");
    let parameters = ["Source", "DestinationIp", "DestinationPort", "AutoStart"];
    let declared: String =
        parameters.map(|name| format!("  {name}: {{ Type: String, Default: x }}\n")).concat();
    let text = format!("Parameters:\n{declared}Resources:\n  Q: {{ Type: AWS::SQS::Queue }}\n");
    std::fs::write(&other, text).unwrap();
    account.create_stack("queue", &other, &[], OWNER);
    assert_eq!(account.settle("queue"), "CREATE_COMPLETE");
    // A bucket with the name of LILO's, and a loop and its bootstrap made by hand.
    account.make_bucket(BUCKET, "eu-west-1");
    let deploy = ["deploy", "--bootstrap-only", "--bucket", "lilo-own", "--zips", "zips"];
    account.lilo(&deploy).well();
    let source = ("Source", "https://example.com/a.mp4");
    let by_hand = [source, ("DestinationIp", RECEIVER), ("AutoStart", "false")];
    account.create_stack("by-hand", &infra("loop.yaml"), &by_hand, OWNER);
    assert_eq!(account.settle("by-hand"), "CREATE_COMPLETE");
    let before = account.everything();

    for (name, word) in [("queue", "not made by"), ("by-hand", "delete-stack --stack-name by-hand")]
    {
        let error = account.lilo(&["destroy", name, "--yes"]).failure();
        assert!(error.contains(word), "{error}");
    }
    let all = account.lilo(&["destroy", "--all", "--bucket", BUCKET, "--yes"]);
    assert!(all.err.contains(&format!("kept: the bucket {BUCKET} was not made")), "{all:#?}");
    assert!(all.failure().contains("the loops by-hand were not made by"));
    assert_eq!(account.everything(), before);

    // It can be seen and changed, and stays theirs.
    assert!(account.lilo(&["list"]).well().starts_with("by-hand"));
    account.lilo(&["deploy", "by-hand", "--param", "RateControl=QVBR"]).well();
    account.lilo(&["destroy", "by-hand", "--yes"]).failure();
}

#[test]
fn where_there_is_nothing_to_destroy_that_is_success() {
    let account = Account::new();

    let done = account.lilo(&["destroy", "--all"]);

    assert!(done.err.contains("there is nothing of `lilo deploy` in eu-west-1"), "{done:#?}");
    done.well();
}

#[test]
fn every_bucket_that_it_made_is_found_again() {
    let account = Account::new();
    account.deploy(&["one"]).well();
    account.deploy(&["two", "--bucket", "lilo-second"]).well();

    let deleted = account.lilo(&["destroy", "--all", "--yes"]).well();

    for bucket in [BUCKET, "lilo-second"] {
        assert!(deleted.contains(&format!("bucket {bucket} ")), "{deleted}");
    }
    assert_eq!(account.everything(), [""; 0]);
}

/// What AWS tells of a stack in review: neither parameters nor tags.
fn bare_in_review(call: &str) -> Option<AnswerFault> {
    if !call.starts_with("Action=DescribeStacks") {
        return None;
    }
    Some(AnswerFault::Changed(Box::new(|answer| {
        let stacks = answer.split_inclusive("<StackId>").map(|stack| {
            let mut stack = stack.to_owned();
            for element in ["Parameters", "Tags"] {
                let (begin, end) = (format!("<{element}>"), format!("</{element}>"));
                if stack.contains("REVIEW_IN_PROGRESS")
                    && let Some((before, rest)) = stack.split_once(&begin)
                    && let Some((_, after)) = rest.split_once(&end)
                {
                    stack = format!("{before}{after}");
                }
            }
            stack
        });
        stacks.collect()
    })))
}

#[test]
fn a_stack_in_review_belongs_to_whoever_made_its_change_sets() {
    let account = Account::new();
    let template = format!("file://{}", infra("loop.yaml").display());
    let parameters = ["Source=https://example.com/a.mp4", "DestinationIp=203.0.113.10"];
    let parameters = parameters.map(|it| it.split_once('=').unwrap());
    let parameters =
        parameters.map(|(key, value)| format!("ParameterKey={key},ParameterValue={value}"));
    let draft = |stack: &str, name: &str| {
        let set = ["cloudformation", "create-change-set", "--change-set-type", "CREATE"];
        let of = ["--stack-name", stack, "--change-set-name", name, "--template-body", &template];
        let with = ["--parameters", &parameters[0], &parameters[1]];
        account.aws(&[&set[..], &of, &with].concat());
    };
    draft("theirs", "mine");
    let before = account.everything();
    draft("killed", "lilo-deploy-1790000000000");
    draft("both", "lilo-deploy-1790000000000");
    draft("both", "mine");
    let run = |arguments: &[&str]| {
        Done::of(account.command_past(bare_in_review, arguments).output().unwrap())
    };

    let error = run(&["destroy", "theirs", "--yes"]).failure();
    assert!(error.contains("the stack theirs was not made by"), "{error}");
    let told = run(&["destroy", "--all", "--yes"]).well();
    let doomed = told.lines().filter(|line| line.starts_with("delete "));
    assert_eq!(doomed.collect::<Vec<_>>(), ["delete   stack killed"]);

    account.aws(&["cloudformation", "delete-stack", "--stack-name", "both"]);
    assert_eq!(account.everything(), before);
    // A dry run brings a stack, and takes it back.
    run(&[
        "deploy",
        "--source",
        "clip.mp4",
        "--destination",
        RECEIVER,
        "--zips",
        "zips",
        "--dry-run",
    ])
    .well();
    assert_eq!(account.everything(), before);
}
