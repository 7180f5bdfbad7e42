#!/bin/sh
# Installs what Debian and Ubuntu have of what is needed: `build` to make the native executable (beside the .NET SDK), `run` to run it.
set -eu

case "${1:-}" in
    build) packages="clang git zlib1g-dev" ;;
    run) packages="ca-certificates git tini" ;;
    *)
        echo "usage: $0 build|run" >&2
        exit 2
        ;;
esac

apt-get update
if [ "$1" = run ]; then
    # Its name bears its version: -1 in Debian 12, -2 in Debian 13.
    packages="$packages $(apt-cache search --names-only '^libsecp256k1-[0-9]+$' | sed -n '1s/ .*//p')"
fi
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $packages
