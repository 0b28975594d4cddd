#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs programs whose stack overflows, and expects each to end in a fault that says so and where
# it was noticed, by the address of the guard or by the limit of the stack:
# overflow.sh BOARD PROGRAM.elf...
set -euo pipefail
board=$1
shift
for program in "$@"; do
  status=0
  said=$(Firmware/Common/run.sh "$board" "$program") || status=$?
  echo "${program##*/}: $said"
  if [ $status -ne 70 ] || ! grep -qE \
    '^fault: .*(status 0x00100000|address 0x[0-9a-f]*), stack overflow$' <<<"$said"; then
    echo "error: not the fault of a stack overflow (status $status)" >&2
    exit 1
  fi
done
