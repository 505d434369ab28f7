"""What stands on the page of a case? Header, materials, points, opinions, log, who answers for what: read once, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from approvals.cases.inputs import input_of
from approvals.cases.models import Case, DeliveryWish, Dispatch, File, Material, PointAnswer, SiteRecord
from approvals.cases.queries import Line, holders, timeline
from approvals.cases.words import Action, Letter, Phase, State, Step
from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import current_rows
from approvals.workbench.papers import papers_of
from approvals.workbench.rows import SERVING, lights, marks, serving_light

ANSWERS = {"YES": "符合", "NO": "不符合", "NA": "不适用"}
STATUS = {
    "MISSING": "未交",
    "PAPER": "纸质",
    "FILE": "电子",
    "REUSED": "免提交",
    "PROMISED": "容缺",
    "NOT_APPLICABLE": "不需要",
}
PHASE_WORDS = {Phase.ACCEPT: "受理", Phase.REVIEW: "审查", Phase.DECIDE: "复核", Phase.SEAL: "用印"}
SAYS = {"opinion", "overruling", "lateness", "reasons", "reply", "content", "conditions", "findings"}
HIDDEN = {"points", "papers", "form", "remedies", "site", "note", "defects", "answers"}


@dataclass(frozen=True)
class LogLine:
    """One line of 经过: when, what, who, where, in which words, and what it did to the clock."""

    line: Line
    words: str
    clock: str


@dataclass(frozen=True)
class PointView:
    position: int
    text: str
    key: bool
    answer: str
    note: str
    before: str  # what the other level had answered


@dataclass(frozen=True)
class PaperView:
    material: Material
    files: list[File]
    words: str

    @property
    def there(self) -> bool:
        return self.material.status in ("PAPER", "FILE", "REUSED")

    @property
    def lacking(self) -> bool:
        return self.material.status == "MISSING" and self.material.necessity != "CONDITIONAL"


class CasePage:
    """A case as its page shows it."""

    def __init__(self, case: Case, today: date, at: datetime | None = None) -> None:
        self.case = case
        self.today = today
        self.promise, self.statute = lights(case, on=today, at=at)
        self.state = State(case.state)
        self.serving = serving_light(case, on=today, at=at) if case.state in SERVING else None
        self.marks = marks(case)
        self.place = current_rows().place_name(case.snapshot.place) if case.snapshot.place else ""
        self.mode = Mode(case.snapshot.mode).label if case.snapshot.mode else "市级保留"

    @cached_property
    def parties(self) -> list[Any]:
        return list(self.case.parties.order_by("position"))

    @property
    def applicant(self) -> str:
        return "、".join(one.name for one in self.parties if one.role == "APPLICANT")

    @cached_property
    def papers(self) -> list[PaperView]:
        found = self.case.materials.prefetch_related("files__stored").order_by("position")
        return [
            PaperView(one, [f for f in one.files.all() if f.replaced_at is None], STATUS.get(one.status, one.status))
            for one in found
        ]

    @property
    def papers_there(self) -> int:
        return sum(one.there for one in self.papers)

    @cached_property
    def _answers(self) -> dict[str, dict[int, PointAnswer]]:
        found: dict[str, dict[int, PointAnswer]] = {}
        for one in PointAnswer.objects.filter(case=self.case).order_by("pk"):
            found.setdefault(one.phase, {})[one.position] = one
        return found

    def points(self, typed: list[dict[str, Any]] | None = None, *, only_key: bool = False) -> list[PointView]:
        """The review points with the answer that counts: typed just now, else the latest of this phase."""
        phase = "DECIDE" if self.state in (State.KEY_POINTS, State.DECISION) else "REVIEW"
        now = {str(one.get("position")): one for one in typed or []}  # as a form sends it
        views = []
        for point in self.case.form.points:
            position = point["position"]
            if only_key and not point["key"]:
                continue
            stored = self._answers.get(phase, {}).get(position)
            other = self._answers.get("REVIEW", {}).get(position) if phase == "DECIDE" else None
            before = f"{ANSWERS[other.answer]}{'：' + other.note if other.note else ''}" if other else ""
            entered = now.get(str(position))
            answer = entered.get("answer", "") if entered else (stored.answer if stored else "")
            note = entered.get("note", "") if entered else (stored.note if stored else "")
            views.append(PointView(position, point["text"], point["key"], answer, note, before))
        return views

    @cached_property
    def failed(self) -> list[PointView]:
        """The points somebody found not satisfied, in whichever phase."""
        found = [(p, a) for answers in self._answers.values() for p, a in answers.items() if a.answer == "NO"]
        texts = {point["position"]: point["text"] for point in self.case.form.points}
        return [PointView(p, texts.get(p, ""), False, "NO", a.note, "") for p, a in sorted(found, key=lambda x: x[0])]

    @cached_property
    def visits(self) -> list[SiteRecord]:
        return list(SiteRecord.objects.filter(case=self.case).order_by("sequence"))

    @cached_property
    def log(self) -> list[LogLine]:
        return [LogLine(line, log_words(line), log_clock(line)) for line in reversed(timeline(self.case))]

    @cached_property
    def opinions(self) -> list[tuple[Line, list[tuple[str, str]]]]:
        """What those who handled the case wrote, newest first."""
        found = []
        for one in self.log:
            labels = {name: str(field.label) for name, field in input_of(one.line.event.action)().fields.items()}
            said = [
                (labels.get(key, key), str(value))
                for key, value in one.line.texts.items()
                if key in SAYS and isinstance(value, str) and value
            ]
            if proposal := one.line.event.data.get("proposal"):
                said.insert(0, ("建议", {"GRANT": "建议准予", "DENY": "建议不予"}.get(proposal, proposal)))
            if said:
                found.append((one.line, said))
        return found

    @cached_property
    def letters(self) -> list[tuple[Line, str]]:
        """The letters of acts whose signed paper is not made yet, newest first: printed for the time being."""
        made = {one.key for one in self.issued if one.file_id}
        return [
            (one.line, Letter(one.line.event.letter).label)
            for one in self.log
            if one.line.event.letter
            and f"{self.case.number}/{one.line.event.sequence}/{one.line.event.letter}" not in made
        ]

    @cached_property
    def issued(self) -> list[Any]:
        """The numbered papers of the case, newest first."""
        return papers_of(self.case)

    @cached_property
    def wish(self) -> DeliveryWish | None:
        """How the applicant wanted the result, once there is one to deliver."""
        return DeliveryWish.objects.filter(pk=self.case.pk).first() if self.case.decided_on else None

    @cached_property
    def sent(self) -> Dispatch | None:
        """The last time the result was sent, by mail or online."""
        if not self.case.decided_on:
            return None
        return Dispatch.objects.filter(case=self.case, content=Dispatch.Content.RESULT).order_by("-pk").first()

    @cached_property
    def responsible(self) -> list[tuple[str, str, str, bool]]:
        return holders(self.case)

    @cached_property
    def supervisors(self) -> str:
        own = [one["unit_name"] for one in self.case.snapshot.supervisors if not one.get("copy")]
        copies = [one["unit_name"] for one in self.case.snapshot.supervisors if one.get("copy")]
        if not own:
            return "监管单位未定"
        return "、".join(own) + (f"，抄送{'、'.join(copies)}" if copies else "")

    @property
    def decider(self) -> str:
        return str(self.case.snapshot.terms["decide"]["name"])

    @property
    def government(self) -> str:
        """The government that hears the appeal against the decision."""
        return str(self.case.form.remedies.get("DECIDE", {}).get("reconsideration", ""))

    @cached_property
    def decision(self) -> Any:
        return getattr(self.case, "decision", None)

    @cached_property
    def consent(self) -> Any:
        """The act of two persons that awaits its second."""
        if not self.case.proposal:
            return None
        return self.case.consents.filter(closed_at=None).first()

    @property
    def step_words(self) -> str:
        """The name of the first tab: what is being done with the case now."""
        words = {
            State.RECEIVED: "受理",
            State.DRAFT: "登记",
            State.DECISION: "决定",
            State.DECIDED: "用印",
            State.SEALED: "送达",
        }
        return words.get(self.state, self.state.label)


def consent_words(consent: Any) -> list[tuple[str, str]]:
    """What was proposed, in the words of its form."""
    labels = {name: str(field.label) for name, field in input_of(consent.action)().fields.items()}
    told = []
    for key, value in consent.given.items():
        if value in ("", None, [], {}):
            continue
        field = input_of(consent.action)().fields.get(key)
        choices = dict(getattr(field, "choices", {}) or {})
        if isinstance(value, dict):
            value = "；".join(str(one) for one in value.values())
        elif isinstance(value, list):
            value = "；".join(_one(one) for one in value)
        told.append((labels.get(key, key), str(choices.get(value, value))))
    return told


def _one(value: Any) -> str:
    """One entry of a proposed list: a defect with its remedy, or the text itself."""
    return f"{value.get('defect', '')}，{value.get('remedy', '')}" if isinstance(value, dict) else str(value)


def log_words(line: Line) -> str:
    """The words of one line, short: what was written, else what was counted."""
    texts = [str(value) for key, value in line.texts.items() if key not in HIDDEN and isinstance(value, str)]
    points = line.texts.get("points")
    if isinstance(points, list) and points:
        failed = [str(one["position"]) for one in points if one.get("answer") == "NO"]
        texts.insert(0, f"要点 {len(points)} 项" + (f"，{'、'.join(failed)} 不符合" if failed else "，没有不符合"))
    defects = line.texts.get("defects")
    if isinstance(defects, list) and defects:
        texts.insert(0, f"补正 {len(defects)} 项")
    if line.event.result:
        texts.insert(0, line.event.get_result_display())
    return "；".join(texts)


def log_clock(line: Line) -> str:
    """What one act did to the due dates: 承诺 03-16 → 03-18."""
    told = []
    for key, word in (("promise_on", "承诺"), ("statute_on", "法定")):
        before, after = line.changes.get(key, ("", ""))
        if before == after or (key == "statute_on" and told):
            continue
        if before and after:
            told.append(f"{word} {_short(before)} → {_short(after)}")
        elif after:
            told.append(f"计时开始，{word} {_short(after)}")
    if line.event.step in (Step.ACT, Step.CONFIRM):
        told += {Action.PAUSE: ["停表"], Action.REQUEST_CORRECTION: ["受理期限停止"]}.get(Action(line.event.action), [])
    return "，".join(told)


def _short(day: str) -> str:
    year = str(timezone.localdate().year)
    return day.removeprefix(f"{year}-")
