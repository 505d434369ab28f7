"""How is one more record put at the end of a chain? Behind the last, by whoever holds the lock of what the chain hangs on."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet

from approvals.audit import chain
from approvals.audit.models import ChainedRow, ColumnsRow, ErasableText, Stream

Hung = TypeVar("Hung", bound=Stream)


def locked_stream(model: type[Hung], pk: int) -> Hung:
    """What a chain hangs on, made where missing, locked until the transaction ends."""
    model._default_manager.get_or_create(pk=pk, defaults={"head": chain.GENESIS})
    return model._default_manager.select_for_update().get(pk=pk)


def append(row: ColumnsRow, *, to: Stream) -> None:
    """Write a row at the end of a locked stream, which goes on from it."""
    insert(row, to=to)
    to.save(update_fields=["events", "head"])


def append_with_words(row: Any, beside: type[ErasableText], words: dict[str, Any], *, to: Stream) -> None:
    """As `append`; the row vouches by a salted digest for the words, which stand beside it and may be erased."""
    text, salt = chain.canonical(words), chain.new_salt()
    row.text_digest = chain.salted(salt, text)
    append(row, to=to)
    beside._default_manager.create(record=row, text=text, salt=salt)


def insert(row: ColumnsRow, *, to: Stream) -> None:
    """As `append`, but the caller saves the stream, with whatever else changes about it."""
    _insert(row, to.events + 1, to.head)
    to.events, to.head = row.sequence, row.digest


def insert_last(row: ColumnsRow, *, of: QuerySet[Any]) -> None:
    """Write a row after the last of those in the same stream, where nothing else knows the last one."""
    _insert(row, *following(of))


def following(of: QuerySet[Any]) -> tuple[int, str]:
    """The place after the last row of a stream: its sequence, and the digest it follows."""
    last: ChainedRow | None = of.order_by("-sequence").first()
    return (last.sequence + 1, last.digest) if last else (1, chain.GENESIS)


def plain(data: dict[str, Any] | None) -> dict[str, Any]:
    """Facts as a row keeps them: days as text, so that the stored row gives the same canonical text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in (data or {}).items()}


def known(data: dict[str, Any] | None) -> dict[str, Any]:
    """As `plain`, without what is None."""
    return {name: value for name, value in plain(data).items() if value is not None}


def digested(words: str) -> dict[str, str]:
    """The columns of a row that vouches for words kept elsewhere; empty where there are none."""
    salt = chain.new_salt() if words else ""
    return {"salt": salt, "text_digest": chain.salted(salt, words) if words else ""}


def _insert(row: ColumnsRow, sequence: int, previous: str) -> None:
    row.sequence = sequence
    for name, value in chain.columns(previous, row.text()).items():
        setattr(row, name, value)
    row.save(force_insert=True)
