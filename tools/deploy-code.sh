#!/usr/bin/env bash
# New code for the functions that the bootstrap stack made: tools/deploy-code.sh FOLDER NAME...
#
# FOLDER is what tools/package.sh filled. Account, region and endpoint are those of AWS_PROFILE,
# AWS_REGION and AWS_ENDPOINT_URL, or what the AWS CLI is configured for. Every function is looked
# at before the first is changed.
set -euo pipefail
folder=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
built=$(<"$folder/architecture")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "lilo: $1" >&2
    exit 1
}

# The AWS CLI prefers AWS_DEFAULT_REGION and AWS_DEFAULT_PROFILE, cargo-lambda AWS_REGION and
# AWS_PROFILE: left to themselves, one would look at a function here, and the other make one there.
profile=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-}}
unset AWS_PROFILE AWS_DEFAULT_PROFILE
[ -z "$profile" ] || export AWS_PROFILE=$profile
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
[ -n "$region" ] || fail "there is no region; set AWS_REGION, or give the profile one: aws configure set region REGION"

# cargo-lambda makes a function that is not there, with a role that can do nothing, and would put
# code for one processor on a function for the other, which then never answers.
for name in "$@"; do
    [ -f "$folder/$name.zip" ] || fail "$name is none of LILO's functions: lilo-input, lilo-channel, lilo-starter"
    if ! runs=$(aws lambda get-function-configuration --function-name "$name" --region "$region" --query 'Architectures[0]' --output text 2>"$scratch/said"); then
        grep -q ResourceNotFoundException "$scratch/said" || fail "cannot look at $name: $(tr -d '\n' <"$scratch/said")"
        fail "there is no function $name in this account and region ($region); create the bootstrap stack first (infra/bootstrap.yaml)"
    fi
    [ "$runs" = "$built" ] || fail "$name runs on $runs and its zip is for $built; run: make deploy-code ARCHITECTURE=$runs"
done

# cargo-lambda takes the binary, and packs it by itself.
for name in "$@"; do
    python3 -m zipfile -e "$folder/$name.zip" "$scratch/$name"
    cargo lambda deploy "$name" --binary-path "$scratch/$name/bootstrap" --region "$region" >&2
    aws lambda wait function-updated --function-name "$name" --region "$region"
    echo "$name"
done
