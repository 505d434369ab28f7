"""How is a demonstration case led along its way? By real acts of whoever holds each step, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from approvals.calendars.workdays import local_day
from approvals.cases.actions import Done, perform
from approvals.cases.models import Case
from approvals.cases.registration import register
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, Role, State
from approvals.organisations.access import Actor, actor_in
from approvals.organisations.models import Organ, Post

USCC = "91350100M000100Y43"  # a well-formed number that belongs to nobody here
PLAUSIBLE = {"NOT_PAST": "2030-01-10", "MOBILE": "13800004417", "USCC": USCC, "NUMBER": "30", "DATE": "2022-01-10"}
Clock = Callable[[], datetime]


def somebody(organ: str, role: str, *, on: date, other_than: tuple[int | None, ...] = ()) -> Actor:
    """Whoever has a role in an organ (by its code) on a day, other than the users given."""
    post = (
        Post.objects.in_force(on)
        .filter(organ__code=organ, role=role)
        .exclude(user__in=[user for user in other_than if user is not None])
        .select_related("organ__region", "user")
        .order_by("pk")[0]
    )
    return actor_in(post, user=post.user)


def window_of(region: str, *, on: date) -> Actor:
    """A clerk of a region's window."""
    window = Organ.objects.get(region=region, kind=Organ.Kind.WINDOW)
    return somebody(window.code, Role.CLERK, on=on)


def filled(case: Case, known: dict[str, Any] | None = None) -> dict[str, Any]:
    """An answer to every field of the case's form: the known ones, else something plausible."""
    answers = {}
    for one in case.form.fields:
        plausible = PLAUSIBLE.get(one["rule"]) or PLAUSIBLE.get(one["kind"], "如实填写")
        answers[one["key"]] = one["choices"][0] if one["choices"] else plausible
    if "original_number" in answers:
        answers["original_number"] = f"旧证 {case.number}"  # issued before the platform, unless the story says which
    return answers | {key: value for key, value in (known or {}).items() if key in answers}


@dataclass
class Lead:
    """One case under way. `clock` tells the moment of each act, so that a story can be told of the past."""

    case: Case
    clock: Clock
    known: dict[str, Any] = field(default_factory=dict)
    scans: Callable[[str], dict[str, Any]] = lambda material: {}  # what of a material comes as a file

    def do(self, actor: Actor, action: str, **given: Any) -> Done:
        done = perform(number=self.case.number, action=action, actor=actor, at=self.clock(), given=given)
        self.case = Case.objects.select_related("snapshot", "holder").get(pk=self.case.pk)
        return done

    @property
    def state(self) -> State:
        return State(self.case.state)

    def holder(self, phase: str, role: str) -> Actor:
        """Somebody who may act for a phase without having handled the case before."""
        terms = terms_of(self.case.snapshot)
        organ = getattr(terms, phase)
        on = local_day(self.clock())
        if role == Role.CLERK:
            return window_of(organ.region, on=on)
        hands = self.case.reviewed_by + self.case.checked_by + self.case.confirmed_by
        before = tuple(int(user) for user in hands.split(",") if user)
        keeps = role in (Role.SEAL_KEEPER,) or (phase == "review" and role == Role.REVIEWER)
        return somebody(organ.code, role, on=on, other_than=() if keeps else before)

    def on_to(self, state: State, *, proposal: str = "GRANT") -> Lead:
        """Lead the case along the main line until it stands in `state`."""
        while self.state != state:
            self.step(proposal=proposal)
        return self

    def step(self, *, proposal: str = "GRANT") -> Done:
        """The next act of the main line, by whoever holds it. Raises LookupError where the line ends."""
        terms = terms_of(self.case.snapshot)
        together = terms.review.organ == terms.decide.organ
        one_house = terms.accept.organ == terms.decide.organ
        match self.state:
            case State.RECEIVED:
                self._complete()
                if terms.filing and one_house:
                    return self._record()
                return self.do(self.holder("accept", Role.CLERK), Action.ACCEPT)
            case State.REVIEW if terms.filing and together:
                return self._record()
            case State.REVIEW:
                return self._recommend(proposal)
            case State.CHECK:
                words = (
                    "审查程序完备，同意审查意见，转报。"
                    if proposal == "GRANT"
                    else "经审核不符合条件，建议不予，转报。"
                )
                return self.do(self.holder("review", Role.CHECKER), Action.FORWARD, proposal=proposal, opinion=words)
            case State.KEY_POINTS if terms.filing:
                return self._record()
            case State.KEY_POINTS:
                reviewer = self.holder("decide", Role.REVIEWER)
                return self.do(reviewer, Action.CONFIRM_POINTS, opinion="关键要点相符。", points=self.answers())
            case State.DECISION:
                words = f"准予{self.case.snapshot.item_name}。"
                return self.do(self.holder("decide", Role.DECIDER), Action.APPROVE, content=words, **self.why_late())
            case State.DECIDED:
                return self.do(self.holder("seal", Role.SEAL_KEEPER), Action.SEAL)
            case State.SEALED:
                return self._deliver()
            case State.DELIVERED:
                return self.do(self.holder("accept", Role.CLERK), Action.ARCHIVE)
            case other:
                raise LookupError(f"主线到 {other} 为止")

    def answers(self, answer: str = "YES") -> list[dict[str, Any]]:
        return [{"position": point["position"], "answer": answer} for point in self.case.form.points]

    def _one_failed(self) -> list[dict[str, Any]]:
        *others, last = self.answers()
        return [*others, last | {"answer": "NO", "note": "限期整改后仍不符合，见现场核查记录。"}]

    def _complete(self) -> None:
        papers = [
            {"position": one.position, "status": "PAPER"} | self.scans(one.name)
            for one in self.case.materials.order_by("position")
        ]
        clerk = self.holder("accept", Role.CLERK)
        self.do(clerk, Action.AMEND, form=filled(self.case, self.known), papers=papers)

    def _record(self) -> Done:
        words = "准予备案，存档备查。"
        return self.do(self.holder("decide", Role.REVIEWER), Action.RECORD, content=words, **self.why_late())

    def why_late(self) -> dict[str, str]:
        """Why it took longer than promised, for the applicant; kept only with a decision that is late."""
        ends = [day for day in (self.case.promise_on, self.case.statute_on) if day is not None]
        late = bool(ends) and local_day(self.clock()) >= min(ends)
        return {"lateness": "本月申请集中，承办岗人手不足，已向申请人说明。"} if late else {}

    def _recommend(self, proposal: str) -> Done:
        reviewer = self.holder("review", Role.REVIEWER)
        on = local_day(self.clock())
        second = somebody(reviewer.organ_code, Role.DECIDER, on=on)
        site = {
            "officers": [reviewer.name, second.name],
            "on": on.isoformat(),
            "place": self.case.form.place or "申请人所在地",
            "findings": "现场情况与申请材料一致。",
        }
        return self.do(
            reviewer,
            Action.RECOMMEND,
            proposal=proposal,
            opinion="经审查，申请材料齐全，符合法定条件。" if proposal == "GRANT" else "经审查，不符合法定条件。",
            points=self.answers() if proposal == "GRANT" else self._one_failed(),
            site=site,
        )

    def _deliver(self) -> Done:
        clerk = self.holder("accept", Role.CLERK)
        if self.case.fee_due and self.case.fee.status == "DUE":
            amount = self.case.fee.amount_cents
            self.do(clerk, Action.RECORD_FEE, status="PAID", amount_cents=amount, receipt="赣财票 20260001")
        return self.do(clerk, Action.DELIVER, way="COUNTER", receipt="申请人当面签收")


def open_case(*, clerk: Actor, clock: Clock, given: dict[str, Any], known: dict[str, Any] | None = None) -> Lead:
    """Receive an application and take the lead of it."""
    case = register(actor=clerk, at=clock(), given=given)
    return Lead(Case.objects.select_related("snapshot", "holder").get(pk=case.pk), clock, known or {})
