# SPDX-License-Identifier: Apache-2.0
"""Every status of the headers: its value, its description, its name and its test."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATUS = re.compile(
    r"^(?P<doc>.*\n)#define (?P<name>BAYNN_(?:OK|ERROR_\w+|CIM_DEVICE_\w+|CIM_EMULATOR_\w+))"
    r" (?P<value>0|\(-\d+\))$",
    re.MULTILINE,
)


def statuses() -> list[tuple[str, int, str]]:
    """Name, value and the line before of each status in the headers."""
    found = []
    for header in sorted((ROOT / "include").rglob("*.h")):
        for match in STATUS.finditer(header.read_text()):
            found.append((match["name"], int(match["value"].strip("()")), match["doc"].strip()))
    return found


class StatusTests(unittest.TestCase):
    def test_all_are_found(self) -> None:
        self.assertGreaterEqual(len(statuses()), 35)
        for header in (ROOT / "include").rglob("*.h"):
            self.assertNotIn("(baynn_status_t)", header.read_text(), "a constant has a cast")

    def test_values_are_unique(self) -> None:
        values = [value for _, value, _ in statuses()]
        self.assertEqual(len(values), len(set(values)))

    def test_values_are_in_their_ranges(self) -> None:
        for name, value, _ in statuses():
            if name == "BAYNN_OK":
                self.assertEqual(value, 0)
            elif name.startswith("BAYNN_ERROR_"):
                self.assertTrue(-99 <= value <= -1, name)
            elif name.startswith("BAYNN_CIM_DEVICE_"):
                self.assertTrue(-1099 <= value <= -1001, name)
            else:
                self.assertTrue(-1999 <= value <= -1100, name)

    def test_each_is_described(self) -> None:
        for name, _, before in statuses():
            self.assertTrue(before.endswith("*/"), f"{name} has no comment before it")

    def test_each_has_its_name_and_its_test(self) -> None:
        names = sorted(name for name, _, _ in statuses())
        library = (ROOT / "Sources/BayNN/Status.swift").read_text()
        named = re.findall(r'case (BAYNN_\w+): text\("(\w+)"\)', library)
        self.assertEqual([a for a, _ in named], [b for _, b in named])
        self.assertEqual(sorted(a for a, _ in named), names)
        test = (ROOT / "Tests/CABI/test_status.c").read_text()
        self.assertEqual(sorted(re.findall(r"NAMED\((BAYNN_\w+)\)", test)), names)


if __name__ == "__main__":
    unittest.main()
