#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Upper bounds of the stack that the public functions of the library need.

usage: stack.py [option...] OBJECT      prints lines of `stack:NAME BYTES`

  --rules FILE      what calls through pointers reach (Packaging/stack-calls.txt); more files
                    add to it
  --abi FILE        the public functions (Packaging/abi.txt)
  --without REGEX   for programs that call no public function that matches: the linker then
                    leaves out what only these need
  --prefix TEXT     before each name
  --path NAME       the deepest chain of calls of a function instead: the bytes that each
                    function of it has on the stack at that time, and their sum
  --top N           the N functions that put most on the stack themselves instead
  --at-least NAME=N an error if the bound of a function is less than N, which was measured
  --check-helpers ARCHIVE
                    what the functions from outside need in an archive (libc, libgcc; one option
                    each) instead; an error if it is more than the rules say

OBJECT is a relocatable object for a Cortex-M (build/cortex-m4/baynn.o). The depth of the stack
is followed along every path through each function, and the deepest chain of calls is taken.
Whatever is not understood is an error: a stack pointer that is moved by an unknown number, a
call through a pointer for which there is no rule, recursion.

Not in the bounds: what an interrupt needs, and the application's own functions beyond the bytes
that the rules give them. A function is taken to preserve r4 to r7 and r11, as all C and Swift
compilers for ARM have it.
"""

import argparse
import collections
import dataclasses
import functools
import pathlib
import re
import shutil
import struct
import subprocess
import sys

import elf

PACKAGING = pathlib.Path(__file__).resolve().parent
CONDITIONS = "eq ne cs hs cc lo mi pl vs vc hi ls ge lt gt le".split()
NUMBERS = {f"r{i}": i for i in range(16)} | {"sb": 9, "sl": 10, "fp": 11, "ip": 12, "sp": 13,
                                             "lr": 14, "pc": 15}
LR, PC = 14, 15
PRESERVED = {4, 5, 6, 7, 11}
OUTLINED = "OUTLINED_FUNCTION_"

# Kinds of relocations: calls and branches, a literal that is an address, or a distance to one.
CALL, JUMP, ABSOLUTE, RELATIVE = 10, 30, 2, 3
OTHER_BRANCHES = {28, 29, 51, 102, 103}
NO_REFERENCE = {0, 40}

WRITES_NONE = set("""cmp cmn tst teq nop str strb strh push stm stmia stmdb udf svc bkpt dmb dsb
    isb it vpush vstr vstm vstmia vstmdb vcmp""".split())
WRITES_ONE = set("""mov movs movw movt mvn mvns add adds addw adc adcs sub subs subw sbc sbcs rsb
    rsbs rrx and ands orr orrs orn eor eors bic bics lsl lsls lsr lsrs asr asrs ror rors mul muls
    mla mls sdiv udiv clz rbit rev rev16 revsh uxtb uxth sxtb sxth uxtah uxtab sxtah sxtab uxtb16
    ubfx sbfx bfi bfc neg negs ldr ldrb ldrh ldrsb ldrsh adr usat ssat pkhbt pkhtb""".split())
WRITES_TWO = {"ldrd", "umull", "smull", "umlal", "smlal", "umaal"}
KNOWN_WRITES = WRITES_NONE | WRITES_ONE | WRITES_TWO
STACK_NAMES = KNOWN_WRITES | {"pop", "vpop", "ldm", "ldmia", "ldmfd", "ldmdb", "stmfd", "vldm",
                              "vldmia", "vldmdb", "vldr"}


class StackError(Exception):
    pass


# --- Instructions -------------------------------------------------------------


def split_name(name: str, known) -> tuple[str, bool]:
    """A mnemonic without width and condition, and whether it had a condition."""
    name = name.removesuffix(".n").removesuffix(".w")
    if name not in known and name[-2:] in CONDITIONS and name[:-2] in known:
        return name[:-2], True
    return name, False


def register(text: str) -> int | None:
    return NUMBERS.get(text.strip())


def register_list(text: str) -> list[str]:
    """The registers in `{r4-r7, lr}`, one by one."""
    names = []
    for part in re.search(r"\{(.*)\}", text)[1].split(","):
        first, _, last = part.strip().partition("-")
        if not last:
            names.append(first)
        elif first in NUMBERS:
            names += [f"r{i}" for i in range(NUMBERS[first], NUMBERS[last] + 1)]
        else:
            names += [first[0] + str(i) for i in range(int(first[1:]), int(last[1:]) + 1)]
    return names


def list_bytes(names: list[str]) -> int:
    return sum({"d": 8, "q": 16}.get(name[0], 4) for name in names)


def number(text: str) -> int | None:
    match = re.fullmatch(r"#(-?\d+)", text.strip())
    return int(match[1]) if match else None


def fields(operands: str) -> list[str]:
    """Operands, divided at the commas outside brackets."""
    return [f.strip() for f in re.split(r",\s*(?![^\[{]*[\]}])", operands)]


# --- Functions ----------------------------------------------------------------

# A function is known by (object, section, offset), one from outside by its name.
Key = tuple[int, int, int] | str


@dataclasses.dataclass
class Site:
    """A call. `targets` is None if it goes through a pointer of which nothing is known."""
    address: int
    depth: int
    targets: frozenset[Key] | None
    through_pointer: bool


@dataclasses.dataclass
class Function:
    key: Key
    names: list[str]
    end: int
    code: dict[int, elf.Instruction]
    taken: set[Key] = dataclasses.field(default_factory=set)
    depth: int = 0
    sites: list[Site] = dataclasses.field(default_factory=list)
    # How much deeper the stack is after it than before it; functions that a compiler has cut
    # out of others may undo what those have put there. None: not known yet.
    change: int | None = None

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def start(self) -> int:
        return self.key[2]

    @property
    def is_outlined(self) -> bool:
        return self.name.startswith(OUTLINED)


class Program:
    """The functions of objects, and for each the depth of its stack at every call."""

    def __init__(self, objects: list[elf.Object], objdump: str = "arm-none-eabi-objdump"):
        self.objects = objects
        self.functions: dict[Key, Function] = {}
        self.globals: dict[str, Key] = {}
        for index, item in enumerate(objects):
            self._find_functions(index, item, item.disassemble(objdump))
        self.pretty = demangle({n for f in self.functions.values() for n in f.names})
        for function in self.functions.values():
            self._find_addresses(function)
        analysed: set[Key] = set()
        for key in self.functions:
            self._analyse(key, analysed)

    def label(self, key: Key) -> str:
        if isinstance(key, str):
            return key
        return self.pretty[self.functions[key].name]

    # Reading

    def _find_functions(self, index: int, item: elf.Object, code) -> None:
        for section, instructions in code.items():
            if any(kind == "$a" for _, kind in item.mapping(section)):
                raise StackError(f"{item.label}: {item.sections[section].name} holds ARM code, "
                                 "not Thumb code")
            names = collections.defaultdict(list)
            for symbol in item.symbols:
                if symbol.section == section and symbol.kind == elf.FUNCTION_SYMBOL:
                    names[symbol.value & ~1].append(symbol)
            names[0]
            starts = sorted(names)
            for start, end in zip(starts, starts[1:] + [len(item.sections[section].data)]):
                symbols = sorted(names[start], key=lambda s: s.local)
                key = (index, section, start)
                self.functions[key] = Function(
                    key, [s.name for s in symbols] or
                    [item.sections[section].name.removeprefix(".text.")], end,
                    {i.address: i for i in instructions if start <= i.address < end})
                self.globals |= {s.name: key for s in symbols if not s.local}

    def _target(self, index: int, symbol: elf.Symbol, offset: int = 0) -> Key:
        """What lies at a symbol: a function, or a place that is none."""
        if symbol.section == 0:
            return self.globals.get(symbol.name, symbol.name)
        return (index, symbol.section, symbol.value + offset & ~1)

    def _find_addresses(self, function: Function) -> None:
        """Functions whose address it takes, itself or in constants that it refers to."""
        index, section, start = function.key
        waiting = [(section, start, function.end)]
        seen = set(waiting)
        while waiting:
            section, start, end = waiting.pop()
            code = self.objects[index].sections[section].executable
            for offset, relocation in self.objects[index].relocations.get(section, {}).items():
                if not start <= offset < end or relocation.kind in NO_REFERENCE:
                    continue
                if code and relocation.kind in {CALL, JUMP} | OTHER_BRANCHES:
                    continue
                symbol = relocation.symbol
                if symbol.section == 0 or self.objects[index].sections[symbol.section].executable:
                    function.taken |= self._addressed(index, symbol)
                else:
                    data = (symbol.section, *self._extent(index, symbol))
                    if data not in seen:
                        seen.add(data)
                        waiting.append(data)

    def _addressed(self, index: int, symbol: elf.Symbol) -> set[Key]:
        target = self._target(index, symbol)
        if isinstance(target, str):
            return {target}
        if symbol.kind != elf.SECTION_SYMBOL:
            return {target} & self.functions.keys()
        return {key for key in self.functions if key[:2] == (index, symbol.section)}

    def _extent(self, index: int, symbol: elf.Symbol) -> tuple[int, int]:
        if symbol.kind == elf.OBJECT_SYMBOL and symbol.size:
            return symbol.value, symbol.value + symbol.size
        return 0, len(self.objects[index].sections[symbol.section].data)

    # Following the stack

    def _analyse(self, key: Key, analysed: set[Key]) -> None:
        """Analyses a function, those that it calls first."""
        if key in analysed:
            return
        analysed.add(key)
        flow = Flow(self, self.functions[key])
        callees = flow.callees() & self.functions.keys()
        for callee in callees:
            self._analyse(callee, analysed)
        recursive = [c for c in callees if self.functions[c].change is None]
        flow.run()
        for callee in recursive:
            require_level(self, callee)


def recursion(program: Program, cycle: list[Key]) -> StackError:
    return StackError("recursion:\n" + "".join(f"  {program.label(key)}\n" for key in cycle))


def require_level(program: Program, key: Key) -> None:
    if program.functions[key].change:
        raise StackError(f"{program.label(key)}: does not return with the stack as it was")


class Flow:
    """Follows every path through one function."""

    def __init__(self, program: Program, function: Function):
        self.program, self.function = program, function
        self.object = program.objects[function.key[0]]
        self.section = self.object.sections[function.key[1]]
        self.relocations = self.object.relocations.get(function.key[1], {})
        # Depth of the stack and known registers before an instruction.
        self.states: dict[int, tuple[int, dict]] = {}
        self.waiting: list[int] = []
        self.sites: dict[int, Site] = {}
        self.ends: dict[int, int] = {}
        # Depths at which subroutines within the function are called.
        self.subroutines: set[int] = set()

    def error(self, instruction: elf.Instruction, what: str) -> StackError:
        return StackError(f"{self.function.name}+{instruction.address - self.function.start:#x}: "
                          f"`{instruction.name} {instruction.operands}`: {what}")

    def run(self) -> None:
        function = self.function
        self.reach(None, function.start, 0, {})
        while self.waiting:
            instruction = function.code[self.waiting.pop()]
            depth, registers = self.states[instruction.address]
            self.step(instruction, depth, dict(registers))
        for instruction in function.code.values():
            name = split_name(instruction.name, {"nop", "udf"})[0]
            is_padding = name in ("nop", "udf") or not any(
                self.section.data[instruction.address:instruction.next])
            if instruction.address not in self.states and not is_padding:
                raise self.error(instruction, "no way leads here")
        changes = set(self.ends.values()) - self.subroutines
        if len(changes) > 1:
            raise StackError(f"{function.name}: returns with the stack at different depths: "
                             f"{sorted(changes)}")
        function.change = changes.pop() if changes else 0
        function.sites = sorted(self.sites.values(), key=lambda s: s.address)

    def reach(self, source: elf.Instruction | None, address: int, depth: int, registers) -> None:
        """A path goes on at an address of this function."""
        if source and address == self.function.end and address not in self.function.code:
            if split_name(source.name, {"bl"})[0] == "bl" and address == len(self.section.data):
                return  # A function that does not return.
            following = (*self.function.key[:2], address)
            if following not in self.program.functions:
                raise self.error(source, "the code ends here")
            return self.call(source, depth, frozenset([following]), registers, tail=True)
        if address not in self.function.code:
            raise self.error(source, f"leads to {address:#x}, where there is no instruction")
        self.function.depth = max(self.function.depth, depth)
        if address in self.states:
            old_depth, old = self.states[address]
            if depth != old_depth:
                raise self.error(self.function.code[address], "is reached with the stack at "
                                 f"depths {old_depth} and {depth}")
            registers = {r: value for r in old.keys() & registers.keys()
                         if (value := join(old[r], registers[r])) is not None}
            if registers == old:
                return
        self.states[address] = depth, registers
        self.waiting.append(address)

    def finish(self, instruction: elf.Instruction, depth: int) -> None:
        self.ends[instruction.address] = depth

    # Calls

    def callees(self) -> set[Key]:
        """Functions that are called, not through pointers; also those further down in the
        section into which this one may run."""
        index, section, _ = self.function.key
        found = set()
        for instruction in self.function.code.values():
            if kind := self.branch_kind(instruction)[0]:
                target = self.branch_target(instruction)
                if target is not None and (kind == "bl" or target != self.function.key):
                    found.add(target)
        last = max(self.function.code, default=None)
        if last is not None and not self.never_continues(self.function.code[last]):
            found.add((index, section, self.function.end))
        return found

    @staticmethod
    def never_continues(instruction: elf.Instruction) -> bool:
        name, conditional = split_name(instruction.name, {"b", "bx", "udf", "nop", "pop", "bl"})
        return not conditional and (name in ("b", "bx", "udf", "nop", "bl") or
                                    instruction.operands.endswith("pc}"))

    @staticmethod
    def branch_kind(instruction: elf.Instruction) -> tuple[str, bool]:
        """`b`, `bl` or `cb` (compare and branch) of a branch to a place, else nothing."""
        name, conditional = split_name(instruction.name, {"b", "bl", "blx"})
        if name in ("cbz", "cbnz"):
            return "cb", True
        if name in ("b", "bl", "blx") and register(instruction.operands) is None:
            return name.removesuffix("x"), conditional
        return "", False

    def branch_target(self, instruction: elf.Instruction) -> Key | None:
        """The function to which a branch leads; None if it stays in this one."""
        index, section, _ = self.function.key
        relocation = self.relocations.get(instruction.address)
        if relocation is None:
            address = int(re.search(r"([0-9a-f]+)(?: <.*>)?$", instruction.operands)[1], 16)
            target = (index, section, address)
            is_call = self.branch_kind(instruction)[0] == "bl"
            # Also a call of a subroutine within the function, which shares its frame.
            if self.function.start + is_call <= address < self.function.end:
                return None
        elif relocation.kind in (CALL, JUMP):
            first, second = struct.unpack_from("<HH", self.section.data, instruction.address)
            target = self.program._target(index, relocation.symbol,
                                          branch_distance(first, second) + 4)
        else:
            raise self.error(instruction, f"relocation of kind {relocation.kind}")
        if not isinstance(target, str) and target not in self.program.functions:
            raise self.error(instruction, "leads into the middle of a function")
        return target

    def call(self, instruction, depth, targets, registers, tail=False, conditional=False,
             through_pointer=False) -> None:
        """A call, and what comes after it."""
        self.sites[instruction.address] = Site(instruction.address, depth, targets,
                                               through_pointer)
        change = 0  # Of functions that are called through pointers: `Bounds` sees to it.
        if not through_pointer:
            change = sum(self.program.functions[t].change or 0 for t in targets
                         if t in self.program.functions)
        if tail:
            self.finish(instruction, depth + change)
        if change and conditional:
            raise self.error(instruction, "moves the stack pointer under a condition")
        if not tail:
            outlined = any(t in self.program.functions and self.program.functions[t].is_outlined
                           for t in targets or ())
            after = {} if outlined else {r: v for r, v in registers.items() if r in PRESERVED}
            if conditional:
                after = {r: v for r, v in after.items() if registers.get(r) == v}
            self.reach(instruction, instruction.next, depth + change, after)
        elif conditional:
            self.reach(instruction, instruction.next, depth, registers)

    # One instruction

    def step(self, instruction: elf.Instruction, depth: int, registers: dict) -> None:
        kind, conditional = self.branch_kind(instruction)
        if kind:
            return self.branch(instruction, kind, conditional, depth, registers)
        known = {"bx", "blx", "udf", "tbb", "tbh"}
        name, conditional = split_name(instruction.name, known)
        if name in ("bx", "blx"):
            return self.branch_to_register(instruction, name, conditional, depth, registers)
        if name == "udf" and not conditional:
            return None
        if name in ("tbb", "tbh"):
            return self.branch_to_table(instruction, name, depth, registers)
        return self.plain(instruction, depth, registers)

    def branch(self, instruction, kind, conditional, depth, registers) -> None:
        target = self.branch_target(instruction)
        if kind == "bl" and target is None:
            address = int(re.search(r"([0-9a-f]+)(?: <.*>)?$", instruction.operands)[1], 16)
            self.subroutines.add(depth)
            self.reach(instruction, address, depth, {})
            return self.reach(instruction, instruction.next, depth, {})
        if kind == "bl":
            return self.call(instruction, depth, frozenset([target]), registers,
                             conditional=conditional)
        if target is not None and target != self.function.key:
            return self.call(instruction, depth, frozenset([target]), registers, tail=True,
                             conditional=conditional)
        address = self.function.start
        if target is None:
            address = int(re.search(r"([0-9a-f]+)(?: <.*>)?$", instruction.operands)[1], 16)
        self.reach(instruction, address, depth, registers)
        if conditional:
            self.reach(instruction, instruction.next, depth, registers)
        return None

    def branch_to_register(self, instruction, name, conditional, depth, registers) -> None:
        pointer = register(instruction.operands)
        if name == "bx" and pointer == LR:
            self.finish(instruction, depth)
            if conditional:
                self.reach(instruction, instruction.next, depth, registers)
            return
        value = registers.get(pointer)
        targets = value[1] if value and value[0] == "functions" else None
        self.call(instruction, depth, targets, registers, tail=name == "bx",
                  conditional=conditional, through_pointer=True)

    def branch_to_table(self, instruction, name, depth, registers) -> None:
        """All that a table of jumps behind the instruction leads to."""
        if not instruction.operands.startswith("[pc,"):
            raise self.error(instruction, "not a table behind the instruction")
        start = instruction.next
        ends = [where for where, kind in self.object.mapping(self.function.key[1])
                if where > start and kind == "$t"]
        end = min(ends, default=self.function.end)
        if start in self.function.code or end > self.function.end:
            raise self.error(instruction, "cannot see the table")
        size = 1 if name == "tbb" else 2
        for offset in range(start, end - size + 1, size):
            entry = int.from_bytes(self.section.data[offset:offset + size], "little")
            if entry == 0 and offset == end - 1:
                continue  # Fills the table up to an even address.
            self.reach(instruction, start + 2 * entry, depth, registers)

    def plain(self, instruction: elf.Instruction, depth: int, registers: dict) -> None:
        """An instruction that is no branch, unless it loads the program counter."""
        conditional = split_name(instruction.name, STACK_NAMES)[1]
        moved, returns = self.movement(instruction, registers)
        if returns:
            self.finish(instruction, depth + moved)
            if conditional:
                self.reach(instruction, instruction.next, depth, registers)
            return
        if moved and conditional:
            raise self.error(instruction, "moves the stack pointer under a condition")
        self.write(instruction, registers)
        self.reach(instruction, instruction.next, depth + moved, registers)

    def movement(self, instruction: elf.Instruction, registers: dict) -> tuple[int, bool]:
        """By how much the stack grows, and whether the function returns."""
        name, _ = split_name(instruction.name, STACK_NAMES)
        operands = instruction.operands
        parts = fields(operands)
        if name in ("push", "vpush"):
            return list_bytes(register_list(operands)), False
        if name in ("pop", "vpop"):
            names = register_list(operands)
            return -list_bytes(names), "pc" in names
        if re.match(r"v?(ldm|stm)", name):
            loads, down = "ldm" in name, name.endswith(("db", "ea" if "ldm" in name else "fd"))
            names = register_list(operands)
            if parts[0] == "sp!":
                if loads == down:
                    raise self.error(instruction, "moves the stack pointer the wrong way")
                if loads and "sp" in names:
                    raise self.error(instruction, "loads the stack pointer")
                return list_bytes(names) * (-1 if loads else 1), loads and "pc" in names
            if loads and {"sp", "pc"} & set(names):
                raise self.error(instruction, "loads the stack pointer or the program counter")
            return 0, False
        if re.match(r"v?(ldr|str)", name):
            returns = name == "ldr" and parts[0] == "pc"
            if "sp" in parts[:-1] and register(parts[0]) == 13 and name.startswith("ldr"):
                raise self.error(instruction, "loads the stack pointer")
            if match := re.search(r"\[sp, (#-?\d+)\]!$", operands):
                moved = -number(match[1])
            elif match := re.search(r"\[sp\], (#-?\d+)$", operands):
                moved = -number(match[1])
            elif re.search(r"\[sp.*\]!|\[sp\],", operands):
                raise self.error(instruction, "moves the stack pointer by an unknown number")
            else:
                if returns:
                    raise self.error(instruction, "loads the program counter")
                return 0, False
            return moved, returns
        if name == "msr" and re.search("MSP|PSP|CONTROL", operands, re.IGNORECASE):
            raise self.error(instruction, "sets the stack pointer")
        if name in WRITES_NONE or not parts:
            return 0, False
        if register(parts[0]) == PC:
            if name == "mov" and register(parts[1]) == LR:
                return 0, True
            raise self.error(instruction, "writes the program counter")
        if register(parts[0]) == 13:
            return self.arithmetic(instruction, name, parts, registers), False
        if name in WRITES_TWO and register(parts[1]) in (13, PC):
            raise self.error(instruction, "writes the stack pointer or the program counter")
        if name not in WRITES_ONE | WRITES_TWO and re.search(r"\b(sp|pc)\b", operands):
            raise self.error(instruction, "uses the stack pointer in a way that is not known")
        return 0, False

    def arithmetic(self, instruction, name, parts, registers) -> int:
        """`sub sp, #8` and the like; a register will do if its value is known."""
        if len(parts) == 3 and register(parts[1]) == 13:
            parts = parts[1:]
        if name not in ("sub", "subw", "add", "addw") or len(parts) != 2:
            raise self.error(instruction, "moves the stack pointer in a way that is not known")
        by = number(parts[1])
        if by is None:
            kind, value = registers.get(register(parts[1]), ("", 0))
            if kind != "number":
                raise self.error(instruction, "moves the stack pointer by an unknown number")
            by = value
        return by if name.startswith("sub") else -by

    # Known registers

    def write(self, instruction: elf.Instruction, registers: dict) -> None:
        """Forgets or sets what is known of the registers that an instruction writes."""
        name, conditional = split_name(instruction.name, KNOWN_WRITES)
        operands = instruction.operands
        parts = fields(operands)
        value = None if conditional else self.value(instruction, name, parts, registers)
        if re.fullmatch(r"it[te]{0,3}", name) or name in WRITES_NONE:
            written = set()
        elif name in WRITES_ONE:
            written = {register(parts[0])}
        elif name in WRITES_TWO:
            written = {register(parts[0]), register(parts[1])}
        else:
            names = re.findall(r"\w+", operands)
            if "{" in operands:
                names += register_list(operands)
            written = {register(n) for n in names}
        if match := re.search(r"\[(\w+)(?:,[^\]]*)?\]!|\[(\w+)\],|^(\w+)!", operands):
            written.add(register(match[1] or match[2] or match[3]))
        for item in written:
            registers.pop(item, None)
        if value is not None:
            registers[register(parts[0])] = value

    def value(self, instruction, name, parts, registers):
        """What is known of the register that an instruction writes."""
        if name in ("mov", "movs", "movw") and len(parts) == 2:
            if (constant := number(parts[1])) is not None:
                relocated = instruction.address in self.relocations
                return None if relocated else ("number", constant & 0xffffffff)
            return registers.get(register(parts[1]))
        if name == "ldr" and len(parts) == 2:
            if match := re.fullmatch(r"\[pc, (#-?\d+)\]", parts[1]):
                return self.literal((instruction.address + 4 & ~3) + number(match[1]))
        if name == "add" and register(parts[-1]) == PC and len(parts) == 2:
            kind, content = registers.get(register(parts[0]), ("", None))
            if kind == "distance":
                symbol, offset = content
                return self.functions_at(symbol, offset + instruction.address + 4)
        return None

    def literal(self, address: int):
        if not 0 <= address <= len(self.section.data) - 4:
            return None
        word = int.from_bytes(self.section.data[address:address + 4], "little")
        relocation = self.relocations.get(address)
        if relocation is None:
            return "number", word
        offset = word - (word >> 31 << 32)
        if relocation.kind == RELATIVE:
            return "distance", (relocation.symbol, offset - address)
        if relocation.kind == ABSOLUTE:
            return self.functions_at(relocation.symbol, offset)
        return None

    def functions_at(self, symbol: elf.Symbol, offset: int):
        if symbol.section == 0 and offset == 0:
            return "functions", frozenset([self.program._target(self.function.key[0], symbol)])
        target = self.program._target(self.function.key[0], symbol, offset)
        if target in self.program.functions:
            return "functions", frozenset([target])
        return None


def join(one, other):
    """What is known of a register where two paths meet."""
    if one == other:
        return one
    if one[0] == other[0] == "functions":
        return "functions", one[1] | other[1]
    return None


def branch_distance(first: int, second: int) -> int:
    """The distance in a 32-bit `bl` or `b.w`."""
    sign = first >> 10 & 1
    i1, i2 = 1 ^ second >> 13 & 1 ^ sign, 1 ^ second >> 11 & 1 ^ sign
    return ((first & 0x3ff) << 12 | (second & 0x7ff) << 1 | i2 << 22 | i1 << 23) - (sign << 24)


def demangle(names: set[str]) -> dict[str, str]:
    pretty = {name: name for name in names}
    mangled = sorted(n for n in names if re.match(r"\$[es]", n))
    if mangled:
        tool = shutil.which("swift-demangle")
        if not tool and (swift := shutil.which("swift")):
            tool = shutil.which(str(pathlib.Path(swift).resolve().parent / "swift-demangle"))
        if not tool:
            raise StackError("no swift-demangle, which comes with Swift")
        text = subprocess.run([tool, "--compact", "--simplified"], input="\n".join(mangled),
                              check=True, capture_output=True, text=True).stdout
        pretty |= zip(mangled, text.splitlines(), strict=True)
    return pretty


# --- Rules --------------------------------------------------------------------


@dataclasses.dataclass
class Rule:
    caller: re.Pattern
    place: str
    targets: list[tuple[str, re.Pattern | int]] = dataclasses.field(default_factory=list)


class Rules:
    """What calls through pointers reach, and what functions from outside need; see the file."""

    def __init__(self):
        self.rules: list[Rule] = []
        self.helpers: list[tuple[re.Pattern, int]] = []
        self.nested: list[tuple[re.Pattern, int]] = []

    def read(self, path: str | pathlib.Path) -> "Rules":
        for line, text in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
            place, content = f"{path}:{line}", text.rstrip()
            try:
                if content and not content.lstrip().startswith("#"):
                    self._line(content, place)
            except (ValueError, IndexError, re.error) as error:
                raise StackError(f"{place}: not a rule: {text.strip()} ({error})") from None
        return self

    def _line(self, content: str, place: str) -> None:
        if content.startswith("helper "):
            _, pattern, size = content.split()
            self.helpers.append((re.compile(pattern), int(size)))
        elif content.startswith("nested "):
            _, times, pattern = content.split(maxsplit=2)
            self.nested.append((re.compile(pattern), int(times)))
        elif content.startswith("calls in "):
            rule = Rule(re.compile(content.removeprefix("calls in ").strip()), place)
            if self.rules and not self.rules[-1].targets:
                rule.targets = self.rules[-1].targets  # What follows is for both.
            self.rules.append(rule)
        elif content[0].isspace():
            target = content.strip()
            if target == "nothing":
                self.rules[-1].targets.append(("nothing", 0))
            elif target.startswith("outside "):
                self.rules[-1].targets.append(("outside", int(target.split()[1])))
            elif match := re.match(r"(taken in|function) (.+)", target):
                self.rules[-1].targets.append((match[1], re.compile(match[2].strip())))
            else:
                raise ValueError("expected `taken in`, `function`, `outside` or `nothing`")
        else:
            raise ValueError("expected `calls in`, `helper` or `nested`")

    def helper(self, name: str) -> int:
        for pattern, size in self.helpers:
            if pattern.fullmatch(name):
                return size
        raise StackError(f"no rule `helper` says what {name} needs")


# --- Bounds -------------------------------------------------------------------


class Bounds:
    """Bounds for a program that calls the given functions and no others."""

    def __init__(self, program: Program, rules: Rules, roots: list[Key]):
        self.program, self.rules = program, rules
        self.used_rules: set[str] = set()
        self.alive = self._reachable(roots)
        self.callers = collections.defaultdict(set)
        for function in program.functions.values():
            for site in function.sites:
                for target in site.targets or ():
                    self.callers[target].add(function.key)
        self.steps: dict[Key, tuple[int, Site | None, Key | None]] = {}

    def _reachable(self, roots: list[Key]) -> set[Key]:
        alive, waiting = set(), list(roots)
        while waiting:
            key = waiting.pop()
            if key in alive or key not in self.program.functions:
                continue
            alive.add(key)
            function = self.program.functions[key]
            waiting += function.taken
            waiting += [t for site in function.sites for t in site.targets or ()]
        return alive

    def bytes(self, key: Key) -> int:
        return self._bound(key, [])

    def chain(self, key: Key) -> list[tuple[int, str]]:
        """The deepest chain of calls: bytes on the stack of each function, and its name."""
        found = []
        while isinstance(key, tuple):
            self.bytes(key)
            _, site, target = self.steps[key]
            function = self.program.functions[key]
            below = self._bound(target, []) if site else 0
            found.append((self.bytes(key) - below, self.program.label(key)))
            if not site:
                return found
            key = target
        size, name = (key, "(a function of the application)") if isinstance(key, int) else (
            self.rules.helper(key), key)
        return found + [(size, name)]

    def _bound(self, key: Key | int, chain: list[Key]) -> int:
        if isinstance(key, int):
            return key
        if isinstance(key, str):
            return self.rules.helper(key)
        if key not in self.steps:
            if key in chain:
                raise recursion(self.program, chain[chain.index(key):] + [key])
            function = self.program.functions[key]
            best = function.depth, None, None
            own = [site for site in function.sites if key in (site.targets or ())]
            nested = self._nested(key) if own else 0
            for site in function.sites:
                targets = site.targets if site.targets is not None else self._through(function)
                for target in sorted(targets - {key} if nested else targets, key=str):
                    if site.through_pointer and target in self.program.functions:
                        require_level(self.program, target)
                    depth = site.depth + self._bound(target, chain + [key])
                    if depth > best[0]:
                        best = depth, site, target
            extra = nested * max((site.depth for site in own), default=0)
            self.steps[key] = best[0] + extra, best[1], best[2]
        return self.steps[key][0]

    def _nested(self, key: Key) -> int:
        """How often a function may call itself in a chain, as the rules say; 0 without a rule."""
        return max((times for pattern, times in self.rules.nested
                    if any(map(pattern.search, self._names[key]))), default=0)

    @functools.cached_property
    def _names(self) -> dict[Key, list[str]]:
        pretty = self.program.pretty
        return {key: [*f.names, *(pretty[n] for n in f.names)]
                for key, f in self.program.functions.items()}

    def _matching(self, pattern: re.Pattern) -> set[Key]:
        return {k for k, names in self._names.items() if any(map(pattern.search, names))}

    def _owners(self, function: Function) -> set[Key]:
        """The function; for one that the compiler has cut out of others, these."""
        if not function.is_outlined:
            return {function.key}
        return {owner for caller in self.callers[function.key]
                for owner in self._owners(self.program.functions[caller])}

    def _through(self, function: Function) -> set[Key | int]:
        """What a call through a pointer may reach."""
        targets: set[Key | int] = set()
        for owner in self._owners(function):
            rules = [rule for rule in self.rules.rules
                     if any(map(rule.caller.search, self._names[owner]))]
            if not rules or not any(rule.targets for rule in rules):
                raise StackError("no rule says what is called through a pointer in "
                                 f"{self.program.label(owner)}\n  ({function.name})")
            for rule in rules:
                targets |= self._rule_targets(rule)
        return targets

    def _rule_targets(self, rule: Rule) -> set[Key | int]:
        self.used_rules.add(rule.place)
        targets: set[Key | int] = set()
        for kind, what in rule.targets:
            if kind == "outside":
                targets.add(what)
            elif kind != "nothing":
                found = self._matching(what)
                if kind == "taken in":
                    takers, found = found, set()
                    for key in takers & self.alive:
                        found |= self.program.functions[key].taken
                    known = any(self.program.functions[k].taken for k in takers)
                else:
                    known = bool(found)
                    found &= self.alive
                if not known:
                    raise StackError(f"{rule.place}: no function: {kind} {what.pattern}")
                targets |= found
        return targets


# --- Program ------------------------------------------------------------------


def add_members(objects: list[elf.Object], archives: list[str]) -> list[elf.Object]:
    """The objects, and all that they need from archives."""
    objects = list(objects)
    members = {}
    for archive in archives:
        for item in elf.read(archive):
            for symbol in item.symbols:
                if symbol.section and not symbol.local:
                    members.setdefault(symbol.name, item)
    for item in objects:  # Grows.
        for symbol in item.symbols:
            member = members.get(symbol.name)
            if symbol.section == 0 and member and member not in objects:
                objects.append(member)
    return objects


def check_helpers(program: Program, first: elf.Object, rules: Rules) -> list[str]:
    """Prints what each helper needs; complains of those that need more than the rules say."""
    complaints = []
    for name in sorted({s.name for s in first.symbols if s.section == 0 and s.name}):
        if name not in program.globals:
            complaints.append(f"{name} is not in the archives")
            continue
        key = program.globals[name]
        needed, allowed = Bounds(program, rules, [key]).bytes(key), rules.helper(name)
        print(f"helper:{name} {needed} <= {allowed}")
        if needed > allowed:
            complaints.append(f"{name} needs {needed} bytes, more than the {allowed} of the rules")
    return complaints


def public_functions(path: str | pathlib.Path, program: Program) -> dict[str, Key]:
    names = [line for line in pathlib.Path(path).read_text().split("\n")
             if line and not line.startswith("#")]
    missing = [name for name in names if name not in program.globals]
    if missing:
        raise StackError(f"not in the object: {', '.join(missing)}")
    for name in names:
        require_level(program, program.globals[name])
    return {name: program.globals[name] for name in names}


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ", 1)[1].strip().replace(
        "%", "%%"))
    parser.add_argument("--rules", action="append")
    parser.add_argument("--abi", default=PACKAGING / "abi.txt")
    parser.add_argument("--without")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--path")
    parser.add_argument("--top", type=int)
    parser.add_argument("--at-least", action="append", default=[])
    parser.add_argument("--check-helpers", action="append")
    parser.add_argument("object")
    options = parser.parse_args(arguments)

    rules = Rules()
    for path in options.rules or [PACKAGING / "stack-calls.txt"]:
        rules.read(path)
    objects = elf.read(options.object)
    if options.check_helpers:
        complaints = check_helpers(Program(add_members(objects, options.check_helpers)),
                                   objects[0], rules)
        for complaint in complaints:
            print(f"error: {complaint}", file=sys.stderr)
        return 1 if complaints else 0

    program = Program(objects)
    public = public_functions(options.abi, program)
    if options.without:
        public = {n: k for n, k in public.items() if not re.search(options.without, n)}
    bounds = Bounds(program, rules, list(public.values()))
    if options.path:
        if options.path not in public:
            raise StackError(f"no public function {options.path}")
        total = 0
        for size, name in bounds.chain(public[options.path]):
            total += size
            print(f"{total:7} {size:6}  {name}")
    elif options.top is not None:
        functions = [program.functions[k] for k in bounds.alive]
        for function in sorted(functions, key=lambda f: (-f.depth, f.name))[:options.top]:
            print(f"{function.depth:7}  {program.label(function.key)}")
    else:
        for name, key in public.items():
            print(f"{options.prefix}stack:{name} {bounds.bytes(key)}")
        for name, _, least in (text.partition("=") for text in options.at_least):
            if not least.isdecimal() or name not in public:
                raise StackError(f"--at-least {name}={least}: no such figure")
            if bounds.bytes(public[name]) < int(least):
                raise StackError(f"{name} was measured to need {least} bytes, more than its bound "
                                 f"of {bounds.bytes(public[name])}")
        for rule in rules.rules:
            if not options.without and rule.place not in bounds.used_rules:
                print(f"note: {rule.place}: no call needs this rule", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except (StackError, elf.ElfError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        sys.exit(1)
