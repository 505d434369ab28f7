"""What do the counties ask the city? Questions open, late, answered and closed, what became known of them, a training notice."""

from __future__ import annotations

from datetime import datetime, timedelta

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.access import visible
from approvals.cases.models import Case
from approvals.cases.words import State
from approvals.demo.lead import somebody
from approvals.exchange.models import Endpoint
from approvals.guidance.actions import ask, close, meet, say
from approvals.guidance.knowledge import acknowledge, announce, publish
from approvals.guidance.models import Advisor, Question
from approvals.notices.models import Channel
from approvals.notices.words import ChannelKind
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role, User

APPROVERS, YUDU = "360700-SPJ", "360731"
# (item, county, working days ago, title, question, answer, closed)
ASKED = (
    (
        "3-25",
        YUDU,
        9,
        "库房和经营场所不在同一栋楼能不能受理？",
        "申请人经营场所在一楼临街，库房租在隔壁楼二层，相距约 50 米，独立设置。能不能按同一地址受理？",
        "可以受理。库房与经营场所可以不在同一栋楼，两个地址都要写进申请表并分别现场核查；许可证上分别载明。",
        True,
    ),
    (
        "2-30",
        "360781",
        6,
        "气瓶按批办理使用登记，检验报告要逐瓶提供吗？",
        "一次登记 86 只液化气瓶，检验机构出具的是批量检验报告，附有编号清单。",
        "不用逐瓶提供。批量报告附编号清单即可，清单上的编号要与登记表逐一对应，抽查不少于五只。",
        False,
    ),
    (
        "3-31",
        "360702",
        3,
        "告知承诺的零售药店，现场核查最迟什么时候做？",
        "只卖乙类非处方药，按告知承诺准予。现场核查放到事后，有没有期限？",
        "准予后 30 个工作日内完成首次核查，结果在审管信息推送里反馈；发现承诺不实的依法撤销。",
        False,
    ),
    (
        "2-30",
        YUDU,
        3,
        "电梯加装后重新登记，原登记证遗失怎么办？",
        "加装工程完工，使用单位称原使用登记证遗失，只有扫描件。是先补发还是直接办变更？",
        "",
        False,
    ),
    (
        "3-25",
        YUDU,
        0,
        "质量负责人同时在两家公司任职算不算兼职？",
        "申请人提交的质量负责人社保在另一家公司，称是关联企业。是否要求先办转移？",
        "",
        False,
    ),
)
TYPICAL = (
    "冷库面积不足，以整改代替不予",
    "申请人冷库面积 18 平方米，低于要求，其余条件符合。县级拟建议不予。",
    "整改可在短期内完成的，先按特别程序限期整改，整改时间不计入期限；整改后复查合格，准予。"
    "本案整改 5 个工作日后面积达到要求，市级准予。",
)


def guide(*, at: datetime) -> None:
    """Tell guidance's part of the history up to `at`, unless it is told already."""
    if Question.objects.exists():
        return
    today = local_day(at)
    _roster(today)
    for item, region, ago, title, text, answer, closed in ASKED:
        asker = somebody(_asking_organ(region), Role.REVIEWER, on=today)
        case = _case_of(item, asker) if ago == 0 else ""
        one = ask(actor=asker, item=item, title=title, text=text, at=_on(at, ago, hours=4), case_number=case)
        if answer:
            city = somebody(one.city_organ.code, Role.REVIEWER, on=today)
            say(actor=city, question=one.pk, text=answer, at=_on(at, max(ago - 1, 0), hours=3))
            if ago > 4:
                publish(
                    actor=city,
                    item=item,
                    kind="ANSWER",
                    title=title,
                    question=text,
                    answer=answer,
                    source=one.pk,
                    at=_on(at, ago - 2, hours=2),
                )
        if closed:
            close(actor=asker, question=one.pk, at=_on(at, ago - 2, hours=1))
        if ago == 3 and not answer:
            link = "https://meet.example.org/question"
            meet(actor=asker, question=one.pk, starts_at=at + timedelta(days=1), at=at, link=link)
    city = somebody(APPROVERS, Role.REVIEWER, on=today)
    title, text, answer = TYPICAL
    publish(actor=city, item="3-25", kind="TYPICAL", title=title, question=text, answer=answer, at=_on(at, 5))
    _train(at)
    _channel()


def _channel() -> None:
    """赣政通 as a channel whose system comes for its messages: the choice of how to be told can be seen."""
    name = "赣政通（演示，未接通）"
    endpoint, _ = Endpoint.objects.get_or_create(code="demo-gzt", defaults={"name": name, "transport": "PULL"})
    Channel.objects.get_or_create(kind=ChannelKind.GZT, defaults={"endpoint": endpoint})


def _asking_organ(region: str) -> str:
    return Organ.objects.get(region=region, kind=Organ.Kind.APPROVAL_BUREAU).code


def _case_of(item: str, asker: Actor) -> str:
    found = Case.objects.filter(visible(asker), snapshot__item=item, state=State.REVIEW).order_by("pk").first()
    return found.number if found else ""


def _on(at: datetime, ago: int, *, hours: int = 0) -> datetime:
    """The same hour some working days ago, a few hours earlier."""
    if not ago:
        return at - timedelta(hours=min(hours, 1))
    day = add(current_calendar(), local_day(at), -ago)
    return at.replace(year=day.year, month=day.month, day=day.day) - timedelta(hours=min(hours, at.hour))


def _roster(today: object) -> None:
    """Who advises for 市行政审批局: one for the medical items, one for all."""
    organ = Organ.objects.get(code=APPROVERS)
    users = User.objects.filter(posts__organ=organ, posts__role=Role.REVIEWER).order_by("pk").distinct()[:2]
    for user, items in zip(users, (["3-25", "3-31"], []), strict=False):
        Advisor.objects.get_or_create(organ=organ, user=user, items=items, defaults={"starts_on": "2022-07-01"})


def _train(at: datetime) -> None:
    today = local_day(at)
    coordinator = somebody(APPROVERS, Role.COORDINATOR, on=today)
    notice = announce(
        actor=coordinator,
        title="特种设备使用登记审查要点视频培训",
        text="周五 15:00 视频培训，讲电梯、锅炉、气瓶使用登记的材料审查和常见退回原因。各地窗口和审查人员参加，看完签收。",
        due_on=add(current_calendar(), today, 5),
        roles=[Role.CLERK, Role.REVIEWER],
        at=_on(at, 2),
    )
    for user in notice.acknowledgements.order_by("pk").values_list("user", flat=True)[:7]:
        reader = User.objects.get(pk=user)
        acknowledge(actor=Actor(kind="USER", user=reader.pk, name=reader.name), training=notice.pk, at=_on(at, 1))
