# make demo and make test come first, alone, on a machine with Python 3.11 to 3.13 and nothing else installed.
# Hundreds of processes start here; where this is set, each compiles every module that it loads.
export PYTHONDONTWRITEBYTECODE =
.PHONY: demo test lint bench clean setup

demo: setup
	@.venv/bin/ctdp demo

test:
	@scripts/setup --peers
	@.venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup
	.venv/bin/ruff check --no-cache
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/sqlfluff lint sql

bench: setup
	@.venv/bin/python -m benchmarks.run $(ARGS)

setup:
	@scripts/setup

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .hypothesis .pytest_cache .coverage
	find src flows tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
