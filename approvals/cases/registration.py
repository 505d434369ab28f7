"""How does an application become a case? The door `register`: checked, numbered, frozen, received, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from rest_framework import serializers

from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import local_day
from approvals.cases import barpasses, licensing, opening, receiptbars
from approvals.cases.access import NotPermitted, visible
from approvals.cases.facts import Dossier
from approvals.cases.inputs import Input, PaperEntry, Text, Wish, clean
from approvals.cases.models import Case
from approvals.cases.numbers import next_number
from approvals.cases.parties import PartyInput, as_rows, duplicate_key
from approvals.cases.puts import check_form
from approvals.cases.rows import facts_of
from approvals.cases.step import Act, Happened, Outcome, Put, step
from approvals.cases.words import Action, Effect, Role, State, Step
from approvals.cases.workflow import ENDS, TABLE
from approvals.cases.write import write
from approvals.catalogue import scenarios
from approvals.catalogue.jurisdiction import Jurisdiction
from approvals.catalogue.models import Guide
from approvals.catalogue.queries import guide_on, item_on, jurisdiction_of
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor


class NotDelegated(Refused):
    code = "not-delegated"
    title = "本地区不能受理这个事项"


class AgreementMissing(NotDelegated):
    code = "agreement-missing"
    title = "承接协议未签或未生效，本地区不能受理"


class WrongRegion(Refused):
    code = "wrong-region"
    status = 403
    title = "不在你窗口的地区"


class DuplicateCase(Refused):
    code = "duplicate-case"
    title = "可能重复：同一申请人、同一事项、同一标的已有在办件"


class TermsChanged(Refused):
    code = "terms-changed"
    title = "草稿所依的清单或指南已有变化"


class Application(Input):
    """What a window enters: item, region, place (a zone's own list), parties, form, address or object, materials."""

    item = Text(label="事项", max_length=20)
    region = Text(label="地区", max_length=6)
    place = Text(label="限定范围", required=False, allow_blank=True, max_length=40)
    parties = PartyInput(label="申请人、代理人与联系人", many=True)
    form = serializers.DictField(label="申请表", required=False)
    address = Text(label="地址或标的", required=False, allow_blank=True, max_length=200)
    scenario = serializers.DictField(
        label="情形",
        child=serializers.ChoiceField(choices=[(scenarios.YES, "是"), (scenarios.NO, "否")]),
        required=False,
        help_text="键为视情形材料的序号，值为是否属于这种情形",
    )
    papers = PaperEntry(label="材料", many=True, required=False)
    delivery = Wish(label="结果怎样给申请人", required=False)
    licence = Text(label="所涉证照编号", required=False, allow_blank=True, max_length=120)
    draft = serializers.BooleanField(label="只存草稿", required=False, default=False)
    confirm_duplicate = serializers.BooleanField(label="确认不是重复申请", required=False, default=False)

    def validate_delivery(self, wish: dict[str, Any]) -> dict[str, Any]:
        if wish.get("way") == "MAIL":
            labels = {"recipient": "收件人", "phone": "收件电话", "address": "收件地址"}
            wrong = {name: [f"选了邮寄，填写{label}。"] for name, label in labels.items() if not wish.get(name)}
            if wrong:
                raise serializers.ValidationError(wrong)
        return wish

    def validate_parties(self, parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not any(one["role"] == "APPLICANT" for one in parties):
            raise serializers.ValidationError("至少填写一名申请人。")
        if not any(one["mobile"] for one in parties):
            raise serializers.ValidationError("至少留一个手机号，用于通知和查询进度。")
        return parties


def register(*, actor: Actor, at: datetime, given: Any, also: Callable[[Case], None] | None = None) -> Case:
    """Enter an application: a case in RECEIVED (or DRAFT, if so asked), with its number and frozen terms.

    `also` runs last inside the transaction: what a caller writes there is kept with the case or not at all.
    Raises Invalid, UnknownItem, UnknownRegion, YearNotCovered, NotPermitted, WrongRegion, NotDelegated,
    DuplicateCase, PartyBarred, WrongLicence, RenewalOpen.
    """
    clean_given = clean(Application, given)
    day = local_day(at)
    jurisdiction = jurisdiction_of(
        item=clean_given["item"], region=clean_given["region"], on=day, place=clean_given.get("place", "")
    )
    may_receive(actor, jurisdiction)
    item = item_on(clean_given["item"], day)
    guide = guide_on(item, day)
    _known_questions(guide, clean_given.get("scenario", {}))
    terms = opening.terms_under(jurisdiction, guide, item, region=clean_given["region"])
    parties = as_rows(clean_given["parties"])
    with transaction.atomic(durable=True):
        _is_new(actor, terms.item, parties, clean_given)
        hashes = {one["id_hash"] for one in parties if one["role"] == "APPLICANT"}
        effect, region = guide.licence_effect, clean_given["region"]
        passes = barpasses.passes_for(hashes, item=terms.item, effect=effect, region=region, actor=actor, on=day)
        number = next_number(region=clean_given["region"], day=day)
        case = opening.new_case(
            number=number, region=clean_given["region"], terms=terms, day=day, fee_due=bool(guide.fee.get("charged"))
        )
        case.save(force_insert=True)
        case.snapshot = opening.snapshot_of(case, jurisdiction, terms, guide, item, place=clean_given.get("place", ""))
        case.snapshot.save(force_insert=True)
        opening.write_beside(case, guide, terms, jurisdiction, clean_given, parties)
        opening.write_wish(case, guide, clean_given.get("delivery", {}))
        check_form(case.form, clean_given.get("form", {}), on=day)
        licensing.bring_together(case, clean_given, parties, on=day)
        outcomes = [_entered(case, actor, at, day, clean_given, passes=[one.pk for one in passes])]
        if not clean_given["draft"]:
            row = next(row for row in TABLE if row.action == Action.RECEIVE)
            act = Act(row=row, step=Step.ACT, actor=actor, at=at, on=day, given={})
            outcomes.append(step(act, outcomes[0].after, terms, Dossier(), current_calendar()))
        write([(case, outcomes)])
        barpasses.use(passes, case, actor=actor, at=at)
        if also is not None:
            also(case)
        transaction.on_commit(nudge, robust=True)
    return case


def _known_questions(guide: Guide, answers: dict[str, str]) -> None:
    """Refuse an answer to what the guide does not ask. Raises Invalid."""
    strangers = sorted(set(answers) - {one.key for one in scenarios.questions(guide.materials.all())})
    if strangers:
        raise Invalid({"scenario": [f"指南没有问材料 {'、'.join(strangers)[:60]} 的情形。"]})


def may_receive(actor: Actor, jurisdiction: Jurisdiction) -> None:
    """Let a clerk pass whose own region accepts this item today; the city's window where the city keeps the power.

    Raises NotPermitted, NotDelegated (AgreementMissing where only the agreement is wanting), WrongRegion.
    """
    if actor.role != Role.CLERK:
        raise NotPermitted("收件由窗口岗办理；换到窗口岗，或请窗口人员收件。")
    if not actor.covers(jurisdiction.item):
        raise NotPermitted("这个事项不在你的岗位范围内。")
    accept = jurisdiction.accept
    if actor.region == accept.region and (actor.is_window or actor.organ == accept.organ):
        return
    if not jurisdiction.delegated and actor.region == jurisdiction.region:
        miss = f"{jurisdiction.nearest_miss}。" if jurisdiction.nearest_miss else ""
        refusal = AgreementMissing if jurisdiction.lacks_agreement else NotDelegated
        raise refusal(
            f"{miss}请引导申请人到{accept.organ_name}办理，由{jurisdiction.decide.organ_name}决定。",
            nearest_miss=jurisdiction.nearest_miss,
            decided_by=jurisdiction.decide.organ_name,
            accepted_by=accept.organ_name,
        )
    raise WrongRegion(f"这件由{accept.organ_name}收件；引导申请人到那里，或换用该地区的窗口岗。")


def check_draft(case: Case, actor: Actor, *, on: date) -> None:
    """Whether a draft may still be received on a day: the terms it was entered under are those of the day.

    Raises NotDelegated, WrongRegion, NotPermitted, TermsChanged, PartyBarred, RenewalOpen.
    """
    entered = case.snapshot
    jurisdiction = jurisdiction_of(item=entered.item, region=case.region_id, on=on, place=entered.place)
    may_receive(actor, jurisdiction)
    version = guide_on(item_on(entered.item, on), on).version
    now = (jurisdiction.edition, jurisdiction.delegation, version)
    if now != (entered.edition, entered.delegation, entered.guide_version):
        raise TermsChanged("作废这份草稿，按现行清单和指南重新登记。")
    receiptbars.check_case(case, actor=actor, on=on)
    licensing.check_draft(case)


def _is_new(actor: Actor, item: str, parties: list[dict[str, Any]], given: dict[str, Any]) -> None:
    """Warn of a probable duplicate; the number of a case this clerk may not see is not told.

    Two who enter the same at once come one after the other, so that the second sees the case of the first.
    """
    if given["confirm_duplicate"]:
        return
    key = duplicate_key(item, ((one["role"], one["id_number"]) for one in parties), given.get("address", ""))
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register {key}"])
    twins = Case.objects.filter(form__duplicate_key=key).exclude(state__in=[*ENDS, State.DELIVERED])
    number = twins.filter(visible(actor)).values_list("number", flat=True).first()
    if number is not None:
        raise DuplicateCase(f"已有在办件 {number}；核对后确认不是重复，再选“确认不是重复申请”收件。", number=number)
    if twins.exists():
        raise DuplicateCase("其他窗口已有在办件；向申请人核实，确认不是重复，再选“确认不是重复申请”收件。")


def _entered(case: Case, actor: Actor, at: datetime, day: date, given: dict[str, Any], *, passes: list[int]) -> Outcome:
    """The first event of a case: that it was entered, with which materials."""
    facts = facts_of(case)
    reused = {str(one["position"]): one["from_case"] for one in given.get("papers", []) if one.get("from_case")}
    happened = Happened(
        action=Action.DRAFT,
        step=Step.ACT,
        source=State.DRAFT,
        target=State.DRAFT,
        at=at,
        effective_on=day,
        actor=actor,
        data={"item": case.snapshot.item, "edition": case.snapshot.edition, "delegation": case.snapshot.delegation}
        | ({"papers_on_file": reused} if reused else {})
        | ({"bar_passes": passes} if passes else {}),
        texts={"duplicate": "确认不是重复申请"} if given["confirm_duplicate"] else {},
    )
    puts = (Put(Effect.MATERIALS, given),) if given.get("papers") else ()
    promised = any(paper["status"] == "PROMISED" for paper in given.get("papers", []))
    return Outcome(facts, replace(facts, version=facts.version + 1, tolerance_open=promised), happened, puts)
