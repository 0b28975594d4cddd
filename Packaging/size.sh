#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Code size of firmware with the parts for dense layers and with all of them, and memory of the
# digits model, against Firmware/size.txt; and bounds of the stack of every function against
# Firmware/stack.txt: size.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
bounds=$(mktemp)
trap 'rm -f "$log" "$bounds"' EXIT
value() { sed -n "s/^  $1 *\([0-9]*\) bytes$/\1/p" "$log"; }
whole() {
  arm-none-eabi-size -A "$1" | awk '$1 ~ /^\.(text|rodata)/ {n += $2} END {print n}'
}
# at_least NAME TITLE: for stack.py, what the firmware printed. The function of the firmware that
# calls the library has 64 bytes of it.
at_least() {
  local bytes
  bytes=$(value "$2")
  echo "--at-least $1=${bytes:+$((bytes - 64))}"
}

echo "Cortex-M4, optimised for size"
{
  for variant in dense all; do
    program=build/cortex-m4/smallest$([[ $variant == dense ]] || echo "-$variant")
    echo "$variant:library_bytes_in_smallest_firmware $(python3 Packaging/library-bytes.py "$program.map")"
  done
  echo "library_bytes_if_all_is_used $(whole build/cortex-m4/baynn.o)"
  Firmware/mps2-an386/run.sh build/cortex-m4/digits.elf >"$log"
  echo "digits_storage_bytes $(value storage)"
  # shellcheck disable=SC2046
  python3 Packaging/stack.py --without '^baynn_cim_' \
    $(at_least baynn_model_open_abi_1 'stack of opening') \
    $(at_least baynn_self_test 'stack of the self-test') \
    $(at_least baynn_infer 'stack of inference') build/cortex-m4/baynn.o >>"$bounds"
  # On arrays: of silicon, with a register driver; emulated ones, in the same memory.
  Firmware/mps2-an386/run.sh build/cortex-m4/cim.elf >"$log"
  echo "cim:library_bytes_in_silicon_firmware $(python3 Packaging/library-bytes.py build/cortex-m4/silicon.map)"
  echo "cim:library_bytes_in_cim_firmware $(python3 Packaging/library-bytes.py build/cortex-m4/cim.map)"
  for name in storage 'model on arrays' 'register driver' 'emulated device' 'self-test stack' \
    'self-test stack to the bus' 'inference stack' 'inference stack to the bus'; do
    echo "cim:$(tr ' -' '__' <<<"$name")_bytes $(value "$name")"
  done
  python3 Packaging/stack.py --prefix cim: build/cortex-m4/baynn.o >>"$bounds"
  # shellcheck disable=SC2046
  python3 Packaging/stack.py --rules Packaging/stack-calls.txt \
    --rules Packaging/stack-calls-emulator.txt $(at_least baynn_self_test 'self-test stack') \
    $(at_least baynn_infer 'inference stack') build/cortex-m4/baynn.o >/dev/null
  echo "digits_image_bytes $(value 'model image in flash')"
} | python3 Packaging/figures.py "$@" Firmware/size.txt
echo "Upper bounds of the stack of each function"
python3 Packaging/figures.py "$@" Firmware/stack.txt <"$bounds"
library() { arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -print-file-name="$1"; }
python3 Packaging/stack.py --check-helpers "$(library libc_nano.a)" \
  --check-helpers "$(library libgcc.a)" build/cortex-m4/baynn.o >/dev/null
echo "needs from outside:" $(arm-none-eabi-nm --undefined-only --format=posix build/cortex-m4/baynn.o | cut -d' ' -f1)
