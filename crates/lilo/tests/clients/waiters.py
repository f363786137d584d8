"""Every waiter of botocore for channels and inputs on the emulated MediaLive."""

import json
import sys

import boto3
from botocore.exceptions import WaiterError

url, channel = sys.argv[1], sys.argv[2]
medialive = boto3.client("medialive", endpoint_url=url)
ended = set()


def wait(name, **of):
    medialive.get_waiter(name).wait(**of, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    ended.add(name)


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

channel = json.loads(channel)
channel["InputAttachments"][0]["InputId"] = input_id
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

never = {"channel": "ChannelId", "input": "InputId"}
for kind, name in never.items():
    try:
        getattr(medialive, f"describe_{kind}")(**{name: "9999999"})
        sys.exit(f"describe_{kind} found what never was")
    except medialive.exceptions.NotFoundException:
        pass

ours = {name for name in medialive.waiter_names if name.startswith(("channel_", "input_"))}
missed = {name for name in ours if not name.startswith("channel_placement_group_")} - ended
if missed:
    sys.exit(f"not waited for: {', '.join(sorted(missed))}")
print(f"{len(ended)} waiters: {', '.join(sorted(ended))}")
