#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints how many bytes of code and constants a GNU ld map takes from libbaynn.a."""

import re
import sys

SECTION = re.compile(r"^ \.(?:text|rodata)\S*\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$")

text = open(sys.argv[1]).read().split("Linker script and memory map", 1)[1]
# A long name stands on a line of its own.
text = re.sub(r"\n +(?=0x[0-9a-f]+ +0x)", " ", text)
total = 0
for line in text.splitlines():
    match = SECTION.match(line)
    if match and "libbaynn.a(" in match[3]:
        total += int(match[2], 16)
print(total)
