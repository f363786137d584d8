//! IAM's limits on the size of policies.

use lilo_local_cloud::cloudformation::template::{PseudoParameters, Template};

use crate::bootstrap::Bootstrap;

/// The characters of all inline policies of a role, and of one managed policy, without white space
/// (IAM user guide, "IAM and AWS STS quotas").
const INLINE: usize = 10_240;
const MANAGED: usize = 6_144;

/// As many names as `SourceBuckets` takes, in as many characters.
fn most_buckets() -> String {
    let names = (0..150).map(|number| {
        let length = if number < 99 { 13 } else { 12 };
        format!("{number:0>length$}")
    });
    let names = names.collect::<Vec<_>>().join(",");
    assert_eq!(names.len(), 2048);
    names
}

fn takes(buckets: &str) -> bool {
    let template = include_str!("../../infra/bootstrap.yaml");
    let template = Template::parse(template).unwrap();
    let given = [("CodeBucket", "code"), ("Architecture", "arm64"), ("SourceBuckets", buckets)];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    template.check(&given, &PseudoParameters::default()).is_ok()
}

fn largest() -> Bootstrap {
    Bootstrap::with(&[("SourceBuckets", &most_buckets()), ("Thumbnails", "AUTO")])
}

#[test]
fn inline_policies_fit_their_role_with_every_bucket_allowed() {
    let bootstrap = largest();
    let mut sizes = Vec::new();
    for role in bootstrap.resources().iter().filter(|it| it.resource_type == "AWS::IAM::Role") {
        let policies = bootstrap.policies_of(&role.logical_id);
        let size = policies.iter().map(|policy| policy.to_string().len()).sum::<usize>();
        sizes.push((role.logical_id.as_str(), size));
    }
    println!("{sizes:?}");
    assert_eq!(sizes.len(), 4, "{sizes:?}");
    // The account's and the Region's names may be longer than here.
    assert!(sizes.iter().all(|(_, size)| *size < INLINE - 100), "{sizes:?}");
    let managed = bootstrap.resource("LoopMakers").properties["PolicyDocument"].to_string().len();
    assert!(managed < MANAGED - 100, "{managed}");
}

#[test]
fn more_source_buckets_than_the_role_can_hold_are_refused() {
    assert!(takes(&most_buckets()) && takes(&["abc"; 150].join(",")));
    assert!(!takes(&["abc"; 151].join(",")));
    assert!(!takes(&format!("{}x", most_buckets())));
}
