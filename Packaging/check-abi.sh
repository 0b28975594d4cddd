#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Links programs with an archive whose binary interface (BAYNN_ABI) is that of the headers, and with
# headers of the next one, which must fail; in every dialect, for debugging and for size. And looks
# for mutable globals, which must not be there:
# check-abi.sh ARCHIVE COMPILER [FLAGS...]
set -euo pipefail
cd "$(dirname "$0")/.."
archive=$1 compiler=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
abi=$(sed -n 's/^#define BAYNN_ABI \([0-9]*\)$/\1/p' include/baynn/version.h)

cp -r include "$scratch/this"
cp -r include "$scratch/next"
sed -i "s/_abi_$abi\b/_abi_$((abi + 1))/g; s/BAYNN_ABI $abi\$/BAYNN_ABI $((abi + 1))/" \
  "$scratch"/next/baynn/*.h
for open in baynn_model_open baynn_model_open_trusted; do
  cat >"$scratch/$open.c" <<EOF
#include "baynn.h"
static baynn_model_t model;
int main(void) { return $open(&model, &model, 0, baynn_parts_dense) == BAYNN_OK; }
EOF
done

# Sections that a program can write; the dynamic linker makes .data.rel.ro read-only.
writable=$("$("$compiler" -print-prog-name=objdump)" --section-headers "$archive" |
  awk '$1 ~ /^[0-9]+$/ {name = $2; bytes = $3}
    /ALLOC/ && !/READONLY/ && bytes !~ /^0+$/ && name !~ /^\.data\.rel\.ro/ {print name, bytes}')
[[ -z $writable ]] || { echo "error: $archive has mutable globals: $writable" >&2; exit 1; }

# try HEADERS PROGRAM FLAGS...
try() {
  local headers=$1 program=$2
  shift 2
  "$compiler" "$@" -ffunction-sections -fdata-sections -Wl,--gc-sections -I"$scratch/$headers" \
    "$scratch/$program.c" -x none "$archive" -o "$scratch/program" 2>"$scratch/messages"
}

count=0
for dialect in c99 c11 c++17; do
  [[ $dialect == c++* ]] && language=c++ || language=c
  for optimization in -O0 -Os -O2; do
    for program in baynn_model_open baynn_model_open_trusted; do
      flags=("$@" -std=$dialect $optimization -x $language)
      try this $program "${flags[@]}" || { cat "$scratch/messages" >&2; exit 1; }
      if try next $program "${flags[@]}"; then
        echo "error: $compiler -std=$dialect $optimization: headers of BAYNN_ABI $((abi + 1))" \
          "link with an archive of $abi" >&2
        exit 1
      fi
      grep -q "${program}_abi_$((abi + 1))" "$scratch/messages"
      count=$((count + 1))
    done
  done
done
echo "abi: $count programs of $compiler link with $archive, and none with other headers"
