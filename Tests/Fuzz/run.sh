#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the library with address sanitizer and coverage, and fuzzes images for some seconds, and
# the bus of an emulated device for a quarter of that: run.sh [SECONDS [LIBFUZZER OPTION...]]. The
# corpora stay in build/fuzz; an input that fails is written there and named in the output.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
triple=$(uname -m)-unknown-linux-gnu
out=build/fuzz
mkdir -p "$out/corpus" "$out/corpus-cim" "$out/seeds"

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

build_fuzzer fuzz_cim_bus Tests/Fuzz/fuzz_cim_bus.c
build_fuzzer fuzz_image Tests/Fuzz/fuzz_{image,mutate,result,self_test}.c Tests/Support/*.c

# A configuration alone takes 150 bytes: short inputs say nothing.
"$out/fuzz_cim_bus" -max_len=4096 -len_control=0 -max_total_time="$((seconds / 4 + 1))" \
  -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$out/" "$@" "$out/corpus-cim"

"$out/fuzz_image" -max_len=12288 -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
  -print_final_stats=1 -artifact_prefix="$out/" "$@" "$out/corpus" "$out/seeds"
