//! The rights that `lilo`'s commands need: their own calls, and those that CloudFormation makes with
//! the caller's rights. The resources are named as `lilo deploy` names them: LOOP is a stack that the
//! loop makers' policy allows, BUCKET the bucket for code and files.

/// Resources, with `*` for those of no resource, and the actions on each.
pub(super) type Table = &'static [(&'static str, &'static [&'static str])];

const STACK: &[&str] = &[
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:ListChangeSets",
    "cloudformation:TagResource",
];
const ALARM: &[&str] = &[
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
];

/// To make, change, watch, start, stop and delete loops.
pub(super) const OF_LOOPS: Table = &[
    (
        "*",
        &[
            "cloudformation:DescribeStacks",
            "cloudformation:GetTemplateSummary",
            "medialive:ListAlerts",
            "medialive:ListChannels",
        ],
    ),
    ("cloudformation:REGION:ACCOUNT:stack/LOOP/0", STACK),
    ("cloudwatch:REGION:ACCOUNT:alarm:LOOP-AlertsAlarm-0", ALARM),
    ("lambda:REGION:ACCOUNT:function:lilo-input", &["lambda:InvokeFunction"]),
    ("lambda:REGION:ACCOUNT:function:lilo-channel", &["lambda:InvokeFunction"]),
    (
        "medialive:REGION:ACCOUNT:channel:0",
        &[
            "medialive:DescribeChannel",
            "medialive:DescribeThumbnails",
            "medialive:StartChannel",
            "medialive:StopChannel",
        ],
    ),
    ("s3:::BUCKET", &["s3:GetBucketTagging", "s3:ListBucket"]),
    ("s3:::BUCKET/sources/0", &["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]),
];

/// To make, change and delete the bootstrap stack and the bucket, too.
pub(super) const OF_BOOTSTRAP: Table = &[
    ("cloudformation:REGION:ACCOUNT:stack/lilo-bootstrap/0", STACK),
    ("cloudwatch:REGION:ACCOUNT:alarm:lilo-bootstrap-DeadLettersAlarm-0", ALARM),
    (
        "events:REGION:ACCOUNT:event-bus/lilo",
        &["events:CreateEventBus", "events:DeleteEventBus", "events:TagResource"],
    ),
    (
        "events:REGION:ACCOUNT:rule/lilo-bootstrap-StartRule-0",
        &[
            "events:DeleteRule",
            "events:DescribeRule",
            "events:PutRule",
            "events:PutTargets",
            "events:RemoveTargets",
            "events:TagResource",
        ],
    ),
    (
        "iam::ACCOUNT:policy/lilo-bootstrap-LoopMakers-0",
        &[
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicy",
            "iam:DeletePolicyVersion",
            "iam:GetPolicy",
            "iam:ListPolicyVersions",
        ],
    ),
    (
        "iam::ACCOUNT:role/lilo-bootstrap-InputRole-0",
        &[
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:GetRole",
            "iam:PassRole",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UpdateAssumeRolePolicy",
        ],
    ),
    (
        "lambda:REGION:ACCOUNT:function:lilo-input",
        &[
            "lambda:AddPermission",
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            "lambda:DeleteFunctionEventInvokeConfig",
            "lambda:GetFunction",
            "lambda:PutFunctionEventInvokeConfig",
            "lambda:RemovePermission",
            "lambda:TagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ],
    ),
    (
        "logs:REGION:ACCOUNT:log-group:/aws/lambda/lilo-input",
        &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
        ],
    ),
    (
        "s3:::BUCKET",
        &[
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:ListBucketMultipartUploads",
            "s3:ListBucketVersions",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
    ),
    (
        "s3:::BUCKET/code/0",
        &["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:PutObject"],
    ),
    (
        "sqs:REGION:ACCOUNT:lilo-bootstrap-DeadLetters-0",
        &[
            "sqs:CreateQueue",
            "sqs:DeleteQueue",
            "sqs:GetQueueAttributes",
            "sqs:SetQueueAttributes",
            "sqs:TagQueue",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::templates::{BOOTSTRAP, LOOP};

    fn services(table: Table) -> BTreeSet<String> {
        let actions = table.iter().flat_map(|(_, actions)| *actions);
        actions.map(|action| action.split(':').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_service_of_a_template_is_in_its_list_of_rights() {
        for (template, table) in [(BOOTSTRAP, OF_BOOTSTRAP), (LOOP, OF_LOOPS)] {
            let types = template.lines().filter_map(|it| it.trim().strip_prefix("Type: AWS::"));
            let needed: BTreeSet<_> =
                types.map(|it| it.split("::").next().unwrap().to_lowercase()).collect();
            assert!(!needed.is_empty());
            let listed = services(table);
            assert!(needed.is_subset(&listed), "{needed:?} {listed:?}");
        }
    }
}
