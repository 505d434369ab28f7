"""How do oversight's consumers run in these tests? By the register, as in life."""

from __future__ import annotations

from datetime import datetime

from approvals.audit.register import enrol
from approvals.oversight.following import follow_register
from tests.factories import moment

YUDU = "360731"
FELLING = "1-7"  # 林木采伐许可证核发: the county decides
EQUIPMENT = "2-30"  # 特种设备使用登记: the county reviews, the city decides
SHOP = "3-25"  # the county's window accepts in the city's name
MONDAY = moment("2026-03-02")


def told(at: datetime) -> None:
    """Let the register and oversight's consumer run until they rest."""
    while enrol():
        pass
    while follow_register(at=at):
        pass
