# Everything a developer runs. Each target that has a line in `make help` can be run in a fresh clone.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
ARGS ?=

# Several processes, since most tests wait. A slow test has a stack to itself or a heavy load to make: two at a time, and
# those of one file in one process, which start their stack once.
PYTEST := $(BIN)/pytest -n auto
PYTEST_SLOW := $(BIN)/pytest -n 2 --dist=loadfile

# Tests start hundreds of processes; without what Python keeps of its compiling, each of them compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: env ## Make a page from an example brief; ARGS="--brief FILE --exit"
	@$(BIN)/pagewright demo $(ARGS)

.PHONY: examples
examples: env temporal ## Make the page of every example brief; each must pass its checks
	@$(BIN)/python examples/generate_all.py $(ARGS)

.PHONY: observe
observe: env temporal ## Start the stack with Prometheus and Alertmanager, until Ctrl-C
	@ops/packages.sh prometheus prometheus-alertmanager
	@$(BIN)/pagewright observe $(ARGS)

.PHONY: test
test: env deps temporal ## Run the tests, but for the slow ones; ARGS="-k NAME"
	@$(PYTEST) -m "not slow" $(ARGS)

.PHONY: test-slow
test-slow: env deps temporal temporal-server ## Run the slow tests only
	@$(PYTEST_SLOW) -m slow $(ARGS)

.PHONY: test-all
test-all: env deps temporal temporal-server ## Run all the tests
	@$(PYTEST_SLOW) $(ARGS)

.PHONY: check
check: env ## Check style, types, import contracts and generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -q -m generated

.PHONY: format
format: env ## Format the code and mend what can be mended by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: env
env: .venv/.synced ## Make the Python environment in .venv from uv.lock

.venv/.synced: pyproject.toml uv.lock ops/environment.sh
	@ops/environment.sh
	@touch $@

.PHONY: deps
deps: ## Install what tests need of the system: a browser, fonts, Java, Prometheus
	@ops/packages.sh

.PHONY: temporal
temporal: env ## Find, download or build Temporal's binary
	@$(BIN)/python -m embedded

# Without Go the tests that need it are left out, and say so.
.PHONY: temporal-server
temporal-server: env ## Build Temporal's production server and its tools, for slow tests
	-@$(BIN)/python -m embedded.production

.PHONY: secrets
secrets: ## Make the secrets of the Compose file in ./secrets
	@ops/compose/secrets.sh

.PHONY: clean
clean: ## Remove what was made here, but not your data
	rm -rf .venv out .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
