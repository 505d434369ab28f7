"""How does a head let one application of a barred party through? Asked by the clerk, answered with a reason, spent once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from approvals.audit.fields import search_hash
from approvals.audit.tasks import nudge
from approvals.calendars.workdays import local_day
from approvals.cases.access import NotPermitted
from approvals.cases.models import BarPass, Case, ReceiptBar
from approvals.cases.parties import one_way
from approvals.cases.receiptbars import BarNotFound, append, holding, locked, refusal, spared, visible
from approvals.cases.words import BarAct, PassState
from approvals.errors import Refused, said
from approvals.keys import key_of
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor, is_head
from approvals.organisations.models import Role

log = structlog.get_logger(__name__)
LONGEST = 1000


class PassAnswered(Refused):
    code = "bar-pass-answered"
    title = "这次放行请求已经答复"


class NotBarred(Refused):
    code = "not-barred"
    title = "没有限制，直接收件"


def passes_for(hashes: Iterable[str], *, item: str, effect: str, region: str, actor: Actor, on: date) -> list[BarPass]:
    """The passes under which an application may be received; none where nothing bars it. Raises PartyBarred."""
    bars = [] if spared(effect) else list(holding(hashes, item=item, on=on))
    if not bars:
        return []
    list(ReceiptBar.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in bars]).order_by("pk"))
    allowed = {
        one.bar_id: one
        for one in BarPass.objects.select_for_update().filter(
            bar__in=bars, item=item, region=region, state=PassState.ALLOWED
        )
    }
    if shut := [one for one in bars if one.pk not in allowed]:
        log.warning("receipt_barred", bars=[one.pk for one in shut], item=item, region=region, user=actor.user)
        raise refusal(shut)
    return list(allowed.values())


def use(passes: list[BarPass], case: Case, *, actor: Actor, at: datetime) -> None:
    """Spend passes on the application they let through."""
    for one in passes:
        one.state, one.used_by = PassState.USED, case
        one.save(update_fields=["state", "used_by"])
        append(locked(one.bar_id), BarAct.USED, actor=actor, at=at, data={"pass": one.pk, "case": case.number})


def ask(
    *, id_number: str, item: str, item_name: str, organ: int, actor: Actor, at: datetime, words: str
) -> list[BarPass]:
    """A clerk asks the heads of the organ in whose name is received to let one application of this party through.

    The caller has asked whether this clerk may receive the item. Raises NotPermitted, NotBarred, Invalid.
    """
    if actor.role != Role.CLERK:
        raise NotPermitted("放行由收件的窗口岗提出请求。")
    kept = said(words, ask="写明为什么确需收件。", most=LONGEST)
    on = local_day(at)
    with transaction.atomic(durable=True):
        bars = list(holding([search_hash(one_way(id_number))], item=item, on=on))
        if not bars:
            raise NotBarred("这个证件号码今天没有收件限制；核对号码，直接收件。")
        made = []
        for bar in bars:
            held = locked(bar.pk)
            open_one = BarPass.objects.filter(
                bar=held, item=item, region=actor.region, state__in=(PassState.ASKED, PassState.ALLOWED)
            ).first()
            if open_one is not None:
                made.append(open_one)
                continue
            one = BarPass.objects.create(
                bar=held,
                item=item,
                item_name=item_name,
                region_id=actor.region,
                organ_id=organ,
                asked_at=at,
                asked_by_id=actor.user,
                words=kept,
            )
            data = {"pass": one.pk, "item": item, "region": actor.region}
            append(held, BarAct.ASKED, actor=actor, at=at, data=data, words=kept)
            tell(
                to=people_in(on=on, organs=[organ], roles=[Role.DECIDER, Role.CHECKER]),
                kind="receipt-bar",
                title="请求放行一件受限当事人的申请",
                body=f"{actor.organ_name}：{item_name}。{kept}"[:500],
                url="/receipt-bars/",
                key=f"bar-pass-{one.pk}",
                at=at,
            )
            made.append(one)
        transaction.on_commit(nudge, robust=True)
    return made


def answer(*, bar_pass: Any, actor: Actor, at: datetime, allow: bool, words: str) -> BarPass:
    """A head of the receiving organ lets one application through, or does not, with a reason.

    Raises BarNotFound, NotPermitted, PassAnswered, Invalid.
    """
    seen = passes(actor).filter(pk=key_of(bar_pass)).first()
    if seen is None:
        raise BarNotFound("没有这次放行请求；从收件限制页重新打开。")
    if not is_head(actor.role) or actor.organ != seen.organ_id:
        raise NotPermitted(f"放行由{seen.organ.name}的负责人（决定岗、转报签发岗）答复。")
    if actor.user == seen.asked_by_id:
        raise NotPermitted("请求放行的人不能自己答复；请本单位另一位负责人答复。")
    kept = said(words, ask="写明理由。", most=LONGEST)
    with transaction.atomic(durable=True):
        bar = locked(seen.bar_id)
        row = BarPass.objects.select_for_update(of=("self",)).get(pk=seen.pk)
        if row.state != PassState.ASKED:
            raise PassAnswered(f"这次请求{row.get_state_display()}；刷新后查看。")
        row.state = PassState.ALLOWED if allow else PassState.DECLINED
        row.answered_at, row.answered_by_id, row.answer = at, actor.user, kept
        row.save()
        act = BarAct.ALLOWED if allow else BarAct.DECLINED
        data = {"pass": row.pk, "item": row.item, "region": row.region_id}
        append(bar, act, actor=actor, at=at, data=data, words=kept)
        tell(
            to=[row.asked_by_id],
            kind="receipt-bar",
            title=f"放行请求：{row.get_state_display()}",
            body=f"{row.item_name}。{kept}"[:500],
            url=f"/intake/?item={row.item}" if allow else "/receipt-bars/",
            key=f"bar-pass-answer-{row.pk}",
            at=at,
        )
        transaction.on_commit(nudge, robust=True)
    return row


def passes(actor: Actor) -> QuerySet[BarPass]:
    """The requests this actor may read, those that wait first."""
    rows = BarPass.objects.select_related(
        "bar__unit", "bar__organ", "region", "organ", "asked_by", "answered_by", "used_by"
    )
    mine = ReceiptBar.objects.filter(visible(actor)).values("pk")
    rows = rows.filter(actor.within("item"), bar__in=mine)
    if is_head(actor.role):
        rows = rows.filter(organ=actor.organ)
    if actor.role == Role.CLERK:
        rows = rows.filter(region=actor.region)
    return rows.order_by("-asked_at", "-pk")
