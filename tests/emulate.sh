#!/usr/bin/env bash
# Plays the main story against npm `emulate`, a GitHub that nobody here wrote: the App
# authenticates, hears a webhook, opens an issue, reads `/own`, records the owner.
#
# BEHOLDEN_EMULATOR is the folder whose node_modules holds emulate@0.11.2; `scripts/test scripts`
# installs it and sets the variable. BEHOLDEN_BIN names a binary; without it one is built.
set -euo pipefail
cd "$(dirname "$0")/.."

emulator="${BEHOLDEN_EMULATOR:?is not set; run scripts/test scripts, which installs the emulator}"
version=$(node -p 'require(process.argv[1]).version' "$emulator/node_modules/emulate/package.json")
if [ "$version" != 0.11.2 ]; then
    # Other packages have had this name, and the wrapper leans on what this version does.
    echo "tests/emulate.sh: emulate is $version, and 0.11.2 is needed" >&2
    exit 1
fi
if [ -z "${BEHOLDEN_BIN:-}" ]; then
    cargo build --locked --quiet --bin beholden
    BEHOLDEN_BIN="${CARGO_TARGET_DIR:-target}/debug/beholden"
fi
exec timeout 300 node tests/emulate/story.mjs "$BEHOLDEN_BIN" "$emulator"
