"""Prints what `lilo up` with its test clip, 1080p25, takes: the time until the channel runs, then
processor and memory of all its processes, alone and while a page shows it.

Usage: up-cost.py LILO SECONDS. Linux only: it reads /proc.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request

TICK = os.sysconf("SC_CLK_TCK")
PORT = "5990"


def of_proc(pid, name):
    """The file's text; empty once the process is gone."""
    try:
        with open(f"/proc/{pid}/{name}", encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def stat(pid):
    """The fields of /proc/PID/stat after the name; the first is the state."""
    return of_proc(pid, "stat").rpartition(")")[2].split()


def with_descendants(pid):
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        if fields := stat(name):
            children.setdefault(int(fields[1]), []).append(int(name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


def seconds(pid):
    fields = stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK if fields else None


def mebibytes(pid, file, name):
    lines = of_proc(pid, file).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def measure(pid, duration):
    before = {process: seconds(process) or 0 for process in with_descendants(pid)}
    last, resident, proportional, remuxing = {}, [], [], set()
    begun = time.monotonic()
    while time.monotonic() - begun < duration:
        processes = with_descendants(pid)
        last |= {process: used for process in processes if (used := seconds(process)) is not None}
        remuxing |= {process for process in processes if "aac_adtstoasc" in of_proc(process, "cmdline")}
        resident.append(sum(mebibytes(process, "status", "VmRSS:") for process in processes))
        proportional.append(sum(mebibytes(process, "smaps_rollup", "Pss:") for process in processes))
        time.sleep(0.25)
    elapsed = time.monotonic() - begun
    used = {process: (end - before.get(process, 0)) / elapsed for process, end in last.items()}
    page = sum(used[process] for process in remuxing & used.keys())
    print(
        f"processor: {sum(used.values()):.2f} cores, of them {used[pid]:.2f} the command's own"
        f" and {page:.3f} its ffmpeg for the page"
    )
    for what, values in [
        ("shared pages counted once (PSS)", proportional),
        ("in every process (RSS)", resident),
    ]:
        mean = sum(values) / len(values)
        print(f"memory, {what}: {mean:.0f} MiB on average, {max(values):.0f} MiB at most")


def read(url):
    """Reads without end, as a page does."""
    def forever():
        try:
            with urllib.request.urlopen(url) as answer:
                while answer.read(65536):
                    pass
        except OSError:
            pass

    threading.Thread(target=forever, daemon=True).start()


def main(lilo, duration):
    begun = time.monotonic()
    with subprocess.Popen(
        [lilo, "up", "--port", PORT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as up:
        page = key = channel = ""
        try:
            for line in up.stdout:
                if match := re.search(r"^  page +(\S+)/(\?key=\w+)$", line):
                    page, key = match[1], match[2]
                if match := re.search(r"channel (\d+) is RUNNING", line):
                    channel = match[1]
                if "Pipeline started" in line:
                    print(f"RUNNING {time.monotonic() - begun:.1f} s after the command")
                    print("alone")
                    measure(up.pid, float(duration))
                    read(f"{page}/live{key}")
                    read(f"{page}/stream/{channel}/0{key}")
                    # Its ffmpeg is there once a keyframe has come.
                    time.sleep(3)
                    print("with a page")
                    measure(up.pid, float(duration))
                    break
            else:
                sys.exit("lilo up ended before its channel ran")
        finally:
            up.send_signal(signal.SIGINT)
            up.stdout.read()


main(*sys.argv[1:])
