#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs a program on an emulated board: run.sh BOARD [--count] PROGRAM.elf
#
# BOARD is a machine of qemu-system-arm. the program prints goes to standard output, its
# exit status is that of this script.
# --count makes every instruction take 64 ns of the board's time, which is what the
# benchmark counts with. A program that does not end is stopped (status 124) after
# LIMIT_S seconds, 120 unless set.
set -euo pipefail
board=${1:-}
shift || true
count=()
if [ "${1:-}" = --count ]; then
  count=(-icount shift=6)
  shift
fi
if [ $# -ne 1 ] || [ ! -r "$1" ]; then
  echo "usage: run.sh BOARD [--count] PROGRAM.elf" >&2
  exit 2
fi
if ! command -v qemu-system-arm >/dev/null; then
  echo "error: needs qemu-system-arm (Debian: apt install qemu-system-arm)" >&2
  exit 2
fi
# The console of semihosting gets its own channel: without one it is standard error.
exec timeout --foreground "${LIMIT_S:-120}" \
  qemu-system-arm -M "$board" -display none -monitor none -serial none \
  -chardev stdio,id=console,signal=off \
  -semihosting-config enable=on,target=native,chardev=console \
  ${count[@]+"${count[@]}"} -kernel "$1" </dev/null
