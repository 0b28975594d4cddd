# SPDX-License-Identifier: Apache-2.0
"""What the archives need from outside is what the README says."""

import platform
import re
import unittest

from archives import ROOT, archive, undefined

ROW = re.compile(r"^\| `([a-z0-9/-]+)` \|[^|]*\|([^|]*)\|([^|]*)\|$", re.M)


class Outside(unittest.TestCase):
    def test_readme(self):
        text = (ROOT / "README.md").read_text()
        rows = ROW.findall(text[text.index("### Which archive"):])
        self.assertEqual(
            [name for name, _, _ in rows],
            ["host", "host/v1", "cortex-m4", "cortex-m4-speed", "cortex-m0"])
        for name, *cells in rows:
            if name.startswith("host") and platform.machine() != "x86_64":
                continue
            with self.subTest(archive=name):
                self.assertEqual(
                    sorted(re.findall(r"`(\w+)`", " ".join(cells))),
                    sorted(undefined(archive(name))))


if __name__ == "__main__":
    unittest.main()
