# SPDX-License-Identifier: Apache-2.0

# `make` alone says what there is. `make run` brings the sample services up from a fresh checkout.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help deps oracles run build test tsan asan bench reload-storm soak lint format clean

SOURCES := Package.swift Sources Plugins Tests Benchmarks Examples
ORACLES := .build/oracles/installed

# What the benchmarks run, measure or weigh.
MEASURED := backplane-bench backplane-limits backplane backplane-worker AllocationCounter Probe \
	StatelessProbe Compute Echo Memory Pipeline Tokenizer VersionedEcho

# What the storm needs.
STORMED := backplane-storm backplane backplane-worker VersionedCompute VersionedEcho \
	VersionedMemory VersionedPipeline VersionedTokenizer

help: ## Says what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Checks the tools and libraries this needs; installs what is missing where it may
	@scripts/dependencies build

oracles: $(ORACLES)

# Other implementations that the tests compare with, in an environment of their own.
$(ORACLES): Tests/Oracles/requirements.txt scripts/dependencies
	@scripts/dependencies test
	python3 -m venv --clear .build/oracles
	.build/oracles/bin/python -m pip install --quiet --disable-pip-version-check \
		-r Tests/Oracles/requirements.txt
	@touch $@

run: deps ## Builds for release and runs the sample services
	swift build -c release
	.build/release/backplane run

build: deps ## Builds everything for debugging
	swift build

test: deps oracles ## Builds and runs all tests
	swift build --build-tests
	# One at a time: many run hosts and processes of their own, and each is to have the machine.
	# What failed is said once more at the end, where one looks.
	swift test --skip-build --no-parallel 2>&1 | tee .build/tests.log \
		|| { grep -aE '^(✘|↳)' .build/tests.log | head -n 20; exit 1; }
	Tests/Scripts/outside-package.sh "$$(swift build --show-bin-path)"

bench: deps ## Measures; CHECK=1 fails when a bound is missed, ONLY=forked takes one section
	@scripts/dependencies bench
	for product in $(MEASURED); do swift build -c release --product $$product || exit 1; done
	# No target of the package: nothing else needs ZeroMQ.
	cc -O2 -Wall -o .build/release/zeromq-peer -IBenchmarks/Limits -IBenchmarks/Placement/include \
		Benchmarks/Peers/zeromq.c Benchmarks/Limits/measuring.c Benchmarks/Placement/placement.c \
		$$(pkg-config --cflags --libs libzmq)
	.build/release/backplane-bench $(if $(CHECK),--check) $(if $(ONLY),--only $(ONLY)) \
		--json $(or $(JSON),.build/bench.json)

reload-storm: deps ## Replaces plugins a hundred times under a thousand calls in flight
	for product in $(STORMED); do swift build -c release --product $$product || exit 1; done
	.build/release/backplane-storm

soak: deps ## Floods a slow consumer for 30 s, and has workers attack their host a thousand times
	for product in backplane-soak backplane-hostile-soak backplane-worker Probe; do \
		swift build -c release --product $$product || exit 1; \
	done
	.build/release/backplane-soak
	.build/release/backplane-hostile-soak

tsan: SANITIZER := thread
tsan: ## Runs the tests of the transport with ThreadSanitizer
asan: SANITIZER := address
asan: ## Runs the tests of the transport with AddressSanitizer
# What has one thread only is nothing for ThreadSanitizer, and slow under it.
tsan: SKIPPED := --skip WakeProtocolTests --skip FrameRecordTests --skip PayloadPoolTests
tsan asan:
	BACKPLANE_ONLY=transport swift test --disable-xctest --sanitize=$(SANITIZER) \
		--scratch-path .build-$@ --filter BackplaneTransportTests $(SKIPPED)

lint: ## Checks the style of every file
	swift format lint --strict --recursive $(SOURCES)

format: ## Rewrites every file in the style
	swift format --in-place --recursive $(SOURCES)

clean: ## Removes what was built; keeps what was downloaded
	swift package clean
	rm -rf .backplane
