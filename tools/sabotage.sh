#!/usr/bin/env bash
# Puts each deliberate fault of tests/reliability/sabotage into a copy of the project, and demands
# that the lifecycles' test notices.
set -euo pipefail
cd "$(dirname "$0")/.."
faults=$PWD/tests/reliability/sabotage
# A target folder of its own: cargo takes two copies of a workspace for one, and would link what was
# made wrong here.
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/sabotage
copy=$target/copy
export CARGO_TARGET_DIR=$target
# Else git, in a folder that it ignores, applies nothing and says nothing.
export GIT_CEILING_DIRECTORIES=$target

# Lays the project out anew. The files get new times: with their own, cargo would take what the last
# fault made for up to date.
lay_out() {
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z | xargs -0 cp --parents --target-directory="$copy"
}

log=$target/test.log
lifecycles() {
  if ! (cd "$copy" && cargo test --workspace --test reliability --no-run >"$log" 2>&1); then
    echo "does not compile, see $log"
    exit 1
  fi
  (cd "$copy" && cargo test --workspace --test reliability every_lifecycle >"$log" 2>&1)
}

missed=0
for fault in "$faults"/*.patch; do
  lay_out
  git -C "$copy" apply "$fault"
  printf 'sabotage %s: ' "$(basename "$fault" .patch)"
  if lifecycles; then
    echo "NOT noticed"
    missed=$((missed + 1))
  else
    echo "noticed by $(grep -A2 -m1 'panicked at' "$log" | sed -n '2,3p' | cut -c1-300 | tr '\n' ' ')"
  fi
done

# Last, so that nothing of the faults is left in what is built.
lay_out
printf 'without a fault: '
if lifecycles; then
  echo "passed"
else
  echo "FAILED, see $log"
  missed=$((missed + 1))
fi
exit "$missed"
