#!/bin/sh
# Puts the server for this kind of machine into a folder: one native executable, two libraries, appsettings.json.
# The .NET SDK and what `packages.sh build` installs must be there.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

case "$(uname -m)" in
    x86_64) runtime=linux-x64 ;;
    aarch64) runtime=linux-arm64 ;;
    *)
        echo "There is no native build for $(uname -m): expected x86_64 or aarch64." >&2
        exit 1
        ;;
esac

dotnet publish src/GitNostrBridge.Server --configuration Release --runtime "$runtime" --output "$folder" --nologo --verbosity quiet
