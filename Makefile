# Everything runs in .venv, made from the lock files: two installs a year apart are the same.
# Another Python: make test PYTHON=python3.13 VENV=.venv-3.13
PYTHON ?= python3
VENV ?= .venv
# For example TESTS='-m "not long"' or TESTS=tests/test_dates.py
TESTS ?=
BIN := $(VENV)/bin

.PHONY: demo test lint bench bench-crawl soak lock clean

demo: $(VENV)/.run
	$(BIN)/newscrawl --home data/demo demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(TESTS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# The crawl beside a bare Scrapy: on a machine that does nothing else.
bench-crawl: $(VENV)/.dev
	$(BIN)/python -m benchmarks.crawl

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# pywb, wacz and cdxj-indexer, which check in the tests that what we write is what they read.
.venv-replay/.done: requirements-replay.lock
	$(PYTHON) -m venv .venv-replay
	.venv-replay/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-replay.lock
	touch $@

# The long proofs in full: kills, mutations, many pages; CONTRIBUTING.md tells how to run each alone.
soak: $(VENV)/.dev
	NEWSCRAWL_SOAK=200 $(BIN)/python -m pytest tests/test_crawl_durability.py tests/test_web.py tests/test_crawl_memory.py tests/test_archive_processes.py tests/test_crawl_processes.py tests/test_daemon.py tests/test_extract_broken.py tests/test_query.py tests/test_export_large.py

# Needs uv on the PATH; run it to move to newer versions, then run the tests.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url pyproject.toml requirements-build.in -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url requirements-replay.in -o requirements-replay.lock

clean:
	rm -rf .venv .venv-* build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
