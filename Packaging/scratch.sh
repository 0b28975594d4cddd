#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Removes from a scratch folder of `swift build` what must not be used: scratch.sh FOLDER
#
# The compiler's caches name files by their whole paths, so a tree that was moved does not build on
# them; and when a C header has changed, not all that imports it is compiled again.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
state() {
  cd "$root"
  echo "$root"
  find include Sources/_BayNNShims Tests/Support -type f -name '*.[hm]*' -print0 | LC_ALL=C sort -z |
    xargs -0 cksum
}
current=$(state)
mkdir -p "$folder"
if [ "$current" != "$(cat "$folder/baynn-state" 2>/dev/null)" ]; then
  find "$folder" -mindepth 1 -maxdepth 1 \
    ! -name checkouts ! -name repositories ! -name artifacts ! -name workspace-state.json \
    -exec rm -rf {} +
  echo "$current" >"$folder/baynn-state"
fi
