#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs a program on this board: run.sh [--count] PROGRAM.elf
exec "$(dirname "$0")/../Common/run.sh" mps2-an505 "$@"
