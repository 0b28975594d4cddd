# SPDX-License-Identifier: Apache-2.0
"""Pairs of images on both sides of a rule: one word differs by 1, and one of them is refused.

Where a rule ends depends on what else an image holds, so that changes at random hardly meet it:
it is searched for, by halving, with a reader.
"""

import random
import struct
from collections.abc import Callable

from mutations import FIELDS, Section, image_of, sections_of

Accepts = Callable[[bytes], bool]


class EdgeFinder:
    """Finds edges in the sections of some valid images; accepts: what a reader says."""

    def __init__(self, images: list[bytes], accepts: Accepts) -> None:
        self.accepts = accepts
        self.by_kind: dict[int, list[tuple[bytes, int]]] = {}
        """Of each kind of section, the images that have one, and which of their sections it is."""
        for image in images:
            for place, (kind, _) in enumerate(sections_of(image)):
                self.by_kind.setdefault(kind, []).append((image, place))

    def pair(self, chance: random.Random) -> tuple[bytes, bytes] | None:
        """The last image that is accepted, and the first that is refused; None if this try has
        met no rule."""
        image, place = chance.choice(self.by_kind[chance.choice(sorted(self.by_kind))])
        sections = sections_of(image)
        data = sections[place][1]
        self._set_another(chance, sections, data)
        word = _word(chance, data)
        (low,) = struct.unpack_from("<I", data, 4 * word)
        high = chance.choice((0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
        if low == high or self._with(sections, data, word, high)[1]:
            return None
        last, first = self._with(sections, data, word, low)[0], b""
        while abs(high - low) > 1 or not first:
            middle = (low + high) // 2 if abs(high - low) > 1 else high
            changed, is_accepted = self._with(sections, data, word, middle)
            if is_accepted:
                low, last = middle, changed
            else:
                high, first = middle, changed
        return last, first

    def _set_another(self, chance: random.Random, sections: list[Section], data: bytearray) -> None:
        """Gives another word any magnitude, if that is accepted: some rules are about two."""
        word = _word(chance, data)
        (old,) = struct.unpack_from("<I", data, 4 * word)
        value = int(2 ** chance.uniform(0, 31)) * chance.choice((1, -1)) & 0xFFFFFFFF
        if chance.randrange(2) and not self._with(sections, data, word, value)[1]:
            struct.pack_into("<I", data, 4 * word, old)

    def _with(
        self, sections: list[Section], data: bytearray, word: int, value: int
    ) -> tuple[bytes, bool]:
        """The image with a word of `data`, which is of one of its sections, set to a value."""
        struct.pack_into("<I", data, 4 * word, value)
        image = image_of(sections)
        return image, self.accepts(image)


def _word(chance: random.Random, data: bytearray) -> int:
    """A field at the front, a parameter at the end, or any word."""
    words = len(data) // 4
    last = min(FIELDS, words)
    return chance.choice((chance.randrange(last), words - 1 - chance.randrange(last),
                          chance.randrange(words)))  # fmt: skip
