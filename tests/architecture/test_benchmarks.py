"""Do acts still cost what was last measured, and does the page about it say what the results say?

Speed is never tested here: only what can be counted.
"""

import json
from typing import Any

import pytest

from benchmarks.acts import lifecycle, prepared
from benchmarks.lifecycle import counted
from benchmarks.scratch import RESULTS

MOST_STATEMENTS_OF_A_PLAIN_ACT = 4


def kept(name: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_the_last_measurement_is_not_far_from_its_aims() -> None:
    """Acts aim at 0.3 of raw psycopg and may miss it by a tenth; deliveries at ten times a task each."""
    acts, pushes = kept("lifecycle"), kept("push")
    assert acts["ratio_to_raw_psycopg"] >= 0.27
    assert min(pushes["ratio_to_task_per_delivery"].values()) >= 10
    assert min(acts["repetitions"], pushes["repetitions"]) >= 5


@pytest.mark.postgres
def test_no_act_of_a_lifecycle_takes_more_statements_than_when_it_was_measured(live_db) -> None:
    measured = kept("lifecycle")["statements_beside_begin_and_commit"]
    story = prepared()
    now = counted(story.case.number, lifecycle(story.case))
    assert list(now) == list(measured)
    assert {act: number for act, number in now.items() if number > measured[act]} == {}, "measure again: make bench"
    assert now["TAKE"] <= MOST_STATEMENTS_OF_A_PLAIN_ACT


def test_the_page_about_benchmarks_quotes_the_last_results() -> None:
    page = (RESULTS.parent / "README.md").read_text(encoding="utf-8")
    acts, pushes, letters = kept("lifecycle"), kept("push"), kept("letters")
    figures = [
        acts["ratio_to_raw_psycopg"],
        acts["ratio_with_nudges"],
        acts["ratio_to_raw_psycopg_with_rows_beside"],
        acts["batch"]["ratio_to_raw_psycopg_one_by_one"],
        acts["statements_per_transition"],
        *pushes["ratio_to_task_per_delivery"].values(),
        *pushes["ratio_to_task_with_kept_connection"].values(),
        *(letters[name] for name in ("issued_per_second", "made_per_second")),
        *(letters[name] for name in ("processor_milliseconds_each", "memory_most_mb")),
    ]
    assert [figure for figure in figures if f"**{figure}**" not in page] == []
