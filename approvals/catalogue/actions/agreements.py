"""How does an agreement (承接协议) come about and end? Drafted by the unit, signed with its file, announced, ended by a day.

A signed agreement is what a substantive delegation rests on: its parties and first day stay, only what is still missing
(file, announcement) and its last day are added. Source: 行政许可法第二十四条; 赣市府办发〔2022〕7号 三.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from approvals.calendars.workdays import local_day
from approvals.catalogue.access import NotYourItem, edits_unit
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.models import Agreement, CatalogueAct
from approvals.documents.models import StoredFile
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Region

TERMS = ("number", "city_unit", "region", "effective_from", "effective_to")
ANNOUNCED = ("announced_on", "announcement_url")


def stream_of(row: Agreement) -> str:
    return f"agreement/{row.pk}"


def values_of(row: Agreement) -> dict[str, Any]:
    """An agreement as the record keeps it."""
    return {
        "number": row.number,
        "unit": row.city_unit.code,
        "region": row.region_id,
        "status": row.status,
        "signed_on": row.signed_on,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "announced_on": row.announced_on,
        "announcement_url": row.announcement_url,
        "file": row.file.digest if row.file else "",
    }


def may_keep_agreement(actor: Actor, row: Agreement) -> None:
    """Let the item admin of the agreement's unit, and the city's coordinator, pass. Raises NotYourItem."""
    if not (actor.level == Level.CITY and edits_unit(actor, row.city_unit_id)):
        raise NotYourItem(f"承接协议 {row.number} 由{row.city_unit.name}的事项管理员或者市级协调员维护。")


def _locked(pk: int) -> Agreement:
    found = Agreement.objects.select_for_update(of=("self",)).select_related("city_unit", "region", "file")
    row = found.filter(pk=pk).first()
    if row is None:
        raise Invalid({"agreement": ["没有这份协议。"]})
    return row


def _keep(row: Agreement, act: CatalogueAct, before: Any, actor: Actor, at: datetime, **more: Any) -> None:
    record(
        stream=stream_of(row),
        act=act,
        subject=row.number,
        actor=actor,
        at=at,
        before=before,
        after=values_of(row) | more,
    )
    touch()


@transaction.atomic(durable=True)
def draft_agreement(*, values: dict[str, Any], actor: Actor, at: datetime) -> Agreement:
    """A new agreement, not signed yet: nothing rests on it. Raises NotYourItem, Invalid."""
    row = Agreement()
    _fill(row, values)
    may_keep_agreement(actor, row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the same form sent twice at once
        raise Invalid({"number": [f"已有编号为「{row.number}」的协议。"]}) from None
    _keep(row, CatalogueAct.REGISTERED, None, actor, at)
    return row


@transaction.atomic(durable=True)
def save_agreement(*, agreement: int, values: dict[str, Any], actor: Actor, at: datetime) -> Agreement:
    """Change a draft as a whole; of a signed one only the announcement. Raises NotYourItem, Invalid."""
    row = _locked(agreement)
    may_keep_agreement(actor, row)
    before = values_of(row)
    if row.status == Agreement.Status.DRAFT:
        parties = row.city_unit_id, row.region_id
        _fill(row, values)
        may_keep_agreement(actor, row)
        if (row.city_unit_id, row.region_id) != parties and row.delegations.exists():
            raise Invalid({"agreement": ["已有放权依据这份协议，单位和地区不能再改；另登记一份。"]})
    elif row.status == Agreement.Status.SIGNED:
        _announce(row, values)
    else:
        raise Invalid({"agreement": [f"协议已于 {row.effective_to} 终止，不能再改。"]})
    row.save()
    _keep(row, CatalogueAct.SAVED, before, actor, at)
    return row


@transaction.atomic(durable=True)
def sign_agreement(
    *, agreement: int, signed_on: date, file: StoredFile | None, values: dict[str, Any], actor: Actor, at: datetime
) -> Agreement:
    """Draft → signed, with the signed paper: from its first day delegations may rest on it. Raises NotYourItem, Invalid."""
    row = _locked(agreement)
    may_keep_agreement(actor, row)
    if row.status != Agreement.Status.DRAFT:
        raise Invalid({"agreement": ["只有草拟的协议可以签订。"]})
    errors: dict[str, list[str]] = {}
    if signed_on > local_day(at):
        errors["signed_on"] = ["签订日期不能在今天以后。"]
    elif signed_on > row.effective_from:
        errors["signed_on"] = [f"签订日期不能晚于生效日期 {row.effective_from}。"]
    if file is None and row.file is None:
        errors["file"] = ["附上已签的协议文本。"]
    if errors:
        raise Invalid(errors)
    before = values_of(row)
    row.status, row.signed_on, row.file = Agreement.Status.SIGNED, signed_on, file or row.file
    _announce(row, values)
    row.save()
    _keep(row, CatalogueAct.AGREED, before, actor, at)
    return row


@transaction.atomic(durable=True)
def attach_to_agreement(*, agreement: int, file: StoredFile, actor: Actor, at: datetime) -> Agreement:
    """Add the signed paper to an agreement that has none; one that is there is never exchanged. Raises NotYourItem, Invalid."""
    row = _locked(agreement)
    may_keep_agreement(actor, row)
    if row.file is not None and row.status != Agreement.Status.DRAFT:
        raise Invalid({"file": ["已有已签的文本，不能调换；签了新协议就登记新的一份。"]})
    before = values_of(row)
    row.file = file
    row.save(update_fields=["file"])
    _keep(row, CatalogueAct.ATTACHED, before, actor, at)
    return row


@transaction.atomic(durable=True)
def end_agreement(*, agreement: int, on: date, reason: str, actor: Actor, at: datetime) -> Agreement:
    """Signed → ended after its last day `on`, today at the earliest: what rests on it no longer applies from the next day,
    open cases go on as they were received. Raises NotYourItem, Invalid."""
    row = _locked(agreement)
    may_keep_agreement(actor, row)
    errors: dict[str, list[str]] = {}
    if row.status != Agreement.Status.SIGNED:
        errors["agreement"] = ["只有已签的协议可以终止。"]
    if on < local_day(at):
        errors["effective_to"] = [f"最后一天最早是今天 {local_day(at)}：已经收的件不追改。"]
    elif on < row.effective_from:
        errors["effective_to"] = [f"最后一天不能早于生效日期 {row.effective_from}。"]
    elif row.effective_to and on > row.effective_to:
        errors["effective_to"] = [f"协议本来就到 {row.effective_to} 止；要延长，另签一份。"]
    if not reason.strip():
        errors["reason"] = ["写明终止的依据和理由。"]
    if errors:
        raise Invalid(errors)
    before = values_of(row)
    row.status, row.effective_to = Agreement.Status.TERMINATED, on
    row.save()
    _keep(row, CatalogueAct.RESCINDED, before, actor, at, reason=reason.strip()[:500])
    return row


def _fill(row: Agreement, values: dict[str, Any]) -> None:
    """The terms of a draft. Raises Invalid naming every field."""
    errors: dict[str, list[str]] = {}
    row.number = str(values.get("number", "")).strip()
    unit = Organ.objects.filter(code=values.get("city_unit", ""), region__kind=Region.Kind.CITY).first()
    region = Region.objects.exclude(kind=Region.Kind.CITY).filter(code=values.get("region", "")).first()
    row.effective_from, row.effective_to = values.get("effective_from"), values.get("effective_to")
    if not row.number or len(row.number) > 60:
        errors["number"] = ["填写协议编号，最多 60 个字。"]
    elif Agreement.objects.filter(number=row.number).exclude(pk=row.pk).exists():
        errors["number"] = [f"已有编号为「{row.number}」的协议。"]
    if unit is None:
        errors["city_unit"] = ["选择市级单位。"]
    if region is None:
        errors["region"] = ["选择承接地区。"]
    if row.effective_from is None:
        errors["effective_from"] = ["填写生效日期。"]
    elif row.effective_to and row.effective_to < row.effective_from:
        errors["effective_to"] = [f"失效日期不能早于生效日期 {row.effective_from}。"]
    if errors:
        raise Invalid(errors)
    row.city_unit, row.region = unit, region
    _announce(row, values)


def _announce(row: Agreement, values: dict[str, Any]) -> None:
    """When and where it was made public (行政许可法第二十四条). Raises Invalid."""
    if "announced_on" in values:
        row.announced_on = values["announced_on"]
    if "announcement_url" in values:
        row.announcement_url = str(values["announcement_url"]).strip()
    try:
        row.clean_fields(exclude=[one.name for one in Agreement._meta.fields if one.name not in ANNOUNCED])
    except ValidationError as error:
        raise Invalid({name: list(texts) for name, texts in error.message_dict.items()}) from None
    if row.announced_on and row.signed_on and row.announced_on < row.signed_on:
        raise Invalid({"announced_on": [f"公告日期不能早于签订日期 {row.signed_on}。"]})
