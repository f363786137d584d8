#!/usr/bin/env bash
# Measures the functions as they are packaged, a function that does nothing, and the AWS sample's
# starter in Python: tools/bench.sh PYTHON [OPTION...]; the options are those of lilo-benches.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
shift

target=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
machine=$(uname -m)
[ "$machine" != arm64 ] || machine=aarch64
tools/package.sh "$target/package-bench" release host >&2
# Built alone: together with another package it would have that one's features.
cargo lambda build --locked --profile release --target "$machine-unknown-linux-gnu" --package=lilo-hello >&2
cargo build --locked --release --package lilo-benches >&2

subjects=("hello=$target/lambda/lilo-hello/bootstrap")
for name in input channel starter; do
    subjects+=("$name=$target/lambda/lilo-$name/bootstrap")
done
subjects+=("sweep=$target/lambda/lilo-starter/bootstrap")
[ ! -x "$python" ] || subjects+=("python=$python")
exec "$target/release/lilo-benches" "$@" "${subjects[@]}"
