# Two commands: `make run` starts everything, `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run reset test lint format bench soak requirements

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements/bootstrap.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "NotionHub needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/bootstrap.txt requirements/dev.txt
	@touch $@

run: $(STAMP) ## Start the demo: site, workers, Notion sandbox, identity provider
	@$(BIN)/python -m apps.demo

reset: $(STAMP) ## Forget the demo's state
	@$(BIN)/python -m apps.demo reset

# What leans on the database runs on PostgreSQL, too, and what rings on Redis; drills start servers of their own.
ON_POSTGRESQL := $(addprefix tests/,core/test_tenancy.py core/test_walls.py core/test_operations.py jobs organizations audit \
  keys contracts/test_api.py contracts/test_operations.py snapshots/test_store.py snapshots/test_history.py \
  snapshots/test_frontier.py snapshots/test_selectors.py snapshots/test_retention_store.py exports/test_job.py)
ON_REDIS := $(addprefix tests/jobs/,test_enqueue.py test_ticker.py)

test: $(STAMP) ## Run the whole suite: on SQLite, on PostgreSQL, on Redis, drills and browser
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not drill and not e2e"
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not drill" -p tests.services.on_postgresql $(ON_POSTGRESQL)
	@$(BIN)/python -m pytest -p tests.services.on_postgresql -p tests.services.on_redis $(ON_REDIS)
	@$(BIN)/python -m pytest -n 3 --dist loadfile -m "drill or e2e"  # they mostly wait

lint: $(STAMP) ## Format check, lint, types, import contracts, templates, migrations, deployment, known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy apps notionhub tests
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.deploy_check
	$(BIN)/python -m tests.dependency_audit

format: $(STAMP) ## Format code and templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --reformat templates

bench: $(STAMP) ## Measure what was promised in figures (half an hour; alone on the machine)
	@$(BIN)/python -m tests.benchmarks

soak: $(STAMP) ## Long random runs: faults, kills, options; SOAK_SECONDS bounds them, SOAK_SEED repeats one
	@$(BIN)/python -m tests.soak

requirements: $(STAMP) ## Compile the pins again from requirements/*.in
	@for name in bootstrap base production dev; do \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 \
	    requirements/$$name.in -o requirements/$$name.txt; done
