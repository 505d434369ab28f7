"""Can our fonts draw this text? Typst prints a box for a character no font has and says nothing; so it is asked before.

Reads the character map (cmap, formats 4 and 12; ISO/IEC 14496-22) of the fonts that come with the packages: no library for
it is among our dependencies, and forty lines do.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import manimgx_fonts_cjk
import pylopdf_fonts_zh_cn

FOLDERS = tuple(Path(str(package.__file__)).parent for package in (pylopdf_fonts_zh_cn, manimgx_fonts_cjk))
FILES = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansCJK-VF.otf.ttc")
# Marks that turn the reading direction or hide letters would let a name look like another.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
BREAKS = {"\n", "\t", "\r"}


def undrawable(text: str) -> list[str]:
    """The characters of a text that cannot stand on paper, each once, as U+XXXX with the character where it shows."""
    found = dict.fromkeys(char for char in text if char not in BREAKS and not _drawable(char))
    return [f"U+{ord(char):04X}" + (f"（{char}）" if char.isprintable() else "") for char in found]


def replaced(text: str) -> str:
    """A text that can stand on paper: 〓 for what cannot, as printers have always done."""
    return "".join(char if char in BREAKS or _drawable(char) else "〓" for char in text)


def _drawable(char: str) -> bool:
    if ord(char) < 0x7F and char.isprintable():
        return True
    if unicodedata.category(char) in INVISIBLE or unicodedata.bidirectional(char) in ("R", "AL"):
        return False
    return any(low <= ord(char) <= high for low, high in _ranges(ord(char) >> 12))


@cache
def _ranges(page: int) -> tuple[tuple[int, int], ...]:
    """The drawable ranges that touch one page of 4096 code points."""
    low, high = page << 12, (page << 12) | 0xFFF
    return tuple(pair for pair in _all() if pair[1] >= low and pair[0] <= high)


@cache
def _all() -> tuple[tuple[int, int], ...]:
    paths = [folder / name for folder in FOLDERS for name in FILES if (folder / name).exists()]
    return tuple(pair for path in paths for pair in _of_file(path))


def _of_file(path: Path) -> Iterator[tuple[int, int]]:
    with path.open("rb") as file:
        data = file.read()
    (start,) = struct.unpack_from(">I", data, 12) if data[:4] == b"ttcf" else (0,)
    (tables,) = struct.unpack_from(">H", data, start + 4)
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * index)
        if tag == b"cmap":
            yield from _of_cmap(data, offset)


def _of_cmap(data: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", data, cmap + offset)
        if form == 12 and (platform, encoding) in ((3, 10), (0, 4), (0, 6)):
            (groups,) = struct.unpack_from(">I", data, cmap + offset + 12)
            for number in range(groups):
                low, high, _ = struct.unpack_from(">III", data, cmap + offset + 16 + 12 * number)
                yield low, high
