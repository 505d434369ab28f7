"""What does the intake screen know before anything is written? The answer for this county, the item's form, its materials.

Whether the clerk may receive is asked of the same functions that `register` asks; the screen never decides itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from approvals.audit.fields import search_hash
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases import registration
from approvals.cases.access import visible
from approvals.cases.models import Case, Party
from approvals.cases.onfile import OnFile, papers_on_file
from approvals.cases.parties import PartyInput
from approvals.cases.registration import Application
from approvals.catalogue import scenarios
from approvals.catalogue.jurisdiction import Jurisdiction
from approvals.catalogue.models import Guide, Item, PowerType
from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import (
    current_rows,
    guide_on,
    item_on,
    items_in_force,
    jurisdiction_of,
    search_items,
)
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Region
from approvals.workbench.forms import FieldView, given_of, indexes
from approvals.workbench.models import Draft
from approvals.workbench.steps import NECESSITY, form_fields

NEAR = 3
NAMED = ("name", "id_number", "mobile", "authority")  # what makes a row of the form a person
PERSON = re.compile(r"^parties\.(\d+)\.")


@dataclass(frozen=True)
class Answer:
    """May this window take it, why, by when; or the nearest miss and where to send the applicant."""

    item: Item
    guide: Guide
    jurisdiction: Jurisdiction
    refusal: Refused | None
    last_day: date | None
    mode: str
    power: str

    @property
    def accepted(self) -> bool:
        return self.refusal is None

    @property
    def who(self) -> str:
        """Who accepts, reviews and decides, in one line."""
        one = self.jurisdiction
        if one.accept.organ == one.review.organ == one.decide.organ:
            return f"{one.decide.organ_name}受理、审查、决定"
        name = f"（以{one.accept.in_the_name_of_name}名义）" if one.accept.in_the_name_of_name else ""
        review = f"{one.review.organ_name}审查，" if one.review.organ != one.decide.organ else ""
        deciding = "决定" if review else "审查、决定"
        return f"{one.accept.organ_name}受理{name}，{review}{one.decide.organ_name}{deciding}"


def answer_for(code: str, actor: Actor, on: date, place: str = "") -> Answer:
    """The answer for the clerk's own region. Raises UnknownItem, NoGuide, BeforeFirstYear."""
    item = item_on(code, on)
    guide = guide_on(item, on)
    found = jurisdiction_of(item=code, region=actor.region, on=on, place=place)
    refusal: Refused | None = None
    try:
        registration.may_receive(actor, found)
    except Refused as refused:
        refusal = refused
    last = add(current_calendar(), on, guide.promised_days) if guide.promised_days else None
    mode = Mode(found.mode).label if found.mode else "市级保留"
    return Answer(item, guide, found, refusal, last, mode, PowerType(item.power_type).label)


def places_of(region: str) -> list[tuple[str, str]]:
    """The places (code, name) of a region in which narrower grants may hold."""
    return [(row.code, row.name) for row in current_rows().places if row.region == region]


def found_items(text: str, on: date, place: str) -> list[Item]:
    """The items a search finds: those of the city's list, then those that only the place's own list has."""
    return [
        *search_items(text, day=on, limit=12),
        *(search_items(text, day=on, limit=12, place=place) if place else ()),
    ]


@dataclass(frozen=True)
class Inside:
    """A place of the region where the answer is another one than for the whole region."""

    code: str
    name: str
    mode: str
    accepted: bool


def inside(answer: Answer, actor: Actor, on: date) -> list[Inside]:
    """The places in which this item is taken otherwise than the answer at hand says; none once a place was chosen."""
    if answer.jurisdiction.place:
        return []
    found = []
    for code, name in places_of(actor.region):
        there = jurisdiction_of(item=answer.item.code, region=actor.region, on=on, place=code)
        if there.delegation != answer.jurisdiction.delegation:
            mode = Mode(there.mode).label if there.mode else "市级保留"
            found.append(Inside(code, name, mode, there.delegated))
    return found


def elsewhere(answer: Answer, on: date) -> list[dict[str, str]]:
    """Where the applicant can go: the organ that keeps the power here, and the regions that receive the item."""
    kept = Organ.objects.select_related("region").get(pk=answer.jurisdiction.accept.organ)
    window = Organ.objects.filter(region="360700", kind=Organ.Kind.WINDOW).first()
    place = window or kept
    rows = [{"who": "本地区的申请人", "where": f"{place.name}，{kept.name}受理", "phone": place.phone or kept.phone}]
    takers = []
    for region in Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code"):
        if jurisdiction_of(item=answer.item.code, region=region.code, on=on).delegated:
            takers.append(region.name)
    if takers:
        names = "、".join(takers[:6]) + (f"等 {len(takers)} 个地区" if len(takers) > 6 else "")
        rows.append({"who": f"标的在{names}", "where": "到当地综合窗口", "phone": ""})
    return rows


def near(answer: Answer, actor: Actor, on: date, place: str = "") -> list[tuple[Item, str]]:
    """Items of the same city unit that this window can take, the closest numbers first."""
    same = [one for one in items_in_force(on) if one.city_unit_id == answer.item.city_unit_id]
    same.sort(key=lambda one: (one.annex != answer.item.annex, abs(one.seq - answer.item.seq)))
    found = []
    for one in same:
        if one.code != answer.item.code and len(found) < NEAR:
            other = jurisdiction_of(item=one.code, region=actor.region, on=on, place=place)
            if other.delegated:
                found.append((one, Mode(other.mode).label))
    return found


# ---------------------------------------------------------------- the form


def fields_of_guide(guide: Guide, typed: dict[str, Any], errors: dict[str, list[str]]) -> list[FieldView]:
    """The item's own application form."""
    fields = [
        {
            "key": one.key,
            "label": one.label,
            "kind": one.kind,
            "unit": one.unit,
            "required": one.required,
            "choices": one.choices,
            "hint": one.hint,
        }
        for one in guide.form_fields.all()
    ]
    under = {f"form.{key}": texts for key, texts in errors.items() if "." not in key}
    return form_fields(fields, typed, "form.", {**under, **errors})


def questions_of(guide: Guide, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions that narrow the materials, with what was answered."""
    return [
        {"key": one.key, "text": one.text, "answer": answers.get(one.key, "")}
        for one in scenarios.questions(guide.materials.all())
    ]


def papers_of_guide(
    guide: Guide, typed: list[dict[str, Any]], asked: Mapping[int, bool | None] | None = None
) -> list[dict[str, Any]]:
    """The tick list: each material, its state as typed, what else it may be, and which answer asks for it."""
    given = {one.get("position"): one for one in typed}
    asking = {position: one.key for one in scenarios.questions(guide.materials.all()) for position in one.positions}
    rows = []
    for one in guide.materials.all():
        entry = given.get(one.position, {})
        others = [("REUSED", "免提交")] if one.reuse else []
        others += [("PROMISED", "容缺后补")] if one.necessity == "TOLERABLE" and guide.tolerance else []
        status = entry.get("status", "")
        says = [NECESSITY.get(one.necessity, ""), one.get_form_display(), f"{one.copies} 份"]
        if one.necessity != "CONDITIONAL":
            show_if = ""
        else:
            show_if = f"form.{one.when}" if one.when else f"scenario.{asking[one.position]}=YES"
        rows.append(
            {
                "position": one.position,
                "name": one.name,
                "says": "，".join(filter(None, says)),
                "hint": one.scenario or (f"可由{one.reuse}代替" if one.reuse else one.note),
                "ticked": status in ("PAPER", "FILE") and not entry.get("from_case"),
                "other": status if status in dict(others) else "",
                "others": others,
                "show_if": show_if,
                "needed": (asked or {}).get(one.position) is not False,
                "kept": list(zip(entry.get("files", []), entry.get("names", []), strict=False))
                if not entry.get("from_case")
                else [],
            }
        )
    return rows


def on_file(number: str, guide: Guide, actor: Actor, on: date, data: QueryDict) -> list[dict[str, Any]]:
    """The papers of this applicant that lie on file and fit the guide's materials, ticked where they were."""
    materials = {one.name: one.position for one in guide.materials.all()}
    found = papers_on_file(id_number=number, names=materials, actor=actor, on=on)
    return sorted(
        (
            {
                "position": materials[name],
                "paper": one,
                "ticked": data.get(f"papers.{materials[name]}.onfile") == one.number,
            }
            for name, one in found.items()
        ),
        key=lambda row: row["position"],
    )


def people(data: QueryDict) -> dict[int, dict[str, Any]]:
    """Whom the form names, by their row. A row nobody typed in is nobody; who may act for the applicant is an agent."""
    found: dict[int, dict[str, Any]] = {}
    for row in indexes("parties", data):
        one = given_of(PartyInput, data, prefix=f"parties.{row}.")
        applies = one.get("role") == Party.Role.APPLICANT
        if not any(one.get(key) for key in NAMED) and not (applies and not found):
            continue
        if applies:
            one["id_type"] = one.get("id_type") or ("RESIDENT" if one.get("kind") == "PERSON" else "USCC")
        else:
            one["role"] = Party.Role.AGENT if one.get("authority") else Party.Role.CONTACT
            one.setdefault("kind", "PERSON")
            one["id_type"] = "RESIDENT" if one.get("id_number") else "NONE"
        found[row] = one
    return found


def by_row(errors: Mapping[str, list[str]], data: QueryDict) -> dict[str, list[str]]:
    """What is wrong, under the rows as they stand on the form: `register` never hears of those nobody typed in."""
    rows = [*people(data)]
    return {PERSON.sub(lambda found: f"parties.{rows[int(found[1])]}.", key): texts for key, texts in errors.items()}


def given_from(data: QueryDict, guide: Guide, actor: Actor, on: date) -> dict[str, Any]:
    """What the screen says, as `register` takes it: people nobody named are nobody, ticks are materials."""
    given = given_of(Application, data)
    given.pop("draft", None)
    parties = [*people(data).values()]
    given["parties"] = parties
    applicant = next((one for one in parties if one.get("role") == "APPLICANT"), {})
    there = {one["position"]: one["paper"] for one in on_file(applicant.get("id_number", ""), guide, actor, on, data)}
    given["scenario"] = {key: value for key, value in given.get("scenario", {}).items() if value}
    asked = asked_for(guide, given)
    given["papers"] = [_paper(one.position, asked[one.position], data, there) for one in guide.materials.all()]
    return given


def asked_for(guide: Guide, given: dict[str, Any]) -> dict[int, bool | None]:
    """Which materials the answers given so far ask for, by position."""
    return scenarios.needed(guide.materials.all(), given.get("form", {}), given.get("scenario", {}))


def _paper(position: int, asked: bool | None, data: QueryDict, there: Mapping[int, OnFile]) -> dict[str, Any]:
    name = f"papers.{position}"
    files, names = data.getlist(f"{name}.files"), data.getlist(f"{name}.names")
    status = "MISSING" if asked else "NOT_APPLICABLE"
    paper = there.get(position)
    if asked is not False and paper is not None and data.get(f"{name}.onfile") == paper.number:
        kept = {"files": [digest for digest, _ in paper.files], "names": [called for _, called in paper.files]}
        return {"position": position, "status": "FILE", "from_case": paper.number, **kept}
    if asked is False:
        return {"position": position, "status": status}
    if data.get(f"{name}.licence"):
        return {"position": position, "status": "REUSED", "licence": data[f"{name}.licence"]}
    if data.get(f"{name}.other"):
        status = data[f"{name}.other"]
    elif files:
        status = "FILE"
    elif data.get(f"{name}.tick"):
        status = "PAPER"
    entry: dict[str, Any] = {"position": position, "status": status}
    return entry | ({"files": files, "names": names} if files else {})


def known_party(number: str, actor: Actor) -> Party | None:
    """An applicant entered earlier in a case this clerk may see, found by the keyed hash of the number."""
    if len(number.strip()) < 15:
        return None
    cases = Case.objects.filter(visible(actor))
    found = Party.objects.filter(id_hash=search_hash(number), role=Party.Role.APPLICANT, case__in=cases)
    return found.select_related("case").order_by("-pk").first()


# ---------------------------------------------------------------- drafts


def draft_of(actor: Actor, code: str) -> Draft | None:
    return Draft.objects.filter(user=actor.user, region=actor.region, item=code).first()
