# Parley. `make` shows what there is; .ci/run calls the same targets.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where Go is unpacked as its own instructions say, but not in PATH.
export PATH := $(PATH):/usr/local/go/bin

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
ARGS    ?=
PKG     ?= ./...
RUNS    ?= 5000
FUZZ    ?= .
BENCH   ?= http store pipeline ingest answer deliver route accept resume memory recover
SOAK    ?= 1h

# The version is ours to state: asking git inside go build fails where the checkout has another owner.
GOBUILD := go build -buildvcs=false -trimpath -ldflags "-s -w -X main.version=$(VERSION)"

WEB := gateway/workspace

.PHONY: help build run test workspace screenshots figures verify nightly chaos fuzz bench soak lint clean go cc redis chromium

help: ## Show the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: go workspace ## Build bin/parley, one static binary with the workspace in it
	CGO_ENABLED=0 $(GOBUILD) -o bin/parley ./cmd/parley

run: build ## Start a demo company with simulated customers (ARGS="--listen :9000")
	bin/parley serve --demo $(ARGS)

workspace: ## Build the operators' web workspace into the program (needs Node.js 20.19+ or 22.12+)
	@.ci/workspace build

test: go cc redis chromium workspace ## Check the format, vet, run every test under the race detector (PKG=./config)
	@.ci/format
	@.ci/workspace check
	@# With -race, vet reads the packages that the tests are built from anyway.
	CGO_ENABLED=1 go vet -race $(PKG)
	go list $(PKG) | awk '!/\/browser$$/' | CGO_ENABLED=1 xargs -r go test -race -shuffle=on -timeout 9m
	@# The stories of the workspace have the processors for themselves: a page on a busy machine waits for everything.
	go list $(PKG) | awk '/\/browser$$/' | CGO_ENABLED=1 xargs -r go test -race -timeout 12m

screenshots: go cc chromium workspace ## Take the pictures of docs/screenshots anew
	PARLEY_SCREENSHOTS=1 go test -count=1 -timeout 9m -v -run TestScreenshots ./cmd/parley/browser

figures: go chromium workspace ## Measure the workspace in Chromium: first paint, switching chats, 500 events/s
	PARLEY_FIGURES=1 go test -count=1 -timeout 30m -v -run TestFigures ./cmd/parley/browser

verify: build ## Tell RUNS simulated stories of the engine, 5000 (ARGS="--seed 7" repeats them)
	bin/parley verify --runs $(RUNS) $(ARGS)

# What takes too long for every push: one line each, in order; the first that fails ends it.
nightly: go cc redis ## What is too long for make test: 10,000 power cuts, every failing call to the disk, 100 killed redis-servers, 20,000 simulated stories, the feed under fire
	PARLEY_POWER_CUTS=10000 go test -timeout 30m -count=1 -run 'TestPowerCuts|TestEveryFailingCall' ./persistence/pebblestore
	PARLEY_RECOVER=100000 go test -timeout 10m -count=1 -v -run 'TestRecovery' ./persistence/pebblestore
	PARLEY_REDIS_KILLS=100 go test -timeout 30m -count=1 -run 'TestKilledServer' ./persistence/redisstore
	$(MAKE) verify RUNS=20000
	PARLEY_FIRE=long go test -timeout 30m -count=1 -v -run 'TestFeedUnderFire|TestReconnectStorm|TestSlowReaders' ./cmd/parley/app
	$(MAKE) chaos

CHAOS_KILLS ?= 200
chaos: go cc ## Kill server and redis-server 200 times each at random, and at every named crash point
	PARLEY_CHAOS_KILLS=$(CHAOS_KILLS) go test -timeout 60m -count=1 -v -parallel 2 ./cmd/parley/chaos | grep -v '^=== '

fuzz: go ## Fuzz every target for FUZZTIME, 20s each (FUZZ=Parse FUZZTIME=5m)
	@.ci/fuzz "$(FUZZ)"

bench: build ## Measure beside the ceilings, at most a minute each (BENCH=ingest ARGS=--json)
	@for name in $(BENCH); do bin/parley bench $$name $(ARGS); done

soak: build ## Hold a server at 30 % load for SOAK, 1h; fails when memory, goroutines or descriptors grow
	bin/parley bench soak --duration $(SOAK) $(ARGS)

lint: go ## Check the format, vet, and look for known vulnerabilities if govulncheck is there
	@.ci/format
	go vet $(PKG)
	@if command -v govulncheck >/dev/null; then govulncheck $(PKG); else echo "govulncheck is not installed: skipped"; fi

clean: ## Remove what was built (the demo's data stays)
	rm -rf bin dist $(WEB)/dist/app $(WEB)/node_modules

go:
	@.ci/need-go

cc: go
	@.ci/need-cc

redis:
	@.ci/need-redis

chromium:
	@.ci/need-chromium
