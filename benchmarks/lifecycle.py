"""How many cases can one process lead from acceptance to delivery in a second, and how near is that to psycopg alone?

Six acts through `perform`: post and permission checks, bars and needs, the clock, a chained event, its words, the rows
beside, one durable commit each. Beside it, in the same run, the same rows by `raw`. Only the ratio means anything on a
shared machine; statements are exact. Also: one act on a hundred cases by `perform_many`, beside raw psycopg one by one.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, cycle
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.audit import tasks as audit_tasks
from approvals.cases.actions import perform_many
from approvals.cases.words import Action, State
from benchmarks.acts import ITEM, RECEIVED_AT, REGION, Planned, lifecycle, live, prepared
from benchmarks.raw import STATEMENTS, Raw, Written, record
from benchmarks.scratch import (
    Timed,
    interleaved,
    keep,
    machine,
    ratios,
    raw_connection,
    scratch_database,
    summary,
)
from config.celery import app
from tests.factories import driven
from tests.people import zeng, zhong

BATCH = 100
BRACKETS = ("BEGIN", "COMMIT")


def main() -> None:
    asked = arguments()
    with scratch_database():
        acts = lifecycle(prepared().case)
        with nudges_silenced():
            recorded = record(prepared().case.number, acts)
        statements = counted(prepared().case.number, acts)
        if asked.profile:
            return profile(acts, asked.lifecycles)
        measured = lifecycles(acts, recorded, number=asked.lifecycles, repetitions=asked.repetitions)
        batch = batches(recorded, repetitions=asked.repetitions)
        keep("lifecycle", result(measured, statements, asked) | {"batch": batch, "machine": machine()})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lifecycles", type=int, default=40, help="每次重复办多少件")
    parser.add_argument("--repetitions", type=int, default=7, help="重复几次，至少 5")
    parser.add_argument("--profile", action="store_true", help="只看时间花在哪里，不记结果")
    return parser.parse_args()


# ---------------------------------------------------------------- one case after the other


def lifecycles(
    acts: tuple[Planned, ...], recorded: list[Written], *, number: int, repetitions: int
) -> dict[str, list[Timed]]:
    """Ours, ours with nudges to a real broker, raw with the case's own rows, raw with the rows beside as well."""
    with nudges_silenced():
        stories = [prepared() for _ in range(4 * repetitions * number)]
    waiting = iter(stories)
    with raw_connection() as one, raw_connection() as other, own_queue():
        raw, raw_beside = Raw(one, beside=False), Raw(other, beside=True)

        def ours() -> int:
            with nudges_silenced():
                return with_nudges()

        def with_nudges() -> int:
            list(live(next(waiting).case.number, acts))
            return 1

        def by_hand(program: Raw) -> int:
            case = next(waiting).case
            program.lifecycle(case.number, case.pk, recorded)
            return 1

        programs = {
            "ours": ours,
            "ours_with_nudges": with_nudges,
            "raw": lambda: by_hand(raw),
            "raw_with_rows_beside": lambda: by_hand(raw_beside),
        }
        return interleaved(programs, rounds=number, repetitions=repetitions)


def counted(number: str, acts: tuple[Planned, ...]) -> dict[str, int]:
    """The statements of each act, all but BEGIN and COMMIT, of which there is one each."""
    found: dict[str, int] = {}
    steps = live(number, acts)
    for act in acts:
        with nudges_silenced(), CaptureQueriesContext(connection) as captured:
            next(steps)
        sent = [query["sql"].upper() for query in captured.captured_queries]
        if sent.count("COMMIT") != 1:
            raise AssertionError(f"{act.action}: {sent.count('COMMIT')} commits")
        found[act.action.value] = sum(not sql.startswith(BRACKETS) for sql in sent)
    return found


def result(measured: dict[str, list[Timed]], statements: dict[str, int], asked: argparse.Namespace) -> dict[str, Any]:
    ours, raw = measured["ours"], measured["raw"]
    against = {
        "ratio_to_raw_psycopg": ratios(ours, raw),
        "ratio_with_nudges": ratios(measured["ours_with_nudges"], raw),
        "ratio_to_raw_psycopg_with_rows_beside": ratios(ours, measured["raw_with_rows_beside"]),
    }
    return {
        **{name: summary(values)["median"] for name, values in against.items()},
        "spread": {name: summary(values) for name, values in against.items()},
        "lifecycles_per_second": {
            name: summary([one.rate for one in times], digits=1) for name, times in measured.items()
        },
        "client_cpu_ms_per_lifecycle": {
            name: summary([one.cpu_ms for one in times], digits=2)["median"] for name, times in measured.items()
        },
        "statements_beside_begin_and_commit": statements,
        "statements_per_transition": round(sum(statements.values()) / len(statements), 2),
        "commits_per_transition": 1,
        "statements_per_transition_raw": STATEMENTS,
        "item": ITEM,
        "region": REGION,
        "transitions": list(statements),
        "repetitions": asked.repetitions,
        "lifecycles_per_repetition": asked.lifecycles,
        "broker_of_nudges": app.conf.broker_url.partition(":")[0],
    }


# ---------------------------------------------------------------- one act on many cases


def batches(recorded: list[Written], *, repetitions: int) -> dict[str, Any]:
    """TAKE on a hundred cases in one commit, beside the same rows by raw psycopg, a commit a case.

    Two colleagues take the cases from each other, so that the same hundred serve every turn.
    """
    with nudges_silenced():
        ours = [driven(ITEM, REGION, RECEIVED_AT, to=State.REVIEW).case for _ in range(BATCH)]
        theirs = [driven(ITEM, REGION, RECEIVED_AT, to=State.REVIEW).case for _ in range(BATCH)]
    numbers = [case.number for case in ours]
    take = next(act for act in recorded if act.event["action"] == Action.TAKE)
    colleagues, turns, their_turns = cycle((zhong(), zeng())), count(1), count(1)
    with raw_connection() as one:
        raw = Raw(one, beside=False)

        def many() -> int:
            at = RECEIVED_AT + timedelta(hours=1, minutes=next(turns))
            with nudges_silenced():
                tried = perform_many(numbers=numbers, action=Action.TAKE, actor=next(colleagues), at=at)
            if not all(one.done for one in tried):
                raise AssertionError("a case was not taken")
            return len(tried)

        def one_by_one() -> int:
            turn = next(their_turns)
            for case in theirs:
                raw.transition(case.number, case.pk, take, sequence=case.events + turn)
            return len(theirs)

        programs = {"perform_many": many, "raw_one_by_one": one_by_one}
        measured = interleaved(programs, rounds=4, repetitions=repetitions)
    found = ratios(measured["perform_many"], measured["raw_one_by_one"])
    return {
        "cases": BATCH,
        "ratio_to_raw_psycopg_one_by_one": summary(found, digits=2)["median"],
        "spread": summary(found, digits=2),
        "cases_per_second": {name: summary([one.rate for one in times], digits=1) for name, times in measured.items()},
    }


# ---------------------------------------------------------------- nudges


@contextmanager
def nudges_silenced() -> Iterator[None]:
    """Acts wake nobody: what a broker takes is measured apart."""
    awake = audit_tasks.wake
    audit_tasks.wake = lambda task: True
    try:
        yield
    finally:
        audit_tasks.wake = awake


@contextmanager
def own_queue() -> Iterator[None]:
    """Nudges go to a queue of this run, which is taken away at the end: nobody works on a benchmark's tasks."""
    app.conf.task_default_queue = connection.settings_dict["NAME"]
    try:
        yield
    finally:
        with app.connection_for_write() as broker, broker.channel() as channel:
            channel.queue_delete(app.conf.task_default_queue)


def profile(acts: tuple[Planned, ...], number: int) -> None:
    """Where does the time of ours go?"""
    with nudges_silenced():
        numbers = [prepared().case.number for _ in range(number)]
        profiler = cProfile.Profile(time.process_time)  # what the database takes shows in the statements, not here
        profiler.enable()
        for each in numbers:
            list(live(each, acts))
        profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(60)


if __name__ == "__main__":
    main()
