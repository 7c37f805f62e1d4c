# What people do with Caja. Everything a target needs it installs or explains.

CARGO ?= cargo
# cargo-nextest runs tests in parallel processes; plain cargo test does as well.
TEST_RUNNER := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo "nextest run" || echo "test")
WITH_POSTGRES := scripts/postgres-for-tests --
FAULT_ROUNDS ?= 20
# For each role.
SCHEMATHESIS_SECONDS ?= 300
# For each target.
FUZZ_SECONDS ?= 60

.PHONY: run demo test client schemathesis faults fuzz bench lint fmt openapi deny help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and start the server on its embedded store
	$(CARGO) run --release --locked -- serve

demo: ## Start a server with a sample session and 500 simulated participants
	$(CARGO) run --release --locked -- demo

test: ## Run all tests, on SQLite and on a throwaway PostgreSQL
	$(WITH_POSTGRES) $(CARGO) $(TEST_RUNNER) --workspace --locked
	scripts/check-exports
	$(MAKE) client
	scripts/check-readme
	scripts/schemathesis --if-possible 20

client: ## Generate the TypeScript client and try it on a server (needs Node 20 and npm)
	$(CARGO) build --locked
	npm --prefix frontend ci --no-audit --no-fund
	npm --prefix frontend run types
	npm --prefix frontend run check
	scripts/with-server -- npm --prefix frontend run live

schemathesis: ## Test a server against its OpenAPI document for longer (needs Python 3.10)
	$(CARGO) build --locked
	scripts/schemathesis $(SCHEMATHESIS_SECONDS)

faults: ## Harm real servers under load in all ways, 20 rounds of each
	CAJA_FAULT_ROUNDS=$(FAULT_ROUNDS) $(WITH_POSTGRES) \
		$(CARGO) test --locked --test faults -- --nocapture --test-threads 2

bench: ## Measure the engine, both stores and the HTTP paths
	$(CARGO) bench --locked --bench engine --bench memory
	$(WITH_POSTGRES) $(CARGO) bench --locked --bench journal
	$(WITH_POSTGRES) $(CARGO) bench --locked --bench http

lint: ## Check formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

fmt: ## Format the code
	$(CARGO) fmt --all

openapi: ## Write openapi.json again after a change of the API
	$(CARGO) run --locked -- openapi > openapi.json

deny: ## Check licences, sources and banned crates (needs cargo-deny)
	$(CARGO) deny check bans licenses sources
