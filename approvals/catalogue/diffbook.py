"""How does a comparison leave as a workbook? One line a difference; every cell a text, so that nothing is ever run."""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from approvals.catalogue.diff import Change

HEADS = ("变化", "事项代码", "事项", "市级单位", "原来", "现在")
WIDTHS = (20, 12, 44, 18, 60, 60)


def workbook(title: str, changes: Iterable[Change]) -> bytes:
    """The workbook as bytes (XLSX)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单对照")
    for column, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A3"

    def cell(text: str, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=text)
        made.data_type = "s"
        made.font, made.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
        return made

    sheet.append([cell(title, bold=True)])
    sheet.append([cell(head, bold=True) for head in HEADS])
    for one in changes:
        sheet.append([cell(text) for text in (one.label, one.code, one.name, one.unit, one.before, one.after)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
