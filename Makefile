# SPDX-License-Identifier: Apache-2.0

.PHONY: build test lint

build:
	swift build

test: build
	swift test

lint:
	swift format lint --strict --recursive Package.swift Sources Plugins Tests Benchmarks
