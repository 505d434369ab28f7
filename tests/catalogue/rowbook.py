"""A small world of plain rows: three regions, one city bureau, one item; each test changes what it is about."""

from dataclasses import replace
from datetime import date

from approvals.catalogue.modes import Mode
from approvals.catalogue.rows import (
    AgreementRow,
    CounterpartRow,
    DelegationRow,
    EditionRow,
    ItemRow,
    OrganRow,
    RegionRow,
    Rows,
    SupervisionCounterpartRow,
    SupervisionRuleRow,
    UnitRow,
)

CITY, NANKANG, YUDU, ZONE = "360700", "360703", "360731", "360791"
CITY_BUREAU, NANKANG_BUREAU, NANKANG_APPROVAL, NANKANG_WINDOW, YUDU_APPROVAL, YUDU_WINDOW, ZONE_APPROVAL = range(1, 8)
CITY_UNIT, NANKANG_UNIT = 1, 2
ITEM = 30

WORLD = Rows(
    regions=(
        RegionRow(CITY, "赣州市", "CITY"),
        RegionRow(NANKANG, "南康区", "COUNTY"),
        RegionRow(YUDU, "于都县", "COUNTY"),
        RegionRow(ZONE, "赣州经开区", "ZONE"),
    ),
    organs=(
        OrganRow(CITY_BUREAU, "360700-SCJG", "赣州市市场监督管理局", CITY, "BUREAU"),
        OrganRow(NANKANG_BUREAU, "360703-SCJG", "南康区市场监督管理局", NANKANG, "BUREAU"),
        OrganRow(NANKANG_APPROVAL, "360703-SPJ", "南康区行政审批局", NANKANG, "APPROVAL_BUREAU"),
        OrganRow(NANKANG_WINDOW, "360703-WIN", "南康区综合窗口", NANKANG, "WINDOW"),
        OrganRow(YUDU_APPROVAL, "360731-SPJ", "于都县行政审批局", YUDU, "APPROVAL_BUREAU"),
        OrganRow(YUDU_WINDOW, "360731-WIN", "于都县综合窗口", YUDU, "WINDOW"),
        OrganRow(ZONE_APPROVAL, "360791-SPJ", "赣州经开区行政审批局", ZONE, "APPROVAL_BUREAU"),
    ),
    units=(
        UnitRow(CITY_UNIT, "360700-SCJG-J", "赣州市市场监督管理局（监管）", CITY),
        UnitRow(NANKANG_UNIT, "360703-SCJG-J", "南康区市场监督管理局（监管）", NANKANG),
    ),
    editions=(EditionRow("2022", "2022版", "赣市府办发〔2022〕7号", date(2022, 2, 25)),),
    items=(ItemRow(ITEM, "2022", "2-30", 2, 30, "特种设备使用登记", CITY_BUREAU),),
    delegations=(),
    counterparts=(CounterpartRow(CITY_BUREAU, NANKANG, NANKANG_BUREAU),),
    supervision_rules=(SupervisionRuleRow(ITEM, CITY_UNIT),),
    supervision_counterparts=(SupervisionCounterpartRow(CITY_UNIT, NANKANG, NANKANG_UNIT),),
)

SIGNED = AgreementRow(1, "承接-1", True, date(2022, 6, 10), date(2022, 7, 1))


def delegation(mode: Mode, *, region: str = NANKANG, start: date = date(2022, 7, 1), **more: object) -> DelegationRow:
    seal_path = more.pop("seal_path", "OWN" if mode == Mode.DIRECT else "CITY")
    number = more.pop("document", "赣市府办发〔2022〕7号")
    pk = more.pop("pk", 1)
    return DelegationRow(pk, "2022", ITEM, region, mode, start, number, seal_path, **more)  # type: ignore[arg-type]


def world(*delegations: DelegationRow, **changes: object) -> Rows:
    return replace(WORLD, delegations=delegations, **changes)  # type: ignore[arg-type]
