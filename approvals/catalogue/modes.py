"""Which phases has a case, and which side holds each under which delegation mode? The one place that knows.

Source: 赣市府办发〔2022〕7号 三、四（五）. A mode is nothing but a row of `HOLDS`; `None` is "held by the city".
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices


class Phase(StrEnum):
    ACCEPT = "ACCEPT"
    REVIEW = "REVIEW"
    DECIDE = "DECIDE"
    SEAL = "SEAL"
    SUPERVISE = "SUPERVISE"


class Mode(TextChoices):
    DIRECT = "DIRECT", "直接下放"
    SUBSTANTIVE = "SUBSTANTIVE", "下放实质性审核权"
    WINDOW = "WINDOW", "服务窗口前移"


class SealPath(TextChoices):
    OWN = "OWN", "决定单位自有审批专用章"
    CITY = "CITY", "市级审批专用章"
    NO2 = "NO2", "县级保管的2号章"


COUNTY, CITY = "COUNTY", "CITY"


@dataclass(frozen=True)
class Holds:
    """COUNTY or CITY for each phase; `window`: accepted at the county's window in the city organ's name."""

    accept: str
    review: str
    decide: str
    supervise: str
    county_copy: bool = False
    window: bool = False
    needs_agreement: bool = False


# fmt: off
HOLDS: dict[str | None, Holds] = {
    Mode.DIRECT:      Holds(COUNTY, COUNTY, COUNTY, COUNTY),
    Mode.SUBSTANTIVE: Holds(COUNTY, COUNTY, CITY,   CITY, county_copy=True, needs_agreement=True),
    Mode.WINDOW:      Holds(COUNTY, CITY,   CITY,   CITY, county_copy=True, window=True),
    None:             Holds(CITY,   CITY,   CITY,   CITY),
}
# fmt: on
