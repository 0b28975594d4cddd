# SPDX-License-Identifier: Apache-2.0
"""The host archive in programs that are linked statically, or with another C library."""

import pathlib
import platform
import subprocess
import tempfile
import unittest

from archives import ROOT, archive

MODEL = ROOT / "Examples/Models/digits/digits.baynn"
EXAMPLE = ROOT / "Examples/minimal/minimal.c"


@unittest.skipUnless(platform.machine() == "x86_64", "elsewhere the archive has one level")
class HostArchive(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = pathlib.Path(folder.name) / "minimal"

    def link(self, compiler, library, *options):
        command = [compiler, "-std=c99", "-O2", *options, f"-I{ROOT / 'include'}", EXAMPLE,
                   archive(library), "-o", self.program]
        return subprocess.run([str(c) for c in command], capture_output=True, text=True)

    def check_runs(self, compiler, library, *options):
        with self.subTest(compiler=compiler, library=library, options=options):
            linked = self.link(compiler, library, *options)
            self.assertEqual((linked.returncode, linked.stderr), (0, ""))
            run = subprocess.run([self.program, MODEL], capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertRegex(run.stdout, r"^3 with probability 1\.000")

    def test_static_programs_run(self):
        for options in (), ("-static",), ("-static-pie",), ("-no-pie",):
            self.check_runs("gcc", "host", *options)

    def test_v1_runs_with_musl(self):
        for options in (), ("-static",):
            self.check_runs("musl-gcc", "host/v1", *options)

    def test_host_archive_is_refused_with_musl(self):
        """A program would start, and crash at its first call."""
        for options in (), ("-static",):
            with self.subTest(options=options):
                linked = self.link("musl-gcc", "host", *options)
                self.assertNotEqual(linked.returncode, 0)
                self.assertIn("undefined reference to `gnu_get_libc_version'", linked.stderr)


if __name__ == "__main__":
    unittest.main()
