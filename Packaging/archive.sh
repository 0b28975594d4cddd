#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds libbaynn.a for one machine: archive.sh NAME TRIPLE BINUTILS_PREFIX
#
# NAME names the toolset in Packaging/toolsets and the folder under build/. The Swift
# objects define weak runtime symbols that would clash with a program's own Swift
# runtime, so all are linked into one object of which only baynn_* stays visible.
#
# The archive of an x86-64 host with glibc holds the library three times, for any such machine
# (v1), for one with AVX2 (v3) and for one with AVX-512 (v4); a program takes the best that its
# machine can run (dispatch/dispatch.c). Each is in build/NAME/v1, v3 and v4 as well, by itself,
# for any C library.
#
# Archives for Arm link into programs of any float ABI (any-float-abi.py). That for Armv6-M has
# aliases of the functions that open a model, which programs for Armv6-M ask for: baynn/model.h.
set -euo pipefail
name=$1 triple=$2 prefix=$3
root=$(cd "$(dirname "$0")/.." && pwd)
abi=$root/Packaging/abi.txt
functions=$(grep -v '^#' "$abi")
case $triple in
armv6m-*) aliases=$(printf '%s_armv6m\n' baynn_model_open_abi_1 baynn_model_open_trusted_abi_1) ;;
*) aliases='' ;;
esac
allowed='^(mem(cpy|move|set|cmp)|__aeabi_.*|__(u|)div(d|s|t)i3|__clzsi2|__popcount.i2)$'

# What a program may refer to.
visible() { printf '%s\n' $functions $aliases | sort; }

# check_symbols LABEL OBJECT [ALLOWED]: ALLOWED is one more symbol that it may need.
check_symbols() {
  local defined undefined
  defined=$("${prefix}nm" --defined-only --extern-only --format=posix "$2" | cut -d' ' -f1 | sort)
  if ! diff <(visible) <(echo "$defined") >/dev/null; then
    echo "error: $1: visible symbols differ from Packaging/abi.txt:" >&2
    diff <(visible) <(echo "$defined") >&2
    exit 1
  fi
  if undefined=$("${prefix}nm" --undefined-only --format=posix "$2" |
    cut -d' ' -f1 | grep -Ev "$allowed" | grep -vFx "${3:-}"); then
    echo "error: $1: needs more than memory functions and arithmetic helpers:" >&2
    echo "$undefined" >&2
    exit 1
  fi
}

# build TOOLSET FOLDER: leaves baynn.o and libbaynn.a in the folder.
build() {
  local scratch=$root/.build-$1 out=$2
  mkdir -p "$out"
  "$root/Packaging/scratch.sh" "$scratch"
  # The package without a Package.resolved: what that lists would be fetched.
  mkdir -p "$scratch/package"
  ln -sfn "$root"/{Package.swift,Sources,Tests,include} "$scratch/package"
  BAYNN_RUNTIME_ONLY=1 swift build --package-path "$scratch/package" --build-system native \
    --configuration release --triple "$triple" --toolset "$root/Packaging/toolsets/$1.json" \
    --product BayNN --scratch-path "$scratch" --quiet

  # Functions that the compiler has outlined have the same names in every module, and so have
  # tables. In one section they would keep each other, and all that they call, in every program.
  # Groups are dissolved: objects that are linked together later must not share functions.
  # shellcheck disable=SC2046
  "${prefix}ld" -r --gc-sections "${@:3}" --unique='.text.OUTLINED_FUNCTION_*' --unique='.rodata' \
    $(printf -- '-u %s ' $functions) $(for alias in $aliases; do
      printf -- '--defsym=%s=%s ' "$alias" "${alias%_armv6m}"
    done) -o "$out/baynn-visible.o" "$scratch/$triple/release/libBayNN.a"
  # Call frames stay, or a debugger's back trace would end in the library.
  "${prefix}objcopy" --wildcard --keep-global-symbol='baynn_*' \
    --strip-debug --keep-section=.debug_frame \
    --remove-section='.swift*' --remove-section=.comment \
    --remove-section='.ARM.exidx*' --remove-section='.rel.ARM.exidx*' \
    "$out/baynn-visible.o" "$out/baynn.o"
  [[ $triple != arm* ]] || "$root/Packaging/any-float-abi.py" "${prefix}objcopy" "$out/baynn.o"
  rm -f "$out/libbaynn.a" "$out/baynn-visible.o"
  "${prefix}ar" rcsD "$out/libbaynn.a" "$out/baynn.o"
  check_symbols "$1" "$out/baynn.o"
}

# join FOLDER: one object of those in FOLDER/v1, v3 and v4.
join() {
  local out=$1 level objects=()
  for level in v1 v3 v4; do
    sed "s/.*/& &_$level/" <<<"$functions" >"$out/names"
    "${prefix}objcopy" --redefine-syms="$out/names" "$out/$level/baynn.o" "$out/$level.o"
    objects+=("$out/$level.o")
  done
  sed 's/.*/FUNCTION(&)/' <<<"$functions" >"$out/functions.inc"
  # Resolvers run before there is a thread that a protected stack could ask.
  gcc -std=gnu11 -O2 -Wall -Wextra -fPIC -ffreestanding -fno-stack-protector -I"$out" \
    -c "$root/Packaging/dispatch/dispatch.c" -o "$out/dispatch.o"
  "${prefix}ld" -r "${objects[@]}" "$out/dispatch.o" -o "$out/baynn-visible.o"
  echo "$functions" >"$out/names"
  "${prefix}objcopy" --keep-global-symbols="$out/names" --remove-section=.comment \
    "$out/baynn-visible.o" "$out/baynn.o"
  rm -f "$out/libbaynn.a" "$out/baynn-visible.o" "${objects[@]}" "$out/dispatch.o" \
    "$out/names" "$out/functions.inc"
  "${prefix}ar" rcsD "$out/libbaynn.a" "$out/baynn.o"
  check_symbols "$name" "$out/baynn.o" gnu_get_libc_version
}

out=$root/build/$name
case $name:$triple in
host:x86_64-*-linux-gnu)
  build host "$out/v1" --force-group-allocation
  build host-v3 "$out/v3" --force-group-allocation
  build host-v4 "$out/v4" --force-group-allocation
  join "$out"
  ;;
*) build "$name" "$out" ;;
esac
echo "built build/$name/libbaynn.a"
