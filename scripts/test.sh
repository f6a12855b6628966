#!/usr/bin/env bash
# Every test of Warmline, from a clean checkout. Goes on after a failing part, so that one run shows all;
# ends with the counts of all parts and fails if any part failed.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
broken=()
log="$(mktemp)"
trap 'tests/postgres.sh stop >/dev/null 2>&1; rm -f "$log"' EXIT

part() { # NAME COMMAND...
    local name="$1"; shift
    local began=$SECONDS
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$log"
    local status=${PIPESTATUS[0]}
    printf '== %s: %s after %d s\n' "$name" "$([ "$status" -eq 0 ] && echo done || echo FAILED)" $((SECONDS - began))
    [ "$status" -eq 0 ] || broken+=("$name")
    count
    return "$status"
}

# Adds up nextest's summary, cargo's own and the plain closing line of the web's runners.
count() {
    local p f
    while read -r p f; do
        passed=$((passed + p)); failed=$((failed + f))
    done < <(sed -E 's/\x1b\[[0-9;]*m//g' "$log" | sed -nE \
        -e 's/.*Summary.*tests run: ([0-9]+) passed.* ([0-9]+) failed.*/\1 \2/p;t' \
        -e 's/.*Summary.*tests run: ([0-9]+) passed.*/\1 0/p;t' \
        -e 's/^test result: .* ([0-9]+) passed; ([0-9]+) failed.*/\1 \2/p;t' \
        -e 's/^([0-9]+) passed, ([0-9]+) failed.*/\1 \2/p')
}

part "what this machine needs" scripts/need.sh test || exit 1
# Twice a developer's run; `make laws` has the whole sets of thousands of seeds.
export WARMLINE_TEST_SCALE="${WARMLINE_TEST_SCALE:-2}"

part "format" cargo fmt --all --check
# Modules that a macro declares: cargo fmt does not see them.
part "format of kinds" rustfmt --edition 2024 --check sync-core/src/kinds/*.rs sync-core/src/kinds/*/*.rs server/doors/src/kinds/*.rs server/doors/src/kinds/*/*.rs
part "browser package" make --no-print-directory wasm
part "web packages" make --no-print-directory web/node_modules
part "web types" npm --prefix web run --silent check
part "web unit tests" npm --prefix web run --silent test
part "web build" npm --prefix web run --silent build
part "lints" cargo clippy --workspace --all-targets --quiet -- --deny warnings
part "hub" cargo build --package server --quiet
WARMLINE_TEST_POSTGRES_URL="$(tests/postgres.sh start)" && export WARMLINE_TEST_POSTGRES_URL
part "rust" cargo nextest run --workspace --no-fail-fast
part "documentation tests" cargo test --doc --workspace --quiet
part "documentation" env RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet
part "browser" node web/e2e/run.mjs

if [ ${#broken[@]} -gt 0 ]; then
    printf '\nFailed parts: %s\n' "$(IFS=,; echo "${broken[*]}")"
    [ "$failed" -eq 0 ] && failed=${#broken[@]}
fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ ${#broken[@]} -eq 0 ]
