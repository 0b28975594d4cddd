#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compares the last lines of two logs, which must be the same but for the machine's
# name: same-line.sh HOST_LOG TARGET_LOG
set -euo pipefail
host=$(tail -n 1 "$1")
target=$(tail -n 1 "$2")
printf '\n%s\n%s\n' "$host" "$target"
if [[ $host != *hash* || ${host#*:} != "${target#*:}" ]]; then
  echo "error: the machines differ" >&2
  exit 1
fi
