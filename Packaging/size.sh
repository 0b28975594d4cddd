#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Code size, stack and storage of the digits firmware, with an archive of all layers and with
# one of dense layers alone, against Firmware/size.txt: size.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
value() { sed -n "s/^  $1 *\([0-9]*\) bytes$/\1/p" "$log"; }
whole() {
  arm-none-eabi-size -A "$1" | awk '$1 ~ /^\.(text|rodata)/ {n += $2} END {print n}'
}

echo "Cortex-M4, optimised for size"
{
  for variant in all dense; do
    folder=build/cortex-m4$([[ $variant == all ]] || echo "-$variant")
    Firmware/mps2-an386/run.sh "$folder/digits.elf" >"$log"
    echo "$variant:library_bytes_in_digits_firmware $(python3 Packaging/library-bytes.py "$folder/digits.map")"
    echo "$variant:library_bytes_if_all_is_used $(whole "$folder/baynn.o")"
    echo "$variant:digits_storage_bytes $(value storage)"
    echo "$variant:stack_open_bytes $(value 'stack of opening')"
    echo "$variant:stack_self_test_bytes $(value 'stack of the self-test')"
    echo "$variant:stack_inference_bytes $(value 'stack of inference')"
  done
  # On arrays: of silicon, with a register driver; emulated ones, in the same memory.
  Firmware/mps2-an386/run.sh build/cortex-m4/cim.elf >"$log"
  echo "cim:library_bytes_in_silicon_firmware $(python3 Packaging/library-bytes.py build/cortex-m4/silicon.map)"
  echo "cim:library_bytes_in_cim_firmware $(python3 Packaging/library-bytes.py build/cortex-m4/cim.map)"
  for name in storage 'model on arrays' 'register driver' 'emulated device' 'self-test stack' \
    'self-test stack to the bus' 'inference stack' 'inference stack to the bus'; do
    echo "cim:$(tr ' -' '__' <<<"$name")_bytes $(value "$name")"
  done
  echo "digits_image_bytes $(value 'model image in flash')"
} | python3 Packaging/figures.py "$@" Firmware/size.txt
echo "needs from outside:" $(arm-none-eabi-nm --undefined-only --format=posix build/cortex-m4/baynn.o | cut -d' ' -f1)
