#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds libbaynn.a for one machine: archive.sh NAME TRIPLE BINUTILS_PREFIX
#
# NAME names the toolset in Packaging/toolsets and the folder under build/. The Swift
# objects define weak runtime symbols that would clash with a program's own Swift
# runtime, so all are linked into one object of which only baynn_* stays visible.
set -euo pipefail
name=$1 triple=$2 prefix=$3
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$root/.build-$name
out=$root/build/$name
mkdir -p "$out"

BAYNN_RUNTIME_ONLY=1 swift build --package-path "$root" --build-system native --configuration release \
  --triple "$triple" --toolset "$root/Packaging/toolsets/$name.json" \
  --product BayNN --scratch-path "$scratch" --quiet

raw=$scratch/$triple/release/libBayNN.a
functions=$(grep -v '^#' "$root/Packaging/abi.txt")
# Functions that the compiler has outlined have the same names in every module, and so have
# tables. In one section they would keep each other, and all that they call, in every program.
# shellcheck disable=SC2046
"${prefix}ld" -r --gc-sections --unique='.text.OUTLINED_FUNCTION_*' --unique='.rodata' $(printf -- '-u %s ' $functions) \
  -o "$out/baynn-visible.o" "$raw"
"${prefix}objcopy" --wildcard --keep-global-symbol='baynn_*' \
  --strip-debug --remove-section='.swift*' --remove-section=.comment \
  --remove-section='.ARM.exidx*' --remove-section='.rel.ARM.exidx*' \
  "$out/baynn-visible.o" "$out/baynn.o"
rm -f "$out/libbaynn.a" "$out/baynn-visible.o"
"${prefix}ar" rcsD "$out/libbaynn.a" "$out/baynn.o"

defined=$("${prefix}nm" --defined-only --extern-only --format=posix "$out/baynn.o" |
  cut -d' ' -f1 | sort)
if ! diff <(sort <<<"$functions") <(echo "$defined") >/dev/null; then
  echo "error: $name: visible symbols differ from Packaging/abi.txt:" >&2
  diff <(sort <<<"$functions") <(echo "$defined") >&2
  exit 1
fi
allowed='^(mem(cpy|move|set|cmp)|__aeabi_.*|__(u|)div(d|s|t)i3|__clzsi2|__popcount.i2)$'
if undefined=$("${prefix}nm" --undefined-only --format=posix "$out/baynn.o" |
  cut -d' ' -f1 | grep -Ev "$allowed"); then
  echo "error: $name: needs more than memory functions and arithmetic helpers:" >&2
  echo "$undefined" >&2
  exit 1
fi
echo "built build/$name/libbaynn.a"
