"""How does a test come by a case? By real acts of real people; no state is reached any other way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.actions import Done, perform
from approvals.cases.models import Case, Event
from approvals.cases.registration import register
from approvals.cases.words import Action, Role, State
from approvals.cases.workflow import ENDS
from approvals.organisations.access import Actor
from tests.people import clerk_of, somebody

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMPANY = "于都县康泽医疗器械有限公司"
USCC = "91350100M000100Y43"
REMEDIES = {  # against what an organ of the city does
    "reconsideration": "赣州市人民政府",
    "reconsideration_days": 60,
    "court": "赣州市章贡区人民法院",
    "litigation_months": 6,
}


def remedies_against(case: Case, phase: str = "DECIDE") -> dict[str, Any]:
    """Whom a person may turn to against what the organ of a phase does in this case."""
    return case.form.remedies[phase]


def moment(day: str | date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of an office day, Shanghai time."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=SHANGHAI)


def later(at: datetime, workdays: int) -> datetime:
    """The same hour some working days later."""
    on = add(current_calendar(), at.astimezone(SHANGHAI).date(), workdays)
    return moment(on, at.astimezone(SHANGHAI).hour)


def application(item: str, region: str, **changes: Any) -> dict[str, Any]:
    """A plain application of one company with a contact."""
    return {
        "item": item,
        "region": region,
        "address": f"贡江镇长征大道118号 {item}",
        "parties": [
            {
                "role": "APPLICANT",
                "kind": "COMPANY",
                "name": COMPANY,
                "id_type": "USCC",
                "id_number": USCC,
                "legal_representative": "刘敏",
            },
            {"role": "CONTACT", "kind": "PERSON", "name": "刘敏", "mobile": "13800004417"},
        ],
        "confirm_duplicate": True,
    } | changes


def filled(case: Case) -> dict[str, Any]:
    """Something plausible for every field of the case's own form."""
    by_rule = {"NOT_PAST": "2030-01-10", "MOBILE": "13800004417", "USCC": USCC}
    by_kind = {"NUMBER": "30", "DATE": "2022-01-10"}
    own = (
        {"original_number": f"旧证{case.number}"}
        if any(f["key"] == "original_number" for f in case.form.fields)
        else {}
    )
    return {
        field["key"]: field["choices"][0]
        if field["choices"]
        else by_rule.get(field["rule"]) or by_kind.get(field["kind"], "如实填写")
        for field in case.form.fields
    } | own


def all_papers(case: Case, status: str = "PAPER") -> list[dict[str, Any]]:
    return [{"position": one.position, "status": status} for one in case.materials.order_by("position")]


def yes_to_all(case: Case) -> list[dict[str, Any]]:
    return [{"position": point["position"], "answer": "YES"} for point in case.form.points]


def site_record(on: date) -> dict[str, Any]:
    return {"officers": ["李建平", "曾小春"], "on": on.isoformat(), "place": "经营场所", "findings": "与图纸一致"}


@dataclass
class Story:
    """One case and the day it is; `do` lets a person act on it."""

    case: Case
    at: datetime

    @property
    def day(self) -> date:
        return self.at.astimezone(SHANGHAI).date()

    def do(self, actor: Actor, action: str, at: datetime | None = None, **given: Any) -> Done:
        """Let a person take an act, one minute after the last one unless told when."""
        self.at = at or self.at + timedelta(minutes=1)
        done = perform(number=self.case.number, action=action, actor=actor, at=self.at, given=given)
        self.refresh()
        return done

    def refresh(self) -> Case:
        self.case = Case.objects.select_related("snapshot", "holder").get(pk=self.case.pk)
        return self.case

    @property
    def state(self) -> State:
        return State(self.case.state)

    def events(self) -> list[str]:
        """The acts so far, in order; halves of acts of two persons as PROPOSE:EXTEND."""
        rows = Event.objects.filter(case=self.case).order_by("sequence").values_list("action", "step")
        return [action if step == "ACT" else f"{step}:{action}" for action, step in rows]

    def complete(self, clerk: Actor, **changes: Any) -> None:
        """The clerk completes the form and ticks every material."""
        self.do(clerk, Action.AMEND, **({"form": filled(self.case), "papers": all_papers(self.case)} | changes))

    def accepted(self, clerk: Actor, **given: Any) -> None:
        self.complete(clerk)
        self.do(clerk, Action.ACCEPT, **given)

    def recommended(self, reviewer: Actor, proposal: str = "GRANT") -> None:
        """The reviewer answers every point and proposes."""
        self.do(
            reviewer,
            Action.RECOMMEND,
            proposal=proposal,
            opinion="经审查，申请材料齐全，符合法定条件。",
            points=yes_to_all(self.case),
            site=site_record(self.day),
        )


def received(item: str, region: str, at: datetime, clerk: Actor | None = None, **changes: Any) -> Story:
    """An application received at a county window."""
    case = register(actor=clerk or clerk_of(region), at=at, given=application(item, region, **changes))
    return Story(case=Case.objects.select_related("snapshot", "holder").get(pk=case.pk), at=at)


MAIN_LINE = (
    Action.RECEIVE,
    Action.ACCEPT,
    Action.RECOMMEND,
    Action.FORWARD,
    Action.CONFIRM_POINTS,
    Action.RECORD,
    Action.APPROVE,
    Action.SEAL,
    Action.DELIVER,
    Action.ARCHIVE,
)


def driven(item: str, region: str, at: datetime, *, to: State) -> Story:
    """A case led along the main line of its mode until it stands in `to`, each step by whoever holds it."""
    story = received(item, region, at)
    while story.state != to:
        if story.state in ENDS:
            raise AssertionError(f"the main line does not reach {to} from {story.state}")
        onward(story)
    return story


@dataclass(frozen=True)
class Cast:
    """Who handles a case on its main line: nobody does two things that two people must do."""

    clerk: Actor
    reviewer: Actor
    city_reviewer: Actor
    checker: Actor
    decider: Actor
    keeper: Actor


def cast_of(case: Case) -> Cast:
    terms = case.snapshot.terms
    reviewer = somebody(terms["review"]["code"], Role.REVIEWER)
    city_reviewer = (
        somebody(terms["decide"]["code"], Role.REVIEWER, other_than=(reviewer,))
        if terms["review"]["code"] != terms["decide"]["code"]
        else reviewer
    )
    checker = somebody(terms["review"]["code"], Role.CHECKER, other_than=(reviewer, city_reviewer))
    decider = somebody(terms["decide"]["code"], Role.DECIDER, other_than=(reviewer, checker, city_reviewer))
    keeper = somebody(terms["seal"]["code"], Role.SEAL_KEEPER)
    return Cast(clerk_of(case.region_id), reviewer, city_reviewer, checker, decider, keeper)


def onward(story: Story) -> None:
    """The next step of the main line, by whoever holds the case."""
    terms, who, filing = story.case.snapshot.terms, cast_of(story.case), story.case.snapshot.filing
    match story.state:
        case State.RECEIVED:
            story.complete(who.clerk)
            if filing and terms["accept"]["organ"] == terms["decide"]["organ"]:
                story.do(who.city_reviewer, Action.RECORD, content="备案")
            else:
                story.do(who.clerk, Action.ACCEPT)
        case State.REVIEW if filing and terms["review"]["organ"] == terms["decide"]["organ"]:
            story.do(who.reviewer, Action.RECORD, content="备案")
        case State.REVIEW:
            story.recommended(who.reviewer)
        case State.CHECK:
            story.do(who.checker, Action.FORWARD, proposal="GRANT", opinion="同意转报。")
        case State.KEY_POINTS if filing:
            story.do(who.city_reviewer, Action.RECORD, content="备案")
        case State.KEY_POINTS:
            story.do(who.city_reviewer, Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))
        case State.DECISION:
            story.do(who.decider, Action.APPROVE, content="准予。")
        case State.DECIDED:
            story.do(who.keeper, Action.SEAL)
        case State.SEALED:
            if story.case.fee_due:
                story.do(who.clerk, Action.RECORD_FEE, status="PAID", amount_cents=8000, receipt="赣财票0001")
            story.do(who.clerk, Action.DELIVER, way="COUNTER", receipt="刘敏")
        case State.DELIVERED:
            story.do(who.clerk, Action.ARCHIVE)
        case other:
            raise AssertionError(f"the main line does not go on from {other}")
