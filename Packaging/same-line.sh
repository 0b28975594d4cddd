#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compares the lines of logs that have a hash, `MACHINE: what all must print; what need not be
# the same`, with each other and with those that are checked in:
# same-line.sh [--update] EXPECTED LOG...
set -euo pipefail
update=false
if [ "$1" = --update ]; then
  update=true
  shift
fi
expected=$1
shift
common() { # common LOG
  grep ', hash ' "$1" | cut -d' ' -f2- | cut -d';' -f1
}
echo
for log in "$@"; do
  grep ', hash ' "$log" || { echo "error: no line with a hash in $log" >&2; exit 1; }
done
for log in "$@"; do
  if ! difference=$(diff <(common "$1") <(common "$log")); then
    echo "error: the machines differ:" >&2
    echo "$difference" >&2
    exit 1
  fi
done
if $update; then
  common "$1" >"$expected"
elif ! difference=$(diff "$expected" <(common "$1")); then
  echo "error: not what $expected says (<); if it should change: make figures" >&2
  echo "$difference" >&2
  exit 1
fi
