#!/usr/bin/env bash
# Packages the last commit twice, in two folders of different names with nothing built before, and
# compares the zips.
#
# Two full builds, minutes each. It shows that neither the place nor the time of a build is in the
# bytes; it does not show that another machine, with another linker or zlib, makes the same.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for place in one another/and-a-longer; do
    mkdir -p "$scratch/$place"
    git archive HEAD | tar -x -C "$scratch/$place"
    CARGO_TARGET_DIR=$scratch/$place/target "$scratch/$place/tools/package.sh" "$scratch/$place/package" release best
    rm -rf "$scratch/$place/target"
done
cd "$scratch"
(cd one/package && sha256sum -- *.zip) | tee first
(cd another/and-a-longer/package && sha256sum --check --strict "$scratch/first")
