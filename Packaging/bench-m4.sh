#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Instruction counts of both builds of the library on an emulated Cortex-M4, against
# Firmware/instructions.txt: bench-m4.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for build in speed size; do
  folder=build/cortex-m4
  [ $build = size ] || folder+=-speed
  # name, count, and for some rows the ratio to the deterministic pass
  Firmware/mps2-an386/run.sh --count $folder/benchmark.elf |
    awk -v build=$build '
      /^error/ { print; exit 1 }
      { print build ":" $1, $2 }
      NF == 3 && $3 != "1.00" { print build ":" $1 ":ratio", $3 }' >>"$log"
done
echo "Instructions on a Cortex-M4 (speed: built with -O; size: with -Osize)"
python3 Packaging/figures.py "$@" Firmware/instructions.txt <"$log"
