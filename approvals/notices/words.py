"""On which occasions is somebody told outside the platform, over what, and which blanks may a text have?"""

from __future__ import annotations

from string import Formatter

from django.db.models import TextChoices

# Nothing in this list says who somebody is: a short message is read by whoever holds the telephone.
ALLOWED = ("number", "item", "office", "day", "count", "address", "tracking")


class ChannelKind(TextChoices):
    SMS = "SMS", "短信"
    EMAIL = "EMAIL", "电子邮件"
    GZT = "GZT", "赣政通"


class Occasion(TextChoices):
    RECEIVED = "RECEIVED", "收件"
    CORRECTION = "CORRECTION", "补正"
    ACCEPTED = "ACCEPTED", "受理"
    FORWARDED = "FORWARDED", "转报"
    DECIDED = "DECIDED", "决定"
    COLLECT = "COLLECT", "领取"
    REMINDER = "REMINDER", "补正期限提醒"
    PAUSED = "PAUSED", "特别程序"
    RESUMED = "RESUMED", "恢复办理"
    EXTENDED = "EXTENDED", "延期"
    TERMINATED = "TERMINATED", "终止"
    POSTED = "POSTED", "寄出"
    STAFF = "STAFF", "工作人员消息"
    DIGEST = "DIGEST", "每日汇总"


def placeholders(text: str) -> set[str] | None:
    """The names of the blanks of a text; None where the braces do not match."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return None
    return {name for _, name, _, _ in parsed if name is not None}
