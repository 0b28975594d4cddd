# SPDX-License-Identifier: Apache-2.0
"""Changes model images as one who knows the format would: fields, sizes, kinds, sources, orders.

The checksum is right again after most changes, so that what lies behind it is read.
"""

import random
import struct
import zlib
from collections.abc import Callable

HEADER = 16
KINDS = (0, 1, 2, 15, *range(16, 26), 63, 64, 65, 66, 67, 79, 80, 81, 82, 83, 84, 65535)
WEIGHTY = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 20, 30, 31, 32, 33, 64, 127, 128, 255, 256,
           257, 1023, 4096, 4097, 16383, 16384, 32767, 32768, 65534, 65535, 65536, 65537,
           (1 << 24) - 1, 1 << 24, (1 << 24) + 1, (1 << 28) - 1, 1 << 28, (1 << 30) - 1, 1 << 30,
           (1 << 31) - 1, 1 << 31, (1 << 31) + 1, (1 << 32) - 1)  # fmt: skip
FIELDS = 20
"""Words at the front of a payload that hold fields."""

Section = tuple[int, bytearray]
Change = Callable[[random.Random, list[Section]], None]


def sections_of(image: bytes) -> list[Section]:
    """Kind and payload of each section of a valid image."""
    sections, offset = [], HEADER
    while offset < len(image) - 4:
        kind, _, size = struct.unpack_from("<HHI", image, offset)
        sections.append((kind, bytearray(image[offset + 8 : offset + 8 + size])))
        offset += 8 + size
    return sections


def sealed(body: bytes) -> bytes:
    return body + struct.pack("<I", zlib.crc32(body))


def image_of(sections: list[Section]) -> bytes:
    body = b"".join(struct.pack("<HHI", k, 0, len(data)) + data for k, data in sections)
    size = HEADER + len(body) + 4
    return sealed(b"BNN\x1a" + struct.pack("<HHII", 1, 0, size, len(sections)) + body)


def _value(chance: random.Random, old: int) -> int:
    choice = chance.randrange(6)
    if choice < 2:
        return chance.choice(WEIGHTY)
    if choice == 2:
        power = 1 << chance.randrange(32)
        return chance.choice((old ^ power, power, power - 1, -power & 0xFFFFFFFF))
    if choice == 3:
        return (old * chance.choice((2, 3, 4)) + chance.choice((-1, 0, 1))) & 0xFFFFFFFF
    return (old + chance.choice((-2, -1, 1, 2))) & 0xFFFFFFFF


def _set_word(chance: random.Random, data: bytearray, word: int) -> None:
    (old,) = struct.unpack_from("<I", data, 4 * word)
    struct.pack_into("<I", data, 4 * word, _value(chance, old))


def _a_section(chance: random.Random, sections: list[Section]) -> int:
    return chance.randrange(len(sections))


def change_field(chance: random.Random, sections: list[Section]) -> None:
    _, data = sections[_a_section(chance, sections)]
    if data:
        _set_word(chance, data, chance.randrange(min(FIELDS, len(data) // 4)))


def change_word(chance: random.Random, sections: list[Section]) -> None:
    """Any word: multipliers, thresholds, totals, answers, names."""
    _, data = sections[_a_section(chance, sections)]
    if data:
        _set_word(chance, data, chance.randrange(len(data) // 4))


def change_words(chance: random.Random, sections: list[Section]) -> None:
    """Several words of a section at once: bounds are about the parameters of a channel."""
    _, data = sections[_a_section(chance, sections)]
    for _ in range(chance.choice((2, 3, 4)) if data else 0):
        _set_word(chance, data, chance.randrange(len(data) // 4))


def flip_bit(chance: random.Random, sections: list[Section]) -> None:
    _, data = sections[_a_section(chance, sections)]
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def change_last_word(chance: random.Random, sections: list[Section]) -> None:
    """Where padding lies, and the words of the last channel."""
    _, data = sections[_a_section(chance, sections)]
    if data:
        _set_word(chance, data, len(data) // 4 - 1 - chance.randrange(min(4, len(data) // 4)))


def resize(chance: random.Random, sections: list[Section]) -> None:
    _, data = sections[_a_section(chance, sections)]
    words = chance.choice((1, 1, 2, 5))
    if chance.randrange(2):
        data += bytes(4 * words)
    else:
        del data[max(0, len(data) - 4 * words) :]


def change_kind(chance: random.Random, sections: list[Section]) -> None:
    place = _a_section(chance, sections)
    sections[place] = chance.choice(KINDS), sections[place][1]


def swap(chance: random.Random, sections: list[Section]) -> None:
    first, second = _a_section(chance, sections), _a_section(chance, sections)
    sections[first], sections[second] = sections[second], sections[first]


def repeat(chance: random.Random, sections: list[Section]) -> None:
    """Once, or as often as brings layers and sites to their limits."""
    place = _a_section(chance, sections)
    kind, data = sections[place]
    for _ in range(chance.choice((1, 1, 9, 31, 62, 63, 64))):
        sections.insert(place, (kind, bytearray(data)))


def leave_out(chance: random.Random, sections: list[Section]) -> None:
    del sections[_a_section(chance, sections)]


def add_policy(chance: random.Random, sections: list[Section]) -> None:
    measure, rate = chance.randrange(5), chance.choice((0, 9, 65535, 65536, 65537))
    data = struct.pack("<4I", measure, chance.choice(WEIGHTY), rate, chance.choice((0, 1, 100)))
    place = [kind for kind, _ in sections].index(80) + 1 if 80 in dict(sections) else 0
    sections.insert(place, (81, bytearray(data)))


def add_name(chance: random.Random, sections: list[Section]) -> None:
    text = chance.choice(
        (b"n\0\0\0", b"\0\0\0\0", b"name", b"nam\0", b"n\0\0\0\0\0\0\0", b"n\0n\0")
    )
    sections.append((83, bytearray(text)))


CHANGES: tuple[Change, ...] = (
    change_field, change_field, change_field, change_field, change_field, change_word, change_word,
    change_words, change_words, change_last_word, flip_bit, resize, change_kind, swap, repeat,
    leave_out, add_policy, add_name,
)  # fmt: skip


def _damage(chance: random.Random, image: bytes) -> bytes:
    """The container itself: header, checksum, length; half of the time with a right checksum."""
    data = bytearray(image)
    choice = chance.randrange(5)
    if choice == 0:
        data[chance.randrange(min(HEADER + 8, len(data)))] ^= 1 << chance.randrange(8)
    elif choice == 1:
        struct.pack_into("<I", data, 8, _value(chance, len(data)))
    elif choice == 2:
        struct.pack_into("<I", data, 12, _value(chance, struct.unpack_from("<I", data, 12)[0]))
    elif choice == 3:
        del data[chance.randrange(len(data)) :]
    else:
        data += bytes(chance.randrange(1, 9))
    if chance.randrange(2) and len(data) > 24:
        data[:] = sealed(bytes(data[:-4]))
    return bytes(data)


def mutant(chance: random.Random, image: bytes) -> bytes:
    """Another image, changed in one to three ways: most often in one."""
    sections = sections_of(image)
    for _ in range(chance.choice((1, 1, 1, 1, 2, 3))):
        if sections:
            chance.choice(CHANGES)(chance, sections)
    changed = image_of(sections)
    return _damage(chance, changed) if chance.randrange(12) == 0 else changed
