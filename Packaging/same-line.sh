#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compares the last lines of logs, `MACHINE: what all must print`, with each other and with
# the line that is checked in: same-line.sh [--update] EXPECTED LOG...
set -euo pipefail
update=false
if [ "$1" = --update ]; then
  update=true
  shift
fi
expected=$1
shift
echo
for log in "$@"; do tail -n 1 "$log"; done
line=$(tail -n 1 "$1" | cut -d' ' -f2-)
for log in "$@"; do
  if [[ $line != *hash* || $(tail -n 1 "$log" | cut -d' ' -f2-) != "$line" ]]; then
    echo "error: the machines differ" >&2
    exit 1
  fi
done
if $update; then
  echo "$line" >"$expected"
elif [ "$line" != "$(cat "$expected")" ]; then
  echo "error: $expected says: $(cat "$expected")" >&2
  exit 1
fi
