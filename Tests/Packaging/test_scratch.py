# SPDX-License-Identifier: Apache-2.0
"""Scratch folders of a tree that was moved, or whose C headers have changed, are not used."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from archives import ROOT


class Scratch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name) / "tree"
        for name in "Packaging", "include", "Sources/_BayNNShims", "Tests/Support":
            shutil.copytree(ROOT / name, self.tree / name)
        self.prepare()
        (self.tree / ".build/checkouts").mkdir()
        (self.tree / ".build/release.yaml").write_text("compiled")

    def prepare(self):
        subprocess.run([self.tree / "Packaging/scratch.sh", ".build"], cwd=self.tree, check=True)

    def is_kept(self):
        self.prepare()
        self.assertTrue((self.tree / ".build/checkouts").is_dir())
        return (self.tree / ".build/release.yaml").exists()

    def test_the_same_tree(self):
        self.assertTrue(self.is_kept())

    def test_moved(self):
        self.tree = self.tree.rename(self.tree.with_name("moved"))
        self.assertFalse(self.is_kept())
        (self.tree / ".build/release.yaml").write_text("compiled")
        self.assertTrue(self.is_kept())

    def test_header_has_changed(self):
        header = self.tree / "include/baynn/model.h"
        header.write_text(header.read_text() + "\n")
        self.assertFalse(self.is_kept())


if __name__ == "__main__":
    unittest.main()
