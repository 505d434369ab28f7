"""What happens to three applications, one of each mode, from the county window to the supervision unit's feedback?

Everything is real: the domain's own doors, a Celery worker in a process of its own, a receiver behind a real socket.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.cases.models import Case, Event
from approvals.cases.words import State
from approvals.demo.cases import SAMPLES, Sample
from approvals.demo.lead import Lead, open_case, somebody, window_of
from approvals.demo.leaving import left
from approvals.demo.library import connect_library, receipted
from approvals.errors import Refused
from approvals.exchange.models import Endpoint
from approvals.organisations.models import Organ, Role, SupervisionUnit
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import Push, UnitEndpoint

PATIENCE_SECONDS = 60.0


class NothingArrived(Refused):
    code = "demo-nothing-arrived"
    title = "推送没有在时限内得到接收端的确认"


def show(
    say: Callable[[str], None], *, still_alive: Callable[[], None], out: Path | None = None
) -> list[dict[str, Any]]:
    """Lead the three samples to the end; what happened, as plain JSON. `say` is told what goes on.

    `still_alive` raises when the background processes are gone, so that nobody waits for nothing. With `out`, the cases
    are archived and their papers, case files and bundles left in that folder.
    """
    with receiver() as (url, secret), receiver("licence_library") as (library, library_secret):
        say(f"接收端：{url}　证照库：{library}")
        connect_library(library, library_secret)
        leads = [_lead(sample, url, secret, say) for sample in SAMPLES]
        pushes = [_confirmed(lead, say, still_alive) for lead in leads]
        licences = [receipted(lead, say, still_alive, patience=PATIENCE_SECONDS) for lead in leads]
    for lead, push in zip(leads, pushes, strict=True):
        _taken_over(push, say)
        lead.on_to(State.DELIVERED)
    papers = left(leads, say, still_alive, patience=3 * PATIENCE_SECONDS, out=out)
    return [
        _told(lead, push) | {"licence": licence, "papers": kept}
        for lead, push, licence, kept in zip(leads, pushes, licences, papers, strict=True)
    ]


@contextmanager
def receiver(command: str = "supervision_sink") -> Iterator[tuple[str, str]]:
    """A receiving system in a process of its own, behind a real socket: its address and signing secret."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", command, "--port", "0"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=10)


def _lead(sample: Sample, url: str, secret: str, say: Callable[[str], None]) -> Lead:
    """Receive, review and decide one sample; its responsible unit's pushes go to the receiver."""
    on = local_day(timezone.now())
    clerk = window_of(sample.region, on=on)
    lead = open_case(
        clerk=clerk, clock=timezone.now, given=sample.application(), known=sample.answers(on=timezone.localdate())
    )
    say(f"{lead.case.number}　{lead.case.snapshot.item_name}　由{clerk.organ_name}{clerk.name}收件")
    responsible = next(one for one in lead.case.snapshot.supervisors if not one["copy"])
    _send_to_receiver(responsible["unit"], url, secret)
    lead.on_to(State.DECIDED)
    say(f"{lead.case.number}　{lead.case.snapshot.decide_organ}已决定：{lead.case.get_result_display()}")
    return lead


def _send_to_receiver(unit: int, url: str, secret: str) -> None:
    receiving = SupervisionUnit.objects.get(pk=unit)
    endpoint, _ = Endpoint.objects.update_or_create(
        code=f"demo-{receiving.code.lower()}",
        defaults={
            "name": f"{receiving.name}（演示接收端）",
            "transport": Endpoint.Transport.HTTP,
            "url": url,
            "secret": secret,
            "allow_private": True,
        },
    )
    UnitEndpoint.objects.update_or_create(unit=receiving, defaults={"endpoint": endpoint})


def _confirmed(lead: Lead, say: Callable[[str], None], still_alive: Callable[[], None]) -> Push:
    """Wait until the worker has delivered the push and the receiver has confirmed it. Raises NothingArrived."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        push = Push.objects.filter(case=lead.case, copy=False, confirmed_at__isnull=False).first()
        if push is not None:
            say(f"{lead.case.number}　推送到{push.unit}，{_clock(push.confirmed_at)} 得到签收回执")
            return push
        still_alive()
        time.sleep(0.1)
    raise NothingArrived(f"{PATIENCE_SECONDS:.0f} 秒内没有等到 {lead.case.number} 的回执；看后台任务的日志。")


def _taken_over(push: Push, say: Callable[[str], None]) -> None:
    """The supervising unit claims the push and feeds back a first inspection."""
    on = local_day(timezone.now())
    supervisor = somebody(push.unit.organ.code, Role.SUPERVISOR, on=on)
    claim(push=push.pk, actor=supervisor, at=timezone.now())
    feed_back(
        push=push.pk,
        actor=supervisor,
        at=timezone.now(),
        kind="INSPECTION",
        given={
            "on": on.isoformat(),
            "officers": [supervisor.name, "赖建华"],
            "way": "ON_SITE",
            "result": "NO_PROBLEM",
            "findings": "按许可范围经营，未发现问题。",
        },
    )
    push.refresh_from_db()
    say(f"{push.case.number}　{push.unit}已认领并反馈首次检查")


def _told(lead: Lead, push: Push) -> dict[str, Any]:
    case = lead.case
    annex, seq = case.snapshot.item.split("-")
    organs = dict(Organ.objects.values_list("code", "name"))
    events = Event.objects.filter(case=case).order_by("sequence")
    return {
        "item": {"annex": int(annex), "seq": int(seq), "name": case.snapshot.item_name},
        "mode": case.snapshot.mode.lower(),
        "region": case.region_id,
        "number": case.number,
        "steps": [
            {
                "action": event.action.lower(),
                "level": event.level.lower(),
                "role": event.role.lower(),
                "organ": organs.get(event.organ, ""),
                "at": _moment(event.at),
            }
            for event in events
        ],
        "due_on": _day(case),
        "decision": case.result.lower(),
        "push": {
            "unit": push.unit.name,
            "level": push.level.lower(),
            "delivered_at": _moment(push.message.delivered_at),
            "confirmed_at": _moment(push.confirmed_at),
            "claimed_at": _moment(push.claimed_at),
            "feedback": [
                {"kind": one.kind.lower(), "on": one.done_on.isoformat(), "at": _moment(one.created_at)}
                for one in push.feedback.order_by("pk")
            ],
        },
    }


def _day(case: Case) -> str | None:
    due = case.promise_on or case.statute_on
    return due.isoformat() if due else None


def _moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None


def _clock(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S") if at else ""
