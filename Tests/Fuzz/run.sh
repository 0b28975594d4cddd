#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the library with address sanitizer and coverage, and fuzzes images for some seconds; and for
# a quarter of that each the bus of an emulated device, devices and drivers that lie, and the files
# of the host tool: run.sh [SECONDS [LIBFUZZER OPTION...]]. The corpora stay in build/fuzz; an input
# that fails is written there and named in the output. Each ends with the number of its executions.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
triple=$(uname -m)-unknown-linux-gnu
out=build/fuzz
mkdir -p "$out/corpus" "$out/corpus-cim" "$out/corpus-lies" "$out/seeds"

BAYNN_RUNTIME_ONLY=1 swift build --build-system native --configuration release --triple "$triple" \
  --toolset Tests/Fuzz/toolset.json --product BayNN --scratch-path .build-fuzz --quiet

python3 Tests/CABI/make_layer_images.py Tests/Vectors/layers.json "$out/layers.bin" "$out/layers"

gcc -std=c11 -O1 -ITests/Support/include Tests/Fuzz/seeds.c Tests/Support/*.c -o "$out/seeds-write"
rm -f "$out"/seeds/*
"$out/seeds-write" "$out/seeds" "$out"/layers/*.baynn \
  $(find Examples/Models -name '*.baynn' -size -24 | sort)

# build_fuzzer NAME SOURCE...: the linker warns of symbols of the sanitizer's runtime that it
# cannot export.
build_fuzzer() {
  clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -Iinclude -ITests/Support/include -ITests/Fuzz "${@:2}" \
    ".build-fuzz/$triple/release/libBayNN.a" -o "$out/$1" 2>&1 |
    { grep -v 'Cannot export local symbol' >&2 || true; }
}

# Comparisons are counted on their way to the fuzzer: see fuzz_work.h.
counted=()
for name in cmp1 cmp2 cmp4 cmp8 const_cmp1 const_cmp2 const_cmp4 const_cmp8; do
  counted+=("-Wl,--wrap=__sanitizer_cov_trace_$name")
done

build_fuzzer fuzz_cim_bus Tests/Fuzz/fuzz_cim_bus.c
build_fuzzer fuzz_cim_lies Tests/Fuzz/fuzz_cim_lies.c Tests/Support/*.c
build_fuzzer fuzz_image "${counted[@]}" Tests/Fuzz/fuzz_{image,mutate,result,self_test,work}.c \
  Tests/Support/*.c

# fuzz NAME SECONDS OPTION...
fuzz() {
  "$out/$1" -max_total_time="$2" -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$out/" "${@:3}"
}

# A configuration alone takes 150 bytes: short inputs say nothing.
fuzz fuzz_cim_bus "$((seconds / 4 + 1))" -max_len=4096 -len_control=0 -timeout=10 "$@" \
  "$out/corpus-cim"
fuzz fuzz_cim_lies "$((seconds / 4 + 1))" -max_len=2048 -len_control=0 -timeout=20 "$@" \
  "$out/corpus-lies"
fuzz fuzz_image "$seconds" -max_len=12288 -timeout=10 "$@" "$out/corpus" "$out/seeds"

swift build --scratch-path .build --product baynn --quiet
python3 Tests/Fuzz/fuzz_tool.py .build/debug/baynn "$((seconds / 4 + 1))" "$RANDOM"
