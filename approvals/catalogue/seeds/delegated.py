"""Who receives what: delegations, agreements, the tables of organs and of supervising units of a seed folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from approvals.catalogue.models import (
    Agreement,
    Counterpart,
    Delegation,
    Item,
    Mode,
    SealPath,
    SupervisionCounterpart,
    SupervisionRule,
)
from approvals.catalogue.modes import HOLDS
from approvals.catalogue.seeds.places import Places, county, dated, read
from approvals.catalogue.seeds.printed import Printed, code_of
from approvals.organisations.models import Level
from approvals.organisations.seedfile import Row, SeedMalformed

DELEGATION_COLUMNS = "annex seqs receivers place mode effective_from effective_to document seal_path note"
AGREEMENT_COLUMNS = "number city_unit region status signed_on effective_from effective_to announced_on"


@dataclass(frozen=True)
class Delegated:
    agreements: list[Agreement]
    delegations: list[Delegation]
    counterparts: list[Counterpart]
    rules: list[SupervisionRule]
    supervision_counterparts: list[SupervisionCounterpart]


def read_delegated(folder: Path, places: Places, printed: Printed) -> Delegated:
    """The delegations of a seed folder and all they rest on, as unsaved rows. Raises SeedMalformed."""
    agreements = _agreements(folder, places)
    return Delegated(
        agreements=agreements,
        delegations=[*_delegations(folder, places, printed, agreements), *_elsewhere(folder, printed)],
        counterparts=_counterparts(folder, places),
        rules=_rules(folder, places, printed),
        supervision_counterparts=_supervision_counterparts(folder, places),
    )


def _agreements(folder: Path, places: Places) -> list[Agreement]:
    found = []
    for row in read(folder, "agreements.csv", AGREEMENT_COLUMNS, "number"):
        dated(row)
        status = row.choice("status", Agreement.Status.values)
        signed_on = row.day_or_none("signed_on")
        if status != Agreement.Status.DRAFT and signed_on is None:
            row.refuse("signed_on", "已签的协议须有签订日期")
        if signed_on is not None and signed_on > row.day("effective_from"):
            row.refuse("signed_on", "不能晚于生效日期")
        if status == Agreement.Status.TERMINATED and row.day_or_none("effective_to") is None:
            row.refuse("effective_to", "已终止的协议须有失效日期")
        found.append(
            Agreement(
                number=row.text("number", most=60),
                city_unit=row.reference("city_unit", places.organs),
                region=row.reference("region", places.regions),
                status=status,
                signed_on=signed_on,
                effective_from=row.day("effective_from"),
                effective_to=row.day_or_none("effective_to"),
                announced_on=row.day_or_none("announced_on"),
            )
        )
    return found


def _delegations(folder: Path, places: Places, printed: Printed, agreements: list[Agreement]) -> list[Delegation]:
    """One row of the file names many items and many receivers; the same item, region, place and start only once."""
    by_parties = {(row.city_unit.code, row.region_id): row for row in agreements}
    found: dict[tuple[str, str, str, object], Delegation] = {}
    for row in read(folder, "delegations.csv", DELEGATION_COLUMNS):
        dated(row)
        mode = Mode(row.choice("mode", Mode.values))
        seal_path = SealPath(row.choice("seal_path", SealPath.values))
        if (mode == Mode.DIRECT) != (seal_path == SealPath.OWN):
            row.refuse("seal_path", "直接下放由决定单位用印（OWN），其他方式用市级章或者2号章（CITY、NO2）")
        document = row.reference("document", printed.documents)
        for item in _numbered(row, printed):
            for region in places.receivers(row, "receivers"):
                needs = HOLDS[mode].needs_agreement
                delegation = Delegation(
                    edition=printed.edition,
                    item=item,
                    region=region,
                    mode=mode,
                    place=row.reference("place", printed.zones).code if row.optional("place") else "",
                    effective_from=row.day("effective_from"),
                    effective_to=row.day_or_none("effective_to"),
                    document=document,
                    agreement=by_parties.get((item.city_unit.code, region.code)) if needs else None,
                    seal_path=seal_path,
                    note=row.optional("note", most=200),
                )
                key = (item.code, region.code, delegation.place, delegation.effective_from)
                if key in found:
                    row.refuse("seqs", f"事项 {item.code} 在{region.name}的放权重复")
                found[key] = delegation
    return list(found.values())


def _elsewhere(folder: Path, printed: Printed) -> list[Delegation]:
    """What a place's own list grants of items that another edition prints under another name: the narrower grant."""
    if printed.edition.place is None:
        return []
    found = []
    others = {(item.edition.code, item.code): item for item in Item.objects.select_related("edition")}
    for row in read(folder, "overlaps.csv", "item edition of partly note", "edition", "of"):
        own = row.reference("item", printed.items)
        item = others.get((row.text("edition"), row.text("of")))
        if item is None:
            row.refuse("of", f"版本 {row.text('edition')} 里没有事项 {row.text('of')}；先载入那一版")
        partly = "部分重合" if row.flag("partly") else "重合"
        note = f"：{row.text('note')}" if row.optional("note") else ""
        found.append(
            Delegation(
                edition=printed.edition,
                item=item,
                region=printed.edition.place.region,
                mode=Mode.DIRECT,
                place=printed.edition.place.code,
                effective_from=printed.edition.effective_from,
                document=printed.edition.document,
                seal_path=SealPath.OWN,
                note=f"清单第{own.seq}项“{own.sub_name or own.main_name}”与本项{partly}{note}"[:200],
            )
        )
    return found


def _numbered(row: Row, printed: Printed) -> list[Item]:
    """The items of a cell such as `1-7 9-11` in the annex of the row."""
    annex, found = row.integer("annex", least=1), []
    for part in row.text("seqs").split():
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            row.refuse("seqs", f"应为序号或者序号范围，如 1-7，现为「{part}」")
        for seq in range(int(first), int(last or first) + 1):
            code = code_of(printed.edition, annex, seq)
            if code not in printed.items:
                row.refuse("seqs", f"清单里没有附件{annex}第{seq}项")
            found.append(printed.items[code])
    return found


def _counterparts(folder: Path, places: Places) -> list[Counterpart]:
    found = []
    for row in read(folder, "counterparts.csv", "city_organ region phase organ", "city_organ", "region", "phase"):
        region = row.reference("region", places.regions)
        phase = row.optional("phase")
        if phase not in ("", "ACCEPT", "REVIEW", "DECIDE"):
            row.refuse("phase", "应为空或者 ACCEPT、REVIEW、DECIDE 之一")
        found.append(
            Counterpart(
                city_organ=row.reference("city_organ", places.organs),
                region=region,
                phase=phase,
                organ=county(row, "organ", region, places),
            )
        )
    return found


def _rules(folder: Path, places: Places, printed: Printed) -> list[SupervisionRule]:
    found = {}
    for row in read(folder, "supervision.csv", "item unit provisional note", "item"):
        item, unit = row.reference("item", printed.items), row.reference("unit", places.units)
        if row.flag("provisional") and unit.organ_id == item.city_unit_id:
            row.refuse("unit", "待确认的监管单位不能是审批单位自己")
        found[item.code] = SupervisionRule(
            item=item,
            level=Level.CITY,
            unit=unit,
            provisional=row.flag("provisional"),
            note=row.optional("note", most=200),
        )
    for code in printed.items:
        if code not in found:
            raise SeedMalformed("supervision.csv", 0, "item", f"事项 {code} 没有监管单位")
    return list(found.values())


def _supervision_counterparts(folder: Path, places: Places) -> list[SupervisionCounterpart]:
    found = []
    for row in read(folder, "supervision_counterparts.csv", "city_unit region unit", "city_unit", "region"):
        region, unit = row.reference("region", places.regions), row.reference("unit", places.units)
        if unit.organ.region_id != region.code:
            row.refuse("unit", f"「{unit.code}」不是{region.name}的监管单位")
        found.append(
            SupervisionCounterpart(city_unit=row.reference("city_unit", places.units), region=region, unit=unit)
        )
    return found
