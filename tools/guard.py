"""Compares instructions and sizes of the functions with what they were: fails above 5 % more.

guard.py BENCH PACKAGES PROFILE LIMITS: the JSON of lilo-benches, the folder of zips, the profile that
they were built with, and benches/limits.json.
With LILO_REFRESH=1 it writes the limits anew.
"""

import json
import os
import sys
from pathlib import Path

MARGIN = 1.05

bench, packages, profile, limits = map(Path, sys.argv[1:])
built = f"{(packages / 'architecture').read_text().strip()} {profile}"
found = {
    f"{count['subject']} instructions": count["instructions"]
    for count in json.loads(bench.read_text())["counts"]
    if count["instructions"]
}
found |= {f"{zip.stem} zip bytes": zip.stat().st_size for zip in sorted(packages.glob("*.zip"))}

known = json.loads(limits.read_text()) if limits.exists() else {}
if os.environ.get("LILO_REFRESH"):
    if len(found) < 6:
        sys.exit("lilo: of three functions, instructions or zips are missing; install valgrind")
    known[built] = found
    limits.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
expected = known.get(built)
if expected is None:
    print(f"lilo: {limits} knows nothing of {built}, so nothing was compared; LILO_REFRESH=1 make guard writes it")
    sys.exit()

failed = False
for name, usual in expected.items():
    now = found.get(name)
    if now is None:
        sys.exit(f"lilo: {name} was not counted; install valgrind")
    grown = now > usual * MARGIN
    failed |= grown
    print(f"{name}: {now}, was {usual} ({now / usual - 1:+.1%}){'  TOO MUCH' if grown else ''}")
if failed:
    sys.exit("lilo: a function has grown by over 5 %; if it has to, LILO_REFRESH=1 make guard")
