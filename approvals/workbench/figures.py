"""How does the table of 统计分析 look? Lines of cells, each with its bar, its split by mode and the address of its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import current_rows
from approvals.statistics.queries import Row
from approvals.statistics.questions import BY, NONE, Measure, Question

MODES = {Mode.DIRECT: "直接下放", Mode.SUBSTANTIVE: "下放审核", Mode.WINDOW: "窗口前移", "": "市级保留"}


@dataclass(frozen=True)
class Cell:
    """One number with the query of its cases; `share` is the length of its bar in percent of the longest."""

    number: int
    query: str
    word: str = ""  # instead of a zero: 不承接
    share: int = 0
    month: date | None = None
    split: tuple[tuple[str, int], ...] = ()
    unfold: str = ""  # the query of the same cell by item


@dataclass(frozen=True)
class Line:
    name: str
    modes: list[Cell]
    months: list[Cell]
    total: Cell
    sides: list[tuple[str, Cell]]


def sheet_of(question: Question, modes: list[str], sides: list[Measure], drawn: list[Line]) -> list[list[str | int]]:
    """The table as it leaves the house: its heads and its lines, as the page shows them."""
    heads = [BY[question.by][0], *(MODES[mode] for mode in modes), *(f"{month:%Y-%m}" for month in question.months)]
    heads += [f"{question.measure.label}合计", *(side.label for side in sides)]
    found: list[list[str | int]] = [[*heads]]
    for line in drawn:
        cells = [*line.modes, *line.months, line.total, *(cell for _, cell in line.sides)]
        found.append([line.name, *(cell.word or cell.number for cell in cells)])
    return found


def modes_of(total: Row) -> list[str]:
    """The modes that have a column: the three of the reform, and what the city kept where there is any."""
    return [mode for mode in MODES if mode or total.of_mode("")]


def lines_of(rows: list[Row], question: Question, *, modes: list[str], sides: list[Measure]) -> list[Line]:
    """The lines of a table, their bars on one scale."""
    most = max((row.of_month(month) for row in rows if row.value for month in question.months), default=0) or 1
    given = delegated() if question.by == "region" else None
    return [_line(row, question, modes, sides, most, given) for row in rows]


def delegated() -> frozenset[tuple[str, str]]:
    """Which region was given anything in which mode, from the catalogue in memory."""
    return frozenset((one.region, str(one.mode)) for one in current_rows().delegations)


def _line(
    row: Row,
    question: Question,
    modes: list[str],
    sides: list[Measure],
    most: int,
    given: frozenset[tuple[str, str]] | None,
) -> Line:
    narrow = {question.by: row.value} if row.value else {}

    def cell(number: int, word: str = "", **more: str) -> Cell:
        return Cell(number, question.address(**(narrow | more)), word)

    return Line(
        name=row.name,
        modes=[cell(row.of_mode(mode), _word(row, mode, given), mode=mode or NONE) for mode in modes],
        months=[_month(row, month, question, modes, narrow, most) for month in question.months],
        total=cell(row.total),
        sides=[(side.key, cell(row.sides[side.key], also=side.key)) for side in sides],
    )


def _word(row: Row, mode: str, given: frozenset[tuple[str, str]] | None) -> str:
    return "不承接" if given is not None and row.value and mode and (row.value, mode) not in given else ""


def _month(row: Row, month: date, question: Question, modes: list[str], narrow: dict[str, str], most: int) -> Cell:
    number, name = row.of_month(month), f"{month:%Y-%m}"
    by_item = {"by": "item", "from": name, "to": name}
    return Cell(
        number,
        question.address(**(narrow | {"month": name})),
        share=round(100 * number / most) if row.value else 0,
        month=month,
        split=tuple((Mode(mode).label if mode else MODES[""], row.cells[mode, month]) for mode in modes),
        unfold=question.address(**(narrow | by_item)) if question.by != "item" else "",
    )
