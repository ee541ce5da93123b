# Everything needs only Python 3.11+ and make. What is installed goes into .venv and nowhere else.
PYTHON ?= python3
BIN := .venv/bin
ROUNDS ?= 10
SEED := $(or $(SEED),$(shell od -An -N3 -tu4 /dev/urandom | tr -d ' '))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PIN := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	--extra embedded --group build pyproject.toml
SLACK_SCHEMA := $(addprefix tests/slack_schema/,package.json slack.ts tsconfig.json __main__.py limits.py by_hand.py)

.PHONY: up test check picture messages format lint wheel faults bench bench-peers pins clean

up: .venv/run ## run the desk in the foreground; Ctrl-C stops it cleanly
	@$(BIN)/helpdesk serve $(ARGS)

test: .venv/dev .venv/slack-schema/schema.json ## all tests
	@$(BIN)/pytest --numprocesses 2 --dist worksteal $(ARGS)

check: export EXAMPLES := all
check: lint test wheel ## what must pass before a commit, with more examples than `test`

lint: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

wheel: .venv/dev ## build the wheel, install it in an empty environment, start it from elsewhere
	@$(BIN)/pytest -m wheel

faults: .venv/dev ## rounds of random faults: ROUNDS=100 of them, from SEED=7
	@echo "ROUNDS=$(ROUNDS) SEED=$(SEED)"
	@ROUNDS=$(ROUNDS) SEED=$(SEED) $(BIN)/pytest -v -m faults tests/faults $(ARGS)

bench: .venv/dev ## requests per second and latencies of this machine
	@$(BIN)/python -m bench $(ARGS)

bench-peers: .venv/dev ## ours beside what others would build, in turns; installs those below .venv
	@$(BIN)/python -m bench.peers $(ARGS)

picture: .venv/dev ## the README's picture, as the page looks now
	@MAKE_PICTURE=1 $(BIN)/pytest -q tests/browser/test_picture.py

messages: .venv/dev ## docs/messages.md, as the code says it now
	@MAKE_MESSAGES=1 $(BIN)/pytest -q tests/test_messages.py

format: .venv/dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

pins: .venv/dev ## the newest versions that pyproject.toml allows
	$(PIP) uv
	$(PIN) --upgrade --extra charts --group dev --output-file requirements/dev.txt
	$(PIN) --constraint requirements/dev.txt --output-file requirements/run.txt

clean:
	rm -rf .venv build *.egg-info

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "HelpDesk needs Python 3.11 or newer: make PYTHON=python3.11 up")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements/run.txt pyproject.toml
	@echo "Installing into .venv ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@echo "Installing what the tests need into .venv ..."
	@$(PIP) --no-compile --require-hashes -r requirements/dev.txt
	@touch $@

# Where node, npm or the network is missing, it says so in a line and the tests run without it.
.venv/slack-schema/schema.json: $(SLACK_SCHEMA) | .venv/dev
	@$(BIN)/python -m tests.slack_schema
