# Everything a newcomer, an operator or CI does, one target each. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK_RUN := requirements/run.txt
LOCK_DEV := requirements/dev.txt
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help sandbox run test check coverage chaos bench format messages lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

sandbox: $(VENV)/.run ## try it in the browser: no Discord, no FineVoice, no account
	@$(BIN)/soundbooth sandbox

run: $(VENV)/.run ## run the bot against Discord (DISCORD_TOKEN, see config.example.toml)
	@$(BIN)/soundbooth run

test: $(VENV)/.dev ## run the tests, on all processors
	@$(BIN)/python -m pytest -q -n auto --dist worksteal

check: $(VENV)/.dev ## lint, format, strict types, import borders, lock file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -p no:randomly tests/repository/test_lock_files.py

coverage: $(VENV)/.dev ## hold the client to 95 % coverage
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run --source=bot.finevoice,bot.fetch -m pytest -q tests/finevoice tests/fetch
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=95

chaos: $(VENV)/.dev ## kill the bot at random moments, and count what was lost or doubled (some minutes)
	@$(BIN)/python -m tests.chaos

bench: $(VENV)/.dev ## measure what README and docs state (some minutes)
	@$(BIN)/python -m tests.benchmarks.waiting
	@$(BIN)/python -m tests.benchmarks.client_overhead
	@$(BIN)/python -m tests.benchmarks.download_memory
	@$(BIN)/python -m tests.benchmarks.pace
	@$(BIN)/python -m tests.benchmarks.voice_search
	@$(BIN)/python -m tests.benchmarks.admission
	@$(BIN)/python -m tests.benchmarks.line
	@$(BIN)/python -m tests.benchmarks.burst
	@$(BIN)/python -m tests.benchmarks.fairness
	@$(BIN)/python -m tests.benchmarks.studio_capabilities
	@$(BIN)/python -m tests.benchmarks.studio_effects
	@$(BIN)/python -m tests.benchmarks.studio_voices
	@$(BIN)/python -m tests.benchmarks.studio_hearing

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.dev ## bring the catalogues of translations up to date with the sentences in the code
	@$(BIN)/python -W ignore -m bot.catalogues update

lock: $(VENV)/.dev ## write the lock files anew from pyproject.toml
	echo 'setuptools>=80' | $(UV_COMPILE) pyproject.toml - --all-extras -o $(LOCK_DEV)
	echo 'setuptools>=80' | $(UV_COMPILE) pyproject.toml - --extra studio --extra cluster -c $(LOCK_DEV) -o $(LOCK_RUN)

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage* htmlcov build *.egg-info

# A stamp a lock file: installing again is a matter of milliseconds until the lock changes.
$(VENV)/.run: $(LOCK_RUN) pyproject.toml | $(VENV)/bin/python
	@echo "Installing Soundbooth into $(VENV) (once; about 750 MB)…"
	@$(PIP) install --require-hashes -r $(LOCK_RUN)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(LOCK_DEV) pyproject.toml | $(VENV)/bin/python
	@echo "Installing Soundbooth with its test tools into $(VENV) (once)…"
	@$(PIP) install --require-hashes -r $(LOCK_DEV)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Soundbooth needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV)
