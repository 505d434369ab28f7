"""Why does a delegation apply or not, said in Chinese with document, annex row, dates and agreement?

Pure, like `jurisdiction`, which asks `obstacle` whether a delegation applies and the rest for its sentences.
"""

from datetime import date

from approvals.catalogue.answer import Jurisdiction, Supervisor
from approvals.catalogue.modes import HOLDS, Mode
from approvals.catalogue.rows import AgreementRow, DelegationRow, ItemRow, Rows

WITHOUT_AGREEMENT = 1  # how far from applying a delegation is that only lacks its agreement


def obstacle(rows: Rows, delegation: DelegationRow, on: date) -> tuple[int, str] | None:
    """What keeps a delegation from applying that day: (how far from applying, sentence), or None."""
    edition = rows.edition[delegation.edition]
    start = max(delegation.effective_from, edition.effective_from)
    region = rows.region[delegation.region].name
    if on < start:
        return 2, f"自 {start} 起由{region}承接"
    for end in (delegation.effective_to, edition.effective_to):
        if end is not None and on > end:
            return 3, f"{region}承接至 {end} 止"
    if HOLDS[delegation.mode].needs_agreement:
        agreement = rows.agreement.get(delegation.agreement) if delegation.agreement else None
        return _agreement_obstacle(agreement, on)
    return None


def _agreement_obstacle(agreement: AgreementRow | None, on: date) -> tuple[int, str] | None:
    if agreement is None or not agreement.signed:
        return WITHOUT_AGREEMENT, "承接协议未签"
    if on < agreement.effective_from:
        return WITHOUT_AGREEMENT, f"承接协议未生效：自 {agreement.effective_from} 起生效"
    if agreement.effective_to is not None and on > agreement.effective_to:
        return WITHOUT_AGREEMENT, f"承接协议已于 {agreement.effective_to} 终止"
    return None


def lacks_agreement(rows: Rows, item: ItemRow, region: str, on: date, place: str) -> bool:
    """Whether a delegation would apply that day but for its agreement."""
    here = rows.delegations_in.get((item.pk, region), ())
    missed = [obstacle(rows, row, on) for row in here if row.place in ("", place)]
    return any(found is not None and found[0] == WITHOUT_AGREEMENT for found in missed)


def nearest_miss(rows: Rows, item: ItemRow, region: str, on: date, place: str) -> str | None:
    """The one thing that came closest to a delegation; None for the city itself."""
    if region == rows.city.code:
        return None
    here = rows.delegations_in.get((item.pk, region), ())
    missed = [found for row in here if row.place in ("", place) and (found := obstacle(rows, row, on))]
    if missed:
        return min(missed)[1]
    if here:
        return f"只在限定范围内承接：{'、'.join(sorted({rows.place_name(row.place) for row in here}))}"
    return _not_a_receiver(rows, item, region)


def _not_a_receiver(rows: Rows, item: ItemRow, region: str) -> str:
    everywhere = rows.delegations_of.get(item.pk, ())
    receivers = {row.region for row in everywhere if not row.place}
    if not receivers:
        return "本事项没有放权"
    if len(receivers) == 1:
        return f"只由{rows.region[receivers.pop()].name}行使"
    zones_left_out = not any(rows.region[code].kind == "ZONE" for code in receivers)
    if rows.region[region].kind == "ZONE" and zones_left_out and all(row.mode == Mode.DIRECT for row in everywhere):
        footnote = dict(rows.edition[item.edition].footnotes).get(item.annex, "")
        return f"{rows.region[region].name}不承接直接下放事项" + (f"（{footnote}）" if footnote else "")
    return f"{rows.region[region].name}不在承接名单内"


def reasons(rows: Rows, item: ItemRow, applied: DelegationRow | None, answer: Jurisdiction) -> tuple[str, ...]:
    """The steps of the answer, each a sentence, from the printed row to who watches."""
    edition = rows.edition[item.edition]
    region = rows.region[answer.region].name
    told = [f"{edition.document} 附件{item.annex}第{item.seq}项：{item.name}"]
    if applied is None:
        if answer.nearest_miss:
            told.append(f"{answer.on} {region}没有承接：{answer.nearest_miss}")
        window = rows.organ_of_kind.get((rows.city.code, "WINDOW"))
        where = f"，请申请人到{window.name}办理" if window else ""
        told.append(f"权力保留在市级：由{answer.decide.organ_name}受理、审核、决定{where}")
    else:
        told.append(_granted(rows, item, applied, answer.region))
        agreement = rows.agreement.get(applied.agreement) if applied.agreement else None
        if agreement and HOLDS[applied.mode].needs_agreement:
            told.append(
                f"承接协议 {agreement.number}：{agreement.signed_on} 签订，自 {agreement.effective_from} 起生效"
            )
        in_name = f"（以{answer.accept.in_the_name_of_name}名义）" if answer.accept.in_the_name_of else ""
        told.append(f"受理：{answer.accept.organ_name}{in_name}")
        told.append(f"审核：{answer.review.organ_name}；决定：{answer.decide.organ_name}")
    if answer.supervise:
        told.append("监管：" + "，".join(_watching(unit) for unit in answer.supervise))
    else:
        told.append("监管单位未定，推送列入无主清单")
    return tuple(told)


def _granted(rows: Rows, item: ItemRow, applied: DelegationRow, region: str) -> str:
    name = rows.region[region].name
    until = f"至 {applied.effective_to} " if applied.effective_to else "起"
    own = applied.document == rows.edition[item.edition].document
    basis = "" if own else f"，依据 {applied.document}"
    bounds = ""
    if applied.place:
        wider = any(not row.place for row in rows.delegations_in.get((item.pk, region), ()))
        bounds = f"，限{rows.place_name(applied.place)}范围内" + ("，优先于全域放权" if wider else "")
        bounds += f"（{applied.note}）" if applied.note and item.edition != applied.edition else ""
    return f"{Mode(applied.mode).label}：{name}自 {applied.effective_from} {until}承接{basis}{bounds}"


def _watching(unit: Supervisor) -> str:
    marks = [mark for mark, holds in (("抄送", unit.copy), ("待确认", unit.provisional)) if holds]
    return unit.unit_name + (f"（{'、'.join(marks)}）" if marks else "")
