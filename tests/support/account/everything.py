"""Prints, a line each, what an account has in a region: stacks, change sets that wait, buckets, objects, half uploads."""

import boto3

cloudformation, s3 = boto3.client("cloudformation"), boto3.client("s3")

for stack in cloudformation.describe_stacks()["Stacks"]:
    name = stack["StackName"]
    print("stack", name, stack["StackStatus"])
    for change_set in cloudformation.list_change_sets(StackName=name)["Summaries"]:
        if change_set["ExecutionStatus"] == "AVAILABLE":
            print("change set", name, change_set["ChangeSetName"])
for bucket in s3.list_buckets()["Buckets"]:
    name = bucket["Name"]
    print("bucket", name)
    for version in s3.list_object_versions(Bucket=name).get("Versions", []):
        print("object", name, version["Key"])
    for upload in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
        print("half upload", name, upload["Key"])
