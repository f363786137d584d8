# `make up` plays the loop, `make test` passes the tests. `make help` lists the rest.

SHELL := /bin/bash
VENV := .venv
# Python is needed for the template linter only.
CFN_LINT := cfn-lint==1.58.0

.PHONY: help up test check fmt lint doc templates ffmpeg clean

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

up: ffmpeg ## Plays an MP4 as a live channel at rtp://127.0.0.1:5000, until Ctrl-C; options: make up ARGS="--source clip.mp4"
	@exec cargo run --quiet -- up $(ARGS)

test: check ffmpeg ## Everything that must hold: make check, then every test
	@if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace; else cargo test --workspace; fi

check: fmt lint doc templates ## Format, lints, documentation, templates

fmt:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets -- --deny warnings

doc:
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items --quiet

templates: $(VENV)/cfn-lint
	$(VENV)/bin/cfn-lint --include-checks I -- infra/*.yaml

# The stamp is named after the tool and carries its version: a new pin installs anew.
$(VENV)/cfn-lint: Makefile
	@command -v python3 >/dev/null || { echo "lilo: install Python 3 with venv (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python)"; exit 1; }
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check $(CFN_LINT)
	@touch $@

ffmpeg:
	@command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null || tools/install-ffmpeg.sh

clean: ## Removes what was built
	cargo clean
	rm -rf $(VENV)
