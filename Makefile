# What people do with Caja. Everything a target needs it installs or explains.

CARGO ?= cargo
# cargo-nextest runs tests in parallel processes; plain cargo test does as well.
TEST_RUNNER := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo "nextest run" || echo "test")
WITH_POSTGRES := scripts/postgres-for-tests --
# With what the tests need too: without it crates would have other features, and be built again.
BUILD_FOR_TESTS := $(CARGO) build --workspace --tests --locked
NPM := npm --prefix frontend
PAGE_SOURCES := openapi.json frontend/vite.config.ts $(wildcard frontend/*.html) \
	$(shell find frontend/src -type f -not -name schema.d.ts)
FAULT_ROUNDS ?= 20
# Of each property, 256 being what `make test` tries.
PROPERTY_CASES ?= 12800
# For each role.
SCHEMATHESIS_SECONDS ?= 300
# For each target.
FUZZ_SECONDS ?= 60
# Of loadtest/: smoke, average, spike, stress, soak, failover.
WORKLOAD ?= smoke average

.PHONY: run demo pages test pages-test pictures schemathesis faults properties fuzz bench instructions \
	loadtest loadtest-smoke lint fmt openapi deny observability traces infra-test workflows-lint container-test help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: pages ## Build and start the server on its embedded store
	$(CARGO) run --release --locked -- serve

demo: pages ## Start a server with a sample session and 500 simulated participants
	$(CARGO) run --release --locked -- demo

pages: frontend/dist/admin.html ## Build the web pages (needs Node 20 and npm)

frontend/dist/admin.html: $(PAGE_SOURCES) frontend/node_modules/.package-lock.json
	$(NPM) run types
	$(NPM) run build

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	@npm --version >/dev/null 2>&1 || { echo "The web pages need Node 20 or newer with npm: \
	https://nodejs.org. Without: cargo run --release -- serve"; exit 1; }
	$(NPM) ci --no-audit --no-fund

# The same cases each time: what a change broke is told from what nobody had tried before.
test: export PROPTEST_RNG_SEED ?= 1
test: pages ## Run all tests: SQLite, a throwaway PostgreSQL, the pages in a browser
	$(WITH_POSTGRES) $(CARGO) $(TEST_RUNNER) --workspace --locked
	scripts/check-exports
	$(BUILD_FOR_TESTS)
	scripts/check-readme
	$(MAKE) pages-test
	scripts/schemathesis --if-possible 20

pages-test: pages ## Test the web pages and their client (needs Node 20, npm and Chromium)
	$(BUILD_FOR_TESTS)
	$(NPM) run check
	$(NPM) test
	scripts/with-server -- $(NPM) run live
	scripts/chromium-for-tests -- $(NPM) run browser

pictures: pages ## Take pictures of every page in every state, into target/pictures
	$(CARGO) build --locked
	CAJA_PICTURES=$(CURDIR)/target/pictures scripts/chromium-for-tests -- $(NPM) run browser

schemathesis: ## Test a server against its OpenAPI document for longer (needs Python 3.10)
	$(CARGO) build --locked
	scripts/schemathesis $(SCHEMATHESIS_SECONDS)

faults: ## Harm real servers under load in all ways, 20 rounds of each
	CAJA_FAULT_ROUNDS=$(FAULT_ROUNDS) $(WITH_POSTGRES) \
		$(CARGO) test --locked --test faults -- --nocapture --test-threads 2

properties: ## Try the properties on 50 times as many cases, new ones each time
	PROPTEST_CASES=$(PROPERTY_CASES) $(CARGO) test --release --locked -p caja-actors --lib \
		--test aggregates --test frames --test replay --test rows --test secrets

fuzz: ## Fuzz every decoder for FUZZ_SECONDS, and keep what it finds (needs cargo-fuzz)
	scripts/fuzz $(FUZZ_SECONDS)

bench: ## Measure the engine, both stores and the HTTP paths
	$(CARGO) bench --locked --bench engine --bench poll --bench memory
	$(WITH_POSTGRES) $(CARGO) bench --locked --bench journal
	$(WITH_POSTGRES) $(CARGO) bench --locked --bench http --bench nodes
	@echo "Against the baseline: scripts/bench-baseline; into docs/performance.md: scripts/performance collect"

instructions: ## Count the instructions of requests, and fail where they take more than they did (needs valgrind)
	$(CARGO) bench --locked --bench instructions -- $(IF_POSSIBLE)

loadtest: ## Load a server with WORKLOAD="smoke average", and fail on a missed goal (needs k6 or Python)
	$(CARGO) build --release --locked
	scripts/loadtest $(WORKLOAD)

# Whether the load test works, on any machine: what it says about latency would be noise.
loadtest-smoke:
	$(CARGO) build --locked
	CAJA_BIN=target/debug/caja LATENCY_FACTOR=20 scripts/loadtest --if-possible smoke

lint: ## Check formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

fmt: ## Format the code
	$(CARGO) fmt --all

openapi: ## Write openapi.json again after a change of the API
	$(CARGO) run --locked -- openapi > openapi.json

deny: ## Check licences, sources and banned crates (needs cargo-deny)
	$(CARGO) deny check bans licenses sources

infra-test: ## Check the infrastructure and the deployment, without an account (needs Terraform)
	scripts/infra-test
	scripts/check-deploy

workflows-lint: ## Lint the workflows and all scripts
	scripts/workflows-lint

observability: ## Watch failing servers by the alerts and the dashboard (needs Prometheus)
	$(CARGO) build --locked
	scripts/check-observability

traces: ## Test a server that is built to send traces (feature otel)
	$(CARGO) clippy --workspace --all-targets --locked --features otel -- -D warnings
	$(CARGO) test --locked --features otel --test traces

container-test: ## Build the image, and play an event in it (needs Docker, or Podman with Buildah)
	scripts/check-container
