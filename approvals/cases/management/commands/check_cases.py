"""manage.py check_cases: does every open case still have a row in the workflow table, and stand where its record says?

To be run before and after a release: a case may be met in any state (expand, then contract).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import OuterRef, Subquery

from approvals.cases.models import Case, Event
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, State
from approvals.cases.workflow import ENDS, rows_from


class Command(BaseCommand):
    help = "核对每个未了结的办件在流程表里仍有去处，且所处环节与末条记录一致；有不符退出码为 1。"

    def handle(self, **options: Any) -> None:
        count, findings = 0, []
        for case in open_cases():
            count += 1
            findings += [f"{case.number}：{text}" for text in wrong_with(case)]
        for text in findings:
            self.stdout.write(text)
        self.stdout.write(f"未了结的办件 {count} 件，{len(findings)} 处不符。")
        if findings:
            raise SystemExit(1)


def open_cases() -> Iterator[Case]:
    """Every case that has not come to an end, with the state its last record leads to."""
    last = Event.objects.filter(case=OuterRef("pk")).order_by("-sequence").values("target")[:1]
    cases = Case.objects.exclude(state__in=ENDS).select_related("snapshot").annotate(recorded=Subquery(last))
    return cases.order_by("pk").iterator(chunk_size=1000)


def wrong_with(case: Case) -> Iterator[str]:
    """What is wrong with an open case, in sentences."""
    if case.state != case.recorded:
        yield f"环节是“{State(case.state).label}”，末条记录却到“{case.recorded}”。"
    terms = terms_of(case.snapshot)
    paused = case.paused_on is not None
    rows = list(rows_from(terms.run, State(case.state), paused=paused))
    if not any(row.target != "SAME" for row in [*rows, *rows_from(terms.run, State(case.state), paused=False)]):
        yield f"流程表里没有从“{State(case.state).label}”出发的一步。"
    if case.proposal and not any(row.action == case.proposal for row in rows):
        yield f"提出的“{Action(case.proposal).label}”在流程表里已没有。"
    if case.holder_id != terms.holder_at(State(case.state)).organ:
        yield "持有单位与所处环节不符。"
