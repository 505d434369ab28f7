"""What does jurisdiction answer? Who holds each phase, who watches, why, and what was missing."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Holder:
    """Who holds a phase. `in_the_name_of` is set where the act is done in another organ's name (WINDOW, 2号章)."""

    level: str
    region: str
    organ: int
    organ_code: str
    organ_name: str
    in_the_name_of: int | None = None
    in_the_name_of_name: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "level": self.level.lower(),
            "region": self.region,
            "organ": self.organ_name,
            "in_the_name_of": self.in_the_name_of_name or None,
        }


@dataclass(frozen=True)
class Supervisor:
    """A unit the result is pushed to: to be claimed, or (`copy`) for information. `provisional`: 待确认."""

    level: str
    unit: int
    unit_code: str
    unit_name: str
    copy: bool = False
    provisional: bool = False

    def as_json(self) -> dict[str, object]:
        return {"level": self.level.lower(), "unit": self.unit_name, "copy": self.copy}


@dataclass(frozen=True)
class Jurisdiction:
    """The answer. `supervise` has the responsible unit first; `reasons` and `nearest_miss` are sentences for people."""

    item: str
    region: str
    on: date
    place: str
    delegated: bool
    mode: str | None
    accept: Holder
    review: Holder
    decide: Holder
    seal: Holder
    supervise: tuple[Supervisor, ...]
    reasons: tuple[str, ...]
    nearest_miss: str | None
    delegation: int | None
    edition: str
    lacks_agreement: bool = False  # a delegation would apply but for its agreement (承接协议)

    def as_json(self) -> dict[str, object]:
        """The published form of the answer (levels and modes in the lower case of the published list)."""
        return {
            "item": self.item,
            "region": self.region,
            "delegated": self.delegated,
            "mode": self.mode.lower() if self.mode else None,
            "accept": self.accept.as_json(),
            "review": self.review.as_json(),
            "decide": self.decide.as_json(),
            "supervise": [unit.as_json() for unit in self.supervise],
            "reasons": list(self.reasons),
            "nearest_miss": self.nearest_miss,
        }
