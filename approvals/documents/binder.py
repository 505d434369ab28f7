"""How do files of strangers become pages of one volume? Run as a program of its own, so that a hostile file harms only it.

Reads one JSON request a line and answers one JSON line: `{"do": "pages", "kind", "path", "out", "whole"}` turns a PDF or a
picture into A4 pages with room for a page number, `{"do": "join", "parts", "out", "label", "title", "marks"}` joins such
parts and numbers them. Pages are drawn as they stand, annotations' appearances (seals) included; scripts, forms, links and
attachments are left behind. The answer is `{"pages": n}` or `{"note": WHY}`.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

from PIL import Image, UnidentifiedImageError
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

A4 = (595.28, 841.89)
SIDE, TOP, FOOT = 24.0, 16.0, 40.0
MOST_BYTES = 3 * 1024**3
MOST_PAGES = 1000
MOST_PIXELS = 120_000_000  # of a picture that cannot be read at a smaller scale; a JPEG can
MOST_JPEG_PIXELS = 1_000_000_000
LONG_SIDE = 2600  # pixels on A4: 220 to the inch
HIDDEN = 2 | 32  # annotation flags: hidden, no view
BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError)


def pages(kind: str, path: str, out: str, whole: bool) -> dict[str, Any]:
    """Turn one file into pages; `whole`: ours, already A4 with its own margins, drawn as it is."""
    writer = PdfWriter()
    try:
        note = _pdf(writer, path, whole) if kind == "pdf" else _picture(writer, path)
        if note:
            return {"note": note}
        writer.write(out)
    except MemoryError:
        return {"note": "TOO_LARGE"}
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, *BROKEN):
        return {"note": "BROKEN"}
    return {"pages": len(writer.pages)}


def _pdf(writer: PdfWriter, path: str, whole: bool) -> str:
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        return "ENCRYPTED"
    count = len(reader.pages)
    if count == 0:
        return "BROKEN"
    if count > MOST_PAGES:
        return "TOO_LONG"
    for page in reader.pages:
        _place(writer, page, whole)
    return ""


def _place(writer: PdfWriter, page: PageObject, whole: bool) -> None:
    """One page of a stranger, as a form on a page of ours."""
    box = page.cropbox
    left, bottom, wide, high = (float(v) for v in (box.left, box.bottom, box.width, box.height))
    if wide <= 0 or high <= 0:
        raise ValueError("empty page")
    turned = page.rotation % 360
    content = page.get_contents()
    form = _form(
        content.get_data() if content is not None else b"",
        box=(left, bottom, left + wide, bottom + high),
        resources=page.get("/Resources", DictionaryObject()).get_object().clone(writer),
    )
    shown, ops = {"/P": writer._add_object(form.flate_encode())}, ["/P Do"]
    for number, (appearance, matrix) in enumerate(_appearances(page)):
        shown[f"/A{number}"] = appearance.indirect_reference.clone(writer)
        ops.append(f"q {matrix} cm /A{number} Do Q")
    # The page as seen upright, its lower left corner at the origin.
    across, tall = (high, wide) if turned in (90, 270) else (wide, high)
    turn = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, left + wide),
        180: (-1, 0, 0, -1, left + wide, bottom + high),
        270: (0, 1, -1, 0, bottom + high, -left),
    }[turned if turned in (0, 90, 180, 270) else 0]
    sheet, fit = _sheet(across, tall, whole)
    _page(writer, sheet, f"q {_numbers(*fit)} cm {_numbers(*turn)} cm {' '.join(ops)} Q", shown)


def _appearances(page: PageObject) -> list[tuple[StreamObject, str]]:
    """What annotations show on the page (a signature's seal is one), each with the matrix that puts it in its place."""
    found = []
    for one in page.get("/Annots") or ():
        annotation = one.get_object()
        stream = annotation.get("/AP", DictionaryObject()).get_object().get("/N")
        stream = stream.get_object() if stream is not None else None
        if not isinstance(stream, StreamObject) or int(annotation.get("/F", 0)) & HIDDEN or "/BBox" not in stream:
            continue
        if not isinstance(stream.indirect_reference, IndirectObject):
            continue
        x0, y0, x1, y1 = (float(v) for v in annotation["/Rect"])
        b0, c0, b1, c1 = (float(v) for v in stream["/BBox"])
        if b1 == b0 or c1 == c0 or x1 == x0 or y1 == y0:
            continue
        sx, sy = (x1 - x0) / (b1 - b0), (y1 - y0) / (c1 - c0)
        found.append((stream, _numbers(sx, 0, 0, sy, x0 - b0 * sx, y0 - c0 * sy)))
    return found


def _picture(writer: PdfWriter, path: str) -> str:
    Image.MAX_IMAGE_PIXELS = None  # counted here
    with Image.open(path, formats=("JPEG", "PNG")) as image:
        most = MOST_JPEG_PIXELS if image.format == "JPEG" else MOST_PIXELS
        if image.width * image.height > most:
            return "TOO_LARGE"
        if image.format == "JPEG":
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            image.thumbnail((LONG_SIDE, LONG_SIDE))
            over = image.convert("RGBA")
            flat = Image.new("RGB", over.size, "white")
            flat.paste(over, mask=over.getchannel("A"))
        else:
            grey = image.mode in ("1", "L")
            image.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)
            flat = image.convert("L" if grey else "RGB")
        flat = _upright(image, flat)
    kept = io.BytesIO()
    flat.save(kept, "JPEG", quality=85)
    stream = StreamObject()
    stream._data = kept.getvalue()
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(flat.width),
            NameObject("/Height"): NumberObject(flat.height),
            NameObject("/ColorSpace"): NameObject("/DeviceGray" if flat.mode == "L" else "/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    sheet, fit = _sheet(flat.width, flat.height, False)
    ops = f"q {_numbers(*fit)} cm {_numbers(flat.width, 0, 0, flat.height, 0, 0)} cm /P Do Q"
    _page(writer, sheet, ops, {"/P": writer._add_object(stream)})
    return ""


def _upright(source: Image.Image, flat: Image.Image) -> Image.Image:
    """A photograph turned as its camera says."""
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
    turn = turns.get(source.getexif().get(0x0112, 1))
    return flat.transpose(turn) if turn is not None else flat


def _sheet(wide: float, high: float, whole: bool) -> tuple[tuple[float, float], tuple[float, ...]]:
    """The sheet on which something of this size is put, upright or across, and the matrix that fits it in."""
    sheet = A4 if high >= wide else (A4[1], A4[0])
    if whole:
        return (wide, high), (1, 0, 0, 1, 0, 0)
    room = (sheet[0] - 2 * SIDE, sheet[1] - TOP - FOOT)
    scale = min(room[0] / wide, room[1] / high)
    x = (sheet[0] - wide * scale) / 2
    y = FOOT + (room[1] - high * scale) / 2
    return sheet, (scale, 0, 0, scale, x, y)


def _form(data: bytes, *, box: tuple[float, ...], resources: Any) -> DecodedStreamObject:
    form = DecodedStreamObject()
    form.set_data(data)
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([FloatObject(v) for v in box]),
            NameObject("/Resources"): resources,
        }
    )
    return form


def _page(writer: PdfWriter, sheet: tuple[float, float], ops: str, shown: dict[str, Any]) -> None:
    page = writer.add_blank_page(width=round(sheet[0], 2), height=round(sheet[1], 2))
    content = DecodedStreamObject()
    content.set_data(ops.encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    objects = DictionaryObject({NameObject(name): one for name, one in shown.items()})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.5f}" for value in values)


def join(parts: list[str], out: str, label: str, title: str, marks: list[list[Any]]) -> dict[str, Any]:
    """Put parts made by `pages` one behind the other; each page bears `label` (ASCII) and its number; marks are bookmarks."""
    writer = PdfWriter()
    for part in parts:
        writer.append(part, import_outline=False)
    count = len(writer.pages)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    reference = writer._add_object(font)
    for number, page in enumerate(writer.pages, 1):
        text = f"{label}    {number} / {count}"
        wide = float(page.mediabox.width)
        x = wide / 2 - len(text) * 2.1
        content = page["/Contents"].get_object()
        stamped = DecodedStreamObject()
        stamped.set_data(content.get_data() + f"\nq BT /Num 8 Tf {_numbers(x, 16)} Td ({text}) Tj ET Q".encode("ascii"))
        page[NameObject("/Contents")] = writer._add_object(stamped)
        page["/Resources"][NameObject("/Font")] = DictionaryObject({NameObject("/Num"): reference})
    for name, at in marks:
        writer.add_outline_item(title=name, page_number=at - 1)
    writer.add_metadata({"/Title": title, "/Producer": "approvals"})
    writer.write(out)
    return {"pages": count}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    for line in sys.stdin:
        asked = json.loads(line)
        answer = join(**asked) if asked.pop("do") == "join" else pages(**asked)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
