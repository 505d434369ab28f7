"""How does a list leave the house? As CSV or as a workbook, the same columns, names masked, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from approvals.cases.words import State
from approvals.supervision.models import Push
from approvals.workbench.rows import Line, applicants
from approvals.workbench.templatetags.workbench import moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS_OF_LIST = (
    "办件编号",
    "事项",
    "申请人",
    "地区",
    "环节",
    "持有单位",
    "在谁手上",
    "本环节到期",
    "承诺到期",
    "承诺剩余",
    "法定到期",
)
EXPORT_ROWS = 5000
LONGEST = 32_767  # characters a cell of a workbook holds
WIDEST = 40


def cells_of(lines: Sequence[Line]) -> Iterator[list[Any]]:
    """The lines of a worklist as they may leave: one list a case, under HEADS_OF_LIST."""
    names = applicants([line.case for line in lines], masked=True)
    for line in lines:
        case = line.case
        yield [
            case.number,
            case.snapshot.item_name,
            names.get(case.pk, ""),
            case.region.name,
            State(case.state).label,
            case.holder.name,
            line.hand,
            case.due_on,
            case.promise_on,
            line.promise.words,
            case.statute_on,
        ]


HEADS_OF_PUSHES = (
    "办件编号",
    "事项",
    "相对人",
    "地区",
    "结果",
    "监管单位",
    "状态",
    "推送时刻",
    "认领期限",
    "认领人",
    "首次反馈期限",
)


def cells_of_pushes(pushes: Sequence[Push]) -> Iterator[list[Any]]:
    """Pushes as they may leave: one list a push, under HEADS_OF_PUSHES."""
    names = applicants([one.case for one in pushes], masked=True)
    for one in pushes:
        case = one.case
        yield [
            case.number,
            case.snapshot.item_name,
            names.get(one.case_id, ""),
            case.region.name,
            one.get_result_display(),
            one.unit.name,
            one.get_state_display(),
            moment(one.pushed_at),
            one.claim_due_on,
            one.claimed_by.name if one.claimed_by else "",
            one.feedback_due_on,
        ]


def as_file(
    kind: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str
) -> HttpResponseBase:
    """The rows as a download, `kind` csv or xlsx."""
    response: HttpResponseBase
    if kind == "xlsx":
        response = HttpResponse(as_xlsx(title, heads, rows), content_type=XLSX)
    else:
        response = StreamingHttpResponse(as_csv(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def formula_safe(value: object) -> str:
    """A cell that a spreadsheet takes as text: never as a formula (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class Echo:
    def write(self, text: str) -> str:
        return text


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV with a byte order mark, without which Excel takes Chinese for something else."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield writer.writerow(heads)
    for row in rows:
        yield writer.writerow([formula_safe(cell) for cell in row])


def as_xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet, written row by row; days are days, numbers are numbers, everything else is text and stays text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    rows = [heads, *rows]
    for place, column in enumerate(zip(*rows, strict=True), 1):
        width = max(sum(1 + (ord(one) > 255) for one in str("" if cell is None else cell)) for cell in column)
        sheet.column_dimensions[get_column_letter(place)].width = min(width + 2, WIDEST)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    if value is None or isinstance(value, (date, int)):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST])
    cell.data_type = "s"  # the library takes =… for a formula and #N/A for an error
    return cell
