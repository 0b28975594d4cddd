#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiles each public header alone and the umbrella header twice, and the programs in the README
# and in the comments of the headers, in every dialect with every compiler at hand; and for a
# big-endian machine, which must fail: check-headers.sh FLAGS...
set -euo pipefail
cd "$(dirname "$0")/.."
flags=("$@" -Wsign-conversion -Wmissing-field-initializers -Wshadow -Wundef -Iinclude -c -o /dev/null -)
count=0

# compile TEXT: as C and as C++.
compile() {
  local compiler dialect extra
  for compiler in gcc clang arm-none-eabi-gcc; do
    for dialect in c99 c11; do
      $compiler -x c -std=$dialect "${flags[@]}" <<<"$1"
      count=$((count + 1))
    done
  done
  for compiler in g++ clang++ arm-none-eabi-g++; do
    extra=(-Wold-style-cast)
    [[ $compiler == clang++ ]] || extra+=(-Wuseless-cast)
    for dialect in c++11 c++17; do
      $compiler -x c++ -std=$dialect "${extra[@]}" "${flags[@]}" <<<"$1"
      count=$((count + 1))
    done
  done
}

# in_comment HEADER: the program in the comment at its top.
in_comment() { awk '/\*\//{exit} sub(/^ \*     /, "")' "include/$1"; }

# program PARAMETERS: a function with these parameters, of the statements on standard input.
program() {
  echo '#include "baynn.h"'
  echo "void program($1);"
  echo "void program($1) {"
  cat
  echo '}'
}

for header in baynn.h $(cd include && ls baynn/*.h); do
  compile "#include \"$header\"
#include \"$header\"
int baynn_header_check;"
done

# A variable for each constant, in a program that declares all of C at once.
constants=$(sed -nE 's/^#define (BAYNN_[A-Z0-9_]+) [0-9A-Fx]+u$/uint32_t c_\1 = \1;/p
  s/^#define (BAYNN_[A-Z0-9_]+) (0|\(.*-[0-9]+\))$/baynn_status_t c_\1 = \1;/p' include/baynn/*.h)
[[ $(wc -l <<<"$constants") -ge 80 ]]
compile '#ifdef __cplusplus
extern "C" {
#endif
#include "baynn.h"
#ifdef __cplusplus
}
#endif
extern baynn_prediction_t prediction;
baynn_prediction_t prediction = BAYNN_INIT(baynn_prediction_t);'"
$constants"

input='const void *image, size_t image_bytes, const uint8_t *input, size_t input_bytes'
compile "$(awk '/^```c$/ {on = 1; next} /^```$/ {on = 0} on && !/#include/' README.md |
  program "$input")"
compile "$(in_comment baynn.h | program "$input")"
compile "$(program void < <(in_comment baynn/structure.h && echo '(void)prediction;'))"
compile "$(program 'baynn_cim_t cim, baynn_model_t model, baynn_cim_driver_t driver, int device,
  void *storage, size_t bytes, baynn_session_t *session, const uint8_t *input, size_t input_bytes,
  baynn_prediction_t prediction' < <(echo 'uint32_t finished;' && in_comment baynn/cim.h))"
compile "$(program 'baynn_cim_bus_t bus, void *bus_context' < <(in_comment baynn/cim_registers.h &&
  echo '(void)config;'))"

for compiler in g++ clang++; do
  $compiler -std=c++17 "$@" -Iinclude -c -o /dev/null Tests/CABI/linkage.cpp
  count=$((count + 1))
done

message=$(arm-none-eabi-gcc -mbig-endian -x c -std=c99 "${flags[@]}" <<<'#include "baynn.h"' 2>&1) &&
  { echo 'error: the headers compile for a big-endian machine' >&2; exit 1; }
grep -q 'BayNN is for little-endian machines' <<<"$message"
echo "headers: $count compilations without a warning"
