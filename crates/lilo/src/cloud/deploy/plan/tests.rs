use aws_sdk_cloudformation::types::StackStatus;

use super::*;

fn given(pairs: &[(&str, &str)]) -> Given {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn stack(status: &str, version: &str, buckets: &str) -> Stack {
    let code = [("CodeBucket", "own"), ("CodePrefix", "code/1/"), ("Architecture", "arm64")];
    let mut parameters = given(&code);
    parameters.insert("SourceBuckets".into(), buckets.into());
    Stack {
        id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/it/1".into(),
        name: "it".into(),
        status: StackStatus::from(status),
        parameters,
        outputs: given(&[("Version", version)]),
        tags: Given::new(),
    }
}

fn package(prefix: &str) -> Package {
    Package {
        folder: "zips".into(),
        named: true,
        prefix: prefix.into(),
        architecture: "arm64".into(),
        zips: Vec::new(),
    }
}

fn wanted<'a>(package: Option<&'a Package>, bucket: Option<&'a str>) -> Requirements<'a> {
    let source_buckets = bucket.into_iter().collect();
    Requirements {
        version: "0.2.0",
        package,
        code_bucket: "own",
        source_buckets,
        tag_conditions: None,
        thumbnails: false,
    }
}

const GOOD: &str = "CREATE_COMPLETE";

#[test]
fn a_bootstrap_that_does_is_left_alone() {
    let existing = stack(GOOD, "0.2.0", "own,films");
    let same = package("code/1/");
    for wanted in
        [wanted(None, None), wanted(None, Some("films")), wanted(Some(&same), Some("own"))]
    {
        assert_eq!(bootstrap(Some(&existing), &[], &wanted, false).unwrap(), Bootstrap::Keep);
    }
}

#[test]
fn a_bootstrap_is_updated_in_what_it_lacks_and_in_nothing_else() {
    let (same, new) = (package("code/1/"), package("code/2/"));
    let code = [("Architecture", "arm64"), ("CodeBucket", "own"), ("CodePrefix", "code/2/")];
    let both = [&code[..], &[("SourceBuckets", "films,own")]].concat();
    let cases = [
        // An older version is updated with any code.
        ("0.1.0", "films", wanted(Some(&same), None), &[][..], 1),
        ("0.1.9", "films", wanted(Some(&new), None), &code[..], 2),
        ("0.2.0", "films", wanted(Some(&new), None), &code[..], 1),
        ("0.2.0", "films", wanted(None, Some("own")), &[("SourceBuckets", "films,own")][..], 1),
        ("0.2.0", "", wanted(None, Some("own")), &[("SourceBuckets", "own")][..], 1),
        // A bucket whose name is only a prefix does not match.
        ("0.2.0", "own-2", wanted(None, Some("own")), &[("SourceBuckets", "own-2,own")][..], 1),
        ("0.2.0", "films", wanted(Some(&new), Some("own")), &both[..], 2),
    ];
    for (version, buckets, wanted, expected, reasons) in cases {
        let existing = stack(GOOD, version, buckets);

        let decided = bootstrap(Some(&existing), &[], &wanted, false).unwrap();

        let Bootstrap::Update(changes, why) = decided else { panic!("{wanted:?}: {decided:?}") };
        assert_eq!(changes, given(expected), "{wanted:?}");
        assert_eq!(why.len(), reasons, "{why:?}");
    }
}

#[test]
fn tag_conditions_and_thumbnails_change_only_when_asked_for() {
    let existing = |tags: &str, thumbnails: &str| {
        let mut stack = stack(GOOD, "0.2.0", "own");
        // A stack of an earlier version has neither.
        for (name, value) in [("TagConditions", tags), ("Thumbnails", thumbnails)] {
            if !value.is_empty() {
                stack.parameters.insert(name.into(), value.into());
            }
        }
        stack
    };
    let (off, enforced) = (Some(TagConditions::Off), Some(TagConditions::Enforced));
    for (tags, thumbnails, tag_conditions, wants_thumbnails, changes) in [
        ("", "", None, false, &[][..]),
        ("", "", enforced, false, &[]),
        ("", "", off, true, &[("TagConditions", "off"), ("Thumbnails", "AUTO")]),
        ("enforced", "DISABLED", off, false, &[("TagConditions", "off")]),
        ("off", "AUTO", off, true, &[]),
        ("off", "AUTO", None, false, &[]),
        (
            "off",
            "DISABLED",
            enforced,
            true,
            &[("TagConditions", "enforced"), ("Thumbnails", "AUTO")],
        ),
    ] {
        let wanted =
            Requirements { tag_conditions, thumbnails: wants_thumbnails, ..wanted(None, None) };

        let decided = bootstrap(Some(&existing(tags, thumbnails)), &[], &wanted, false).unwrap();

        match decided {
            Bootstrap::Keep => assert!(changes.is_empty(), "{tags} {thumbnails} {wanted:?}"),
            Bootstrap::Update(changed, why) => {
                assert_eq!(changed, given(changes));
                assert_eq!(why.len(), changes.len(), "{why:?}");
            }
            Bootstrap::Create(_) => panic!("it is there"),
        }
    }
    let (package, mut other) = (package("code/1/"), stack(GOOD, "", ""));
    other.parameters.insert("Thumbnails".into(), "AUTO".into());
    let wanted = Requirements { tag_conditions: off, ..wanted(Some(&package), None) };
    let Bootstrap::Create(made) = bootstrap(None, &[other], &wanted, true).unwrap() else {
        panic!("it is missing")
    };
    let of = |name: &str| made.get(name).map(String::as_str);
    assert_eq!((of("TagConditions"), of("Thumbnails")), (Some("off"), Some("AUTO")));
}

#[test]
fn a_missing_bootstrap_is_made_with_its_code() {
    let new = package("code/2/");

    let decided = bootstrap(None, &[], &wanted(Some(&new), Some("own")), false).unwrap();

    let code = [("Architecture", "arm64"), ("CodeBucket", "own"), ("CodePrefix", "code/2/")];
    let all = [&code[..], &[("SourceBuckets", "own")]].concat();
    assert_eq!(decided, Bootstrap::Create(given(&all)));
    let error = bootstrap(None, &[], &wanted(None, None), false).unwrap_err();
    assert!(matches!(error, Error::NoPackage), "{error}");
}

#[test]
fn missing_bootstrap_with_loops_is_recreated_only_on_its_own() {
    let (new, mut loops) = (package("code/2/"), [stack(GOOD, "", "")]);
    loops[0].parameters = given(&[("Source", "s3ssl://films/a.mp4")]);

    let error = bootstrap(None, &loops, &wanted(Some(&new), None), false).unwrap_err();
    let alone = bootstrap(None, &loops, &wanted(Some(&new), None), true).unwrap();

    assert!(matches!(error, Error::BootstrapGone { .. }), "{error}");
    let Bootstrap::Create(given) = alone else { panic!("{alone:?}") };
    assert_eq!(given["SourceBuckets"], "films");
    // A bootstrap whose creation failed does not help them either.
    let failed = stack("ROLLBACK_COMPLETE", "", "");
    let error = bootstrap(Some(&failed), &loops, &wanted(Some(&new), None), false).unwrap_err();
    assert!(matches!(error, Error::BootstrapGone { .. }), "{error}");
}

#[test]
fn code_that_nobody_named_replaces_none_of_the_same_version() {
    let other = Package { named: false, ..package("code/2/") };
    let (same, old) = (stack(GOOD, "0.2.0", "films"), stack(GOOD, "0.1.0", "films"));

    let kept = bootstrap(Some(&same), &[], &wanted(Some(&other), None), false).unwrap();
    let more = bootstrap(Some(&same), &[], &wanted(Some(&other), Some("own")), false).unwrap();
    let updated = bootstrap(Some(&old), &[], &wanted(Some(&other), None), false).unwrap();

    assert_eq!(kept, Bootstrap::Keep);
    assert!(matches!(&more, Bootstrap::Update(..)) && !updates_code(&more), "{more:?}");
    assert!(updates_code(&updated), "{updated:?}");
    for (bootstrap, undeployed_package) in [(&kept, true), (&more, true), (&updated, false)] {
        let package = super::undeployed_package(Some(&other), Some(&same), bootstrap);
        assert_eq!(package.is_some(), undeployed_package);
    }
    assert!(undeployed_package(Some(&package("code/1/")), Some(&same), &kept).is_none());
}

#[test]
fn every_bucket_that_the_loop_plays_from_is_listed_once() {
    let existing = stack(GOOD, "0.2.0", "films");
    let mut wanted = wanted(None, Some("films"));
    wanted.source_buckets.extend(["own", "trailers"]);

    let decided = bootstrap(Some(&existing), &[], &wanted, false).unwrap();

    let Bootstrap::Update(changes, _) = decided else { panic!("{decided:?}") };
    assert_eq!(changes, given(&[("SourceBuckets", "films,own,trailers")]));
}

#[test]
fn bootstrap_is_never_downgraded_nor_upgraded_without_code() {
    let new = package("code/2/");
    for version in ["0.2.1", "0.10.0", "1.0.0"] {
        let existing = stack(GOOD, version, "");
        let error = bootstrap(Some(&existing), &[], &wanted(Some(&new), None), false).unwrap_err();
        assert!(matches!(error, Error::BootstrapNewer { .. }), "{version}: {error}");
    }
    for (version, words) in
        [("0.1.0", "is of version 0.1.0, too old"), ("", "is of an unknown version")]
    {
        let existing = stack(GOOD, version, "");
        let error = bootstrap(Some(&existing), &[], &wanted(None, None), false).unwrap_err();
        assert!(matches!(error, Error::BootstrapTooOld { .. }), "{error}");
        assert!(error.line().contains(words), "{error}");
    }
}

#[test]
fn a_stack_that_allows_no_update_is_refused_with_the_way_out() {
    for (status, way_out) in [
        ("ROLLBACK_COMPLETE", "lilo destroy it"),
        ("ROLLBACK_FAILED", "lilo destroy it"),
        ("CREATE_FAILED", "lilo destroy it"),
        ("DELETE_FAILED", "lilo destroy it"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name it"),
    ] {
        let existing = stack(status, "0.2.0", "");

        let of_loop = loop_stack(Named::Loop(&existing), "it").unwrap_err().line();
        let of_bootstrap = bootstrap(Some(&existing), &[], &wanted(None, None), false).unwrap_err();

        assert!(of_loop.contains(status) && of_loop.contains(way_out), "{of_loop}");
        assert_eq!(of_bootstrap.line(), of_loop);
    }
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let existing = stack(GOOD, "0.2.0", "");
    for named in [Named::Bootstrap(&existing), Named::Foreign(&existing)] {
        assert!(matches!(loop_stack(named, "it").unwrap_err(), Error::NameTaken(_)));
    }
    assert!(loop_stack(Named::Nothing, "it").unwrap().is_none());
    assert!(loop_stack(Named::Loop(&existing), "it").unwrap().is_some());
}
