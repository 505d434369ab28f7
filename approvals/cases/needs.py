"""What is still missing before this act can be taken? Each need of the workflow table as a pure check with its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.calendars.workdays import Calendar, add
from approvals.cases import clock
from approvals.cases.facts import Dossier, Facts, Hearing, Terms
from approvals.cases.legible import seen
from approvals.cases.words import Action, Clock, Need, Option, Phase, State
from approvals.cases.workflow import Row
from approvals.errors import Refused


@dataclass(frozen=True)
class Blocker:
    """One missing thing: a stable code, the input field that would cure it ("" if none), and what to do."""

    code: str
    field: str
    text: str


class Incomplete(Refused):
    """Something the act must bring is missing; `blockers` lists every one of them."""

    status = 422
    code = "incomplete"
    title = "还不能办理，缺少必要内容"

    def __init__(self, blockers: list[Blocker]) -> None:
        self.blockers = blockers
        first = {
            Need.MATERIALS: "material-missing",
            Need.REASONS: "reasons-required",
            Need.REMEDIES: "remedies-required",
        }
        self.code = first.get(Need(blockers[0].code), "incomplete") if blockers[0].code in Need.values else "incomplete"
        super().__init__(
            "".join(blocker.text for blocker in blockers),
            blockers=[{"code": b.code.lower(), "field": b.field, "detail": b.text} for b in blockers],
        )


@dataclass(frozen=True)
class Asked:
    """Everything a check may look at."""

    row: Row
    facts: Facts
    terms: Terms
    given: dict[str, Any]
    dossier: Dossier
    on: date
    calendar: Calendar | None = None

    def text(self, field: str) -> str:
        """What a reader sees of a text field: one of spaces or invisible characters only is empty."""
        value = self.given.get(field)
        return value.strip() if isinstance(value, str) and seen(value) else ""


Check = Callable[[Asked], Iterator[Blocker]]


def blockers(
    row: Row,
    facts: Facts,
    terms: Terms,
    given: dict[str, Any],
    dossier: Dossier,
    *,
    on: date,
    calendar: Calendar | None = None,
) -> list[Blocker]:
    """Everything that is missing for `row`, in the order of its needs; days of what is given need the calendar."""
    asked = Asked(row, facts, terms, given, dossier, on, calendar)
    return [blocker for need in row.needs for blocker in CHECKS[need](asked)] + list(_taken_back(asked))


def _taken_back(asked: Asked) -> Iterator[Blocker]:
    """Once accepted, papers are added or replaced; none becomes missing or promised, or the bar on deciding would fail."""
    if asked.facts.accepted_on is None:
        return
    now = {paper.position: paper.status for paper in asked.dossier.papers}
    for entry in asked.given.get("papers", []):
        position, status = entry["position"], entry["status"]
        if status in ("MISSING", "PROMISED") and now.get(position) != status:
            yield Blocker(Need.MATERIALS, "papers", f"材料 {position} 已在受理时收取，只能补充或更换。")


def _required(need: Need, field: str, text: str) -> Check:
    def check(asked: Asked) -> Iterator[Blocker]:
        value = asked.given.get(field)
        if value is None or value is False or value == [] or (isinstance(value, str) and not seen(value)):
            yield Blocker(need, field, text)

    return check


def _materials(asked: Asked) -> Iterator[Blocker]:
    tolerant = Option.TOLERANCE in asked.terms.options and bool(asked.given.get("promised_by"))
    committed = Option.COMMITMENT in asked.terms.options and bool(asked.given.get("committed"))
    if asked.given.get("promised_by") and Option.TOLERANCE not in asked.terms.options:
        yield Blocker(Need.MATERIALS, "promised_by", "本事项不允许容缺受理。")
    if asked.given.get("committed") and Option.COMMITMENT not in asked.terms.options:
        yield Blocker(Need.MATERIALS, "committed", "本事项不实行告知承诺。")
    if tolerant:
        yield from _promised_day(asked)
    for paper in asked.dossier.papers:
        if paper.in_place or paper.necessity == "CONDITIONAL":
            continue
        if paper.status == "PROMISED" and paper.necessity == "TOLERABLE":
            if not tolerant:
                yield Blocker(
                    Need.MATERIALS, "promised_by", f"材料 {paper.position}《{paper.name}》容缺后补，写明补齐日期。"
                )
            continue
        if committed and paper.necessity == "TOLERABLE":
            continue
        if paper.status == "FILE":
            yield Blocker(
                Need.MATERIALS, "", f"材料 {paper.position}《{paper.name}》登记为电子文件却没有文件，上传后再登记。"
            )
        elif paper.status == "PROMISED":
            yield Blocker(
                Need.MATERIALS, "", f"材料 {paper.position}《{paper.name}》是核心材料，不能容缺，要求申请人补正。"
            )
        else:
            yield Blocker(
                Need.MATERIALS, "", f"缺材料 {paper.position}《{paper.name}》，收齐后登记，或一次性告知补正。"
            )


def _promised_day(asked: Asked) -> Iterator[Blocker]:
    """A promised paper comes before the decision is due."""
    if asked.calendar is None:
        return
    accepted = clock.after(Clock.ACCEPT, asked.facts, asked.terms, asked.calendar, on=asked.on)
    last = accepted.promise_on or accepted.statute_on
    if asked.given["promised_by"] < asked.on or (last and asked.given["promised_by"] > last):
        until = f"{asked.on} 至 {last}" if last else f"{asked.on} 起"
        yield Blocker(Need.MATERIALS, "promised_by", f"容缺材料的补齐日期应在决定到期之前（{until}）。")


def _form(asked: Asked) -> Iterator[Blocker]:
    form = asked.dossier.form or {}
    for field in asked.dossier.fields:
        if field.required and form.get(field.key) in (None, "", []):
            yield Blocker(Need.FORM, "", f"申请表未填“{field.label}”，用更正登记补上。")


def _complete(asked: Asked) -> Iterator[Blocker]:
    """What the law accepted is granted only once its papers and answers are there; whoever accepts looks at them then."""
    if not asked.facts.deemed:
        return
    for paper in asked.dossier.papers:
        tolerated = paper.necessity == "TOLERABLE" and (asked.facts.commitment or paper.status == "PROMISED")
        if paper.in_place or paper.necessity == "CONDITIONAL" or tolerated:
            continue
        text = f"缺材料 {paper.position}《{paper.name}》，由窗口登记补齐后再办；申请人不补的，依法不予。"
        yield Blocker(Need.COMPLETE, "", text)
    form = asked.dossier.form or {}
    for field in asked.dossier.fields:
        if field.required and form.get(field.key) in (None, "", []):
            yield Blocker(Need.COMPLETE, "", f"申请表未填“{field.label}”，由窗口补填后再办。")


def _defects(asked: Asked) -> Iterator[Blocker]:
    """Everything is told at once (第三十二条第四项): a later notice says of each defect why it could not be told before."""
    given = asked.given.get("defects") or []
    if not given:
        yield Blocker(Need.DEFECTS, "defects", "列出全部需要补正的内容，一次告知。")
    if not asked.facts.corrections:
        return
    for number, one in enumerate(given, start=1):
        if not seen(one.get("why_new", "")):
            again = (one.get("material"), one["defect"]) in asked.dossier.told_before
            what = "以前已经告知过" if again else "以前没有告知"
            text = f"第 {number} 项{what}：写明为什么是新问题（如补交的材料带来的），原来就有的不能再要求补正。"
            yield Blocker(Need.DEFECTS, "defects", text)


def _answers(asked: Asked) -> Iterator[Blocker]:
    given = [text for text in asked.given.get("answers", []) if seen(text)]
    missing = len(asked.dossier.defects) - len(given)
    if missing > 0:
        yield Blocker(
            Need.ANSWERS, "answers", f"补正告知列明 {len(asked.dossier.defects)} 项，还有 {missing} 项没有说明。"
        )


def _points(asked: Asked) -> Iterator[Blocker]:
    yield from _unanswered(asked, Need.POINTS, only_key=False)


def _key_points(asked: Asked) -> Iterator[Blocker]:
    yield from _unanswered(asked, Need.KEY_POINTS, only_key=True)


def _unanswered(asked: Asked, need: Need, *, only_key: bool) -> Iterator[Blocker]:
    given = {answer["position"]: answer for answer in asked.given.get("points", [])}
    for point in asked.dossier.points:
        if only_key and not point.key:
            continue
        answer = given.get(point.position)
        if answer is None:
            yield Blocker(need, "points", f"要点 {point.position} 未作答。")
        elif answer["answer"] == "NO" and not seen(answer.get("note", "")):
            yield Blocker(need, "points", f"要点 {point.position} 不符合，写明情况。")
    strangers = set(given) - {point.position for point in asked.dossier.points}
    for position in sorted(strangers):
        yield Blocker(need, "points", f"没有要点 {position}。")


def _opinion(asked: Asked) -> Iterator[Blocker]:
    if not asked.text("opinion"):
        yield Blocker(Need.OPINION, "opinion", "写明意见，只签名不算。")


def _site(asked: Asked) -> Iterator[Blocker]:
    record = asked.given.get("site")
    if record is None:
        if asked.terms.on_site and not asked.dossier.visited:
            yield Blocker(Need.SITE, "site", "本事项须现场核查，附两名以上人员的核查记录。")
        return
    yield from _site_facts(asked, Need.SITE, record)


def _visit(asked: Asked) -> Iterator[Blocker]:
    record = asked.given.get("site")
    if record is None:
        yield Blocker(Need.VISIT, "site", "填写踏勘的人员、日期、地点和情况。")
        return
    yield from _site_facts(asked, Need.VISIT, record)


def _site_facts(asked: Asked, need: Need, record: dict[str, Any]) -> Iterator[Blocker]:
    if len({name.strip() for name in record["officers"] if seen(name)}) < 2:
        yield Blocker(need, "site.officers", "现场核查须两名以上人员，补上姓名。")
    if record["on"] > asked.on:
        yield Blocker(need, "site.on", "核查日期晚于今天，改正日期。")


def _right_organ(asked: Asked) -> Iterator[Blocker]:
    if not asked.given.get("ground"):
        yield Blocker(Need.RIGHT_ORGAN, "ground", "选择不予受理的事由。")
    if asked.given.get("ground") in ("NOT_THIS_ORGAN", "NOT_DELEGATED") and not asked.text("right_organ"):
        yield Blocker(Need.RIGHT_ORGAN, "right_organ", "写明申请人应向哪个机关申请。")


def _remedies(asked: Asked) -> Iterator[Blocker]:
    """Whom the person may turn to is read off the organ that acts; who names somebody else says why."""
    told = asked.given.get("remedies")
    if not told:
        yield Blocker(Need.REMEDIES, "remedies", "写明复议机关、法院和期限，缺一不可。")
        return
    rule = (asked.dossier.remedies or {}).get(Phase.ACCEPT if asked.row.action == Action.REFUSE else Phase.DECIDE, {})
    if seen(told.get("departure", "")):
        return
    for field, what in (("reconsideration", "行政复议机关"), ("court", "管辖法院")):
        right = rule.get(field)
        if right and told[field].strip() != right:
            yield Blocker(
                Need.REMEDIES,
                f"remedies.{field}",
                f"按作出机关，{what}是{right}；改正，确有不同的写明与规定不同的理由。",
            )


def _dispatch(asked: Asked) -> Iterator[Blocker]:
    way = asked.given.get("way")
    if not way:
        yield Blocker(Need.DISPATCH, "way", "选择邮寄或电子送达；窗口领取的直接办送达。")
    elif way == "ELECTRONIC" and not asked.given.get("agreed"):
        yield Blocker(Need.DISPATCH, "agreed", "电子送达须申请人同意，核实后勾选。")
    elif way == "MAIL":
        for field, what in (("recipient", "收件人"), ("phone", "收件电话"), ("address", "收件地址")):
            if not asked.text(field) and not (field == "phone" and asked.dossier.phone_on_file):
                yield Blocker(Need.DISPATCH, field, f"填写{what}。")
        if not asked.dossier.carrier_connected and not asked.text("tracking"):
            yield Blocker(Need.DISPATCH, "tracking", "填写运单号；没有接通承运方，不能自动下单。")


def _offered(asked: Asked) -> Iterator[Blocker]:
    if not asked.dossier.offered:
        yield Blocker(Need.OFFERED, "", "结果没有以电子方式送达，按窗口通知的方式领取。")
    elif not asked.dossier.result_made:
        yield Blocker(Need.OFFERED, "", "签章的文书正在制作，几分钟后再来确认。")


def _delivery(asked: Asked) -> Iterator[Blocker]:
    if not asked.given.get("way"):
        yield Blocker(Need.DELIVERY, "way", "选择送达方式。")
    if not asked.text("receipt"):
        yield Blocker(Need.DELIVERY, "receipt", "填写签收人、运单号或电子回执号。")
    if asked.given.get("way") == "LEFT" and not asked.text("witness"):
        yield Blocker(Need.DELIVERY, "witness", "留置送达须写明见证人和拒收情况。")
    on = asked.given.get("on")
    if on and (on > asked.on or (asked.facts.decided_on and on < asked.facts.decided_on)):
        yield Blocker(Need.DELIVERY, "on", "送达日期应在决定之日与今天之间。")


def _fee(asked: Asked) -> Iterator[Blocker]:
    if asked.facts.fee_due and not asked.dossier.fee_settled:
        yield Blocker(Need.FEE, "", "费用还没有缴纳或减免，先登记缴费。")


def _fee_facts(asked: Asked) -> Iterator[Blocker]:
    if not asked.given.get("status"):
        yield Blocker(Need.FEE_FACTS, "status", "选择已缴或减免。")
    if not asked.text("receipt"):
        yield Blocker(Need.FEE_FACTS, "receipt", "填写票据号或减免依据。")
    if asked.given.get("on") and asked.given["on"] > asked.on:
        yield Blocker(Need.FEE_FACTS, "on", "缴费或减免的日期晚于今天，改正日期。")


def _procedure(asked: Asked) -> Iterator[Blocker]:
    allowed = {procedure.kind: procedure for procedure in asked.terms.procedures}
    procedure = allowed.get(asked.text("kind"))
    if procedure is None:
        names = "、".join(allowed) or "（本事项没有）"
        yield Blocker(Need.PROCEDURE, "kind", f"选择本事项允许的特别程序：{names}。")
    days = asked.given.get("days")
    if not days:
        yield Blocker(Need.PROCEDURE, "days", "写明所需时间，书面告知申请人（行政许可法第四十五条）。")
    elif procedure and procedure.max_days and days > procedure.max_days:
        yield Blocker(Need.PROCEDURE, "days", f"最多 {procedure.max_days} 个工作日。")


def _extension(asked: Asked) -> Iterator[Blocker]:
    days = asked.given.get("days")
    most = asked.terms.limits.max_extension
    if not days or days > most:
        yield Blocker(Need.EXTENSION, "days", f"写明延长天数，最多 {most} 个工作日（行政许可法第四十二条）。")
    if not asked.text("reasons"):
        yield Blocker(Need.EXTENSION, "reasons", "写明延期理由，告知申请人。")


def _ground(asked: Asked) -> Iterator[Blocker]:
    ground = asked.given.get("ground")
    if not ground:
        yield Blocker(Need.GROUND, "ground", "选择终止事由。")
    elif ground == "NO_CORRECTION":
        in_time = asked.facts.due_on is not None and asked.on <= asked.facts.due_on
        if asked.facts.state != State.CORRECTION or in_time:
            yield Blocker(Need.GROUND, "ground", "补正期限还没有过，不能以逾期未补正终止。")
        elif not asked.dossier.reminded:
            yield Blocker(Need.GROUND, "ground", "还没有提醒过申请人补正；系统每天早上发出提醒，提醒之后再终止。")
    if not asked.text("reasons"):
        yield Blocker(Need.GROUND, "reasons", "写明具体情况。")


def _supplied(asked: Asked) -> Iterator[Blocker]:
    """Promised papers; where the case was accepted by law, also what was wanting then. Nothing else changes any more."""
    now = {paper.position: paper for paper in asked.dossier.papers}
    entries = {entry["position"]: entry for entry in asked.given.get("papers", [])}
    still = {at for at, entry in entries.items() if at in now and entry["status"] == now[at].status == "MISSING"}
    given = {position: entry for position, entry in entries.items() if position not in still}
    owed = {
        one.position for one in now.values() if one.status == "PROMISED" or (asked.facts.deemed and not one.in_place)
    }
    answers = _new_answers(asked)
    if not given and not answers:
        yield Blocker(Need.SUPPLIED, "papers", "选择补齐了哪些材料。")
    yield from _settled_answers(asked, answers)
    for position, entry in sorted(given.items()):
        if position in owed and entry["status"] not in ("PAPER", "FILE", "REUSED"):
            yield Blocker(Need.SUPPLIED, "papers", f"材料 {position} 还没有补齐，收到后再登记。")
        elif entry["status"] == "FILE" and not entry.get("files"):
            yield Blocker(Need.SUPPLIED, "papers", f"材料 {position} 登记为电子文件却没有文件，上传后再登记。")
    for position in sorted(set(given) - owed):
        yield Blocker(Need.SUPPLIED, "papers", f"材料 {position} 不是待补齐的材料，受理后不能再改。")


def _new_answers(asked: Asked) -> dict[str, Any]:
    """What of the form would become other than it is."""
    form = asked.dossier.form or {}
    return {key: value for key, value in asked.given.get("form", {}).items() if form.get(key, "") != value}


def _settled_answers(asked: Asked, answers: dict[str, Any]) -> Iterator[Blocker]:
    labels = {one.key: one.label for one in asked.dossier.fields}
    for key in answers:
        if not asked.facts.deemed or (asked.dossier.form or {}).get(key) not in (None, "", []):
            yield Blocker(
                Need.SUPPLIED, f"form.{key}", f"“{labels.get(key, key)}”受理后不能再改，只能补填视为受理时没有填的。"
            )


def _result_data(asked: Asked) -> Iterator[Blocker]:
    if not asked.text("content"):
        yield Blocker(Need.RESULT_DATA, "content", "写明准予的内容。")
    first, last = asked.given.get("valid_from"), asked.given.get("valid_to")
    if first and last and last < first:
        yield Blocker(Need.RESULT_DATA, "valid_to", "有效期止早于有效期起，改正日期。")


def _overruling(asked: Asked) -> Iterator[Blocker]:
    """Whoever grants what the lower level proposed to deny tells it why: the level that reviewed answers for its review."""
    if asked.dossier.forwarded == "DENY" and not asked.text("overruling"):
        yield Blocker(Need.OVERRULING, "overruling", "县级建议不予；写明不采纳的理由，告知县级。")


def _lateness(asked: Asked) -> Iterator[Blocker]:
    """Who decides after a limit says why: the applicant reads it with the progress of the case."""
    if asked.calendar is None or asked.text("lateness"):
        return
    decided = clock.after(asked.row.clock, asked.facts, asked.terms, asked.calendar, on=asked.on)
    for last, what, basis in (
        (decided.statute_on, "法定期限", "行政许可法第四十二条"),
        (decided.promise_on, "承诺期限", "优化营商环境条例第三十六条"),
    ):
        if last is not None and asked.on > last:
            yield Blocker(Need.LATENESS, "lateness", f"{what}到 {last} 已过，写明超期原因，向申请人公开（{basis}）。")
            return


def _colleague(asked: Asked) -> Iterator[Blocker]:
    if asked.given.get("user") not in asked.dossier.colleagues:
        yield Blocker(Need.COLLEAGUE, "user", "选择本单位能办理这一环节的人。")


def _new_holders(asked: Asked) -> Iterator[Blocker]:
    """Who holds what henceforth is read off the catalogue by `transfer`; no form can say it."""
    yield Blocker(Need.NEW_HOLDERS, "", "移转由收回或交还权限的程序办理，不能单独办。")


def _seal(asked: Asked) -> Iterator[Blocker]:
    if not asked.dossier.seal_in_force:
        yield Blocker(Need.SEAL, "", f"{asked.terms.seal.name}没有在用的审批印章，先在印章登记里启用。")


def _all_done(asked: Asked) -> Iterator[Blocker]:
    if asked.facts.fee_due and not asked.dossier.fee_settled:
        yield Blocker(Need.ALL_DONE, "", "费用没有结清，不能归档。")


def _licence(asked: Asked) -> Iterator[Blocker]:
    licence = asked.dossier.licence
    if licence.why_not:
        yield Blocker(Need.LICENCE, "", licence.why_not)
    for sentence in licence.reused:
        yield Blocker(Need.LICENCE, "", sentence)


def _notice(asked: Asked) -> Iterator[Blocker]:
    if not asked.text("facts"):
        yield Blocker(Need.NOTICE, "facts", "写明查明的事实和证据。")
    if not asked.text("measure"):
        yield Blocker(Need.NOTICE, "measure", "写明拟作出的处理和依据。")
    least = asked.dossier.hearing_rules.ask if asked.dossier.hearing.right else 1
    yield from _days_to_speak(asked, Need.NOTICE, least)


def _interested(asked: Asked) -> Iterator[Blocker]:
    if not asked.text("to"):
        yield Blocker(Need.INTERESTED, "to", "写明告知谁：姓名或者名称。")
    if not asked.text("matter"):
        yield Blocker(Need.INTERESTED, "matter", "写明哪些事项直接关系其重大利益。")
    yield from _days_to_speak(asked, Need.INTERESTED, asked.dossier.hearing_rules.ask)


def _days_to_speak(asked: Asked, need: Need, least: int) -> Iterator[Blocker]:
    days = asked.given.get("days")
    if not days:
        yield Blocker(need, "days", "写明陈述申辩的期限（工作日）。")
    elif days < least:
        yield Blocker(need, "days", f"可以要求听证的，期限不少于 {least} 个工作日（行政许可法第四十七条）。")


def _statement(asked: Asked) -> Iterator[Blocker]:
    who = asked.dossier.hearing
    if not asked.terms.ex_officio:
        others = asked.dossier.others
        wanted = asked.given.get("notice")
        found = [one for one in others if wanted in (None, one.notice)]
        if len(found) != 1:
            told = "；".join(f"{one.notice} {one.name}" for one in others)
            text = f"写明是哪一次告知：{told}。" if told else "还没有告知过利害关系人，先告知。"
            yield Blocker(Need.STATEMENT, "notice" if told else "", text)
            return
        who = found[0]
    held, waived, asks = (asked.given.get(name) for name in ("hearing_on", "waived", "hearing_asked"))
    if waived and asks:
        yield Blocker(Need.STATEMENT, "waived", "要求听证的不是放弃，只选一项。")
    if not waived and not asked.text("statement"):
        yield Blocker(Need.STATEMENT, "statement", "记录陈述申辩的内容，或注明当事人放弃。")
    asked_on = who.hearing_asked_on or asked.given.get("hearing_asked_on") or (asked.on if asks else None)
    if asked_on and not (who.notified_on or asked_on) <= asked_on <= asked.on:
        yield Blocker(Need.STATEMENT, "hearing_asked_on", "要求听证之日应在告知之日与今天之间。")
    if held:
        yield from _hearing_held(asked, who, held, asked_on)


def _hearing_held(asked: Asked, who: Hearing, held: date, asked_on: date | None) -> Iterator[Blocker]:
    """第四十八条: its day and place are told beforehand; 第四十七条: it is held within a limit from the day it was asked for."""
    rules, told = asked.dossier.hearing_rules, asked.given.get("hearing_told_on")
    if held > asked.on:
        yield Blocker(Need.STATEMENT, "hearing_on", "听证日期晚于今天，改正日期。")
    if told is None:
        text = "写明哪天把听证的时间、地点告知当事人（行政许可法第四十八条）。"
        yield Blocker(Need.STATEMENT, "hearing_told_on", text)
    elif who.notified_on and told < who.notified_on:
        yield Blocker(Need.STATEMENT, "hearing_told_on", f"听证的告知不能早于事先告知之日 {who.notified_on}。")
    elif asked.calendar and held < (first := add(asked.calendar, told, rules.notice)):
        text = f"听证应在告知时间、地点 {rules.notice} 个工作日之后举行，最早 {first}（行政许可法第四十八条）。"
        yield Blocker(Need.STATEMENT, "hearing_on", text)
    last = add(asked.calendar, asked_on, rules.within) if asked.calendar and asked_on else None
    if last and held > last and not asked.text("hearing_lateness"):
        text = f"听证应在提出后 {rules.within} 个工作日内举行，最迟 {last}（行政许可法第四十七条）；写明超期原因。"
        yield Blocker(Need.STATEMENT, "hearing_lateness", text)


def _heard(asked: Asked) -> Iterator[Blocker]:
    """Whoever loses a right is told before and may speak first; in silence, the time given has to pass."""
    hearing = asked.dossier.hearing
    if not hearing.owed:
        return
    if hearing.notified_on is None:
        yield Blocker(Need.HEARD, "", "还没有事先告知持证人，先发告知书。")
    elif hearing.waits_for_a_hearing:
        yield Blocker(Need.HEARD, "", "持证人要求听证，听证后记录情况再提出意见。")
    elif hearing.open_on(asked.on):
        may = "陈述申辩和要求听证的期限" if hearing.right else "陈述申辩期限"
        yield Blocker(Need.HEARD, "", f"{may}到 {hearing.due_on} 届满，期满、听证或书面放弃后再办。")


def _others_heard(asked: Asked) -> Iterator[Blocker]:
    """Nobody's time to speak is promised and then cut off by the decision (第三十六条)."""
    for one in asked.dossier.others:
        if one.waits_for_a_hearing:
            yield Blocker(Need.OTHERS_HEARD, "", f"利害关系人{one.name}要求听证，听证后再决定。")
        elif one.open_on(asked.on):
            text = f"利害关系人{one.name}的陈述申辩期限到 {one.due_on} 届满，期满、听取意见或书面放弃后再决定。"
            yield Blocker(Need.OTHERS_HEARD, "", text)


CHECKS: dict[Need, Check] = {
    Need.LICENCE: _licence,
    Need.NOTICE: _notice,
    Need.STATEMENT: _statement,
    Need.INTERESTED: _interested,
    Need.HEARD: _heard,
    Need.OTHERS_HEARD: _others_heard,
    Need.DEFECTS: _defects,
    Need.COMPLETE: _complete,
    Need.ANSWERS: _answers,
    Need.MATERIALS: _materials,
    Need.FORM: _form,
    Need.REASONS: _required(Need.REASONS, "reasons", "写明理由。"),
    Need.RIGHT_ORGAN: _right_organ,
    Need.REMEDIES: _remedies,
    Need.REPLY: _required(Need.REPLY, "reply", "逐项答复退回单。"),
    Need.OPINION: _opinion,
    Need.POINTS: _points,
    Need.KEY_POINTS: _key_points,
    Need.SITE: _site,
    Need.VISIT: _visit,
    Need.PROPOSAL: _required(Need.PROPOSAL, "proposal", "选择建议准予或建议不予。"),
    Need.RESULT_DATA: _result_data,
    Need.OVERRULING: _overruling,
    Need.LATENESS: _lateness,
    Need.SEAL: _seal,
    Need.DISPATCH: _dispatch,
    Need.OFFERED: _offered,
    Need.DELIVERY: _delivery,
    Need.FEE: _fee,
    Need.ALL_DONE: _all_done,
    Need.PROCEDURE: _procedure,
    Need.OUTCOME: _required(Need.OUTCOME, "outcome", "写明特别程序的结果。"),
    Need.EXTENSION: _extension,
    Need.CONFIRMATION: _required(Need.CONFIRMATION, "confirmed", "须申请人书面确认撤回。"),
    Need.GROUND: _ground,
    Need.SUPPLIED: _supplied,
    Need.FEE_FACTS: _fee_facts,
    Need.COLLEAGUE: _colleague,
    Need.NEW_HOLDERS: _new_holders,
}
