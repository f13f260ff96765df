# Everything a developer does here; `make` alone lists it. Needs Go, bash and git, and for the real
# parts what test/parts installs.

# What is not Go's own, pinned. It is built by `go run`, outside every module of this tree.
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# Packages that start goroutines: the race detector is run on them.
RACED := ./pkg/eventlog/... ./pkg/store/... ./pkg/embedded/... ./pkg/engine/... ./pkg/ingest/... ./pkg/query/...

# Nothing is shipped or tested through go.work (see there).
export GOWORK := off
WORKSPACE := GOWORK=$(CURDIR)/go.work

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What a real part answered yesterday proves nothing: with one, no test is taken from the cache.
FRESH := $(if $(WEIR_TEST_KAFKA)$(WEIR_TEST_REDIS),-count=1)
TEST := go test -json -timeout 40m
REPORT := go run -C $(CURDIR) ./test/report

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run all of Weir in one process with a demo company; the dashboard is on http://127.0.0.1:8081
	go run ./services/weir up --demo

.PHONY: build
build: ## build every program into bin
	go build -o bin/ ./services/...

# What `go build` compiles the aggregator by (its default.pgo): where it spends its time.
PGO := services/aggregator/default.pgo

.PHONY: profile
profile: ## measure anew where the aggregator spends its time, and keep it for its next builds
	dir=$$(mktemp -d) && trap 'rm -r "$$dir"' EXIT && \
	PARTS=whole EVENTS=600000 PROFILE=$$dir $(MAKE) bench || [ -s "$$dir/whole.pprof" ]; \
	cp "$$dir/whole.pprof" $(PGO)

.PHONY: test
test: ## vet and test; the last lines name the real-parts suites that ran and those that did not
	go vet ./...
	$(TEST) $(FRESH) ./... | $(REPORT)

.PHONY: test-real
test-real: ## the same against a real Kafka and Redis, which it installs, starts and stops
	test/parts/with $(MAKE) test

.PHONY: race
race: ## test what starts goroutines under the race detector
	$(TEST) -race $(FRESH) $(RACED) | $(REPORT)

# All of them are run, also after one that fails. What breaks one is written beside it, into testdata/fuzz:
# it belongs into the repository, where every test run tries it again.
FUZZTIME ?= 10s
.PHONY: fuzz
fuzz: ## fuzz all that reads what comes from outside, each for FUZZTIME
	@all=$$(go test -list '^Fuzz' ./... | awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { while (n) print $$2, name[--n] }'); \
	failed=0; while read -r package name; do \
	  echo "$$package $$name"; \
	  go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$package" || failed=1; \
	done <<< "$$all"; \
	exit $$failed

.PHONY: simulate
simulate: ## run 10,000 seeds of each simulation of the engine; the seed of one that fails is printed
	WEIR_SEEDS=10000 go test -count=1 -timeout 3h -v -run RandomFaults ./pkg/engine

.PHONY: e2e
e2e: build ## ask the programs, as processes, what their users would ask
	cd test/e2e && go vet ./...
	cd test/e2e && WEIR_BIN=$(CURDIR)/bin $(TEST) -count=1 ./... | $(REPORT)

.PHONY: chaos
chaos: build ## make faults on a real Kafka and Redis for MINUTES (10), in ROWS or all; adds up in docs/faults.md
	cd test/e2e && go run ./chaos

.PHONY: bench
bench: build ## measure Weir on a real Kafka and Redis, which it installs, starts and stops
	WEIR_BIN=$(CURDIR)/bin test/parts/with env $(WORKSPACE) go run -pgo $(PGO) ./test/bench

LOADED := WEIR_BIN=$(CURDIR)/bin test/parts/with env $(WORKSPACE)

.PHONY: load
load: build ## flood the services for one tenant and measure the others; writes into docs (about 3 minutes)
	$(LOADED) go run ./test/bench/load flood docs

.PHONY: soak
soak: build ## run at half the capacity for MINUTES (20) and see whether memory stays flat; writes into docs
	$(LOADED) go run ./test/bench/load soak docs

.PHONY: lint
lint: ## lint all modules and check their format
	go run $(GOLANGCI_LINT) run ./...
	cd test/e2e && go run $(GOLANGCI_LINT) run ./...
	cd test/bench && $(WORKSPACE) go run $(GOLANGCI_LINT) run ./...

.PHONY: fmt
fmt: ## format all modules
	go run $(GOLANGCI_LINT) fmt ./...

.PHONY: generate
generate: ## make again what is generated
	go generate ./...

# The benchmark imports the product without requiring it, because go mod tidy would ask a proxy for
# it: a copy of its go.mod is tidied with the product put in its place.
.PHONY: tidy
tidy: ## tidy the go.mod of every module
	go mod tidy
	cd test/e2e && go mod tidy
	cd test/bench && copy=$$(mktemp -d) && trap 'rm -r "$$copy"' EXIT && \
	cp go.* "$$copy" && \
	go mod edit -require=weir.dev/weir@v0.0.0 -replace=weir.dev/weir=../.. "$$copy/go.mod" && \
	go mod tidy -modfile="$$copy/go.mod" && \
	go mod edit -droprequire=weir.dev/weir -dropreplace=weir.dev/weir "$$copy/go.mod" && \
	cp "$$copy"/go.* .
