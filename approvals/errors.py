"""What does a refused act look like? One base class; each refusal is defined beside what raises it."""

SQLITE_BUSY = 5
LOCK_NOT_AVAILABLE = "55P03"  # of PostgreSQL


class Refused(Exception):
    """A lawful "no": nothing was written, the person is told what to do.

    `code` is stable and part of the API, `status` is the HTTP status, `title` the short Chinese sentence,
    `detail` says what to do in this case, `extra` carries typed facts for machines.
    """

    code = "refused"
    status = 409
    title = "没有办理"

    def __init__(self, detail: str = "", **extra: object) -> None:
        self.detail = detail or self.title
        self.extra = extra
        super().__init__(self.detail)


class Invalid(Refused):
    """Input that is wrong field by field; `errors` maps a field's name to its sentences."""

    code = "invalid"
    status = 422
    title = "填写内容有误"

    def __init__(self, errors: dict[str, list[str]], detail: str = "") -> None:
        super().__init__(detail or "；".join(text for texts in errors.values() for text in texts), errors=errors)
        self.errors = errors


def said(words: str, *, ask: str, most: int, field: str = "words") -> str:
    """What a person wrote, whole, for it is kept and signed as it stands; a form sends two characters for the end of a line.

    Raises Invalid where nothing was written, or more than is kept.
    """
    kept = words.replace("\r\n", "\n").strip()
    if not kept:
        raise Invalid({field: [ask]})
    if len(kept) > most:
        raise Invalid({field: [f"最多写 {most} 字，现有 {len(kept)} 字。"]})
    return kept


class Busy(Refused):
    """Somebody else held what was to be written for longer than anybody waits."""

    code = "busy"
    status = 503
    title = "系统正忙"

    def __init__(self) -> None:
        super().__init__("别人正在办理同一内容，没有写入任何内容；过一会儿重试。")


def waited_too_long_for_lock(error: Exception) -> bool:
    """Whether the database gave up waiting for somebody else's lock (not: cannot be reached)."""
    cause = error.__cause__
    state, busy = getattr(cause, "sqlstate", None), getattr(cause, "sqlite_errorcode", 0)
    return state == LOCK_NOT_AVAILABLE or busy & 0xFF == SQLITE_BUSY
