#!/usr/bin/env bash
# Every benchmark. The figures of the hub and of search are printed as Markdown tables at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo bench --package sync-core --bench core
cargo bench --package server --bench thumbnail
cargo bench --package server --bench hub
cargo bench --package server --bench search
