#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Removes what builds have left of a tree that lay somewhere else: moved.sh FOLDER
#
# The compiler's caches in FOLDER name the tree's files by their whole paths, and a build of the
# moved tree would fail on them or, worse, take the old ones.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd -P)
mark=$1/baynn-tree
if [ -d "$1" ] && [ "$(cat "$mark" 2>/dev/null)" != "$root" ]; then
  echo "note: removing $1: it was built elsewhere"
  rm -rf "$1"
fi
mkdir -p "$1"
echo "$root" >"$mark"
