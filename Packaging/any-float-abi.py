#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an object for Arm link with objects of any float ABI and any size of enum and wchar_t.

usage: any-float-abi.py OBJCOPY OBJECT      rewrites the build attributes of OBJECT

No function of the library takes or returns a float, an enum or a wchar_t. So the attributes that
describe those go, and Tag_ABI_VFP_args says that the object agrees with every variant. The name of
the core that the code was tuned for goes as well; the architecture that it needs stays as the
compiler has written it.
"""

import pathlib
import struct
import subprocess
import sys
import tempfile

WHOLE_FILE = 1
CPU_RAW_NAME, CPU_NAME, COMPATIBILITY, CONFORMANCE, ALSO_COMPATIBLE = 4, 5, 32, 67, 65
TEXTS = {CPU_RAW_NAME, CPU_NAME, CONFORMANCE, ALSO_COMPATIBLE}
WCHAR, ENUM_SIZE, VFP_ARGS = 18, 26, 28
FLOATS = {19, 20, 21, 22, 23, 27, 38}
COMPATIBLE = 3


class AttributesError(Exception):
    pass


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where the next field begins."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def read_attributes(section: bytes) -> list[tuple[int, int | bytes]]:
    """Tags and values of the one subsection of the whole file."""
    vendor = b"aeabi\0"
    size = len(section) - 1
    inner = size - 4 - len(vendor)
    start = 1 + 4 + len(vendor)
    head = b"A" + struct.pack("<I", size) + vendor + struct.pack("<BI", WHOLE_FILE, inner)
    if not section.startswith(head):
        raise AttributesError("attributes of another form than one subsection for the whole file")
    attributes = []
    at = start + 5
    while at < len(section):
        tag, at = read_number(section, at)
        if tag == COMPATIBILITY:
            raise AttributesError("attributes of one toolchain")
        if tag in TEXTS:
            end = section.index(0, at)
            attributes.append((tag, section[at:end]))
            at = end + 1
        else:
            value, at = read_number(section, at)
            attributes.append((tag, value))
    return attributes


def number(value: int) -> bytes:
    if value < 0x80:
        return bytes([value])
    return bytes([value & 0x7F | 0x80]) + number(value >> 7)


def write_attributes(attributes: list[tuple[int, int | bytes]]) -> bytes:
    fields = b"".join(
        number(tag) + (value + b"\0" if isinstance(value, bytes) else number(value))
        for tag, value in attributes
    )
    inner = struct.pack("<BI", WHOLE_FILE, 5 + len(fields)) + fields
    vendor = b"aeabi\0" + inner
    return b"A" + struct.pack("<I", 4 + len(vendor)) + vendor


def any_float_abi(section: bytes) -> bytes:
    dropped = FLOATS | {CPU_RAW_NAME, CPU_NAME, WCHAR, ENUM_SIZE, VFP_ARGS}
    kept = [(tag, value) for tag, value in read_attributes(section) if tag not in dropped]
    return write_attributes(kept + [(VFP_ARGS, COMPATIBLE)])


def main() -> None:
    objcopy, target = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "attributes"
        subprocess.run([objcopy, "--dump-section", f".ARM.attributes={path}", target], check=True)
        path.write_bytes(any_float_abi(path.read_bytes()))
        subprocess.run([objcopy, "--update-section", f".ARM.attributes={path}", target], check=True)


if __name__ == "__main__":
    try:
        main()
    except AttributesError as error:
        sys.exit(f"error: {error}")
