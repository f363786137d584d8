"""What the AWS sample's starter does, in Python: starts the channel that was created, without its
sleep of 50 s.
"""

import boto3

medialive = boto3.client("medialive")


def handler(event, _context):
    if event["detail"]["state"] == "CREATED":
        channel = event["detail"]["channel_arn"].rsplit(":", 1)[1]
        medialive.start_channel(ChannelId=channel)
