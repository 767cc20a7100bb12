# make try: lint the examples.  make test: everything a change must pass.  make bench: measure beside the peers
# (half an hour, on an idle machine).  Needs git and Python 3.11 or newer.
.POSIX:
.PHONY: try test bench clean

try: .venv/bin/netqlint
	@# 1 says that there are findings, and the examples are full of them
	.venv/bin/netqlint check examples/ || test $$? -eq 1

test: .venv/tools
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/pytest -n 2

bench: .venv/bin/pip
	.venv/bin/python benchmarks/run.py

clean:
	rm -rf .venv build dist netqlint/_pack

.venv/bin/pip:
	@for name in python3 python3.14 python3.13 python3.12 python3.11 ""; do \
	    if $${name:-false} -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	done; \
	$${name:?netqlint needs Python 3.11 or newer, and found none} -m venv .venv

.venv/bin/netqlint: pyproject.toml .venv/bin/pip
	.venv/bin/pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/tools: pyproject.toml .venv/bin/pip
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch .venv/bin/netqlint $@
