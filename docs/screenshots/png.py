"""How small can a picture of a page be? A browser's PNG with at most 256 colours, in the standard library alone.

A page has few colours, and thousands of shades at the edges of its letters; the commonest stay, the rest take the nearest.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
RGB, RGBA, PALETTE = 2, 6, 3


def smaller(png: bytes) -> bytes:
    """The same picture in a palette; `png` is 8 bits a channel, not interlaced, as browsers write it."""
    width, height, channels, data = _read(png)
    rows = _unfiltered(zlib.decompress(data), width * channels, height, channels)
    pixels = [[row[i : i + 3] for i in range(0, len(row), channels)] for row in rows]
    index = _palette(Counter(pixel for row in pixels for pixel in row))
    table = b"".join(colour for colour, place in sorted(index.items(), key=lambda one: one[1]) if place < COLOURS)
    nearest = _nearest(index)
    body = b"".join(b"\0" + bytes([nearest[pixel] for pixel in row]) for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", table[: 3 * COLOURS]), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _read(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, channels and the compressed rows. Raises ValueError for what no browser writes."""
    place, data, head = len(SIGNATURE), b"", b""
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        head = content if kind == b"IHDR" else head
        data += content if kind == b"IDAT" else b""
        place += size + 12
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if depth != 8 or colour not in (RGB, RGBA) or interlaced:
        raise ValueError(f"{depth} bits, colour type {colour}, interlaced {interlaced}")
    return width, height, 4 if colour == RGBA else 3, data


def _unfiltered(raw: bytes, size: int, height: int, step: int) -> list[bytes]:
    """The rows as they were before PNG's five filters (RFC 2083, 6)."""
    rows, above = [], bytes(size)
    for y in range(height):
        start = y * (size + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + size])
        if kind == 1:
            for i in range(step, size):
                row[i] = (row[i] + row[i - step]) & 255
        elif kind == 2:
            row = bytearray((one + up) & 255 for one, up in zip(row, above, strict=True))
        elif kind == 3:
            for i in range(size):
                row[i] = (row[i] + ((row[i - step] if i >= step else 0) + above[i]) // 2) & 255
        elif kind == 4:
            for i in range(size):
                left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
                row[i] = (row[i] + _paeth(left, above[i], corner)) & 255
        above = bytes(row)
        rows.append(above)
    return rows


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _palette(counted: Counter[bytes]) -> dict[bytes, int]:
    """Every colour with its place in the palette; those that found none stand at COLOURS."""
    kept: list[bytes] = []
    taken: Counter[bytes] = Counter()
    for colour, _ in counted.most_common():
        cell = bytes(channel >> 4 for channel in colour)
        if len(kept) < COLOURS and taken[cell] < 3:  # so that one shaded edge does not take all places
            kept.append(colour)
            taken[cell] += 1
    places = {colour: place for place, colour in enumerate(kept)}
    return {colour: places.get(colour, COLOURS) for colour in counted}


def _nearest(index: dict[bytes, int]) -> dict[bytes, int]:
    kept = [(place, *colour) for colour, place in index.items() if place < COLOURS]
    found = {}
    for colour, place in index.items():
        r, g, b = colour
        found[colour] = (
            place
            if place < COLOURS
            else min(kept, key=lambda one: (one[1] - r) ** 2 + (one[2] - g) ** 2 + (one[3] - b) ** 2)[0]
        )
    return found
