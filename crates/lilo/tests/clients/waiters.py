"""Every MediaLive waiter of botocore on the emulated MediaLive."""

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

zones = ["us-east-1a", "us-east-1b"]
settings = {"TransportStreamBitrate": 20_000_000, "TransportStreamId": 1}
made = medialive.create_multiplex(Name="py", AvailabilityZones=zones, MultiplexSettings=settings, Tags={"a": "b"})
multiplex = {"MultiplexId": made["Multiplex"]["Id"]}
fails("multiplex_running", **multiplex)
wait("multiplex_created", **multiplex)
medialive.start_multiplex(**multiplex)
wait("multiplex_running", **multiplex)
medialive.stop_multiplex(**multiplex)
wait("multiplex_stopped", **multiplex)
medialive.delete_multiplex(**multiplex)
wait("multiplex_deleted", **multiplex)
assert [it["State"] for it in medialive.list_multiplexes()["Multiplexes"]] == ["DELETED"]

cluster = {"ClusterId": medialive.create_cluster(Name="py", ClusterType="ON_PREMISES")["Id"]}
wait("cluster_created", **cluster)
node = cluster | {"NodeId": medialive.create_node(**cluster, Name="py", Role="ACTIVE")["Id"]}
wait("node_registered", **node)
made = medialive.create_channel_placement_group(**cluster, Name="py", Nodes=[node["NodeId"]])
group = cluster | {"ChannelPlacementGroupId": made["Id"]}
fails("channel_placement_group_unassigned", **group)
wait("channel_placement_group_assigned", **group)
medialive.update_channel_placement_group(**group, Nodes=[])
wait("channel_placement_group_unassigned", **group)
medialive.delete_channel_placement_group(**group)
wait("channel_placement_group_deleted", **group)
medialive.delete_node(**node)
wait("node_deregistered", **node)
medialive.delete_cluster(**cluster)
wait("cluster_deleted", **cluster)

made = medialive.create_signal_map(Name="py", DiscoveryEntryPointArn=made["Arn"])
signal_map = {"Identifier": made["Id"]}
fails("signal_map_updated", **signal_map)
wait("signal_map_created", **signal_map)
medialive.start_update_signal_map(**signal_map, Description="other")
wait("signal_map_updated", **signal_map)
medialive.start_monitor_deployment(**signal_map)
wait("signal_map_monitor_deployed", **signal_map)
medialive.start_delete_monitor_deployment(**signal_map)
wait("signal_map_monitor_deleted", **signal_map)
medialive.delete_signal_map(**signal_map)

never = {"channel": "ChannelId", "input": "InputId", "multiplex": "MultiplexId", "cluster": "ClusterId"}
for kind, name in never.items():
    try:
        getattr(medialive, f"describe_{kind}")(**{name: "9999999"})
        sys.exit(f"describe_{kind} found what never was")
    except medialive.exceptions.NotFoundException:
        pass

missed = set(medialive.waiter_names) - ended
if missed:
    sys.exit(f"not waited for: {', '.join(sorted(missed))}")
print(f"{len(ended)} waiters: {', '.join(sorted(ended))}")
