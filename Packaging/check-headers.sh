#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiles each public header alone, and the umbrella header twice, in every dialect
# with every compiler at hand: check-headers.sh FLAGS...
set -euo pipefail
cd "$(dirname "$0")/.."
count=0
check() { # check HEADER COMPILER...
  local header=$1
  shift
  printf '#include "%s"\n#include "%s"\nint baynn_header_check;\n' "$header" "$header" |
    "$@" "${flags[@]}" -Iinclude -c -o /dev/null -
  count=$((count + 1))
}
flags=("$@")
for header in baynn.h $(cd include && ls baynn/*.h); do
  for compiler in gcc clang arm-none-eabi-gcc; do
    check "$header" $compiler -x c -std=c99
    check "$header" $compiler -x c -std=c11
  done
  for compiler in g++ clang++ arm-none-eabi-g++; do
    command -v $compiler >/dev/null && check "$header" $compiler -x c++ -std=c++17
  done
done
for compiler in g++ clang++; do
  $compiler -std=c++17 "${flags[@]}" -Iinclude -c -o /dev/null Tests/CABI/linkage.cpp
  count=$((count + 1))
done
# The program of the README, in a function that gives it what it leaves out.
{
  echo '#include "baynn.h"'
  echo 'void readme(const void *image, size_t image_bytes, const uint8_t *input, size_t input_bytes);'
  echo 'void readme(const void *image, size_t image_bytes, const uint8_t *input, size_t input_bytes) {'
  awk '/^```c$/ {on = 1; next} /^```$/ {on = 0} on && !/#include/' README.md
  echo '}'
} | gcc -x c -std=c99 "${flags[@]}" -Iinclude -c -o /dev/null -
echo "headers: $count compilations without a warning"
