"""Who may see a party's identity number and phone in full, what for, and how often a day?

个人信息保护法第六条 (the least that is needed), 第五十一条 (access rights, records). Every look is a row of its own that
nobody changes; a day is the office's day.
"""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.cases.access import HANDLERS, NotPermitted
from approvals.cases.models import Case, Party
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Post, User
from approvals.workbench.models import Unmasking


class PartyNotFound(Refused):
    code = "party-not-found"
    status = 404
    title = "这个办件没有这一位关系人"


class TooManyUnmaskings(Refused):
    code = "too-many-unmaskings"
    status = 429
    title = "今天看明文的次数用完了"


def may_unmask(actor: Actor) -> bool:
    """Those who handle cases, in a case they may see; whoever follows or supervises sees masks."""
    return actor.kind == "USER" and actor.role in HANDLERS


def left_today(user: int, *, at: datetime) -> int:
    """How many more times this person may look today."""
    begin = timezone.make_aware(datetime.combine(local_day(at), time.min))
    return max(0, settings.UNMASKINGS_A_DAY - Unmasking.objects.filter(user=user, at__gte=begin).count())


def unmask(*, case: Case, position: int, actor: Actor, ground: str, at: datetime) -> Party:
    """The party whose numbers may now be shown once; the row is written first. `case` is one the actor may see.

    Raises NotPermitted, PartyNotFound, Invalid (ground), TooManyUnmaskings.
    """
    if not may_unmask(actor):
        raise NotPermitted("你的岗位不办这一件，只能看脱敏的号码。")
    party = Party.objects.filter(case=case, position=position).first()
    if party is None:
        raise PartyNotFound("回到办件的申请信息，重新选一位。")
    if ground not in Unmasking.Ground.values:
        raise Invalid({"ground": ["选一项用途，再看明文。"]})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.user)  # two windows of one person count one after the other
        if not left_today(actor.user, at=at):
            raise TooManyUnmaskings(f"每人每天 {settings.UNMASKINGS_A_DAY} 次，明天再看；确有需要找安全管理员。")
        Unmasking.objects.create(
            user_id=actor.user,
            name=actor.name,
            post=str(Post.objects.select_related("organ").get(pk=actor.post)),
            case_number=case.number,
            party_position=position,
            ground=ground,
            at=at,
        )
    return party
