"""Every MediaLive waiter of botocore that does not wait for a multiplex or a placement group, on the emulated MediaLive."""

import json
import sys

import boto3
from botocore.exceptions import WaiterError

url, channel = sys.argv[1], sys.argv[2]
medialive = boto3.client("medialive", endpoint_url=url)
ended = []


def wait(name, **of):
    medialive.get_waiter(name).wait(**of, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    ended.append(name)


def fails(name, **of):
    try:
        medialive.get_waiter(name).wait(**of, WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    except WaiterError:
        return
    sys.exit(f"{name} succeeded and should not have")


created = medialive.create_input(Name="py", Type="MP4_FILE", Sources=[{"Url": "https://host/clip.mp4"}])
input_id = created["Input"]["Id"]
wait("input_detached", InputId=input_id)
fails("input_attached", InputId=input_id)

channel = json.loads(channel.replace("INPUT", input_id))
channel_id = medialive.create_channel(**channel)["Channel"]["Id"]
fails("channel_running", ChannelId=channel_id)
wait("channel_created", ChannelId=channel_id)
wait("input_attached", InputId=input_id)
medialive.start_channel(ChannelId=channel_id)
wait("channel_running", ChannelId=channel_id)
medialive.stop_channel(ChannelId=channel_id)
wait("channel_stopped", ChannelId=channel_id)
medialive.delete_channel(ChannelId=channel_id)
wait("channel_deleted", ChannelId=channel_id)
wait("input_detached", InputId=input_id)
medialive.delete_input(InputId=input_id)
wait("input_deleted", InputId=input_id)

for kind, arguments in (("describe_channel", {"ChannelId": "9999999"}), ("describe_input", {"InputId": "9999999"})):
    try:
        getattr(medialive, kind)(**arguments)
        sys.exit(f"{kind} found what never was")
    except medialive.exceptions.NotFoundException:
        pass

print(f"{len(set(ended))} waiters: {', '.join(sorted(set(ended)))}")
