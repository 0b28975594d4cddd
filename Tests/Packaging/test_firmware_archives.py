# SPDX-License-Identifier: Apache-2.0
"""Archives for firmware link into programs of every float ABI, and of no smaller core."""

import pathlib
import re
import tempfile
import unittest

from archives import ARM, FIRMWARE, ROOT, archive, attributes, link_firmware, output

NO_FLOATS = ("-mfloat-abi=soft",)
SOFTFP = ("-mfloat-abi=softfp",)
HARD = ("-mfloat-abi=hard",)
LARGER_CORES = [
    ("cortex-m3", [NO_FLOATS]),
    ("cortex-m4", [NO_FLOATS, SOFTFP, HARD]),
    ("cortex-m7", [NO_FLOATS, SOFTFP, HARD]),
    ("cortex-m33", [NO_FLOATS, SOFTFP, HARD]),
    ("cortex-m55", [NO_FLOATS, SOFTFP, HARD]),
]
SMALLER_CORES = [("cortex-m0", [NO_FLOATS]), ("cortex-m0plus", [NO_FLOATS])]
MIXED = [("cortex-m23", [NO_FLOATS])]

# Mnemonics, with /32 for those of 32 bits. The DSP instructions of Armv7E-M:
NOT_ARMV7M = re.compile(
    r"(pkh|sel|usada?8|umaal|q(d?add|d?sub)|[us]xta|[us]xtb16|[us]sat16|sm(la|ls|mu|mm|ul|us)"
    r"(?!l(\.|/|$))|[usq]?h?(add|sub)(8|16)|[usq]?h?(asx|sax)|smlal[bdt]).*")
NOT_ARMV6M = re.compile(r"(?!(bl|mrs|msr|d[sm]b|isb)/).*/32|cbn?z|it[te]*")


def instructions(path: pathlib.Path) -> list[str]:
    """Mnemonics that occur in an archive, as NOT_ARMV6M has them."""
    lines = re.findall(r"^ *[0-9a-f]+:\t([0-9a-f ]+?) *\t([a-z]\S*)",
                       output(f"{ARM}objdump", "-d", path), re.M)
    return sorted({name + ("/32" if len(code) > 4 else "") for code, name in lines})


class Linking(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check_links(self, library, cores):
        for cpu, abis in cores:
            for options in abis:
                with self.subTest(library=library, cpu=cpu, options=options):
                    linked = link_firmware(self.folder, library, cpu, *options)
                    self.assertEqual((linked.returncode, linked.stderr), (0, ""))

    def check_refused(self, library, cpu, reason):
        with self.subTest(library=library, cpu=cpu):
            linked = link_firmware(self.folder, library, cpu)
            self.assertNotEqual(linked.returncode, 0)
            self.assertRegex(linked.stderr, reason)

    def test_armv7m_links_with_any_float_abi(self):
        for library in ("cortex-m4", "cortex-m4-speed"):
            self.check_links(library, LARGER_CORES)

    def test_armv6m_links_everywhere(self):
        self.check_links("cortex-m0", SMALLER_CORES + MIXED + LARGER_CORES)

    def test_armv7m_is_refused_on_smaller_cores(self):
        for library in ("cortex-m4", "cortex-m4-speed"):
            for cpu, _ in SMALLER_CORES:
                self.check_refused(
                    library, cpu, "undefined reference to `baynn_model_open_abi_1_armv6m'")
            self.check_refused(library, "cortex-m23", "conflicting CPU architectures")

    def test_programs_stay_for_their_core(self):
        for library, cpu, expected in (
            ("cortex-m4", "cortex-m3", "v7"), ("cortex-m0", "cortex-m0plus", "v6S-M")):
            with self.subTest(library=library, cpu=cpu):
                self.assertEqual(link_firmware(self.folder, library, cpu).returncode, 0)
                tags = attributes(self.folder / "app.elf")
                self.assertEqual(tags["Tag_CPU_arch"], expected)

    def test_debuggers_find_their_way_out_of_the_library(self):
        """The frames of a linked program have those of the public functions."""
        for library, cpu in ("cortex-m0", "cortex-m0"), ("cortex-m4", "cortex-m4"):
            self.assertEqual(link_firmware(self.folder, library, cpu).returncode, 0)
            program = self.folder / "app.elf"
            frames = output(f"{ARM}objdump", "--dwarf=frames", program)
            begins = {int(at, 16) for at in re.findall(r" FDE .* pc=([0-9a-f]+)\.\.", frames)}
            symbols = dict(reversed(line.split()[::2]) for line in output(
                f"{ARM}nm", "--defined-only", program).splitlines())
            for name in "baynn_model_open_abi_1", "baynn_session_init", "baynn_infer":
                with self.subTest(library=library, name=name):
                    self.assertIn(int(symbols[name], 16) & ~1, begins)

    def test_no_c_library(self):
        """The template's memory functions and libgcc are all that is needed."""
        functions = ROOT / "Firmware/Common/memory_functions.c"
        for library, cpu in (("cortex-m0", "cortex-m0plus"), ("cortex-m4", "cortex-m4")):
            with self.subTest(library=library):
                linked = link_firmware(
                    self.folder, library, cpu, functions, "-nostdlib", last=("-lgcc",))
                self.assertEqual((linked.returncode, linked.stderr), (0, ""))


class Objects(unittest.TestCase):
    def test_architectures(self):
        expected = {"cortex-m0": "v6S-M", "cortex-m4": "v7", "cortex-m4-speed": "v7"}
        for library, architecture in expected.items():
            with self.subTest(library=library):
                tags = attributes(archive(library))
                self.assertEqual(tags["Tag_CPU_arch"], architecture)
                self.assertEqual(tags["Tag_CPU_arch_profile"], "Microcontroller")
                self.assertEqual(tags["Tag_ABI_VFP_args"], "compatible")

    def test_no_instruction_of_a_larger_core(self):
        """The architecture in the attributes is the one that the code needs."""
        for library in FIRMWARE:
            with self.subTest(library=library):
                names = instructions(archive(library))
                self.assertGreater(len(names), 20)
                larger = NOT_ARMV6M if library == "cortex-m0" else NOT_ARMV7M
                self.assertEqual([name for name in names if larger.fullmatch(name)], [])

    def test_no_unaligned_access(self):
        for library in FIRMWARE:
            with self.subTest(library=library):
                self.assertNotIn("Tag_CPU_unaligned_access", attributes(archive(library)))

    def test_call_frames_are_not_loaded(self):
        for library in FIRMWARE:
            with self.subTest(library=library):
                sections = output(f"{ARM}readelf", "-SW", archive(library))
                flags = re.search(r" \.debug_frame +\S+ +(?:\S+ +){4}([A-Z]*) +\d+ +\d+ +\d+$",
                                  sections, re.M)
                self.assertIsNotNone(flags)
                self.assertEqual(flags[1], "")
                self.assertNotRegex(sections, r"\.debug_(?!frame)")


if __name__ == "__main__":
    unittest.main()
