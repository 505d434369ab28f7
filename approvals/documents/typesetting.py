"""How does frozen content become a PDF? Set by typst: no system font, no network, no file but our own, same bytes each time.

Content goes in as JSON and is shown literally; typst syntax in a name is printed, not run.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from approvals.documents.glyphs import FILES, FOLDERS, undrawable
from approvals.errors import Refused

EPOCH = 1_656_633_600  # the creation date every PDF carries: 2022-07-01, so that the bytes depend on the data alone
MOST_PAGES = 30
MILLIMETRE = 72 / 25.4
A4_HEIGHT = 297 * MILLIMETRE


class NotTypeset(Refused):
    """`code` says why: a font or template is missing, a character cannot be drawn, typst refused or warned."""

    code = "not-typeset"
    status = 422
    title = "文书排不出来"

    def __init__(self, detail: str, *, cause: str) -> None:
        super().__init__(detail, cause=cause)
        self.cause = cause


@dataclass(frozen=True)
class Spot:
    """Where the seal goes: page from 1, its centre in points from the top left corner of a page that high."""

    page: int
    x: float
    y: float
    height: float = A4_HEIGHT


@dataclass(frozen=True)
class Sheet:
    """A paper before it is sealed."""

    pdf: bytes
    pages: int
    spot: Spot | None


@cache
def fonts() -> typst.Fonts:
    """The fonts of the two packages. Raises NotTypeset where one is missing."""
    missing = [name for name in FILES if not any((folder / name).exists() for folder in FOLDERS)]
    if missing:
        raise NotTypeset(f"缺字体 {'、'.join(missing)}；重新安装依赖包。", cause="FONT_MISSING")
    return typst.Fonts(False, False, [str(folder) for folder in FOLDERS])


@lru_cache(maxsize=200)
def _alone(source: str) -> Path:
    """A source in a folder of its own, gone with the process: all that a template could read is itself."""
    folder = Path(_folder().name) / hashlib.sha256(source.encode()).hexdigest()
    folder.mkdir(exist_ok=True)
    (folder / "letter.typ").write_text(source, encoding="utf-8")
    return folder


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="approvals-typst-")


def compiler(source: str, inputs: dict[str, str]) -> typst.Compiler:
    folder = _alone(source)
    return typst.Compiler(
        input=folder / "letter.typ",
        root=folder,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        package_path=folder,
        package_cache_path=folder,
    )


def typeset(source: str, data: dict[str, Any], *, most: int = MOST_PAGES) -> Sheet:
    """Set `data` by a template's source, on `most` pages. Raises NotTypeset: nothing half right comes out."""
    bad = undrawable("".join(texts_of(data)))
    if bad:
        raise NotTypeset(f"字体里没有或不能排印的字：{'、'.join(bad[:8])}；在办件里改正后重新采集。", cause="CHARACTER")
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True), "qr": qr_of(data)}
    try:
        press = compiler(source, inputs)
        pdf, warnings = press.compile_with_warnings(format="pdf", timestamp=EPOCH, pdf_standards="a-2b")
        marks = json.loads(press.query("<mark>", field="value"))
    except typst.TypstError as wrong:
        raise NotTypeset(f"模板报错：{wrong.message}"[:300], cause="TEMPLATE") from wrong
    if warnings:
        raise NotTypeset(f"模板有警告：{warnings[0].message}"[:300], cause="TEMPLATE")
    assert isinstance(pdf, bytes)
    pages = max((mark["pages"] for mark in marks if "pages" in mark), default=1)
    if pages > most:
        raise NotTypeset(f"排出来有 {pages} 页，超过 {most} 页；请改用附件。", cause="TOO_LONG")
    spots = [Spot(**mark) for mark in marks if "x" in mark]
    return Sheet(pdf, pages, spots[-1] if spots else None)


def qr_of(data: dict[str, Any]) -> str:
    """The QR code of a letter's verification page as SVG; empty where the letter has none."""
    address = data.get("letter", {}).get("verify_url", "")
    if not address:
        return ""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, nl=False)
    return out.getvalue().decode()


def texts_of(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts_of(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts_of(inner)]
    return [value] if isinstance(value, str) else []


SEAL = """
#set page(width: 42mm, height: 42mm, margin: 0mm, fill: none)
#let red = rgb("#d0021b")
#let name = sys.inputs.name.clusters()
#let n = name.len()
#let step = calc.min(24deg, 236deg / calc.max(n - 1, 1))
#let size = calc.min(15pt, 15pt * 13 / calc.max(n, 1))
#place(center + horizon, circle(radius: 20.3mm, stroke: 1.1mm + red))
#for (i, c) in name.enumerate() {
  let a = step * (i - (n - 1) / 2)
  place(center + horizon, dx: 15.8mm * calc.sin(a), dy: -15.8mm * calc.cos(a),
    rotate(a, text(font: ("Noto Serif SC", "Noto Sans CJK SC"), size: size, fill: red, stroke: 0.25pt + red, c)))
}
#let point(r, k) = (21mm + r * calc.sin(36deg * k), 21mm - r * calc.cos(36deg * k))
#place(top + left, polygon(fill: red, ..range(10).map(k => point(if calc.even(k) { 5.4mm } else { 2.06mm }, k))))
#place(center + horizon, dy: 11.6mm, text(font: "Noto Sans SC", size: 8.6pt, fill: red, sys.inputs.kind))
#place(center + horizon, dy: 15.8mm, text(font: "Noto Sans SC", size: 7pt, fill: red, sys.inputs.note))
"""


@cache
def seal_image(name: str, kind: str, note: str) -> Path:
    """The round seal of an organ as a one-page PDF file, 42 mm wide. Raises NotTypeset."""
    bad = undrawable(name + kind + note)
    if bad:
        raise NotTypeset(f"印文里有不能排印的字：{'、'.join(bad)}。", cause="CHARACTER")
    pdf = compiler(SEAL, {"name": name, "kind": kind, "note": note}).compile(format="pdf", timestamp=EPOCH)
    assert isinstance(pdf, bytes)
    path = Path(_folder().name) / f"{hashlib.sha256(pdf).hexdigest()}.pdf"
    path.write_bytes(pdf)
    return path
