# SPDX-License-Identifier: Apache-2.0
"""Reads relocatable ELF objects of 32-bit little-endian ARM, and archives of them."""

import dataclasses
import os
import pathlib
import re
import struct
import subprocess
import tempfile

RELOCATABLE, ARM = 1, 40
EXECUTABLE_FLAG = 4
SYMBOL_TABLE, RELOCATIONS_WITH_ADDENDS, RELOCATIONS = 2, 4, 9
OBJECT_SYMBOL, FUNCTION_SYMBOL, SECTION_SYMBOL = 1, 2, 3
LINE = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{4,8} ?)+)\s*\t(\S+)\s*(.*)$")


class ElfError(Exception):
    pass


@dataclasses.dataclass
class Section:
    name: str
    kind: int
    executable: bool
    data: bytes
    link: int
    info: int


@dataclasses.dataclass
class Symbol:
    name: str
    value: int
    size: int
    kind: int
    local: bool
    section: int  # 0: defined elsewhere


@dataclasses.dataclass
class Relocation:
    kind: int
    symbol: Symbol


@dataclasses.dataclass
class Instruction:
    address: int
    size: int
    name: str
    operands: str

    @property
    def next(self) -> int:
        return self.address + self.size


class Object:
    """One relocatable object. `relocations` maps a section to relocations by offset."""

    def __init__(self, data: bytes, label: str):
        self.data, self.label = data, label
        header = struct.unpack_from("<HHIIIIIHHHHHH", data, 16) if len(data) >= 52 else None
        if header is None or data[:6] != b"\x7fELF\x01\x01" or header[1] != ARM:
            raise ElfError(f"{label}: not an ELF file of 32-bit little-endian ARM")
        if header[0] != RELOCATABLE:
            raise ElfError(f"{label}: not a relocatable object: a linked program no longer "
                           "says which functions its pointers lead to")
        headers = [struct.unpack_from("<10I", data, header[5] + header[10] * i)
                   for i in range(header[11])]
        names = headers[header[12]]
        self.sections = []
        for name, kind, flags, _, offset, size, link, info, _, _ in headers:
            contents = b"" if kind in (0, 8) else data[offset:offset + size]
            self.sections.append(Section(_string(data, names[4] + name), kind,
                                         bool(flags & EXECUTABLE_FLAG), contents, link, info))
        self.symbols: list[Symbol] = []
        for section in self.sections:
            if section.kind == SYMBOL_TABLE:
                strings = self.sections[section.link].data
                for name, value, size, info, _, index in struct.iter_unpack("<IIIBBH", section.data):
                    self.symbols.append(Symbol(_string(strings, name), value, size, info & 15,
                                               info >> 4 == 0, index if index < 0xff00 else 0))
        self.relocations: dict[int, dict[int, Relocation]] = {}
        for section in self.sections:
            if section.kind == RELOCATIONS_WITH_ADDENDS:
                raise ElfError(f"{label}: relocations with addends")
            if section.kind == RELOCATIONS:
                table = self.relocations.setdefault(section.info, {})
                for offset, info in struct.iter_unpack("<II", section.data):
                    table[offset] = Relocation(info & 255, self.symbols[info >> 8])

    def disassemble(self, objdump: str) -> dict[int, list[Instruction]]:
        """Instructions of each section with code, without the data between them."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "object.o"
            path.write_bytes(self.data)
            text = subprocess.run([objdump, "-d", "-z", str(path)], check=True,
                                  capture_output=True, text=True).stdout
        # Sections may have the same name; they come in the order of their headers.
        waiting = [i for i, s in enumerate(self.sections) if s.executable and s.data]
        code: dict[int, list[Instruction]] = {}
        current: list[Instruction] = []
        for line in text.splitlines():
            if line.startswith("Disassembly of section "):
                name = line.removeprefix("Disassembly of section ").removesuffix(":")
                while self.sections[waiting[0]].name != name:
                    waiting.pop(0)
                current = code.setdefault(waiting.pop(0), [])
            elif match := LINE.match(line):
                if not match[3].startswith("."):
                    size = len(match[2].replace(" ", "")) // 2
                    operands = re.split(r"\s*[@;]", match[4])[0].strip()
                    current.append(Instruction(int(match[1], 16), size, match[3], operands))
        for index, section in enumerate(self.sections):
            if section.executable and section.data and index not in code:
                raise ElfError(f"{self.label}: no disassembly of {section.name}")
        return code

    def mapping(self, section: int) -> list[tuple[int, str]]:
        """Where code ($t, $a) and data ($d) begin in a section, in order."""
        return sorted((s.value, s.name[:2]) for s in self.symbols
                      if s.section == section and re.match(r"\$[atd](\.|$)", s.name))


def _string(table: bytes, offset: int) -> str:
    return table[offset:table.index(b"\0", offset)].decode()


def read(path: str | os.PathLike) -> list[Object]:
    """The object of a file, or the objects of an archive."""
    data = pathlib.Path(path).read_bytes()
    if not data.startswith(b"!<arch>\n"):
        return [Object(data, str(path))]
    objects, offset = [], 8
    while offset + 60 <= len(data):
        size = int(data[offset + 48:offset + 58])
        member = data[offset + 60:offset + 60 + size]
        if member.startswith(b"\x7fELF"):
            name = data[offset:offset + 16].decode().strip()
            objects.append(Object(member, f"{path}({name})"))
        offset += 60 + size + size % 2
    return objects
