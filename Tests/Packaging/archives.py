# SPDX-License-Identifier: Apache-2.0
"""The archives that the packaging tests look at, and programs linked with them."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARM = "arm-none-eabi-"
FIRMWARE = ("cortex-m0", "cortex-m4", "cortex-m4-speed")


def archive(name: str) -> pathlib.Path:
    return ROOT / "build" / name / "libbaynn.a"


def output(*command) -> str:
    run = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
    return run.stdout


def undefined(path: pathlib.Path, prefix: str = "") -> set[str]:
    """What an archive needs from outside."""
    lines = output(f"{prefix}nm", "--undefined-only", "--format=posix", path).splitlines()
    return {line.split()[0] for line in lines if re.search(r" U\b", line)}


def attributes(path: pathlib.Path) -> dict[str, str]:
    """Build attributes of an archive or a program for Arm."""
    found = re.findall(r"^  (Tag_\w+): (.*)$", output(f"{ARM}readelf", "-A", path), re.MULTILINE)
    return dict(found)


def link_firmware(
    folder, library: str, cpu: str, *options: str, last: tuple[str, ...] = ()
) -> subprocess.CompletedProcess:
    """Links firmware_app.c, with warnings that are errors, to `app.elf` in the folder."""
    command = [
        f"{ARM}gcc", "-std=c11", "-Os", "-mthumb", f"-mcpu={cpu}", *options,
        "-ffunction-sections", f"-I{ROOT / 'include'}", ROOT / "Tests/Packaging/firmware_app.c",
        archive(library), "-nostartfiles", "--specs=nano.specs", "-Wl,-e,main", "-Wl,--gc-sections",
        "-Wl,--fatal-warnings", "-Wl,-z,noexecstack", *last, "-o", pathlib.Path(folder) / "app.elf",
    ]
    return subprocess.run([str(c) for c in command], capture_output=True, text=True)
