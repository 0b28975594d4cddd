#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares measured figures with the checked-in table.

usage: figures.py [--update] TABLE < "name number" lines

The table has lines of `name number [<= limit]`. Exits with 1 if a figure is above its
limit, is more than 2 % off the table, is not in it, or is missing. --update writes the
measured numbers into the table; limits stay.
"""

import re
import sys

LINE = re.compile(r"^(\S+)\s+([\d.]+)(?:\s+<=\s+([\d.]+))?$")
TOLERANCE = 0.02


def read_table(path: str) -> dict[str, tuple[float, float | None]]:
    table = {}
    for line in open(path):
        match = LINE.match(line.strip())
        if match:
            table[match[1]] = (float(match[2]), float(match[3]) if match[3] else None)
    return table


def text(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:.2f}"


def main() -> int:
    update = "--update" in sys.argv
    path = sys.argv[-1]
    table = read_table(path)
    measured = {}
    for line in sys.stdin:
        match = LINE.match(line.strip())
        if match:
            measured[match[1]] = float(match[2])
    complaints = []
    for name, number in measured.items():
        old, limit = table.get(name, (None, None))
        notes = []
        if limit is not None:
            notes.append(f"limit {text(limit)}")
            if number > limit:
                complaints.append(f"{name}: {text(number)} is above its limit of {text(limit)}")
        if old is None:
            notes.append("new")
            complaints.append(f"{name} is not in {path}")
        elif abs(number - old) > TOLERANCE * old:
            notes.append(f"was {text(old)}")
            complaints.append(f"{name}: {text(number)} instead of {text(old)}")
        print(f"  {name:44}{text(number):>12}  {', '.join(notes)}")
    complaints += [f"{name} was not measured" for name in table if name not in measured]
    if update:
        with open(path) as file:
            comments = [line for line in file if line.startswith("#")]
        with open(path, "w") as file:
            file.writelines(comments)
            for name, number in measured.items():
                limit = table.get(name, (None, None))[1]
                tail = f" <= {limit:.9g}" if limit is not None else ""
                file.write(f"{name} {number:g}{tail}\n" if number < 1e5 else
                           f"{name} {number:.0f}{tail}\n")
        complaints = [c for c in complaints if "above its limit" in c]
    for complaint in complaints:
        print(f"error: {complaint}", file=sys.stderr)
    if complaints and not update:
        print(f"To accept new figures: make figures", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
