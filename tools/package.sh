#!/usr/bin/env bash
# Packages the functions for Lambda: tools/package.sh FOLDER PROFILE ARCHITECTURE
#
# FOLDER gets lilo-input.zip, lilo-channel.zip, lilo-starter.zip, and the word arm64 or x86_64 in a
# file `architecture`. ARCHITECTURE is one of the two, `host` (this machine's), or `best`: arm64,
# which costs less on Lambda, where Rust can build for it, and this machine's otherwise.
#
# The same commit gives the same bytes wherever it is built
# (docs/decisions/0009-same-commit-same-bytes.md).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 profile=$2 architecture=$3
functions=(lilo-input lilo-channel lilo-starter)

fail() {
    echo "lilo: $1" >&2
    exit 1
}

sysroot=$(rustc --print sysroot)
can_build() { [ -d "$sysroot/lib/rustlib/$1-unknown-linux-gnu" ]; }
host() {
    case $(uname -m) in
    x86_64) echo x86_64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "Lambda runs on x86_64 and arm64 only, and this machine is a $(uname -m); set ARCHITECTURE" ;;
    esac
}
case $architecture in
host) architecture=$(host) ;;
best) if can_build aarch64; then architecture=arm64; else architecture=$(host); fi ;;
esac
case $architecture in
arm64) machine=aarch64 ;;
x86_64) machine=x86_64 ;;
*) fail "ARCHITECTURE is $architecture; it can be arm64 or x86_64" ;;
esac
can_build "$machine" || fail "Rust cannot build for $architecture here; run: rustup target add $machine-unknown-linux-gnu"

# Where something was built must not show in it: panic messages name source files.
target=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
remap() { printf -- '--remap-path-prefix=%s=%s' "$1" "$2"; }
flags=("$(remap "$PWD" /lilo)" "$(remap "${CARGO_HOME:-$HOME/.cargo}" /cargo)" "$(remap "$sysroot" /rust)" "$(remap "$target" /target)")
# Separated by what no path holds.
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS

# The three alone: packages that are built together share the features of what they use, and the
# command's are wide.
cargo lambda build --locked --profile "$profile" --target "$machine-unknown-linux-gnu" "${functions[@]/#/--package=}" >&2

rm -rf "$folder"
mkdir -p "$folder"
for name in "${functions[@]}"; do
    python3 tools/zip.py "$target/lambda/$name/bootstrap" "$folder/$name.zip"
    echo "$folder/$name.zip  $(wc -c <"$folder/$name.zip") bytes, $architecture"
done
echo "$architecture" >"$folder/architecture"
