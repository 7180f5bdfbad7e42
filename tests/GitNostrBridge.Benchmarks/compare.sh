#!/usr/bin/env bash
# Builds this server as it is released and measures it beside Debian's nginx, fcgiwrap and git-http-backend: `compare.sh [--quick] [part ...]`.
# Starts and ends everything itself, on loopback, in a temporary folder. See docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec dotnet run --configuration Release --project tests/GitNostrBridge.Benchmarks -- compare "$@"
