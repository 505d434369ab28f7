"""Is the text of a record one and the same, whoever writes it down, and what does it refuse?"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.audit.chain import GENESIS, canonical, link, salted

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(data=st.dictionaries(st.text(), VALUES))
def test_the_order_of_keys_does_not_matter(data: dict[str, Any]) -> None:
    assert canonical(data) == canonical(dict(reversed(data.items())))


@pytest.mark.parametrize("value", [0.1, float("nan"), datetime(2026, 3, 2), b"x", {1.5}, object()])  # noqa: DTZ001
def test_what_has_no_one_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_a_moment_keeps_its_zone_and_a_day_is_a_day() -> None:
    shanghai = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert canonical([shanghai, date(2026, 3, 2)]) == '["2026-03-02T10:00:00.000000+08:00","2026-03-02"]'
    assert canonical(shanghai.astimezone(UTC)) == '"2026-03-02T02:00:00.000000+00:00"'


@given(first=st.text(), second=st.text())
def test_another_text_or_another_predecessor_is_another_digest(first: str, second: str) -> None:
    assert (link(GENESIS, first) == link(GENESIS, second)) == (first == second)
    assert link(GENESIS, first) != link(link(GENESIS, first), first)
    assert salted("a", first) != salted("b", first)
