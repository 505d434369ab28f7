"""Where is each paper original, and how does it go on? Handed over by who has it, signed for by who gets it.

审批转报、材料邮寄、档案管理: from the counter to the city and into the archive. An original on its way belongs to nobody until
it is signed for; what the taker did not find stays on the list of what has not arrived.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases import posting
from approvals.cases.access import SEEING, NotPermitted, visible
from approvals.cases.legible import legible
from approvals.cases.models import Case, DeliveryWish, Dispatch, Handover, HandoverLine, Material
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role

BACK = {  # how an original stands whose mail to the applicant stands so
    Dispatch.Standing.ORDERED: "MAILED_BACK",
    Dispatch.Standing.SENT: "MAILED_BACK",
    Dispatch.Standing.SERVED: "GIVEN_BACK",
}
SENT_TO = ("recipient", "phone", "address", "carrier", "tracking")
KEEPERS = frozenset({Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER})


class HandoverNotFound(Refused):
    code = "handover-not-found"
    status = 404
    title = "没有这次交接"


class OriginalElsewhere(Refused):
    code = "original-elsewhere"
    title = "原件不在你单位"


class OriginalsNeeded(Refused):
    code = "originals-needed"
    title = "办件还在办理"


class HandoverSigned(Refused):
    code = "handover-signed"
    title = "这次交接已经签收"


@dataclass(frozen=True)
class Original:
    """One kind of paper original: with whom it is, or on its way to whom, or missed by whom."""

    material: Material
    organ: Organ
    standing: str  # HELD, UNDER_WAY, NOT_ARRIVED, ARCHIVED; MAILED_BACK, GIVEN_BACK to the applicant
    since: datetime | None

    @property
    def words(self) -> str:
        if self.standing in BACK.values():
            return "已寄还申请人" if self.standing == "GIVEN_BACK" else "寄还申请人途中"
        said = {"HELD": "在", "UNDER_WAY": "途中，待签收：", "NOT_ARRIVED": "未收到：", "ARCHIVED": "已归档："}
        return f"{said[self.standing]}{self.organ.short_name}"


def keeps(actor: Actor, organ: Organ) -> bool:
    """Whether this person handles originals for an organ: one of its own, or a clerk at the window of its region."""
    if actor.kind != "USER" or actor.role not in KEEPERS:
        return False
    return actor.organ == organ.pk or (actor.is_window and actor.region == organ.region_id)


def originals_of(case: Case) -> list[Original]:
    """Every paper original of a case with its standing, by material."""
    lines = HandoverLine.objects.select_related("handover__giver", "handover__taker")
    last = {line.material_id: line for line in lines.filter(handover__case=case).order_by("handover_id")}
    going_back = Dispatch.objects.filter(case=case, content=Dispatch.Content.ORIGINALS, standing__in=BACK).order_by(
        "pk"
    )
    mailed = {position: one for one in going_back for position in one.materials}
    found = []
    for material in Material.objects.filter(case=case, status=Material.Status.PAPER).order_by("position"):
        line, mail = last.get(material.pk), mailed.get(material.position)
        if mail is not None:
            organ = line.handover.taker if line else case.snapshot.accept_organ
            found.append(Original(material, organ, BACK[mail.standing], mail.sent_at))
            continue
        if line is None:
            found.append(Original(material, case.snapshot.accept_organ, "HELD", None))
            continue
        over = line.handover
        standing = {None: "UNDER_WAY", False: "NOT_ARRIVED", True: "ARCHIVED" if over.archive else "HELD"}[line.arrived]
        found.append(Original(material, over.taker, standing, over.signed_at or over.handed_at))
    return found


def takers_of(case: Case) -> list[Organ]:
    """The organs of a case: to whom its originals may go."""
    pks = {getattr(case.snapshot, f"{column}_id") for column in SEEING}
    return list(Organ.objects.filter(pk__in=pks).order_by("code"))


def hand_over(
    *,
    case: Case,
    actor: Actor,
    taker: str,
    positions: Collection[int],
    way: str,
    tracking: str = "",
    archive: bool = False,
    at: datetime,
) -> Handover:
    """Hand originals to the organ of code `taker` (or into its archive). `case` is one the actor may see.

    What has not arrived may be sent again by its giver. Raises NotPermitted, OriginalElsewhere, Invalid.
    """
    legible({"tracking": tracking})
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        to = next((organ for organ in takers_of(case) if organ.code == taker), None)
        if to is None:
            raise Invalid({"taker": ["选一个参与这件办件的接收单位。"]})
        if way not in Handover.Way.values:
            raise Invalid({"way": ["选择当面交接或邮寄。"]})
        if way == Handover.Way.MAIL and not tracking.strip():
            raise Invalid({"tracking": ["邮寄要填运单号，对方凭它核对。"]})
        standing = {one.material.position: one for one in originals_of(case)}
        chosen = [standing[position] for position in sorted(set(positions)) if position in standing]
        if not chosen:
            raise Invalid({"positions": ["勾选要移交的纸质材料。"]})
        givers = {giver_of(one).pk: giver_of(one) for one in chosen}
        if len(givers) > 1 or any(one.standing not in ("HELD", "NOT_ARRIVED") for one in chosen):
            raise OriginalElsewhere("勾选的材料有的在途中、已归档或在别的单位；刷新页面后只勾在你手上的。")
        [giver] = givers.values()
        if not keeps(actor, giver):
            raise NotPermitted(f"这些原件在{giver.name}手上，由它移交。")
        if giver.pk == to.pk and not archive:
            raise Invalid({"taker": ["原件已经在这个单位；归档请勾选“归入档案”。"]})
        over = Handover.objects.create(
            case=case,
            giver=giver,
            taker=to,
            archive=archive,
            way=way,
            tracking=tracking.strip()[:60],
            handed_by=actor.user,
            handed_name=actor.name[:40],
            handed_at=at,
        )
        HandoverLine.objects.bulk_create(
            HandoverLine(handover=over, material=one.material, copies=one.material.copies) for one in chosen
        )
    return over


def send_back(*, case: Case, actor: Actor, positions: Collection[int], to: dict[str, str], at: datetime) -> Dispatch:
    """Mail originals back to the applicant, free of charge: `to` has recipient, phone, address, carrier, tracking.

    Raises OriginalsNeeded before the case has a result, NotPermitted, OriginalElsewhere, Invalid.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if not (locked.decided_on or locked.result):
            raise OriginalsNeeded("作出决定或者办结之后才能寄还原件，审查还要用到它们。")
        standing = {one.material.position: one for one in originals_of(case)}
        chosen = [standing[position] for position in sorted(set(positions)) if position in standing]
        if not chosen:
            raise Invalid({"positions": ["勾选要寄还的纸质材料。"]})
        if any(one.standing != "HELD" for one in chosen):
            raise OriginalElsewhere("勾选的材料有的在途中、已归档或已寄还；刷新页面后只勾在你手上的。")
        for one in chosen:
            if not keeps(actor, one.organ):
                raise NotPermitted(f"这些原件在{one.organ.name}手上，由它寄还。")
        said = legible({name: to.get(name, "").strip() for name in SENT_TO})
        labels = {"recipient": "收件人", "phone": "收件电话", "address": "收件地址"}
        wrong = {name: [f"填写{label}。"] for name, label in labels.items() if not said[name]}
        if not said["tracking"] and not posting.connected():
            wrong["tracking"] = ["填写运单号；没有接通承运方，不能自动下单。"]
        if wrong:
            raise Invalid(wrong)
        failed = Dispatch.objects.filter(
            case=case, content=Dispatch.Content.ORIGINALS, standing=Dispatch.Standing.FAILED
        )
        failed.update(standing=Dispatch.Standing.REPLACED, closed_on=local_day(at))
        one = Dispatch(
            case=case,
            content=Dispatch.Content.ORIGINALS,
            way=DeliveryWish.Way.MAIL,
            standing=Dispatch.Standing.SENT,
            recipient=said["recipient"][:60],
            phone=said["phone"][:20],
            address=said["address"][:200],
            carrier=said["carrier"][:40],
            tracking=said["tracking"][:40],
            materials=[one.material.position for one in chosen],
            sent_by=actor.user,
            sent_name=actor.name[:40],
            sent_at=at,
        )
        posting.send(one, at=at)
    return one


def giver_of(one: Original) -> Organ:
    """Who answers for an original now: who has it, or who sent what did not arrive."""
    if one.standing != "NOT_ARRIVED":
        return one.organ
    line = HandoverLine.objects.select_related("handover__giver").filter(material=one.material)
    return line.order_by("-handover_id")[0].handover.giver


def sign_for(
    *, handover: int, case: Case, actor: Actor, arrived: Collection[int], note: str = "", at: datetime
) -> Handover:
    """Sign for a handover: `arrived` are the positions that were there, all others did not arrive.

    Raises HandoverNotFound, HandoverSigned, NotPermitted, Invalid.
    """
    legible({"note": note})
    with transaction.atomic():
        over = (
            Handover.objects.select_for_update(of=("self",))
            .select_related("taker")
            .filter(pk=handover, case=case)
            .first()
        )
        if over is None:
            raise HandoverNotFound("回到办件的纸质材料页，重新打开。")
        if not keeps(actor, over.taker):
            raise NotPermitted(f"由{over.taker.name}的人员签收。")
        if over.signed_at is not None:
            raise HandoverSigned(f"{over.signed_name}已签收，不能再改；有出入的由移交单位重新移交。")
        over.signed_by, over.signed_name, over.signed_at, over.note = (
            actor.user,
            actor.name[:40],
            at,
            note.strip()[:200],
        )
        over.save(update_fields=["signed_by", "signed_name", "signed_at", "note"])
        over.lines.filter(material__position__in=arrived).update(arrived=True)
        over.lines.exclude(material__position__in=arrived).update(arrived=False)
    return over


def under_way(actor: Actor) -> QuerySet[Handover]:
    """What this person's organ has to sign for, and what it sent that is not signed for or did not fully arrive.

    Only of cases this person may see: nobody signs for the papers of another.
    """
    seen = Exists(Case.objects.filter(visible(actor), pk=OuterRef("case")))
    organs = Organ.objects.filter(region=actor.region) if actor.is_window else Organ.objects.filter(pk=actor.organ)
    mine = Q() if actor.role == Role.COORDINATOR else Q(taker__in=organs) | Q(giver__in=organs)
    later = HandoverLine.objects.filter(material=OuterRef("material"), handover__gt=OuterRef("handover"))
    missed = HandoverLine.objects.filter(~Exists(later), arrived=False).values("handover")
    if actor.role not in (*KEEPERS, Role.COORDINATOR):
        return Handover.objects.none()
    return (
        Handover.objects.filter(seen, mine, Q(signed_at=None) | Q(pk__in=missed))
        .select_related("case__snapshot", "giver", "taker")
        .order_by("handed_at", "pk")
    )


def overdue(handovers: QuerySet[Handover], *, on: date) -> QuerySet[Handover]:
    """Those that nobody has signed for within the working days allowed."""
    last = add(current_calendar(), on, -settings.ORIGINALS_SIGN_WORKDAYS)
    return handovers.filter(signed_at=None, handed_at__date__lt=last)
