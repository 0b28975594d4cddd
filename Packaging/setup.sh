#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the C tools that the tests and the demo need, on Debian and its kin; says
# what it does, and what to run by hand where it may not.
set -euo pipefail

if ! swift --version >/dev/null 2>&1; then
  echo "error: no Swift toolchain: install Swift 6.3 or later from https://swift.org/install" >&2
  exit 1
fi

packages=()
need() { # need PACKAGE TEST...
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || packages+=("$package")
}
header() { echo "#include <$1>" | gcc -E -include stdarg.h -include stddef.h \
  -include stdint.h -include setjmp.h -; }

need gcc gcc --version
need g++ g++ --version
need python3 python3 --version
need python3-numpy python3 -c "import numpy"
need libcmocka-dev header cmocka.h
need clang-format clang-format --version
need gcc-arm-none-eabi arm-none-eabi-gcc --version
need libnewlib-arm-none-eabi test -e /usr/lib/arm-none-eabi/newlib/libc.a
need musl-tools musl-gcc --version
need qemu-system-arm qemu-system-arm --version

if ((${#packages[@]} == 0)); then
  exit 0
fi
echo "setup: installing ${packages[*]}"
if ! command -v apt-get >/dev/null; then
  echo "error: no apt-get here: install what corresponds to these Debian packages" >&2
  exit 1
fi
if ((EUID != 0)); then
  echo "error: not root; run: sudo apt-get update && sudo apt-get install -y ${packages[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends "${packages[@]}"
