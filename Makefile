# `make` lists what there is. The work is done by the scripts in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench bot-eval openapi guides faults soak fuzz

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## the server on http://127.0.0.1:8000, with demo people; needs nothing but Rust
	cargo run -p api -- serve

test: ## installs what is missing (apt), then every check and every test on both profiles
	scripts/test

lint: ## the quick checks: shell scripts, compose files, format, clippy
	scripts/test shellcheck compose fmt clippy

bench: ## what it does per second and what it costs, optimised; `make bench ARGS="fanout --help"` for one of them
	scripts/bench $(ARGS)

bot-eval: ## how well the bot answers; `make bot-eval ARGS="--failures SET"` asks another set and prints what went wrong
	cargo run --quiet -p bot --example bot_eval -- $(ARGS)

openapi: ## writes openapi/openapi.json anew from the code
	cargo run -p openapi

guides: ## plays the guides in tests/guides with the clients that they name
	scripts/test guides

faults: ## kill -9, full disks, silent databases, floods; prints figures; `make faults ARGS="--list"` names them
	scripts/faults $(ARGS)

soak: ## half an hour of churn; memory, descriptors and Redis keys must stay flat
	scripts/faults soak

fuzz: ## ten minutes of libFuzzer for each parser of what strangers send; installs cargo-fuzz
	scripts/fuzz $(ARGS)
