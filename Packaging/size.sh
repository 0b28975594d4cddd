#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Code size, stack and storage of the digits firmware, against Firmware/size.txt:
# size.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/.."
m4=build/cortex-m4
log=$(mktemp)
trap 'rm -f "$log"' EXIT
Firmware/mps2-an386/run.sh $m4/digits.elf >"$log"
value() { sed -n "s/^  $1 *\([0-9]*\) bytes$/\1/p" "$log"; }
whole=$(arm-none-eabi-size -A $m4/baynn.o | awk '$1 ~ /^\.(text|rodata)/ {n += $2} END {print n}')

echo "Cortex-M4, optimised for size"
{
  echo "library_bytes_in_digits_firmware $(python3 Packaging/library-bytes.py $m4/digits.map)"
  echo "library_bytes_if_all_is_used $whole"
  echo "digits_storage_bytes $(value storage)"
  echo "digits_image_bytes $(value 'model image in flash')"
  echo "stack_open_bytes $(value 'stack of opening')"
  echo "stack_self_test_bytes $(value 'stack of the self-test')"
  echo "stack_inference_bytes $(value 'stack of inference')"
} | python3 Packaging/figures.py "$@" Firmware/size.txt
echo "needs from outside:" $(arm-none-eabi-nm --undefined-only --format=posix $m4/baynn.o | cut -d' ' -f1)
