"""Who would apply for what? Invented applicants that fit their items, and the sample pages among their materials."""

from __future__ import annotations

import random
import zlib
from functools import cache

from django.conf import settings
from stdnum.cn import uscc

from approvals.demo.cases import SAMPLES, Sample
from approvals.documents.actions import store
from approvals.organisations.access import SYSTEM
from approvals.organisations.models import Region

NAMES = ("康泽", "绿源", "锦江", "梅川", "濂水", "仁济", "桃江", "宏达", "客源", "顺捷", "聂都", "章江", "峡山", "翠微")
PEOPLE = ("曾祥福", "肖丽华", "刘敏", "赖永兵", "钟德胜", "谢春梅", "罗海生", "温小平")
DEVICES = "{region}{name}医疗器械有限公司"
WOODS = "{region}{name}林业专业合作社"
APPLICANTS = {  # by item
    "1-7": (WOODS, "{region}{name}林场"),
    "2-7": ("{region}{name}置业有限公司", "{region}{name}农业开发有限公司"),
    "2-21": ("江西{name}测绘地理信息有限公司",),
    "2-30": ("{region}{name}食品有限公司", "{region}{name}宾馆有限公司", "{region}{name}机械制造有限公司"),
    "3-16": ("{region}{name}二手车交易市场有限公司",),
    "3-21": (DEVICES,),
    "3-25": (DEVICES, "{region}{name}医疗科技有限公司"),
    "3-31": ("{region}{name}大药房有限公司", "{region}{name}药店"),
    "3-37": ("{region}{name}石油销售有限公司",),
    "3-38": ("{region}{name}燃气有限公司",),
}
PAGES = (  # words in a material's name, the page that stands for it, the name of the scan
    (("平面", "位置图"), "plan", "平面图.png"),
    (("营业执照", "统一社会信用代码"), "licence", "营业执照.png"),
    (("检验", "检测报告"), "report", "检验报告.png"),
    (("申请表", "申请书", "登记表", "备案表", "林木采伐申请"), "application", "申请表.png"),
    (("说明", "制度", "情况"), "statement", "情况说明.png"),
)


def applicant(item: str, region: str, chance: random.Random) -> Sample:
    """Somebody of a region who applies for an item, with the sample's answers to the form where there is one."""
    pattern = chance.choice(APPLICANTS[item])
    name = pattern.format(region=Region.objects.get(pk=region).name, name=chance.choice(NAMES))
    known = next((sample.form for sample in SAMPLES if sample.item == item), {})
    address = f"{chance.choice(NAMES)}路 {chance.randrange(1, 300)} 号"
    return Sample(item, region, name, chance.choice(PEOPLE), address, known, uscc=code_of(name, region))


def code_of(name: str, region: str) -> str:
    """A well-formed 统一社会信用代码, always the same for a name; organisation codes that begin with M00 are not issued."""
    body = f"91{region}M00{zlib.crc32(name.encode()) % 10**6:06d}"
    return body + uscc.calc_check_digit(body)


def scan_of(material: str) -> dict[str, object]:
    """How a material comes as a file; empty where paper alone is handed in."""
    for words, page, name in PAGES:
        if any(word in material for word in words):
            return {"status": "FILE", "files": [digest_of(page)], "names": [name]}
    return {}


@cache
def digest_of(page: str) -> str:
    """The digest of a sample page, stored on first use."""
    with (settings.BASE_DIR / "fixtures" / "papers" / f"{page}.png").open("rb") as file:
        return store(file=file, name=f"{page}.png", by=SYSTEM).digest
