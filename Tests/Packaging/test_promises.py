# SPDX-License-Identifier: Apache-2.0
"""The table of promises in Tests/CABI/README.md names tests that there are."""

import pathlib
import re
import unittest

CABI = pathlib.Path(__file__).resolve().parents[1] / "CABI"


class PromiseTests(unittest.TestCase):
    def test_every_test_is_there(self) -> None:
        named = re.findall(r"`(\w+): (\w+)`", (CABI / "README.md").read_text())
        named.remove(("file", "test"))
        self.assertGreater(len(named), 50)
        for file, test in named:
            path = CABI / f"test_{file}.c"
            self.assertTrue(path.exists(), path.name)
            self.assertIn(f"static void {test}(void **state)", path.read_text())
            self.assertRegex(path.read_text(), rf"\((?:\w+, )*{test}[,)]", f"{test} is not run")


if __name__ == "__main__":
    unittest.main()
