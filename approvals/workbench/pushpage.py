"""What does one push show, opened? What was decided and handed over, what claiming does, the thread, the next form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.access import HANDLERS
from approvals.exchange.models import Endpoint
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role, User
from approvals.supervision import actions, queries
from approvals.supervision.closing import still_open
from approvals.supervision.consequences import open_follow_ups
from approvals.supervision.inputs import INPUTS
from approvals.supervision.models import FollowUp, Objection, Push, PushEvent
from approvals.supervision.words import FeedbackKind, Ground, PushAction, PushState, Task
from approvals.workbench.forms import CENTS, FieldView, fields_of, yuan
from approvals.workbench.partystanding import PartyStanding, standing_of_case
from approvals.workbench.pushlists import look_at


def opened_push(actor: Actor, push: str, *, at: datetime) -> Push:
    """The push, opened: for a unit's inbox the first named person confirms it; who handles the case only looks.

    Raises PushNotFound.
    """
    if actor.role not in HANDLERS:
        actions.open_push(push=push, actor=actor, at=at)
    return look_at(actor, push)


def delivery(push: Push) -> str:
    """How a push stands with its receiver, in words."""
    if push.confirmed_at:
        return "已确认收到"
    message = push.message
    if message.endpoint.transport == Endpoint.Transport.INBOX:
        return "在收件箱，还没有人打开"
    tried = f"发送 {message.attempts} 次" if message.attempts else "待发送"
    return f"{tried}，{message.last_error}" if message.last_error else f"{tried}，没有回执"


@dataclass(frozen=True)
class Recorded:
    """One record of the thread: when, what, who."""

    at: datetime
    what: str
    who: str


@dataclass
class PushPage:
    """One push as the drawer draws it."""

    push: Push
    actor: Actor
    on: date
    kind: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    @cached_property
    def told(self) -> dict[str, Any]:
        return queries.document(self.push)

    @property
    def delivery(self) -> str:
        return delivery(self.push)

    @cached_property
    def decided_by(self) -> str:
        return next((one["organ_name"] for one in self.told["accountable"] if one["phase"] == "DECIDE"), "")

    @cached_property
    def points(self) -> list[str]:
        """交给监管的要点: the conditions of the decision, and the promise that is to be checked."""
        found = [line.strip() for line in self.told["decision"]["conditions"].splitlines() if line.strip()]
        if promise := self.told["commitment"]:
            found += [text for text in (promise["task"], promise["text"]) if text]
        return found

    @cached_property
    def files(self) -> bool:
        return any(one["files"] for one in self.told["materials"])

    @cached_property
    def others(self) -> list[str]:
        """The other units this case was pushed to."""
        same = Push.objects.filter(case=self.push.case_id, event_sequence=self.push.event_sequence)
        return list(same.exclude(pk=self.push.pk).order_by("copy", "pk").values_list("unit__name", flat=True))

    @cached_property
    def feedback(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        return [(one, feedback_words(one.kind, one.content)) for one in queries.feedback_of(self.push)]

    @cached_property
    def records(self) -> list[Recorded]:
        """The thread of this push with the names of people and units, newest first; three queries."""
        rows: list[PushEvent] = list(queries.records_of(self.push))
        people = dict(User.objects.filter(pk__in={row.user for row in rows if row.user}).values_list("pk", "name"))
        organs = dict(Organ.objects.filter(code__in={row.organ for row in rows}).values_list("code", "short_name"))
        return [
            Recorded(
                row.at,
                PushAction(row.action).label,
                " ".join(filter(None, (organs.get(row.organ, ""), people.get(row.user or 0, "")))) or "系统",
            )
            for row in reversed(rows)
        ]

    # ---------------------------------------------------------------- what this person may do

    @property
    def may_claim(self) -> bool:
        return self.actor.role == Role.SUPERVISOR and self.push.state == PushState.TO_CLAIM

    @cached_property
    def objection(self) -> Objection | None:
        """The objection to this push, with its answer."""
        rows = Objection.objects.select_related("raised_by", "answered_by", "suggested").filter(pk=self.push.pk)
        return rows.first()

    @property
    def may_object(self) -> bool:
        within = self.push.claim_due_on is None or self.on <= self.push.claim_due_on
        return self.may_claim and within and not self.push.forced and self.objection is None

    @property
    def may_close(self) -> bool:
        return self.actor.role == Role.SUPERVISOR and not still_open(self.push)

    @property
    def grounds(self) -> list[Ground]:
        return list(Ground)

    @cached_property
    def instead(self) -> Push | None:
        """The push that went out in the place of this one, as far as this person sees it."""
        return queries.pushes(self.actor).filter(replaces=self.push).first()

    @property
    def may_feed_back(self) -> bool:
        return self.actor.role == Role.SUPERVISOR and self.push.state in (
            PushState.CLAIMED,
            PushState.FED_BACK,
            PushState.CLOSED,
        )

    @property
    def sees_case(self) -> bool:
        """Units read what was pushed to them; the case itself is for those who handle or coordinate it."""
        return self.actor.role in HANDLERS or self.actor.role == Role.COORDINATOR

    @property
    def gets_files(self) -> bool:
        return self.actor.role not in HANDLERS

    @cached_property
    def feedback_by(self) -> date:
        """The last day of the first feedback if it is claimed today."""
        return add(current_calendar(), self.on, self.told["due"]["feedback_workdays"] or 0)

    @cached_property
    def kinds(self) -> list[FeedbackKind]:
        """The kinds that make sense here: a promise is checked where one was given, an order where one is open."""
        left_out = set() if self.push.on_commitment else {FeedbackKind.COMMITMENT_CHECK}
        left_out |= set() if self.rechecks else {FeedbackKind.RECHECK}
        return [one for one in FeedbackKind if one not in left_out]

    @cached_property
    def standing(self) -> PartyStanding:
        return standing_of_case(self.push.case, on=self.on)

    @cached_property
    def todo(self) -> list[FollowUp]:
        """What the unit still has to do after its feedback, the most urgent first."""
        return list(open_follow_ups(self.push))

    @property
    def rechecks(self) -> list[FollowUp]:
        return [one for one in self.todo if one.task == Task.RECHECK]

    @cached_property
    def chosen(self) -> FeedbackKind:
        asked = FeedbackKind(self.kind) if self.kind in FeedbackKind.values else None
        return asked if asked in self.kinds else self.kinds[0]

    @cached_property
    def fields(self) -> list[FieldView]:
        defaults = {"on": self.on.isoformat()}
        found = fields_of(INPUTS[self.chosen], values=self.typed, errors=self.errors, defaults=defaults)
        for one in found:
            one.span = "c6" if one.kind in ("date", "number", "money") else one.span
            if one.name == "order":
                one.kind, one.span, one.label = "select", "c12", "针对哪一次责令整改"
                one.choices = [
                    (str(row.about.sequence), f"{row.about.content.get('number', '')}，复查最迟 {row.due_on}")
                    for row in self.rechecks
                ]
        return found


def feedback_words(kind: str, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A feedback as label and text, in the order of its form; what was left empty is left out."""
    told = []
    for name, one in INPUTS[FeedbackKind(kind)]().fields.items():
        value = content.get(name)
        if value in ("", None, []):
            continue
        label = str(one.label)
        if name.endswith(CENTS):
            label, value = label.replace("（分）", "（元）"), yuan(value)
        if isinstance(value, bool):
            text = "是" if value else "否"
        elif isinstance(value, list):
            text = "、".join(value)
        else:
            text = str(dict(getattr(one, "choices", {}) or {}).get(value, value))
        told.append((label, text))
    return told
